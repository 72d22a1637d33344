"""Which questions a learner gets, in which order, and how likely it is to pass by guessing. Pure.

Everything that looks random is the order of SHA-256(seed, name): the same seed gives the same check on any machine,
and somebody who has the seed of an attempt can show that it was drawn as the rule says.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

GENEROUS_POOL = 2.5
"""A pool this many times the draw lets a learner who tries again meet new questions."""

LIKELIEST_GUESS = 0.05
"""What a check proves can earn a badge, so passing all its attempts by guessing may not be likelier than this."""

_ROUNDING = 1e-9
Stratum = tuple[str, int]
Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, slots=True)
class CheckRule:
    """``draw`` questions, passed at ``pass_mark`` (0..1] of them right; ``cooldown_hours`` after a failed attempt.

    ``minutes_allowed`` None: a day, so that nobody is hurried. ``max_attempts`` counts from the last pass.
    """

    draw: int
    pass_mark: float
    max_attempts: int = 3
    cooldown_hours: float = 4
    minutes_allowed: int | None = None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> CheckRule:
        """The rule as a module version stores it."""
        return cls(**stored)

    @property
    def needed(self) -> int:
        """How many right answers pass."""
        return math.ceil(self.pass_mark * self.draw - _ROUNDING)


@dataclass(frozen=True, slots=True)
class PoolItem:
    """What drawing needs of an item. ``name`` identifies it, ``guess`` 0..1 is its chance of a blind right answer."""

    name: str
    competency: str
    difficulty: int
    guess: float = 0.0


@dataclass(frozen=True, slots=True)
class PoolFinding:
    """What an author should know of a pool: ``refused`` stops publication, otherwise it is advice."""

    refused: bool
    sentence: str


# --- drawing ---------------------------------------------------------------------------------------------


def quotas(pool: Sequence[PoolItem], weights: Mapping[str, float], draw: int) -> dict[Stratum, int]:
    """How many items of each (competency, difficulty) every attempt draws, so that all attempts weigh the same.

    Competencies get places in proportion to their weight, at least one each; inside a competency the difficulties
    get places in proportion to the pool. A competency with too few items gets what it asks for: ``findings`` refuses.
    """
    per_competency = _shares(weights, draw)
    result: dict[Stratum, int] = {}
    for competency, places in per_competency.items():
        sizes = Counter(item.difficulty for item in pool if item.competency == competency)
        if not sizes:
            result[competency, 0] = places
            continue
        exact = {level: places * size / sizes.total() for level, size in sizes.items()}
        for level, share in _largest_remainder(exact, places).items():
            if share:
                result[competency, level] = share
    return result


def draw_items(
    pool: Sequence[PoolItem],
    weights: Mapping[str, float],
    draw: int,
    *,
    seed: str,
    avoid: Collection[str] = (),
) -> tuple[str, ...]:
    """The names of ``draw`` items in the order in which they are asked; those in ``avoid`` only where none are left."""
    chosen: list[str] = []
    for (competency, level), places in sorted(quotas(pool, weights, draw).items()):
        names = [item.name for item in pool if (item.competency, item.difficulty) == (competency, level)]
        shuffled = shuffle(names, seed, "draw")
        fresh = [name for name in shuffled if name not in avoid]
        seen = [name for name in shuffled if name in avoid]
        chosen += (fresh + seen)[:places]
    return tuple(shuffle(chosen, seed, "place"))


def shuffle(names: Sequence[str], seed: str, purpose: str) -> list[str]:
    """``names`` in an order that depends on nothing but the seed, the purpose and the names themselves."""
    return sorted(names, key=lambda name: hashlib.sha256(f"{seed}\0{purpose}\0{name}".encode()).digest())


class Shown(Protocol):
    """What the order of the options needs of an item."""

    @property
    def code(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def body(self) -> dict[str, Any]: ...
    @property
    def key(self) -> dict[str, Any]: ...


def shown_order(item: Shown, seed: str) -> list[str]:
    """The option keys of an item in the order shown in this attempt; for a matching, of its right column.

    Options marked as fixed keep their place. An ordering is never shown in its right order.
    """
    if item.kind in ("single_choice", "multiple_choice"):
        return _shuffled_around_fixed(item.body["options"], seed, item.code)
    if item.kind == "ordering":
        order = shuffle([option["key"] for option in item.body["options"]], seed, item.code)
        return [*order[1:], order[0]] if order == item.key["order"] else order
    if item.kind == "matching":
        return shuffle([right["key"] for right in item.body["rights"]], seed, item.code)
    return []


def _shuffled_around_fixed(options: Sequence[Mapping[str, Any]], seed: str, code: str) -> list[str]:
    loose = iter(shuffle([option["key"] for option in options if not option.get("fixed")], seed, code))
    return [option["key"] if option.get("fixed") else next(loose) for option in options]


def _shares(weights: Mapping[str, float], places: int) -> dict[str, int]:
    """Places by weight; while there are enough, whoever would get none is given one of the largest share's."""
    total = sum(weights.values())
    shares = _largest_remainder({name: places * weight / total for name, weight in weights.items()}, places)
    if places >= len(shares):
        for empty in sorted(name for name, share in shares.items() if share == 0):
            largest = max(sorted(shares), key=lambda name: shares[name])
            shares[largest] -= 1
            shares[empty] = 1
    return shares


