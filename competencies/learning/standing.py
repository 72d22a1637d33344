"""May this learner take the check now, and if not, why and from when? Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from flask_babel import format_datetime, gettext, ngettext

from competencies.learning.checks import CheckRule


class Past(Protocol):
    """What the rule needs of an attempt; the stored Attempt has it."""

    @property
    def number(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def passed(self) -> bool | None: ...
    @property
    def marked_at(self) -> datetime | None: ...
    @property
    def deadline_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why not now. ``until`` is when it goes away by itself, None when it does not."""

    code: str
    sentence: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """``used`` attempts of ``allowed`` since the last pass; ``obstacle`` None when the learner may start.

    ``refresh_from``: when a check that was passed may be taken again, None for never or not passed.
    """

    used: int
    allowed: int
    passed_at: datetime | None
    refresh_from: datetime | None
    obstacle: Obstacle | None

    @property
    def left(self) -> int:
        return max(0, self.allowed - self.used)


def standing(attempts: Sequence[Past], rule: CheckRule, *, refresh_after_days: int | None, now: datetime) -> Standing:
    """Where a learner stands after ``attempts`` at one module, open ones before their deadline aside.

    An attempt that ran out of time counts as used: its questions were seen. A pass starts the count anew, for the
    time when the check is due to be refreshed.
    """
    over = sorted((attempt for attempt in attempts if not is_open(attempt, now)), key=lambda attempt: attempt.number)
    passes = [attempt for attempt in over if attempt.passed]
    last_pass = passes[-1] if passes else None
    since = [attempt for attempt in over if last_pass is None or attempt.number > last_pass.number]
    passed_at = last_pass.marked_at if last_pass else None
    refresh_from = None
    if passed_at is not None and refresh_after_days is not None:
        refresh_from = passed_at + timedelta(days=refresh_after_days)
    return Standing(
        used=len(since),
        allowed=rule.max_attempts,
        passed_at=passed_at,
        refresh_from=refresh_from,
        obstacle=_obstacle(since, rule, passed_at, refresh_from, now),
    )


def is_open(attempt: Past, now: datetime) -> bool:
    """Whether the attempt still takes answers: not submitted, and before its deadline by the server's clock."""
    return attempt.state == "open" and now < attempt.deadline_at


def moment_words(moment: datetime) -> str:
    """A moment to the minute, in words of the reader's language, and in UTC because it is the server's."""
    return f"{format_datetime(moment, 'd MMMM yyyy, HH:mm')} UTC"


def _obstacle(
    since: Sequence[Past],
    rule: CheckRule,
    passed_at: datetime | None,
    refresh_from: datetime | None,
    now: datetime,
) -> Obstacle | None:
    if passed_at is not None and (refresh_from is None or now < refresh_from):
        return _already_passed(refresh_from)
    if len(since) >= rule.max_attempts:
        sentence = ngettext(
            "You have used the only attempt. Ask the organisation that offers this module.",
            "You have used all %(num)s attempts. Ask the organisation that offers this module.",
            rule.max_attempts,
        )
        return Obstacle("attempts_used_up", sentence)
    failed_at = max((attempt.marked_at for attempt in since if attempt.marked_at is not None), default=None)
    if failed_at is not None and now < (until := failed_at + timedelta(hours=rule.cooldown_hours)):
        sentence = gettext("Read the cards again first: you can try again from %(time)s.", time=moment_words(until))
        return Obstacle("cooldown", sentence, until)
    return None


def _already_passed(refresh_from: datetime | None) -> Obstacle:
    if refresh_from is None:
        return Obstacle("already_passed", gettext("You have passed this check; there is nothing to take again."))
    sentence = gettext(
        "You have passed this check. It is due to be refreshed from %(time)s.",
        time=moment_words(refresh_from),
    )
    return Obstacle("already_passed", sentence, refresh_from)
