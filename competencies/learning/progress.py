"""Where one learner stands with modules: what was read, what is being answered, what was passed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select

from competencies.learning.checks import CheckRule
from competencies.learning.models import Attempt, Reading
from competencies.learning.standing import Standing, is_open, standing
from issuer.base.db import db


class VersionRow(Protocol):
    """What progress needs of a module's current version, as the catalog reads it."""

    @property
    def module_key(self) -> int: ...
    @property
    def version_key(self) -> int: ...
    @property
    def check_rule(self) -> Mapping[str, Any] | None: ...
    @property
    def refresh_after_days(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Progress:
    """A learner's place in a module. ``card``: read up to; ``attempt_id``: the attempt that is open.

    ``standing`` is None when the module has no check.
    """

    card: int | None
    attempt_id: str | None
    standing: Standing | None

    @property
    def state(self) -> str:
        """passed, refresh_due, answering, waiting, used_up, failed, reading or new."""
        where = self.standing
        if self.attempt_id is not None:
            return "answering"
        if where is not None and where.passed_at is not None:
            return "passed" if where.obstacle is not None else "refresh_due"
        if where is not None and where.obstacle is not None:
            return "waiting" if where.obstacle.until is not None else "used_up"
        if where is not None and where.used:
            return "failed"
        return "new" if self.card is None else "reading"


def progress_of(account_id: int, rows: Sequence[VersionRow], *, now: datetime) -> dict[int, Progress]:
    """The learner's progress in several modules, by internal module id: two queries."""
    attempts: dict[int, list[Any]] = defaultdict(list)
    for attempt in db.session.execute(
        select(
            Attempt.public_id,
            Attempt.module_id,
            Attempt.number,
            Attempt.state,
            Attempt.passed,
            Attempt.marked_at,
            Attempt.deadline_at,
        ).where(Attempt.account_id == account_id, Attempt.module_id.in_([row.module_key for row in rows]))
    ):
        attempts[attempt.module_id].append(attempt)
    places = select(Reading.module_version_id, Reading.card).where(
        Reading.account_id == account_id, Reading.module_version_id.in_([row.version_key for row in rows])
    )
    cards = {row.module_version_id: row.card for row in db.session.execute(places)}
    return {
        row.module_key: _progress_in(row, attempts[row.module_key], cards.get(row.version_key), now) for row in rows
    }


def _progress_in(row: VersionRow, attempts: Sequence[Any], card: int | None, now: datetime) -> Progress:
    opened = next((attempt.public_id for attempt in attempts if is_open(attempt, now)), None)
    where = None
    if row.check_rule:
        rule = CheckRule.of(row.check_rule)
        where = standing(attempts, rule, refresh_after_days=row.refresh_after_days, now=now)
    return Progress(card=card, attempt_id=opened, standing=where)
