"""What an issuer offers, as values: the page of one achievement, and the page of the issuer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from flask_babel import gettext
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager

from badges import showcase
from badges.award_facts import achievement_facts
from badges.award_wording import type_words, validity_words
from badges.credential import achievement_document
from badges.criteria import CompetencyDemand, ModuleDemand, demands, read_rule
from badges.models import Achievement, AchievementVersion, Award
from badges.showcase_values import ShownAchievement, ShownIssuer, ShownSkill
from competencies.frameworks.models import Competency
from competencies.learning import queries
from competencies.learning.models import Module, ModuleCompetency, ModuleVersion
from competencies.learning.queries import CatalogEntry
from issuer.base.db import db
from issuer.base.errors import NotFound
from issuer.crypto.contexts import OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT, VC2_CONTEXT
from issuer.keys import keystore
from issuer.models import Organisation
from issuer.policy import Actor
from issuer.profile import issuer_did, issuer_profile

FEWEST_COUNTED = 5
"""Below so many holders no number is shown: it would say who."""

MOST_MODULES = 60
ACHIEVEMENTS_ON_A_PAGE = 24


@dataclass(frozen=True, slots=True)
class VersionLine:
    number: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class AchievementSheet:
    """An achievement's page. ``holders`` None: too few to be told. ``validity`` of an award, in words."""

    code: str
    is_open: bool
    achievement: ShownAchievement
    issuer: ShownIssuer
    skills: tuple[ShownSkill, ...]
    modules: tuple[CatalogEntry, ...]
    versions: tuple[VersionLine, ...]
    validity: str
    holders: int | None


