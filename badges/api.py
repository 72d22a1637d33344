"""The JSON API of awards and badges: one's own awards, taking one back, and reading a published badge."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_babel import gettext

from badges import awards, showcase, signed_forms
from badges.award_facts import achievement_url, badge_url
from badges.awards import Standing
from badges.models import Award
from badges.public_names import shaped
from badges.schemas import AwardListSchema, AwardSchema, RevocationBodySchema, RevocationSchema
from competencies.profiles.asking import own_account_id
from issuer.access import current_actor, requires
from issuer.base.db import utc_now
from issuer.base.errors import NotFound
from issuer.base.json_bodies import ApiBlueprint
from issuer.policy import permits
from issuer.schemas import PageQuerySchema

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


@awards_api.post("/<award_id>/publish")
@awards_api.response(200, AwardSchema)
@requires("awards.publish")
def publish_award(award_id: str) -> dict[str, Any]:
    """Show it to whoever has its address; the signed files name the holder. Asking again changes nothing."""
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
    """Take a badge back for ever, as an administrator of the organisation that issued it. The reason is public."""
    award = awards.find_award(shaped(award_id))
    actor = current_actor()
    if not permits(actor, "awards.revoke", organisation_id=award.achievement_version.achievement.organisation_id):
        raise NotFound("not_found", gettext("There is no badge at this address."))
    entry = awards.revoke(award, reason=body["reason"], actor=actor.public_id)
    return {"id": award.public_id, "revoked_at": entry.set_at, "reason": entry.reason}


@badges_api.get("/<award_id>")
@badges_api.response(200, description="The credential with its embedded proof, as it was signed.")
@requires("public.read")
def show_badge(award_id: str) -> Response:
    """The same bytes as at the badge's address with .json."""
    return signed_forms.as_json(awards.credential_of(awards.visible_award(current_actor(), shaped(award_id))))


def _own(award: Award) -> dict[str, Any]:
    return _award(award, awards.standing_of(award, now=utc_now()))


def _award(award: Award, standing: Standing) -> dict[str, Any]:
    version, credential, url = award.achievement_version, award.credential, badge_url(award)
    organisation = version.achievement.organisation
    return {
        "id": award.public_id,
        "url": url,
        "visibility": award.visibility,
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
