"""Webhooks: addresses of an organisation that are told when a check finds something else, or a watched badge changes.

Each event is signed with HMAC-SHA256 over its timestamp and its exact bytes, so that a receiver can tell who sent it
and that it is not an old one. It is tried again after 1 minute, then twice as long each time up to 6 hours, and given
up after 72. The same event keeps its id in every try: a receiver that gets it twice knows that.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.exc import IntegrityError

from badges.bulk_checks import sealed_secrets
from badges.bulk_checks.models import Webhook, WebhookDelivery
from issuer.access import settings
from issuer.base import audit, jobs
from issuer.base.db import db, new_public_id, utc_now
from issuer.base.errors import Conflict, Invalid, NotFound, ServiceError, Unavailable
from issuer.base.posting import Poster
from issuer.crypto.timestamps import format_timestamp
from issuer.models import Account, Organisation
from issuer.secret_text import new_secret

JOB = "webhook.deliver"
TEST = "webhook.test"
MOST = 10
LONGEST_URL = 500
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(hours=72)
KEPT = timedelta(days=30)
AT_ONCE = 50
SIGNATURE = "Rosette-Signature"
PREFIX = "whs_"


def make(organisation: Organisation, url: str, *, by: Account) -> tuple[Webhook, str]:
    """A webhook and its secret, which is shown now and never again.

    Raises Invalid (url_malformed, url_not_allowed) for an address that is never told anything, Conflict for one that
    is there, or for an eleventh.
    """
    url = url.strip()
    _judge(url)
    held = select(func.count()).select_from(Webhook).filter_by(organisation_id=organisation.id)
    if (db.session.scalar(held) or 0) >= MOST:
        raise Conflict("too_many_webhooks", _("An organisation has at most %(most)s webhooks.", most=MOST))
    public_id, secret = new_public_id(), PREFIX + new_secret()
    webhook = Webhook(
        public_id=public_id,
        organisation_id=organisation.id,
        account_id=by.id,
        url=url,
        secret=sealed_secrets.seal(secret, owner=public_id),
    )
    try:
        with db.session.begin_nested():
            db.session.add(webhook)
            db.session.flush()
    except IntegrityError as error:
        raise Conflict("webhook_known", _("There is a webhook with this address already.")) from error
    audit.record("webhook.made", public_id, actor=by.public_id, organisation=organisation.public_id)
    return webhook, secret


def remove(webhook: Webhook, *, by: Account) -> None:
    """Tell it nothing any more; what was on its way is dropped."""
    audit.record("webhook.removed", webhook.public_id, actor=by.public_id)
    db.session.execute(delete(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id))
    db.session.delete(webhook)
    db.session.flush()


def find(public_id: str) -> Webhook:
    """The webhook with that public id. Raises NotFound."""
    webhook = db.session.scalar(select(Webhook).filter_by(public_id=public_id))
    if webhook is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    return webhook


def webhooks_of(organisation_ids: Collection[int]) -> Sequence[Webhook]:
    """The webhooks of these organisations, the oldest first."""
    wanted = select(Webhook).where(Webhook.organisation_id.in_(organisation_ids)).order_by(Webhook.id)
    return db.session.scalars(wanted).all()


def newest_deliveries(webhook: Webhook, *, limit: int = 5) -> Sequence[WebhookDelivery]:
    """What it was last told, the newest first."""
    wanted = select(WebhookDelivery).filter_by(webhook_id=webhook.id).order_by(WebhookDelivery.id.desc()).limit(limit)
    return db.session.scalars(wanted).all()


def announce(organisation_id: int, kind: str, occasion: str, body: Mapping[str, Any]) -> None:
    """Tell every webhook of the organisation, once for each ``occasion``."""
    for webhook in webhooks_of([organisation_id]):
        _enqueue(webhook, kind, occasion, body)


def test(webhook: Webhook, *, now: datetime) -> None:
    """Tell one webhook something that means nothing, to see whether it listens."""
    _enqueue(webhook, TEST, f"{TEST}:{new_public_id()}", {"webhook": webhook.public_id, "sent": format_timestamp(now)})


def request_due() -> int:
    """Chore of every minute: ask for what is to be told now; how much."""
    now = utc_now()
    wanted = select(WebhookDelivery).where(WebhookDelivery.state == "waiting", WebhookDelivery.next_at <= now)
    due = db.session.scalars(wanted.order_by(WebhookDelivery.next_at).limit(AT_ONCE)).all()
    for delivery in due:
        _request(delivery)
    return len(due)


def deliver(delivery_id: str) -> Iterator[None]:
    """Job: tell it now, in two parts. That a receiver does not take it is no failure: a later chore tries again."""
    delivery, now = db.session.scalar(select(WebhookDelivery).filter_by(public_id=delivery_id)), utc_now()
    if delivery is None or delivery.state != "waiting" or delivery.next_at > now:
        return
    url, secret = delivery.webhook.url, sealed_secrets.unseal(delivery.webhook.secret, owner=delivery.webhook.public_id)
    event, tries = as_event(delivery), delivery.tries
    yield  # nobody waits for us while the receiver thinks
    trouble = _told(url, secret, event, now=now)
    again = db.session.scalar(select(WebhookDelivery).filter_by(public_id=delivery_id).with_for_update())
    if again is None or again.state != "waiting" or again.tries != tries:
        return
    again.tries, again.trouble = tries + 1, trouble[:200]
    if not trouble:
        again.state, again.ended_at = "delivered", utc_now()
    elif utc_now() + _pause(tries) > again.created_at + GIVEN_UP_AFTER:
        again.state, again.ended_at = "dead", utc_now()
    else:
        again.next_at = utc_now() + _pause(tries)


def forget_old() -> int:
    """Chore: delete what was told, or given up, thirty days ago; how much."""
    gone = db.session.execute(delete(WebhookDelivery).where(WebhookDelivery.ended_at <= utc_now() - KEPT))
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def as_event(delivery: WebhookDelivery) -> bytes:
    """The exact bytes that are sent and signed: {"id", "type", "created", "data"}."""
    event = {
        "id": delivery.public_id,
        "type": delivery.kind,
        "created": format_timestamp(delivery.created_at),
        "data": delivery.body,
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def signature(secret: str, body: bytes, *, timestamp: int) -> str:
    """The header Rosette-Signature: "t=SECONDS,v1=HEX", HMAC-SHA256 (RFC 2104) over "SECONDS." and the body."""
    signed = hmac.new(secret.encode("utf-8"), str(timestamp).encode("ascii") + b"." + body, hashlib.sha256)
    return f"t={timestamp},v1={signed.hexdigest()}"


def _told(url: str, secret: str | None, event: bytes, *, now: datetime) -> str:
    """Why it was not taken; "" when it was. A redirect is not followed, and means that it was not taken."""
    if secret is None:
        return str(_("The secret cannot be read any more. Make the webhook anew."))
    headers = {SIGNATURE: signature(secret, event, timestamp=int(now.timestamp()))}
    try:
        status = _poster().post_json(url, event, headers=headers)
    except (Invalid, Unavailable) as error:
        return str(error.detail)
    return "" if 200 <= status < 300 else str(_("It answered with status %(status)s.", status=status))


def _pause(tries: int) -> timedelta:
    return min(FIRST_PAUSE * (1 << min(tries, 20)), LONGEST_PAUSE)


def _enqueue(webhook: Webhook, kind: str, occasion: str, body: Mapping[str, Any]) -> None:
    known = select(WebhookDelivery.id).filter_by(webhook_id=webhook.id, occasion=occasion)
    if db.session.scalar(known) is not None:
        return
    delivery = WebhookDelivery(
        webhook_id=webhook.id, occasion=occasion, kind=kind, body=dict(body), next_at=utc_now(), state="waiting"
    )
    db.session.add(delivery)
    db.session.flush()
    _request(delivery)


def _request(delivery: WebhookDelivery) -> None:
    jobs.enqueue(JOB, f"{delivery.public_id}:{delivery.tries or 0}", delivery_id=delivery.public_id)


def _judge(url: str) -> None:
    try:
        if len(url) > LONGEST_URL:
            raise Invalid("url_malformed", _("This is not a web address."))
        _poster().judge(url)
    except ServiceError as error:
        raise Invalid(error.code, error.detail, fields={"url": [error.detail]}) from error


def _poster() -> Poster:
    return Poster(allow_loopback_http=settings().allows_loopback_http)
