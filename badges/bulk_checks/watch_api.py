"""The JSON API of watching badges, and of the webhooks that are told of changes."""

from __future__ import annotations

from typing import Any

from badges.bulk_checks import watches, webhooks
from badges.bulk_checks.asking import organisation_for, own_ids, own_watch, own_webhook
from badges.bulk_checks.models import BadgeWatch, Webhook
from badges.bulk_checks.schemas import (
    MadeWebhookSchema,
    WatchBodySchema,
    WatchListSchema,
    WatchSchema,
    WebhookBodySchema,
    WebhookListSchema,
)
from badges.revoking.asking import asking_account
from issuer import limits
from issuer.access import current_actor, requires
from issuer.base.db import utc_now
from issuer.base.json_bodies import ApiBlueprint
from issuer.schemas import PageQuerySchema

watches_api = ApiBlueprint(
    "watches_api", __name__, url_prefix="/api/v1/watches", description="Watching badges whose holders agree to it."
)
webhooks_api = ApiBlueprint(
    "webhooks_api", __name__, url_prefix="/api/v1/webhooks", description="Being told of changes."
)


@watches_api.post("")
@watches_api.arguments(WatchBodySchema)
@watches_api.response(201, WatchSchema)
@requires("watches.edit")
def ask(body: dict[str, Any]) -> dict[str, Any]:
    """Ask the holder of a public badge of this service. Nothing is watched unless they agree."""
    limits.spend("verifying", current_actor().public_id)
    organisation = organisation_for(body["organisation"], "watches.edit")
    made = watches.ask(organisation, body["badge"], purpose=body["purpose"], by=asking_account(), now=utc_now())
    return _told(made)


@watches_api.get("")
@watches_api.arguments(PageQuerySchema, location="query")
@watches_api.response(200, WatchListSchema)
@requires("watches.edit")
def list_watches(query: dict[str, Any]) -> dict[str, Any]:
    """What one's organisations asked for, the newest first."""
    page = watches.watches_of(own_ids("watches.edit"), limit=query["limit"], after=query["after"])
    return {"items": [_told(watch) for watch in page.items], "next": page.next}


@watches_api.get("/<watch_id>")
@watches_api.response(200, WatchSchema)
@requires("watches.edit")
def show(watch_id: str) -> dict[str, Any]:
    """What the holder said, and how the badge stood at the last look."""
    return _told(own_watch(watch_id))


@watches_api.delete("/<watch_id>")
@watches_api.response(204)
@requires("watches.edit")
def withdraw(watch_id: str) -> None:
    """Ask no more, or watch no more."""
    watches.withdraw(own_watch(watch_id), by=asking_account(), now=utc_now())


@webhooks_api.post("")
@webhooks_api.arguments(WebhookBodySchema)
@webhooks_api.response(201, MadeWebhookSchema)
@requires("webhooks.edit")
def make(body: dict[str, Any]) -> dict[str, Any]:
    """A new address to be told; its secret is in this reply and never again. 422 for one that is not public."""
    organisation = organisation_for(body["organisation"], "webhooks.edit")
    webhook, secret = webhooks.make(organisation, body["url"], by=asking_account())
    return _webhook(webhook) | {"secret": secret}


@webhooks_api.get("")
@webhooks_api.response(200, WebhookListSchema)
@requires("webhooks.edit")
def list_webhooks() -> dict[str, Any]:
    """The webhooks of one's organisations; at most ten each, so there is one page."""
    return {"items": [_webhook(each) for each in webhooks.webhooks_of(own_ids("webhooks.edit"))], "next": None}


@webhooks_api.post("/<webhook_id>/test")
@webhooks_api.response(202)
@requires("webhooks.edit")
def test(webhook_id: str) -> None:
    """Tell it something that means nothing."""
    webhooks.test(own_webhook(webhook_id), now=utc_now())


@webhooks_api.delete("/<webhook_id>")
@webhooks_api.response(204)
@requires("webhooks.edit")
def remove(webhook_id: str) -> None:
    """Tell it nothing any more."""
    webhooks.remove(own_webhook(webhook_id), by=asking_account())


def _told(watch: BadgeWatch) -> dict[str, Any]:
    return {
        "id": watch.public_id,
        "organisation": watch.organisation.slug,
        "badge": watches.award_of(watch).public_id,
        "purpose": watch.purpose,
        "state": watch.state,
        "asked_at": watch.asked_at,
        "answered_at": watch.answered_at,
        "ended_at": watch.ended_at,
        "looked_at": watch.looked_at,
        "standing": watch.standing,
    }


def _webhook(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.public_id,
        "organisation": webhook.organisation.slug,
        "url": webhook.url,
        "created_at": webhook.created_at,
    }
