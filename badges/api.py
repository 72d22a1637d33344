"""The JSON API about achievements, one's own awards, and the badges that anybody may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from badges import achievements, awards, showcase
from badges.achievement_draft import AchievementDraft
from badges.award_facts import achievement_url, badge_url
from badges.models import Achievement, Award
from badges.public_names import shaped
from badges.schemas import (
    AchievementBodySchema,
    AchievementListSchema,
    AchievementQuerySchema,
    AchievementSchema,
    AchievementStateBodySchema,
    AchievementVersionListSchema,
    AwardListSchema,
    AwardSchema,
    BadgeSchema,
    NewAchievementBodySchema,
)
from badges.verification.report import as_json
from badges.verification.sources import check_award
from competencies.profiles.asking import own_account_id
from issuer import organisations
from issuer.access import authorise, current_actor, requires
from issuer.base.db import utc_now
from issuer.base.errors import NotFound
from issuer.models import Organisation
from issuer.schemas import PageQuerySchema

achievements_api = Blueprint(
    "achievements_api", __name__, url_prefix="/api/v1/achievements", description="What can be awarded, in versions."
)
awards_api = Blueprint("awards_api", __name__, url_prefix="/api/v1/awards", description="One's own awards.")
badges_api = Blueprint("badges_api", __name__, url_prefix="/api/v1/badges", description="Badges as anybody sees them.")


@achievements_api.get("")
@achievements_api.arguments(AchievementQuerySchema, location="query")
@achievements_api.response(200, AchievementListSchema)
@requires("public.read")
def list_achievements(query: dict[str, Any]) -> dict[str, Any]:
    """The achievements, the oldest first; of one organisation when its short name is given."""
    page = achievements.achievements_page(**query)
    return {"items": [_achievement(each) for each in page.items], "next": page.next}


@achievements_api.post("")
@achievements_api.arguments(NewAchievementBodySchema)
@achievements_api.response(201, AchievementSchema)
@requires("achievements.edit")
def make_achievement(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Make an achievement, or the next version of it; what is there already in these words is answered 200."""
    organisation = organisations.by_slug(body.pop("organisation"))
    if organisation is None:
        raise NotFound("no_such_organisation", "There is no such organisation.")
    return _written(organisation, body.pop("code"), body)


@achievements_api.get("/<achievement_id>")
@achievements_api.response(200, AchievementSchema)
@requires("public.read")
def show_achievement(achievement_id: str) -> dict[str, Any]:
    return _achievement(achievements.find_achievement(shaped(achievement_id)))


@achievements_api.get("/<achievement_id>/versions")
@achievements_api.response(200, AchievementVersionListSchema)
@requires("public.read")
def list_versions(achievement_id: str) -> dict[str, Any]:
    """Every version, the newest first."""
    achievement = achievements.find_achievement(shaped(achievement_id))
    names = ("number", "name", "digest", "created_at")
    versions = [{name: getattr(each, name) for name in names} for each in reversed(achievement.versions)]
    return {"items": versions, "next": None}


@achievements_api.post("/<achievement_id>/versions")
@achievements_api.arguments(AchievementBodySchema)
@achievements_api.response(201, AchievementSchema)
@requires("achievements.edit")
def make_version(body: dict[str, Any], achievement_id: str) -> tuple[dict[str, Any], int]:
    """Make the next version; awards of earlier ones stay as they are. The same again is answered 200."""
    achievement = achievements.find_achievement(shaped(achievement_id))
    return _written(achievement.organisation, achievement.code, body)


@achievements_api.put("/<achievement_id>/state")
@achievements_api.arguments(AchievementStateBodySchema)
@achievements_api.response(200, AchievementSchema)
@requires("achievements.edit")
def archive_achievement(_body: dict[str, Any], achievement_id: str) -> dict[str, Any]:
    """Archive it: no longer awarded, and every award of it stays."""
    achievement = achievements.find_achievement(shaped(achievement_id))
    actor = authorise("achievements.edit", achievement.organisation_id)
    achievements.archive(achievement, actor=actor.public_id)
    return _achievement(achievement)


