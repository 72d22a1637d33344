"""The JSON API of achievements: reading them, and writing versions of them as an author."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from badges import achievements
from badges.achievement_draft import NOT_ONE_OBJECT, AchievementDraft
from badges.award_facts import achievement_url
from badges.models import Achievement, AchievementVersion
from badges.public_names import shaped
from badges.schemas import (
    AchievementBodySchema,
    AchievementListSchema,
    AchievementQuerySchema,
    AchievementSchema,
    AchievementVersionListSchema,
    NewAchievementBodySchema,
)
from issuer import organisations
from issuer.access import authorise, requires
from issuer.base.errors import Conflict, NotFound
from issuer.base.json_bodies import ApiBlueprint
from issuer.policy import Actor

achievements_api = ApiBlueprint(
    "achievements_api", __name__, url_prefix="/api/v1/achievements", description="What can be awarded, in versions."
)

_TOLD = (
    "digest",
    "name",
    "description",
    "achievement_type",
    "criteria",
    "criteria_narrative",
    "monogram",
    "image_alt",
    "picture",
    "level",
    "language",
    "valid_days",
    "may_be_suspended",
    "names_revocation_list",
)


@achievements_api.get("")
@achievements_api.arguments(AchievementQuerySchema, location="query")
@achievements_api.response(200, AchievementListSchema)
@requires("public.read")
def list_achievements(query: dict[str, Any]) -> dict[str, Any]:
    """What is awarded now, or what is archived, the oldest first; of one organisation by its short name."""
    page = achievements.achievements_page(**query)
    return {"items": [_version(achievement.current) for achievement in page.items], "next": page.next}


@achievements_api.get("/<achievement_id>")
@achievements_api.response(200, AchievementSchema)
@requires("public.read")
def show_achievement(achievement_id: str) -> dict[str, Any]:
    """The current version; archived ones too, as badges name them."""
    return _version(achievements.find_achievement(shaped(achievement_id)).current)


@achievements_api.post("")
@achievements_api.arguments(NewAchievementBodySchema)
@achievements_api.response(201, AchievementSchema)
@requires("achievements.edit")
def make_achievement(body: dict[str, Any]) -> dict[str, Any]:
    """A new achievement with its first version."""
    organisation = organisations.by_slug(body.pop("organisation"))
    if organisation is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    actor = authorise("achievements.edit", organisation.id)
    code = body.pop("code")
    if achievements.newest_digest(organisation, code) is not None:
        raise Conflict("code_taken", _("There is an achievement with this code. Write a new version of it instead."))
    made = achievements.ensure_achievement(organisation, code, _draft(body), actor=actor.public_id)
    return _version(made.current)


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
def add_version(body: dict[str, Any], achievement_id: str) -> tuple[dict[str, Any], int]:
    """A new version, for awards from now on; the same content again is answered 200 and makes none."""
    achievement, actor = _own(achievement_id)
    before = achievement.current.number
    achievements.ensure_achievement(achievement.organisation, achievement.code, _draft(body), actor=actor.public_id)
    current = achievement.current
    return _version(current), 201 if current.number > before else 200


@achievements_api.post("/<achievement_id>/archive")
@achievements_api.response(200, AchievementSchema)
@requires("achievements.edit")
def archive_achievement(achievement_id: str) -> dict[str, Any]:
    """No longer awarded; badges that were awarded stay."""
    achievement, actor = _own(achievement_id)
    achievements.archive(achievement, actor=actor.public_id)
    return _version(achievement.current)


def _own(achievement_id: str) -> tuple[Achievement, Actor]:
    achievement = achievements.find_achievement(shaped(achievement_id))
    return achievement, authorise("achievements.edit", achievement.organisation_id)


def _draft(body: dict[str, Any]) -> AchievementDraft:
    return AchievementDraft(**body | {"competencies": tuple(body["competencies"])})


def _version(version: AchievementVersion) -> dict[str, Any]:
    achievement = version.achievement
    return {
        "id": achievement.public_id,
        "url": achievement_url(version),
        "code": achievement.code,
        "organisation": achievement.organisation.slug,
        "state": achievement.state,
        "version": version.number,
        **{name: getattr(version, name) for name in _TOLD},
        "notice": str(NOT_ONE_OBJECT) if version.has_several_statuses else None,
        "competencies": [each.competency.public_id for each in version.competencies],
    }
