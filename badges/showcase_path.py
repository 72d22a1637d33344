"""Where a badge belongs: the group of skills that it is one of, and the badge that has taken its place."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.orm import aliased

from badges.awards import is_open
from badges.models import Achievement, AchievementVersion, Award
from badges.showcase_values import Neighbour, ShownPath, ShownSkill
from competencies.frameworks.models import Association, Competency
from issuer.base.db import db

MOST_GROUPS = 3
MOST_NEIGHBOURS = 24


def paths_of(skills: Sequence[ShownSkill]) -> tuple[ShownPath, ...]:
    """The groups of the framework that these skills stand in, each with all of its skills in order. One query."""
    proven = {skill.competency_id for skill in skills}
    group, member = aliased(Competency), aliased(Competency)
    association = aliased(Association)
    groups = (
        select(Association.framework_id, Association.destination_identifier)
        .join(Competency, _child_of(Association, Competency))
        .where(Competency.public_id.in_(proven))
    )
    rows = db.session.execute(
        select(group.public_id, _name(group), member.public_id, _name(member))
        .select_from(association)
        .join(group, _parent_in(association, group))
        .join(member, _child_of(association, member))
        .where(
            tuple_(association.framework_id, association.destination_identifier).in_(groups),
            group.state == "active",
            member.state == "active",
        )
        .order_by(group.position, group.id, member.position, member.id)
        .limit(MOST_GROUPS * MOST_NEIGHBOURS)
    )
    found: dict[str, tuple[str, list[Neighbour]]] = {}
    for group_id, group_name, member_id, name in rows:
        found.setdefault(group_id, (group_name, []))[1].append(Neighbour(member_id, name, member_id in proven))
    paths = [ShownPath(group_id, name, tuple(members)) for group_id, (name, members) in found.items()]
    return tuple(path for path in paths[:MOST_GROUPS] if len(path.members) > 1)


def successor_of(award: Award) -> Award | None:
    """The same person's badge of a newer version of the same achievement, if anybody may see it."""
    version = award.achievement_version
    newer = db.session.scalars(
        select(Award)
        .join(AchievementVersion, AchievementVersion.id == Award.achievement_version_id)
        .join(Achievement, Achievement.id == AchievementVersion.achievement_id)
        .where(
            Achievement.id == version.achievement_id,
            AchievementVersion.number > version.number,
            Award.account_id == award.account_id,
        )
        .order_by(AchievementVersion.number.desc())
    )
    return next((each for each in newer if is_open(each)), None)


def _child_of(association: type[Association], competency: type[Competency]) -> ColumnElement[bool]:
    return and_(
        association.association_type == "isChildOf",
        association.framework_id == competency.framework_id,
        association.origin_identifier == competency.case_identifier,
    )


def _parent_in(association: type[Association], group: type[Competency]) -> ColumnElement[bool]:
    return and_(
        association.association_type == "isChildOf",
        association.framework_id == group.framework_id,
        association.destination_identifier == group.case_identifier,
    )


def _name(competency: type[Competency]) -> ColumnElement[str]:
    return func.coalesce(func.nullif(competency.abbreviated_statement, ""), competency.full_statement)