@dataclass(frozen=True, slots=True)
class OfferedBadge:
    public_id: str
    name: str
    kind: str
    level: str
    version: int
    language: str


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A public key. ``purpose`` and ``state``: see issuer.models.SigningKey."""

    name: str
    purpose: str
    algorithm: str
    made_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class IssuerSheet:
    """An issuer's page. ``groups``: what it awards by kind, micro-credentials first; ``keys``: what it signs with.

    ``offered``: how many achievements there are on all pages; ``next``: the cursor of the following page, None on the
    last.
    """

    issuer: ShownIssuer
    description: str
    web_address: str
    did: str
    groups: tuple[tuple[str, tuple[OfferedBadge, ...]], ...]
    offered: int
    next: str | None
    keys: tuple[KeyLine, ...]


def version_of(achievement: Achievement, number: int | None) -> AchievementVersion:
    """The version of that number, the current one for None. Raises NotFound."""
    versions = [each for each in achievement.versions if number is None or each.number == number]
    if not versions:
        raise NotFound("not_found", gettext("There is no such version."))
    return versions[-1]


def sheet_of(version: AchievementVersion, *, actor: Actor, now: datetime) -> AchievementSheet:
    """What there is to show of one version of an achievement."""
    achievement = version.achievement
    skills = showcase.skills_of(version, values={})
    return AchievementSheet(
        code=achievement.code,
        is_open=achievement.state == "open",
        achievement=showcase.shown_achievement(version, newest=achievement.versions[-1].number),
        issuer=showcase.shown_issuer(achievement.organisation),
        skills=skills,
        modules=_modules(version, actor=actor, now=now),
        versions=tuple(VersionLine(each.number, each.created_at) for each in reversed(achievement.versions)),
        validity=validity_words(version.valid_days),
        holders=_holders(achievement),
    )


def document_of(version: AchievementVersion) -> dict[str, Any]:
    """The Achievement as a document of its own (Open Badges 3.0, B.1.1)."""
    creator = issuer_profile(version.achievement.organisation)
    contexts = [VC2_CONTEXT, OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT]
    return {"@context": contexts, **achievement_document(achievement_facts(version, values={}), creator=creator)}


def issuer_sheet(organisation: Organisation, *, after: str | None = None) -> IssuerSheet:
    """What an organisation awards and signs with; ``after`` an achievement (public id), or from the first one."""
    known = _in_order(organisation)
    start = known.index(after) + 1 if after in known else 0
    wanted = known[start : start + ACHIEVEMENTS_ON_A_PAGE]
    offered = [_offered(version) for version in _versions_of(wanted)]
    return IssuerSheet(
        issuer=showcase.shown_issuer(organisation),
        description=organisation.description,
        web_address=organisation.url or "",
        did=issuer_did(organisation),
        groups=tuple((kind, tuple(group)) for kind, group in groupby(offered, key=lambda badge: badge.kind)),
        offered=len(known),
        next=wanted[-1] if start + len(wanted) < len(known) else None,
        keys=tuple(
            KeyLine(key.kid, key.purpose, key.algorithm, key.created_at, key.state)
            for key in keystore.keys_of(organisation)
        ),
    )


def _offered(version: AchievementVersion) -> OfferedBadge:
    kind = type_words(version.achievement_type)
    return OfferedBadge(
        version.achievement.public_id, version.name, kind, version.level, version.number, version.language
    )


def _in_order(organisation: Organisation) -> Sequence[str]:
    """The public ids of what it awards now, as its page shows them."""
    return db.session.scalars(
        _open_versions()
        .with_only_columns(Achievement.public_id)
        .where(Achievement.organisation_id == organisation.id)
        .order_by(
            AchievementVersion.achievement_type != "MicroCredential",
            AchievementVersion.achievement_type,
            AchievementVersion.name,
            Achievement.id,
        )
    ).all()


def _versions_of(achievement_ids: Sequence[str]) -> list[AchievementVersion]:
    """Their current versions, in this order."""
    found = db.session.scalars(
        _open_versions()
        .options(contains_eager(AchievementVersion.achievement))
        .where(Achievement.public_id.in_(achievement_ids))
    )
    place = {public_id: number for number, public_id in enumerate(achievement_ids)}
    return sorted(found, key=lambda version: place[version.achievement.public_id])


def _open_versions() -> Select[Any]:
    """The current versions of what is awarded now."""
    newest = (
        select(AchievementVersion.achievement_id, func.max(AchievementVersion.number).label("number"))
        .group_by(AchievementVersion.achievement_id)
        .subquery()
    )
    current = and_(
        newest.c.achievement_id == AchievementVersion.achievement_id, newest.c.number == AchievementVersion.number
    )
    return (
        select(AchievementVersion)
        .join(newest, current)
        .join(AchievementVersion.achievement)
        .where(Achievement.state == "open")
    )


def _modules(version: AchievementVersion, *, actor: Actor, now: datetime) -> tuple[CatalogEntry, ...]:
    """The modules that count towards the achievement and that the reader may see, the shortest first."""
    wanted = demands(read_rule(version.criteria))
    named = {demand.module for demand in wanted if isinstance(demand, ModuleDemand)}
    competencies = {demand.competency for demand in wanted if isinstance(demand, CompetencyDemand)}
    found = queries.entries_of(_leading(named, competencies, actor), actor=actor, now=now)
    return tuple(sorted(found.values(), key=lambda entry: (not entry.is_open, entry.minutes, entry.title)))


def _leading(named: set[str], competencies: set[str], actor: Actor) -> Sequence[str]:
    """Public ids of visible modules that are named, or whose current version is about one of the competencies."""
    newest = (
        select(ModuleVersion.module_id, func.max(ModuleVersion.number).label("number"))
        .group_by(ModuleVersion.module_id)
        .subquery()
    )
    about = (
        select(ModuleVersion.module_id)
        .join(newest, and_(newest.c.module_id == ModuleVersion.module_id, newest.c.number == ModuleVersion.number))
        .join(ModuleCompetency, ModuleCompetency.module_version_id == ModuleVersion.id)
        .join(Competency, Competency.id == ModuleCompetency.competency_id)
        .where(Competency.public_id.in_(competencies))
    )
    visible = and_(Module.state != "archived", or_(Organisation.open_enrolment, Organisation.id.in_(list(actor.roles))))
    return db.session.scalars(
        select(Module.public_id)
        .join(Organisation, Organisation.id == Module.organisation_id)
        .where(visible, or_(Module.public_id.in_(named), Module.id.in_(about)))
        .order_by(Module.code)
        .limit(MOST_MODULES)
    ).all()


def _holders(achievement: Achievement) -> int | None:
    counted = db.session.scalar(
        select(func.count(Award.account_id.distinct()))
        .join(AchievementVersion, AchievementVersion.id == Award.achievement_version_id)
        .where(AchievementVersion.achievement_id == achievement.id, Award.state == "issued")
    )
    return counted if counted and counted >= FEWEST_COUNTED else None
