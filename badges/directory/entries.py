"""What may be found, read from where it is kept: listed badges, and what the catalog and the issuers offer everybody.

An entry is made from these statements and nowhere else, when it is written into the index as when it is shown, so what
an index that is behind knows is not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from badges.awards import LISTED
from badges.directory.models import ACHIEVEMENT, BADGE, COMPETENCY, ISSUER, MODULE
from badges.models import Achievement, AchievementCompetency, AchievementVersion, Award
from badges.sharing.presenting import FULL, HIDDEN, initials_of
from competencies.frameworks.models import Competency, Framework
from competencies.frameworks.queries import PRIVATE_DRAFT
from competencies.learning.models import Module, ModuleCompetency, ModuleVersion
from issuer.base.db import db
from issuer.crypto.strict_json import load_object
from issuer.models import Organisation


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that may be found.

    ``name``      what its address calls it: a public id, of an issuer the slug.
    ``text``      a few sentences about it, for the snippet; ``language`` that of title and text, "" when unknown.
    ``notes``     short facts beside it, which are found as well; ``holder`` of a badge as others read it, or "".
    ``unshown``   words by which it is found too, though not shown.
    ``is_holder_searchable``  whether the holder chose to be named in full.
    """

    kind: str
    subject_id: int
    name: str
    title: str
    text: str
    language: str
    changed_at: datetime
    notes: tuple[str, ...] = ()
    issuer: str = ""
    holder: str = ""
    is_holder_searchable: bool = False
    unshown: tuple[str, ...] = ()


def entries_of(kind: str, subject_ids: Collection[int]) -> Mapping[int, Entry]:
    """Internal id -> entry, of those that may be found now; the others are left out."""
    if not subject_ids:
        return {}
    statement, key, read = _SOURCES[kind]
    wanted = statement().where(key.in_(list(subject_ids))).execution_options(populate_existing=True)
    rows = db.session.scalars(wanted)
    return {entry.subject_id: entry for entry in map(read, rows.unique())}


def ids_of(kind: str) -> Select[Any]:
    """The internal ids of all of a kind that may be found."""
    statement, key, _read = _SOURCES[kind]
    return select(statement().subquery().c[key.key])


def _badges() -> Select[Any]:
    version = joinedload(Award.achievement_version, innerjoin=True)
    return (
        select(Award)
        .where(Award.visibility == LISTED, Award.state == "issued")
        .options(
            version.joinedload(AchievementVersion.achievement, innerjoin=True).joinedload(Achievement.organisation),
            joinedload(Award.credential),
        )
    )


def _badge(award: Award) -> Entry:
    version = award.achievement_version
    return Entry(
        kind=BADGE,
        subject_id=award.id,
        name=award.public_id,
        title=version.name,
        text=version.description,
        language=version.language,
        changed_at=award.published_at or award.awarded_at,
        notes=tuple(filter(None, (version.level,))),
        issuer=version.achievement.organisation.name,
        holder=_holder(award),
        is_holder_searchable=award.shown_name == FULL,
    )


def _holder(award: Award) -> str:
    """The name that was signed, as far as the holder shows it."""
    if award.shown_name == HIDDEN or award.credential is None:
        return ""
    subject = load_object(award.credential.document).get("credentialSubject", {})
    named = [
        str(each["identityHash"])
        for each in subject.get("identifier", [])
        if each.get("identityType") == "name" and not each.get("hashed")
    ]
    name = named[0] if named else ""
    return name if award.shown_name == FULL else initials_of(name)


def _achievements() -> Select[Any]:
    newest = (
        select(AchievementVersion.achievement_id, func.max(AchievementVersion.number).label("number"))
        .group_by(AchievementVersion.achievement_id)
        .subquery()
    )
    is_newest = and_(
        newest.c.achievement_id == AchievementVersion.achievement_id, newest.c.number == AchievementVersion.number
    )
    competencies = selectinload(AchievementVersion.competencies).joinedload(AchievementCompetency.competency)
    return (
        select(AchievementVersion)
        .join(newest, is_newest)
        .join(AchievementVersion.achievement)
        .join(Achievement.organisation)
        .where(Achievement.state == "open")
        .options(contains_eager(AchievementVersion.achievement).contains_eager(Achievement.organisation), competencies)
    )


def _achievement(version: AchievementVersion) -> Entry:
    achievement = version.achievement
    return Entry(
        kind=ACHIEVEMENT,
        subject_id=achievement.id,
        name=achievement.public_id,
        title=version.name,
        text=version.description,
        language=version.language,
        changed_at=version.created_at,
        notes=tuple(filter(None, (version.level,))),
        issuer=achievement.organisation.name,
        unshown=(
            achievement.code,
            version.criteria_narrative,
            *(_short(each.competency) for each in version.competencies),
        ),
    )


def _modules() -> Select[Any]:
    newest = (
        select(ModuleVersion.module_id, func.max(ModuleVersion.number).label("number"))
        .group_by(ModuleVersion.module_id)
        .subquery()
    )
    competencies = selectinload(ModuleVersion.competencies).joinedload(ModuleCompetency.competency)
    return (
        select(ModuleVersion)
        .join(newest, and_(newest.c.module_id == ModuleVersion.module_id, newest.c.number == ModuleVersion.number))
        .join(ModuleVersion.module)
        .join(Module.organisation)
        .where(Module.state != "archived", Organisation.open_enrolment)
        .options(contains_eager(ModuleVersion.module).contains_eager(Module.organisation), competencies)
    )


def _module(version: ModuleVersion) -> Entry:
    module = version.module
    return Entry(
        kind=MODULE,
        subject_id=module.id,
        name=module.public_id,
        title=version.title,
        text=version.summary,
        language=version.language,
        changed_at=version.created_at,
        notes=(module.code,),
        issuer=module.organisation.name,
        unshown=tuple(_short(each.competency) for each in version.competencies),
    )


def _competencies() -> Select[Any]:
    return (
        select(Competency)
        .join(Competency.framework)
        .where(Competency.state == "active", Framework.adoption_status != PRIVATE_DRAFT)
        .options(contains_eager(Competency.framework))
    )


def _competency(competency: Competency) -> Entry:
    framework = competency.framework
    return Entry(
        kind=COMPETENCY,
        subject_id=competency.id,
        name=competency.public_id,
        title=_short(competency),
        text=competency.full_statement if competency.abbreviated_statement else "",
        language=competency.language or framework.language,
        changed_at=competency.last_change_at or framework.last_change_at or framework.created_at,
        notes=tuple(filter(None, (competency.human_code, competency.level, framework.title))),
    )


def _short(competency: Competency) -> str:
    return competency.abbreviated_statement or competency.full_statement


def _issuers() -> Select[Any]:
    return select(Organisation)


def _issuer(organisation: Organisation) -> Entry:
    return Entry(
        kind=ISSUER,
        subject_id=organisation.id,
        name=organisation.slug,
        title=organisation.name,
        text=organisation.description,
        language="",
        changed_at=organisation.created_at,
        unshown=tuple(filter(None, (organisation.slug, organisation.url))),
    )


_Source = tuple[Callable[[], Select[Any]], Any, Callable[[Any], Entry]]
_SOURCES: Mapping[str, _Source] = {
    BADGE: (_badges, Award.id, _badge),
    ACHIEVEMENT: (_achievements, AchievementVersion.achievement_id, _achievement),
    MODULE: (_modules, ModuleVersion.module_id, _module),
    COMPETENCY: (_competencies, Competency.id, _competency),
    ISSUER: (_issuers, Organisation.id, _issuer),
}
"""Kind -> its statement, the internal id in it, and how one of its rows is read."""
