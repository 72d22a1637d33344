"""The JSON API about one's own profile and evidence."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from competencies.evidence.models import Evidence
from competencies.profiles.asking import own_account_id
from competencies.profiles.evidence_list import evidence_page
from competencies.profiles.next_steps import CatalogModule
from competencies.profiles.profile import Piece, Skill, skill_profile
from competencies.profiles.schemas import EvidenceListSchema, ProfileSchema
from competencies.profiles.wording import level_words
from issuer.access import requires
from issuer.base.db import utc_now
from issuer.base.json_bodies import ApiBlueprint
from issuer.schemas import PageQuerySchema

profile_api = ApiBlueprint(
    "profile_api", __name__, url_prefix="/api/v1/profile", description="The own skills, with what they rest on."
)
evidence_api = ApiBlueprint(
    "evidence_api", __name__, url_prefix="/api/v1/evidence", description="The own evidence, as it was recorded."
)


@profile_api.get("")
@profile_api.response(200, ProfileSchema)
@requires("profile.own")
def show_profile() -> dict[str, Any]:
    profile = skill_profile(own_account_id(), now=utc_now())
    return {
        "skills": [_skill(skill) for skill in profile.skills],
        "progress": [asdict(progress) | {"percent": progress.percent} for progress in profile.progress],
        "next_step": _module(profile.next_step),
    }


@evidence_api.get("")
@evidence_api.arguments(PageQuerySchema, location="query")
@evidence_api.response(200, EvidenceListSchema)
@requires("profile.own")
def list_evidence(query: dict[str, Any]) -> dict[str, Any]:
    """Newest first."""
    page = evidence_page(own_account_id(), limit=query["limit"], after=query["after"])
    return {"items": [_evidence(each) for each in page.items], "next": page.next}


def _skill(skill: Skill) -> dict[str, Any]:
    shown = skill.freshness
    return {
        "competency": skill.competency_id,
        "code": skill.code,
        "name": skill.name,
        "level": skill.level,
        "level_words": level_words(skill),
        "framework": skill.framework_id,
        "framework_title": skill.framework_title,
        "value": skill.value,
        "threshold": skill.threshold,
        "count": skill.count,
        "mastered_at": skill.mastered_at,
        "freshness": shown and {name: getattr(shown, name) for name in _FRESHNESS},
        "evidence": [_piece(piece) for piece in skill.pieces],
        "next_step": _module(skill.next_step),
    }


_FRESHNESS = ("state", "retention", "last_shown_at", "due_at")


def _piece(piece: Piece) -> dict[str, Any]:
    told = asdict(piece)
    return {"evidence": told.pop("evidence_id"), **told}


def _module(module: CatalogModule | None) -> dict[str, Any] | None:
    if module is None:
        return None
    return {"module": module.module_id, "code": module.code, "title": module.title, "minutes": module.minutes}


def _evidence(evidence: Evidence) -> dict[str, Any]:
    version = evidence.module_version
    names = ("kind", "score", "met", "trust", "source", "earned_at", "received_at", "digest", "record")
    return {
        "id": evidence.public_id,
        **{name: getattr(evidence, name) for name in names},
        "module": version and version.module.public_id,
        "module_code": version.module.code if version else "",
        "module_title": version.title if version else "",
        "version": version and version.number,
        "competencies": [
            {"competency": each.competency.public_id, "code": each.competency.human_code, "weight": each.weight}
            for each in evidence.competencies
        ],
    }
