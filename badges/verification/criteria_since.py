"""Whether what a badge of this service was awarded for is still what its achievement asks for."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from badges.achievements import current_version
from badges.award_wording import validity_words
from badges.criteria import ModuleDemand, Rule, demands, read_rule
from badges.criteria_changes import Asked, Change, changes_between
from badges.models import AchievementVersion, Award
from badges.verification.report import Check, Outcome
from competencies.frameworks.models import Competency
from competencies.learning.models import Module, ModuleVersion
from issuer.base.db import db

SECTION = "Open Badges 3.0, B.1.1 (version); Rosette: immutable versions"


def changes_since(award: Award) -> tuple[int, int, tuple[Change, ...]]:
    """(the version awarded, the current version, what is asked differently now)."""
    awarded = award.achievement_version
    current = current_version(awarded.achievement) or awarded
    return awarded.number, current.number, _changes(awarded, current)


def check_criteria(awarded: AchievementVersion, current: AchievementVersion) -> Check:
    """The check "criteria" of every badge that was awarded by a version.

    A change since is no fault of the badge, but whoever compares badges wants to know.
    """
    changes = _changes(awarded, current)
    if awarded.number == current.number:
        sentence = _l(
            "It was awarded by version %(number)s of the criteria, which is the current one.", number=awarded.number
        )
        return Check("criteria", Outcome.PASS, sentence, SECTION)
    if not changes:
        sentence = _l(
            "It was awarded by version %(number)s. Version %(current)s is current, and asks the same.",
            number=awarded.number,
            current=current.number,
        )
        return Check("criteria", Outcome.PASS, sentence, SECTION)
    sentence = _l(
        "The criteria have changed since: it was awarded by version %(number)s, and version %(current)s is current.",
        number=awarded.number,
        current=current.number,
    )
    return Check("criteria", Outcome.WARN, sentence, SECTION, code="criteria_changed", reason=_as_lines(changes))


def asked_in(version: AchievementVersion) -> Asked:
    """What a stored version asks for."""
    return Asked(
        number=version.number,
        narrative=version.criteria_narrative,
        rule=read_rule(version.criteria),
        competencies=tuple(row.competency.full_statement for row in version.competencies),
        level=version.level,
        validity=validity_words(version.valid_days),
    )


def _changes(awarded: AchievementVersion, current: AchievementVersion) -> tuple[Change, ...]:
    if current.number == awarded.number:
        return ()
    older, newer = asked_in(awarded), asked_in(current)
    return changes_between(older, newer, names=_names((older.rule, newer.rule)))


def _names(rules: Iterable[Rule]) -> dict[str, str]:
    """Public id -> what a competency states or a module is called now."""
    wanted = [demand for rule in rules for demand in demands(rule)]
    modules = {demand.module for demand in wanted if isinstance(demand, ModuleDemand)}
    competencies = {demand.competency for demand in wanted if not isinstance(demand, ModuleDemand)}
    statements = select(Competency.public_id, Competency.full_statement).where(Competency.public_id.in_(competencies))
    titles = (
        select(Module.public_id, ModuleVersion.title)
        .join(ModuleVersion, ModuleVersion.module_id == Module.id)
        .where(Module.public_id.in_(modules))
        .order_by(ModuleVersion.number)
    )
    found = [*db.session.execute(statements), *db.session.execute(titles)]
    return {row[0]: row[1] for row in found}


def _as_lines(changes: Iterable[Change]) -> str:
    """The difference as text: "-" before what is gone, "+" before what is new."""
    lines: list[str] = []
    for change in changes:
        lines += [f"{change.what}:", *(f"- {line}" for line in change.gone), *(f"+ {line}" for line in change.new)]
    return "\n".join(lines)