@awards_api.get("")
@awards_api.arguments(PageQuerySchema, location="query")
@awards_api.response(200, AwardListSchema)
@requires("awards.own")
def list_awards(query: dict[str, Any]) -> dict[str, Any]:
    """One's own awards, the newest first."""
    page = showcase.awards_page(own_account_id(), limit=query["limit"], after=query["after"])
    standings = showcase.standings_of(page.items, now=utc_now())
    return {"items": [_award(each, standings[each.public_id]) for each in page.items], "next": page.next}


@awards_api.get("/<award_id>")
@awards_api.response(200, AwardSchema)
@requires("awards.own")
def show_award(award_id: str) -> dict[str, Any]:
    return _own(awards.own_award(current_actor(), shaped(award_id)))


@awards_api.post("/<award_id>/publish")
@awards_api.response(200, AwardSchema)
@requires("awards.publish")
def publish(award_id: str) -> dict[str, Any]:
    """Show it to whoever has its address; the signed files name the holder. Asking again changes nothing."""
    return _own(awards.publish(current_actor(), shaped(award_id)))


@awards_api.post("/<award_id>/unpublish")
@awards_api.response(200, AwardSchema)
@requires("awards.publish")
def unpublish(award_id: str) -> dict[str, Any]:
    """Show it to nobody else any more. Asking again changes nothing."""
    return _own(awards.unpublish(current_actor(), shaped(award_id)))


@badges_api.after_request
def _for_pages_of_others(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@badges_api.get("/<award_id>")
@badges_api.response(200, BadgeSchema)
@requires("public.read")
def show_badge(award_id: str) -> dict[str, Any]:
    """What the page of the badge shows, with a verification made now. The signed files are at its own address."""
    award = awards.visible_award(current_actor(), shaped(award_id))
    shown = showcase.showcase_of(award)
    report = check_award(award) if shown.is_signed else None
    return _own(award) | {
        "holder": report.facts.holder if report and report.facts else "",
        "skills": shown.skills,
        "evidence": shown.evidence,
        "withdrawal": shown.withdrawal,
        "verification": as_json(report) if report else None,
    }


def _written(organisation: Organisation, code: str, body: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    actor = authorise("achievements.edit", organisation.id)
    draft = AchievementDraft(**{**body, "competencies": tuple(body["competencies"])})
    before = achievements.newest_digest(organisation, code)
    achievement = achievements.ensure_achievement(organisation, code, draft, actor=actor.public_id)
    return _achievement(achievement), 200 if achievement.current.digest == before else 201


def _achievement(achievement: Achievement) -> dict[str, Any]:
    version = achievement.current
    names = ("digest", "name", "description", "achievement_type", "criteria", "criteria_narrative", "monogram")
    more = ("image_alt", "level", "language", "valid_days")
    return {
        "id": achievement.public_id,
        "url": achievement_url(version),
        "organisation": achievement.organisation.slug,
        "code": achievement.code,
        "state": achievement.state,
        "version": version.number,
        **{name: getattr(version, name) for name in (*names, *more)},
        "competencies": [each.competency.public_id for each in version.competencies],
    }


def _own(award: Award) -> dict[str, Any]:
    return _award(award, awards.standing_of(award, now=utc_now()))


def _award(award: Award, standing: awards.Standing) -> dict[str, Any]:
    version, credential, url = award.achievement_version, award.credential, badge_url(award)
    organisation = version.achievement.organisation
    signed = credential and {
        "json": f"{url}.json",
        "jwt": f"{url}.jwt",
        "sha256": credential.sha256,
        "signed_at": credential.signed_at,
    }
    return {
        "id": award.public_id,
        "url": url,
        "visibility": award.visibility,
        "standing": standing,
        "awarded_at": award.awarded_at,
        "published_at": award.published_at,
        "valid_until": credential.valid_until if credential else None,
        "achievement": {"id": version.achievement.public_id, "version": version.number, "name": version.name},
        "issuer": {"slug": organisation.slug, "name": organisation.name},
        "signed": signed,
    }
