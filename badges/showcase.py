"""Everything that the page of one badge and the wall of one's own badges show, as values.

However many competencies and pieces of evidence a badge has, and however many badges a wall: the number of queries
is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from badges.award_facts import badge_url
from badges.award_wording import type_words
from badges.awards import LISTED, Standing, is_open, standing_from
from badges.models import Achievement, AchievementCompetency, AchievementVersion, Award
from badges.sharing.human_codes import written
from badges.showcase_evidence import pieces_of
from badges.showcase_values import (
    Showcase,
    ShownAchievement,
    ShownIssuer,
    ShownSkill,
    Tile,
    Wall,
    Withdrawal,
)
from competencies.frameworks.models import Competency
from issuer.access import settings
from issuer.base.db import db
from issuer.base.paging import Page, newest_first
from issuer.models import Organisation, StatusEntry, StatusList
from issuer.status import places
from issuer.status.reasons import words_of


def showcase_of(award: Award) -> Showcase:
    """What there is to show of an award that the caller may see."""
    version = award.achievement_version
    achievement = version.achievement
    credential = award.credential
    return Showcase(
        award_id=award.public_id,
        url=badge_url(award),
        code=written(award.code),
        is_signed=credential is not None,
        is_public=is_open(award),
        is_listed=is_open(award) and award.visibility == LISTED,
        awarded_at=award.awarded_at,
        valid_until=credential.valid_until if credential else None,
        withdrawal=withdrawal_of(award.public_id),
        achievement=shown_achievement(version, newest=newest_number(achievement)),
        issuer=shown_issuer(achievement.organisation),
        skills=skills_of(version, values=_values(award)),
        evidence=pieces_of(award),
    )


def wall_of(account_id: int, *, limit: int, after: str | None, now: datetime) -> Wall:
    """A person's badges, the newest first. Raises Invalid for a cursor that was never given."""
    page = awards_page(account_id, limit=limit, after=after)
    standings = standings_of(page.items, now=now)
    return Wall(tuple(_tile(award, standings[award.public_id]) for award in page.items), page.next)


def awards_page(account_id: int, *, limit: int, after: str | None) -> Page:
    """A person's awards with all that a list of them shows, the newest first."""
    organisation = (
        joinedload(Award.achievement_version)
        .joinedload(AchievementVersion.achievement)
        .joinedload(Achievement.organisation)
    )
    own = select(Award).filter_by(account_id=account_id).options(organisation, joinedload(Award.credential))
    return newest_first(own, Award, limit=limit, after=after)


def standings_of(awards: Sequence[Award], *, now: datetime) -> Mapping[str, Standing]:
    """Award public id -> what may be said of it, as badges.awards.standing_of says it, for many at once."""
    names = [award.public_id for award in awards]
    rows = db.session.execute(
        select(StatusEntry.subject, StatusList.purpose)
        .join(StatusList, StatusList.id == StatusEntry.status_list_id)
        .where(StatusEntry.is_set, StatusEntry.subject.in_(names))
    )
    withdrawn: dict[str, set[str]] = {}
    for name, purpose in rows:
        withdrawn.setdefault(name, set()).add(purpose)
    return {
        award.public_id: standing_from(award.credential, withdrawn.get(award.public_id, ()), now=now)
        for award in awards
    }


def skills_of(version: AchievementVersion, *, values: Mapping[str, float]) -> tuple[ShownSkill, ...]:
    """The competencies of an achievement version; ``values``: public id -> mastery 0..1 at the award."""
    rows = db.session.scalars(
        select(AchievementCompetency)
        .filter_by(achievement_version_id=version.id)
        .options(joinedload(AchievementCompetency.competency).joinedload(Competency.framework))
        .order_by(AchievementCompetency.id)
    )
    return tuple(_skill(row.competency, values.get(row.competency.public_id)) for row in rows)


def shown_issuer(organisation: Organisation) -> ShownIssuer:
    return ShownIssuer(organisation.slug, organisation.name, urlsplit(settings().base_url).netloc)


def newest_number(achievement: Achievement) -> int:
    """The number of an achievement's current version."""
    numbers = select(AchievementVersion.number).filter_by(achievement_id=achievement.id)
    return db.session.scalars(numbers.order_by(AchievementVersion.number.desc()).limit(1)).one()


def _tile(award: Award, standing: Standing) -> Tile:
    version = award.achievement_version
    return Tile(
        award_id=award.public_id,
        achievement_id=version.achievement.public_id,
        name=version.name,
        language=version.language,
        issuer=version.achievement.organisation.name,
        version=version.number,
        awarded_at=award.awarded_at,
        is_public=is_open(award),
        standing=standing,
    )


def shown_achievement(version: AchievementVersion, *, newest: int) -> ShownAchievement:
    """An achievement in one version; ``newest`` is the number of its current one."""
    return ShownAchievement(
        public_id=version.achievement.public_id,
        name=version.name,
        sentence=version.description,
        kind=type_words(version.achievement_type),
        level=version.level,
        criteria=version.criteria_narrative,
        image_alt=version.image_alt,
        language=version.language,
        version=version.number,
        newest=newest,
    )


def _values(award: Award) -> dict[str, float]:
    return {entry["competency"]: entry["value"] for entry in award.basis["competencies"]}


def _skill(competency: Competency, value: float | None) -> ShownSkill:
    return ShownSkill(
        competency_id=competency.public_id,
        name=competency.abbreviated_statement or competency.full_statement,
        statement=competency.full_statement,
        code=competency.human_code,
        level=competency.level,
        framework=competency.framework.title,
        framework_id=competency.framework.public_id,
        percent=None if value is None else int(value * 100 + 1e-9),
        language=competency.language or competency.framework.language,
    )


def withdrawal_of(award_id: str) -> Withdrawal | None:
    """The revocation if there is one, else the suspension."""
    return withdrawal_from(places.entries_of([award_id]).get(award_id, {}))


def withdrawal_from(entries: Mapping[str, StatusEntry]) -> Withdrawal | None:
    """The same from what is known: purpose -> the badge's place in a list."""
    for purpose, is_final in ((places.REVOCATION, True), (places.SUSPENSION, False)):
        entry = entries.get(purpose)
        if entry is not None and entry.is_set and entry.set_at is not None:
            reason, code = entry.reason or "", words_of(entry.reason_code)
            return Withdrawal(entry.set_at, reason, code, is_final=is_final, is_public=entry.reason_is_public)
    return None
