"""Achievements: what can be awarded, in versions that never change.

A version is known by the digest of its content: the same content again makes no new version. Awards point at the
version they were given for, so what a badge says stays true when the achievement is rewritten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from badges.achievement_draft import AchievementDraft, cleaned, digest_of, faults_in
from badges.criteria import CompetencyDemand, ModuleDemand, demands, read_rule
from badges.models import Achievement, AchievementCompetency, AchievementVersion
from competencies.frameworks.models import Competency, Framework
from competencies.learning.models import Module
from issuer.base import audit
from issuer.base.db import db
from issuer.base.errors import Conflict, Invalid, NotFound
from issuer.base.paging import Page, oldest_first
from issuer.models import Organisation
from issuer.pictures.keeping import is_kept
from issuer.succession.standing import refuse_closed


def ensure_achievement(organisation: Organisation, code: str, draft: AchievementDraft, *, actor: str) -> Achievement:
    """The organisation's achievement ``code`` with a current version that says what ``draft`` says.

    Makes the achievement, a new version, or nothing, as needed. Raises Invalid, Conflict (archived).
    """
    refuse_closed(organisation)
    draft = cleaned(draft)
    competencies = _checked(organisation, code, draft)
    achievement = _find_or_make(organisation, code, actor=actor)
    if achievement.state == "archived":
        raise Conflict(
            "achievement_archived", gettext("This achievement is archived; open it again under another code.")
        )
    current = current_version(achievement)
    if draft.picture is None and current is not None:
        draft = replace(draft, picture=current.picture)
    digest = digest_of(draft)
    if current is not None and current.digest == digest:
        return achievement
    number = 1 if current is None else current.number + 1
    achievement.versions.append(_version(draft, competencies, number=number, digest=digest))
    db.session.flush()
    audit.record("achievement.versioned", achievement.public_id, actor=actor, version=number, digest=digest)
    return achievement


def archive(achievement: Achievement, *, actor: str) -> None:
    """No longer awarded; awards of it, its page and its versions stay."""
    if achievement.state == "archived":
        return
    achievement.state = "archived"
    db.session.flush()
    audit.record("achievement.archived", achievement.public_id, actor=actor)


def find_achievement(public_id: str) -> Achievement:
    """The achievement with that public id, archived or not. Raises NotFound."""
    achievement = db.session.scalar(select(Achievement).filter_by(public_id=public_id))
    if achievement is None:
        raise NotFound("not_found", gettext("There is no such achievement."))
    return achievement


def achievements_page(*, organisation: str | None, state: str, limit: int, after: str | None) -> Page:
    """The achievements in that state (open, archived), the oldest first, with their versions.

    ``organisation`` is a slug, or None for every organisation. Raises Invalid for a cursor that was never given.
    """
    competencies = selectinload(Achievement.versions).selectinload(AchievementVersion.competencies)
    statement = (
        select(Achievement)
        .filter_by(state=state)
        .options(joinedload(Achievement.organisation), competencies.joinedload(AchievementCompetency.competency))
    )
    if organisation is not None:
        owner = select(Organisation.id).filter_by(slug=organisation).scalar_subquery()
        statement = statement.where(Achievement.organisation_id == owner)
    return oldest_first(statement, Achievement, limit=limit, after=after)


def newest_digest(organisation: Organisation, code: str) -> str | None:
    """The digest of the current version of the organisation's achievement ``code``; None when there is none."""
    return db.session.scalar(
        select(AchievementVersion.digest)
        .join(Achievement, Achievement.id == AchievementVersion.achievement_id)
        .where(Achievement.organisation_id == organisation.id, Achievement.code == code)
        .order_by(AchievementVersion.number.desc())
        .limit(1)
    )


def current_version(achievement: Achievement) -> AchievementVersion | None:
    """The newest version; None only while the achievement is being made."""
    newest = select(AchievementVersion).filter_by(achievement_id=achievement.id)
    return db.session.scalar(newest.order_by(AchievementVersion.number.desc()).limit(1))


def _find_or_make(organisation: Organisation, code: str, *, actor: str) -> Achievement:
    """The achievement, its row locked: versions are numbered one after the other."""
    wanted = select(Achievement).filter_by(organisation_id=organisation.id, code=code).with_for_update()
    if (found := db.session.scalar(wanted)) is not None:
        return found
    try:
        with db.session.begin_nested():
            achievement = Achievement(organisation_id=organisation.id, code=code)
            db.session.add(achievement)
    except IntegrityError:
        return db.session.scalars(wanted).one()  # made by somebody else at the same moment
    audit.record("achievement.created", achievement.public_id, actor=actor, organisation=organisation.public_id)
    return achievement


def _version(
    draft: AchievementDraft, competencies: Sequence[Competency], *, number: int, digest: str
) -> AchievementVersion:
    return AchievementVersion(
        number=number,
        name=draft.name,
        description=draft.description,
        achievement_type=draft.achievement_type,
        criteria=draft.criteria,
        criteria_narrative=draft.criteria_narrative,
        level=draft.level,
        monogram=draft.monogram,
        image_alt=draft.image_alt,
        picture=draft.picture or "",
        language=draft.language,
        valid_days=draft.valid_days,
        may_be_suspended=draft.may_be_suspended,
        names_revocation_list=draft.names_revocation_list,
        digest=digest,
        competencies=[AchievementCompetency(competency=competency) for competency in competencies],
    )


def _checked(organisation: Organisation, code: str, draft: AchievementDraft) -> Sequence[Competency]:
    """The competencies the draft names, in its order. Raises Invalid naming every field that is not acceptable."""
    faults = faults_in(code, draft)
    competencies = _competencies(organisation, draft.competencies)
    if len(competencies) < len(set(draft.competencies)):
        faults["competencies"] = ["A competency is not one of this organisation's."]
    if unknown := _unknown_in_criteria(organisation, draft.criteria):
        faults["criteria"] = [f"Not a competency or module of this organisation: {', '.join(unknown)[:200]}."]
    if draft.picture and not is_kept(organisation, draft.picture):
        faults["picture"] = [gettext("This organisation has handed in no such picture.")]
    if faults:
        raise Invalid("bad_achievement", "Some of the achievement is not acceptable.", fields=faults)
    return [competencies[public_id] for public_id in dict.fromkeys(draft.competencies)]


def _unknown_in_criteria(organisation: Organisation, criteria: dict[str, Any]) -> list[str]:
    wanted = demands(read_rule(criteria))
    competencies = [demand.competency for demand in wanted if isinstance(demand, CompetencyDemand)]
    modules = [demand.module for demand in wanted if isinstance(demand, ModuleDemand)]
    known_modules = set(
        db.session.scalars(
            select(Module.public_id).where(Module.organisation_id == organisation.id, Module.public_id.in_(modules))
        )
    )
    known = known_modules | _competencies(organisation, competencies).keys()
    return [public_id for public_id in dict.fromkeys(competencies + modules) if public_id not in known]


def _competencies(organisation: Organisation, public_ids: Sequence[str]) -> dict[str, Competency]:
    found = db.session.scalars(
        select(Competency)
        .join(Framework, Framework.id == Competency.framework_id)
        .where(Framework.organisation_id == organisation.id, Competency.public_id.in_(set(public_ids)))
    )
    return {competency.public_id: competency for competency in found}
