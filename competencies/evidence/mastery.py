"""What a learner's results say of one competency: the mastery rule, and the other ways of counting it is held against.

The rule is the decaying average: newer evidence counts most, older evidence never quite fades. Each piece
of evidence moves the value by a step that grows with how much of the evidence is about this competency and
how far it can be trusted. Results are put in order of the time they were earned, ties by their digest, so
the same evidence gives the same state in whatever order it arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import fsum

DECAY = 0.65
"""How far one full, trusted result moves the value: the usual weight of the latest result."""

TRUST_FACTOR = (0.0, 0.5, 1.0, 1.0)
"""By trust level 0..3: a self-report moves nothing, an unbound statement half as far."""

TOLERANCE = 1e-9
"""Sums of weights such as 0.1 + 0.2 must reach 0.3 whatever the binary fractions say."""


@dataclass(frozen=True, slots=True)
class Result:
    """One piece of evidence seen from one competency. ``score`` and ``weight`` 0..1, ``trust`` 0..3."""

    score: float
    weight: float
    trust: int
    met: bool
    earned_at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class MasteryRule:
    """Mastered when the value, the number of pieces and the sum of their weights are all reached."""

    threshold: float = 0.8
    count: int = 1
    weight: float = 0.25
    trust: int = 2


@dataclass(frozen=True, slots=True)
class MasteryState:
    """Where the evidence leaves a learner. ``mastered_at``: when the rule was first met; it stays."""

    value: float
    count: int
    weight: float
    last_earned_at: datetime
    mastered_at: datetime | None
    digests: tuple[str, ...]


def counting(results: Iterable[Result], rule: MasteryRule) -> list[Result]:
    """The results the rule takes into account, in the order in which they were earned.

    A result whose own requirement was not met is a try, not a demonstration: it counts neither for nor against.
    """
    counted = [result for result in results if result.met and result.trust >= rule.trust]
    return sorted(counted, key=lambda result: (result.earned_at, result.digest))


def step(weight: float, trust: int) -> float:
    """How far one result moves the value, 0..1: 0.65 for a full weight and full trust."""
    return 1 - float((1 - DECAY) ** (weight * TRUST_FACTOR[trust]))


def mastery_of(results: Iterable[Result], rule: MasteryRule) -> MasteryState | None:
    """The state after all ``results``, or None when none of them counts."""
    counted = counting(results, rule)
    if not counted:
        return None
    value, weight, mastered_at = counted[0].score, 0.0, None
    for number, result in enumerate(counted, start=1):
        if number > 1:
            value += step(result.weight, result.trust) * (result.score - value)
        weight += result.weight
        if mastered_at is None and _is_met(rule, value=value, count=number, weight=weight):
            mastered_at = result.earned_at
    return MasteryState(
        value=value,
        count=len(counted),
        weight=weight,
        last_earned_at=counted[-1].earned_at,
        mastered_at=mastered_at,
        digests=tuple(result.digest for result in counted),
    )


def _is_met(rule: MasteryRule, *, value: float, count: int, weight: float) -> bool:
    return value >= rule.threshold - TOLERANCE and count >= rule.count and weight >= rule.weight - TOLERANCE


# The other ways of counting in use elsewhere. Scores are in the order in which they were earned, on any scale.


def decaying_average(scores: Sequence[float], decay: float = DECAY) -> float:
    """Each new score pulls the value towards itself: D1 = s1, Dk = (1 - w) D(k-1) + w sk."""
    value = scores[0]
    for score in scores[1:]:
        value = (1 - decay) * value + decay * score
    return value


def weighted_average(scores: Sequence[float], decay: float = DECAY) -> float:
    """The last score against the mean of all before it: the older form of the decaying average."""
    *earlier, last = scores
    return decay * last + (1 - decay) * average(earlier) if earlier else last


def n_times(scores: Sequence[float], *, mastery: float, times: int) -> float | None:
    """The mean of the scores at or above ``mastery``, or None when there are fewer than ``times`` of them."""
    reached = [score for score in scores if score >= mastery]
    return average(reached) if len(reached) >= times else None


def highest(scores: Sequence[float]) -> float:
    return max(scores)


def latest(scores: Sequence[float]) -> float:
    return scores[-1]


def average(scores: Sequence[float]) -> float:
    return fsum(scores) / len(scores)
