"""How likely a skill is still there: retention by the half-life model, R = 2^(-days / h).

The half-life starts at 30 days. Showing the skill again once it is due doubles it; failing to halves it, to
no less than a week. What is not fresh is never taken away: it only asks to be shown again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import log2

FIRST_HALF_LIFE = 30.0
SHORTEST_HALF_LIFE = 7.0
DUE_BELOW = 0.7
STALE_BELOW = 0.5


class State(StrEnum):
    FRESH = "fresh"
    DUE = "due"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Freshness:
    """``retention`` 0..1; ``half_life`` in days; ``due_at`` when retention falls below 0.7."""

    state: State
    retention: float
    half_life: float
    last_shown_at: datetime
    due_at: datetime


def retention(days: float, half_life: float) -> float:
    """The share still there after ``days`` (a negative number counts as none), 0..1."""
    return float(2 ** (-max(days, 0.0) / half_life))


def due_at(shown_at: datetime, half_life: float) -> datetime:
    """When what was shown at ``shown_at`` is due to be shown again."""
    return shown_at + timedelta(days=-log2(DUE_BELOW) * half_life)


def freshness(shown: Iterable[tuple[datetime, bool]], *, now: datetime) -> Freshness | None:
    """``shown``: when the skill was to be shown and whether it was; the first success starts the clock.

    None when it never was. Showing it again before it is due restarts the clock and leaves the half-life:
    repeating a check on the same day proves no more than doing it once.
    """
    half_life, last = FIRST_HALF_LIFE, None
    for at, met in sorted(shown):
        if last is None:
            last = at if met else None
        elif not met:
            half_life = max(SHORTEST_HALF_LIFE, half_life / 2)
        else:
            half_life = half_life * 2 if at >= due_at(last, half_life) else half_life
            last = at
    if last is None:
        return None
    share = retention((now - last) / timedelta(days=1), half_life)
    state = State.FRESH if share >= DUE_BELOW else State.DUE if share >= STALE_BELOW else State.STALE
    return Freshness(state, share, half_life, last, due_at(last, half_life))
