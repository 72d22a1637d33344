"""A learner's skill profile: what the evidence says of each competency, the evidence itself, and what comes next.

Four queries, each by an index of the learner or of the learner's organisations: the cost does not depend on
how many other learners, awards or pieces of evidence there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import contains_eager

from competencies.evidence.freshness import Freshness, freshness
from competencies.evidence.models import Evidence, EvidenceCompetency, Mastery
from competencies.frameworks.models import Competency
from competencies.learning.models import Module, ModuleVersion
from competencies.profiles.next_steps import Catalog, CatalogModule, CatalogProgress, catalog_for
from issuer.base.db import db


def of_100(share: float) -> int:
    """0..1 as whole points of 100, rounded down: nothing looks reached that is not."""
    return floor(share * 100 + 1e-9)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence behind a skill. ``weight``: how much of it is about the skill, 0..1.

    ``counts`` is False for a failed try and for evidence trusted less than the competency asks for.
    """

    evidence_id: str
    kind: str
    module_code: str
    module_title: str
    version: int | None
    score: float | None
    met: bool
    counts: bool
    trust: int
    weight: float
    earned_at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Skill:
    """One competency of the learner. ``value`` and ``threshold`` 0..1; ``mastered_at`` None: not yet mastered.

    ``next_step`` is the shortest open module that would move it up, or that refreshes it when it is due.
    """

    competency_id: str
    code: str
    name: str
    level: str
    framework_id: str
    framework_title: str
    is_deprecated: bool
    value: float
    threshold: float
    count: int
    mastered_at: datetime | None
    freshness: Freshness | None
    pieces: tuple[Piece, ...]
    next_step: CatalogModule | None

    @property
    def percent(self) -> int:
        return of_100(self.value)

    @property
    def needed(self) -> int:
        return of_100(self.threshold)

    @property
    def is_mastered(self) -> bool:
        return self.mastered_at is not None


@dataclass(frozen=True, slots=True)
class SkillProfile:
    """``next_step``: the shortest open module for a competency that is not mastered yet."""

    skills: tuple[Skill, ...]
    progress: tuple[CatalogProgress, ...]
    next_step: CatalogModule | None

    @property
    def mastered(self) -> int:
        return sum(skill.is_mastered for skill in self.skills)


def skill_profile(account_id: int, *, now: datetime) -> SkillProfile:
    """The profile of the learner with this internal id, mastered skills first, in the order of their framework."""
    masteries = _masteries(account_id)
    evidence = _evidence(account_id)
    catalog = catalog_for(account_id)
    skills = tuple(_skill(row, evidence[row.competency_id], catalog=catalog, now=now) for row in masteries)
    mastered = {skill.competency_id for skill in skills if skill.is_mastered}
    return SkillProfile(skills, catalog.progress(), catalog.shortest_beyond(mastered))


def _skill(row: Mastery, evidence: Sequence[Row[Any]], *, catalog: Catalog, now: datetime) -> Skill:
    competency = row.competency
    trusted = [(each.earned_at, each.met) for each in evidence if each.trust >= competency.mastery_trust]
    return Skill(
        competency_id=competency.public_id,
        code=competency.human_code,
        name=competency.abbreviated_statement or competency.full_statement,
        level=competency.level,
        framework_id=competency.framework.public_id,
        framework_title=competency.framework.title,
        is_deprecated=competency.state == "deprecated",
        value=row.value,
        threshold=competency.mastery_threshold,
        count=row.count,
        mastered_at=row.mastered_at,
        freshness=freshness(trusted, now=now),
        pieces=tuple(_piece(each, competency) for each in evidence),
        next_step=catalog.shortest_for(competency.public_id) if competency.state == "active" else None,
    )


def _piece(row: Row[Any], competency: Competency) -> Piece:
    return Piece(
        evidence_id=row.public_id,
        kind=row.kind,
        module_code=row.code or "",
        module_title=row.title or "",
        version=row.number,
        score=row.score,
        met=row.met,
        counts=row.met and row.trust >= competency.mastery_trust,
        trust=row.trust,
        weight=row.weight,
        earned_at=row.earned_at,
        digest=row.digest,
    )


def _masteries(account_id: int) -> Sequence[Mastery]:
    statement = (
        select(Mastery)
        .join(Mastery.competency)
        .join(Competency.framework)
        .options(contains_eager(Mastery.competency).contains_eager(Competency.framework))
        .where(Mastery.account_id == account_id)
        .order_by(Mastery.mastered_at.is_(None), Competency.framework_id, Competency.position, Competency.id)
    )
    return db.session.scalars(statement).all()


def _evidence(account_id: int) -> Mapping[int, Sequence[Row[Any]]]:
    """By competency (internal id), newest first; without the records, which may be long."""
    statement = (
        select(
            EvidenceCompetency.competency_id,
            EvidenceCompetency.weight,
            *(getattr(Evidence, name) for name in _EVIDENCE_COLUMNS),
            ModuleVersion.title,
            ModuleVersion.number,
            Module.code,
        )
        .join(Evidence, EvidenceCompetency.evidence_id == Evidence.id)
        .outerjoin(ModuleVersion, ModuleVersion.id == Evidence.module_version_id)
        .outerjoin(Module, Module.id == ModuleVersion.module_id)
        .where(Evidence.account_id == account_id)
        .order_by(Evidence.earned_at.desc(), Evidence.id.desc())
    )
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in db.session.execute(statement):
        found[row.competency_id].append(row)
    return found


_EVIDENCE_COLUMNS = ("public_id", "kind", "score", "met", "trust", "earned_at", "digest")
