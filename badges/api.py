"""The JSON API of awards and badges: one's own awards, taking one back, and reading a published badge."""

from __future__ import annotations

from typing import Any

from flask import Response

from badges import awards, showcase, signed_forms
from badges.award_facts import achievement_url, badge_url
from badges.awards import Standing
from badges.models import Award
from badges.public_names import shaped
from badges.schemas import (
    AwardChangesSchema,
    AwardListSchema,
    AwardSchema,
    LiftBodySchema,
    RevocationBodySchema,
    RevocationSchema,
    SuspensionBodySchema,
    SuspensionSchema,
)
from badges.sharing.human_codes import written
from badges.sharing.shown_forms import choose_name, credential_shown
from competencies.profiles.asking import own_account_id
from issuer.access import current_actor, requires
from issuer.base.db import utc_now
from issuer.base.json_bodies import ApiBlueprint
from issuer.models import StatusEntry
from issuer.policy import Actor
from issuer.schemas import PageQuerySchema
from issuer.status.reasons import OTHER

awards_api = ApiBlueprint("awards_api", __name__, url_prefix="/api/v1/awards", description="What one was awarded.")
badges_api = ApiBlueprint(
    "badges_api", __name__, url_prefix="/api/v1/badges", description="Published badges, as signed."
)


@awards_api.get("")
@awards_api.arguments(PageQuerySchema, location="query")
@awards_api.response(200, AwardListSchema)
@requires("awards.own")
def list_awards(query: dict[str, Any]) -> dict[str, Any]:
    """One's own awards, the newest first."""
    page = showcase.awards_page(own_account_id(), limit=query["limit"], after=query["after"])
    standings = showcase.standings_of(page.items, now=utc_now())
    return {"items": [_award(award, standings[award.public_id]) for award in page.items], "next": page.next}


@awards_api.get("/<award_id>")
@awards_api.response(200, AwardSchema)
@requires("awards.own")
def show_award(award_id: str) -> dict[str, Any]:
    return _own(awards.own_award(current_actor(), shaped(award_id)))


@awards_api.patch("/<award_id>")
@awards_api.arguments(AwardChangesSchema)
@awards_api.response(200, AwardSchema)
@requires("awards.publish")
def change_award(body: dict[str, Any], award_id: str) -> dict[str, Any]:
    """Choose who sees it, and which name others read in it; what is left out stays as it is."""
    award = awards.own_award(current_actor(), shaped(award_id))
    if "shown_name" in body:
        choose_name(current_actor(), award.public_id, body["shown_name"])
    if "visibility" in body:
        awards.set_visibility(current_actor(), award.public_id, body["visibility"])
    return _own(award)


@awards_api.post("/<award_id>/publish")
@awards_api.response(200, AwardSchema)
@requires("awards.publish")
def publish_award(award_id: str) -> dict[str, Any]:
    """Show it to whoever has its address; the signed files name the holder as chosen. Asking again changes nothing."""
    return _own(awards.publish(current_actor(), shaped(award_id)))


@awards_api.post("/<award_id>/unpublish")
@awards_api.response(200, AwardSchema)
@requires("awards.publish")
def unpublish_award(award_id: str) -> dict[str, Any]:
    """Show it to nobody else here any more; files that others saved stay theirs. Asking again changes nothing."""
    return _own(awards.unpublish(current_actor(), shaped(award_id)))


@awards_api.post("/<award_id>/revoke")
@awards_api.arguments(RevocationBodySchema)
@awards_api.response(200, RevocationSchema)
@requires("awards.revoke")
def revoke_award(body: dict[str, Any], award_id: str) -> dict[str, Any]:
    """Take a badge back for ever, as an administrator of the organisation that issued it. Its holder gets a mail."""
    award, actor = _administered(award_id)
    entry = awards.revoke(award, **_reason(body), actor=actor.public_id)
    told = {"reason": entry.reason, "reason_code": entry.reason_code or OTHER}
    return {"id": award.public_id, "revoked_at": entry.set_at, **told}


@awards_api.post("/<award_id>/suspend")
@awards_api.arguments(SuspensionBodySchema)
@awards_api.response(200, SuspensionSchema)
@requires("awards.revoke")
def suspend_award(body: dict[str, Any], award_id: str) -> dict[str, Any]:
    """Suspend a badge until that is lifted. 409 for one that was issued without a place for it. Its holder is told."""
    award, actor = _administered(award_id)
    return _suspension(award, awards.suspend(award, **_reason(body), actor=actor.public_id))


@awards_api.post("/<award_id>/lift")
@awards_api.arguments(LiftBodySchema)
@awards_api.response(200, SuspensionSchema)
@requires("awards.revoke")
def lift_award(body: dict[str, Any], award_id: str) -> dict[str, Any]:
    """Let a suspended badge count again. Its holder is told. A revocation is final: 409."""
    award, actor = _administered(award_id)
    return _suspension(award, awards.lift(award, reason=body["reason"], actor=actor.public_id))


@badges_api.get("/<award_id>")
@badges_api.response(200, description="The credential with its embedded proof, as it was signed.")
@requires("public.read")
def show_badge(award_id: str) -> Response:
    """The same bytes as at the badge's address with .json."""
    award = awards.visible_award(current_actor(), shaped(award_id))
    return signed_forms.as_json(credential_shown(award, current_actor()))


def _administered(award_id: str) -> tuple[Award, Actor]:
    actor = current_actor()
    return awards.administered_award(actor, shaped(award_id)), actor


def _reason(body: dict[str, Any]) -> dict[str, Any]:
    return {"reason": body["reason"], "code": body["reason_code"], "is_public": body["reason_public"]}


def _suspension(award: Award, entry: StatusEntry) -> dict[str, Any]:
    told = {"since": entry.set_at, "reason": entry.reason, "reason_code": entry.reason_code}
    return {"id": award.public_id, "suspended": entry.is_set, **told}


def _own(award: Award) -> dict[str, Any]:
    return _award(award, awards.standing_of(award, now=utc_now()))


def _award(award: Award, standing: Standing) -> dict[str, Any]:
    version, credential, url = award.achievement_version, award.credential, badge_url(award)
    organisation = version.achievement.organisation
    return {
        "id": award.public_id,
        "url": url,
        "visibility": award.visibility,
        "shown_name": award.shown_name,
        "code": written(award.code),
        "standing": standing.value,
        "awarded_at": award.awarded_at,
        "published_at": award.published_at,
        "valid_until": credential.valid_until if credential else None,
        "achievement": {
            "id": version.achievement.public_id,
            "url": achievement_url(version),
            "name": version.name,
            "achievement_type": version.achievement_type,
            "level": version.level,
            "version": version.number,
        },
        "issuer": {"slug": organisation.slug, "name": organisation.name},
        "signed": credential
        and {
            "json": f"{url}.json",
            "jwt": f"{url}.jwt",
            "sha256": credential.sha256,
            "signed_at": credential.signed_at,
        },
    }