def _largest_remainder(exact: Mapping[Name, float], places: int) -> dict[Name, int]:
    """Whole places nearest to ``exact`` that sum to ``places``; ties go by name, so the result is always the same."""
    whole = {name: math.floor(share + _ROUNDING) for name, share in exact.items()}
    by_remainder = sorted(exact, key=lambda name: (-round(exact[name] - whole[name], 6), str(name)))
    for name in by_remainder[: max(0, places - sum(whole.values()))]:
        whole[name] += 1
    return whole


# --- guessing --------------------------------------------------------------------------------------------


def chance_of_passing_by_guessing(pool: Sequence[PoolItem], weights: Mapping[str, float], rule: CheckRule) -> float:
    """The exact chance that blind answers to one random stratified draw pass, 0..1.

    For each stratum: the distribution of right answers, averaged over all its subsets of the quota's size; then the
    strata are added up. P = sum over c >= needed of P(c right).
    """
    right = [1.0]
    for (competency, level), places in quotas(pool, weights, rule.draw).items():
        chances = [item.guess for item in pool if (item.competency, item.difficulty) == (competency, level)]
        right = _convolve(right, _right_in_random_subset(chances, places))
    return min(1.0, sum(right[rule.needed :]))


def chance_over_attempts(once: float, attempts: int) -> float:
    """1 - (1 - P)^a."""
    return float(1 - (1 - once) ** attempts)


def _right_in_random_subset(chances: Sequence[float], size: int) -> list[float]:
    """P(c right) for c = 0..size when ``size`` of the items are drawn, every subset as likely as any other."""
    size = min(size, len(chances))
    # table[j][c]: sum over the subsets of size j, of those seen so far, of the chance of exactly c right
    table = [[0.0] * (size + 1) for _ in range(size + 1)]
    table[0][0] = 1.0
    for chance in chances:
        for taken in range(size - 1, -1, -1):
            for count in range(taken, -1, -1):
                table[taken + 1][count] += table[taken][count] * (1 - chance)
                table[taken + 1][count + 1] += table[taken][count] * chance
    subsets = math.comb(len(chances), size)
    return [weight / subsets for weight in table[size]]


def _convolve(first: Sequence[float], second: Sequence[float]) -> list[float]:
    result = [0.0] * (len(first) + len(second) - 1)
    for left, chance in enumerate(first):
        for right, other in enumerate(second):
            result[left + right] += chance * other
    return result


# --- judging a pool --------------------------------------------------------------------------------------


def findings(pool: Sequence[PoolItem], weights: Mapping[str, float], rule: CheckRule) -> tuple[PoolFinding, ...]:
    """What is wrong with a pool, refusals first; empty when it is generous, drawable and hard to guess."""
    if refused := _undrawable(pool, weights, rule):
        return tuple(refused)
    found = []
    once = chance_of_passing_by_guessing(pool, weights, rule)
    overall = chance_over_attempts(once, rule.max_attempts)
    if overall > LIKELIEST_GUESS:
        found.append(
            PoolFinding(
                True,
                f"Passing by guessing has a chance of {overall:.3f} over {rule.max_attempts} attempts "
                f"({once:.4f} each); at most {LIKELIEST_GUESS} is allowed. Draw more items, ask for more right "
                "answers, or use kinds that are harder to guess.",
            )
        )
    if len(pool) < GENEROUS_POOL * rule.draw:
        found.append(
            PoolFinding(
                False,
                f"The pool has {len(pool)} items for a draw of {rule.draw}; with "
                f"{math.ceil(GENEROUS_POOL * rule.draw)} or more, a learner who tries again meets new questions.",
            )
        )
    return tuple(found)


def _undrawable(pool: Sequence[PoolItem], weights: Mapping[str, float], rule: CheckRule) -> list[PoolFinding]:
    if rule.draw < len(weights):
        sentence = f"A draw of {rule.draw} cannot ask about all {len(weights)} competencies of the module."
        return [PoolFinding(True, sentence)]
    if len(pool) < rule.draw:
        return [PoolFinding(True, f"The pool has {len(pool)} items, and {rule.draw} are drawn.")]
    sizes = Counter(item.competency for item in pool)
    return [
        PoolFinding(True, f"{competency} needs {places} items in each draw, and the pool has {sizes[competency]}.")
        for competency, places in _shares(weights, rule.draw).items()
        if sizes[competency] < places
    ]
