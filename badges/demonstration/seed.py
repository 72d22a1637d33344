"""Loads the demonstration: what is there already is left as it is, so a second time changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from badges.achievement_draft import AchievementDraft
from badges.achievements import ensure_achievement
from badges.demonstration.catalog import (
    FRAMEWORK,
    HERE,
    CatalogBadge,
    catalog_badges,
    module_contents,
    provable_competencies,
    read_catalog,
)
from badges.demonstration.people import ensure_people
from competencies.frameworks.importing import ImportReport, import_package
from competencies.frameworks.models import Competency, Framework
from competencies.learning import authoring
from competencies.learning.models import Module
from issuer import organisations
from issuer.base.db import db
from issuer.keys import keystore
from issuer.models import Account, Organisation

SLUG = "northbridge"
NAMES = HERE / "data" / "badges.yaml"
COMPETENCY_VALID_DAYS = 730


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What was loaded; ``people`` by part (learner, author, assessor, administrator), ``modules`` by code."""

    organisation: Organisation
    people: Mapping[str, Account]
    framework: ImportReport
    modules: Mapping[str, Module]
    achievements: int


def ensure_demonstration() -> Demonstration:
    """The organisation "Northbridge Sales Institute" with its people, framework, modules and achievements."""
    organisation = organisations.ensure(
        slug=SLUG,
        name="Northbridge Sales Institute",
        url="https://northbridge.example",
        email="badges@northbridge.example",
        description="Short modules for people who sell, and badges for what they can do.",
    )
    keystore.ensure_keys(organisation)
    people = ensure_people(organisation)
    report = import_package(organisation, FRAMEWORK.read_bytes())
    catalog = read_catalog()
    modules = _ensure_modules(organisation, catalog)
    made = _ensure_competency_badges(organisation, catalog) + _ensure_micro_credentials(organisation, catalog, modules)
    return Demonstration(organisation, people, report, modules, made)


def _ensure_modules(organisation: Organisation, catalog: Mapping[str, Any]) -> dict[str, Module]:
    modules = {}
    for content, written in module_contents(catalog):
        known = content["code"] in {module.code for module in _modules_of(organisation)}
        published = authoring.publish_version(organisation, content["code"], content=content, actor="system")
        if written and not known:
            authoring.open_module(published.module, actor="system")
        modules[content["code"]] = published.module
    return modules


def _modules_of(organisation: Organisation) -> list[Module]:
    return list(db.session.scalars(db.select(Module).filter_by(organisation_id=organisation.id)))


def _competencies_of(organisation: Organisation) -> dict[str, Competency]:
    query = db.select(Competency).join(Framework).where(Framework.organisation_id == organisation.id)
    return {competency.human_code: competency for competency in db.session.scalars(query)}


def _names() -> Mapping[str, Any]:
    names: Mapping[str, Any] = yaml.safe_load(NAMES.read_text(encoding="utf-8"))
    return names


def _ensure_competency_badges(organisation: Organisation, catalog: Mapping[str, Any]) -> int:
    """One small badge for every competency that a module can prove."""
    competencies, names = _competencies_of(organisation), _names()["competencies"]
    provable = provable_competencies(catalog)
    for code in provable:
        competency = competencies[code]
        definition = AchievementDraft(
            name=names[code],
            description=competency.full_statement,
            achievement_type="Competency",
            criteria={"competency": competency.public_id, "min_trust": competency.mastery_trust},
            criteria_narrative=(
                f"Shows the competency **{code}**: {competency.full_statement}\n\n"
                "It is mastered when the evidence, newest weighing most, reaches 80 %, and every piece that counts was "
                "marked by the server or assessed by a named person. One short module is enough; no course has to be "
                "finished."
            ),
            competencies=(competency.public_id,),
            level=competency.level,
            monogram=monogram(names[code]),
            image_alt=f"Engraved rosette of the badge {names[code]}",
            valid_days=COMPETENCY_VALID_DAYS,
        )
        ensure_achievement(organisation, f"C-{code}", definition, actor="system")
    return len(provable)


def _ensure_micro_credentials(
    organisation: Organisation, catalog: Mapping[str, Any], modules: Mapping[str, Module]
) -> int:
    """The catalog's badges, stacked from modules and competencies."""
    competencies, names = _competencies_of(organisation), _names()["micro_credentials"]
    badges = list(catalog_badges(catalog))
    for badge in badges:
        mastered = tuple(competencies[code] for code in badge.competencies)
        definition = AchievementDraft(
            name=badge.name,
            description=names[badge.code]["can"],
            achievement_type="MicroCredential",
            criteria=_criteria(badge, modules, mastered),
            criteria_narrative=_narrative(badge, modules, mastered),
            competencies=tuple(competency.public_id for competency in mastered),
            level=names[badge.code]["level"],
            monogram=monogram(badge.name),
            image_alt=f"Engraved rosette of the badge {badge.name}",
            valid_days=badge.valid_days,
        )
        ensure_achievement(organisation, badge.code, definition, actor="system")
    return len(badges)


def _criteria(badge: CatalogBadge, modules: Mapping[str, Module], mastered: tuple[Competency, ...]) -> dict[str, Any]:
    completed: list[dict[str, Any]] = [{"module": modules[code].public_id} for code in badge.modules]
    shown: list[dict[str, Any]] = [
        {"competency": competency.public_id, "min_trust": badge.min_trust, "min_evidence": badge.min_evidence}
        for competency in mastered
    ]
    return {"all": completed + shown}


def _narrative(badge: CatalogBadge, modules: Mapping[str, Module], mastered: tuple[Competency, ...]) -> str:
    titles = "\n".join(
        f"- {modules[code].current.title} ({modules[code].current.minutes} minutes)" for code in badge.modules
    )
    statements = "\n".join(f"- **{competency.human_code}** {competency.full_statement}" for competency in mastered)
    trust = (
        "assessed by a named person who saw the work" if badge.min_trust == 3 else "marked by the server or by a person"
    )
    return (
        f"Complete these modules, in any order, {badge.minutes} minutes together:\n\n{titles}\n\n"
        f"and master these competencies with evidence {trust}:\n\n{statements}"
    )


def monogram(name: str) -> str:
    """The first letters of a name's words, at most three: "Ten-minute prospect research" -> "TPR"."""
    words = [word for word in name.replace("-", " ").replace(",", " ").split() if word[0].isalnum()]
    small = {"of", "the", "to", "in", "and", "or", "a"}
    letters = [word[0].upper() for word in words if word.lower() not in small] or [name[0].upper()]
    return "".join(letters[:3])
