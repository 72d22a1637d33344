"""From an identity to the plan of a rosette: which bands of strands weave between which edges.

A strand swings between the inner and the outer edge of its band while it goes round:

    r(t) = (inner(t) + outer(t)) / 2 + (outer(t) - inner(t)) / 2 * sin(waves * t + phase)

Both edges repeat with the figure's symmetry. The strands of a band start at evenly spaced phases, and ``waves`` per
sector is a fraction whose denominator divides their number: turning the whole band by one sector maps the set of
strands onto itself. So the figure has exactly that symmetry, and one sector of it is enough to draw all of it.

Radii are in units of a drawing 1,000 across; angles in radians.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from badges.documents.engraving import Curve, polar

Edge = Callable[[float], float]
Choice = TypeVar("Choice")

PAPER = "#fbfaf6"

INK_PAIRS: tuple[tuple[str, str], ...] = (
    ("#27357a", "#8a2f3b"),
    ("#1c5a56", "#7a4f12"),
    ("#6e2448", "#27506e"),
    ("#4a3480", "#2c6a4e"),
    ("#7a3423", "#2b4a6f"),
    ("#24527a", "#6b4a1e"),
    ("#2f5a2a", "#6e2a52"),
    ("#5a2a6b", "#1f5f5b"),
    ("#3a3f4a", "#8a3a1e"),
    ("#0f4a5e", "#7c2b52"),
    ("#6b4a00", "#2f3e7e"),
    ("#7a1f2e", "#2d5a4a"),
)
"""Inks that sit well side by side; each has at least 6:1 contrast on the paper."""

SYMMETRIES = (6, 7, 8, 9, 10, 11, 12, 13, 14, 16)
"""Petals. From ten on they are slender, and fewer waves fit into a sector."""

_SLENDER = 10


@dataclass(frozen=True, slots=True)
class Band:
    """Strands of one ink between two edges. ``waves`` is (p, q): p / q swings a sector, and q divides ``strands``."""

    inner: Edge
    outer: Edge
    waves: tuple[int, int]
    strands: int
    ink: str
    width: float

    def strand(self, number: int, symmetry: int) -> Curve:
        """The curve of one strand, by angle."""
        turns = symmetry * self.waves[0] / self.waves[1]
        phase = 2 * math.pi * number / self.strands

        def curve(t: float) -> tuple[float, float]:
            inner, outer = self.inner(t), self.outer(t)
            return polar((inner + outer) / 2 + (outer - inner) / 2 * math.sin(turns * t + phase), t)

        return curve


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rosette is made of. ``field`` is the main figure, ``border`` the bands at its rim and collar."""

    symmetry: int
    inks: tuple[str, str]
    field: tuple[Band, ...]
    border: tuple[Band, ...]


class Draws:
    """An endless row of choices, all from SHA-256 of the identity (the digest, then digests of it and a counter)."""

    def __init__(self, identity: str) -> None:
        self._digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).digest()
        self._stream = self._digest
        self._taken = 0

    def _next(self) -> int:
        start = self._taken * 2
        while start + 2 > len(self._stream):
            block = len(self._stream) // 32
            self._stream += hashlib.sha256(self._digest + block.to_bytes(4, "big")).digest()
        self._taken += 1
        return int.from_bytes(self._stream[start : start + 2], "big")

    def pick(self, choices: Sequence[Choice]) -> Choice:
        return choices[self._next() % len(choices)]

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._next() / 0xFFFF


def plan_rosette(identity: str) -> Plan:
    """The plan that belongs to ``identity``: always the same, and another identity has another."""
    draws = Draws(identity)
    inks = draws.pick(INK_PAIRS)
    if draws.pick((False, True)):
        inks = (inks[1], inks[0])
    symmetry = draws.pick(SYMMETRIES)
    field = draws.pick((_twin, _nested, _star))(draws, symmetry, inks)
    border = (_rim(draws, symmetry, inks[1]), _collar(draws, symmetry, inks[0]))
    return Plan(symmetry, inks, field, border)


def _band(inner: Edge, outer: Edge, *, waves: tuple[int, int], strands: int, ink: str, width: float) -> Band:
    return Band(inner, outer, waves, strands - strands % waves[1], ink, width)


def _lobed(symmetry: int, base: float, depth: float, *, sharp: float, turn: float) -> Edge:
    """An edge of petals: ``sharp`` above 0 points them, below 0 flattens them."""

    def edge(t: float) -> float:
        angle = symmetry * t + turn
        return base + depth * (math.cos(angle) + sharp * math.cos(2 * angle)) / (1 + abs(sharp))

    return edge


def _pinched(
    symmetry: int, middle: float, half: float, *, pinch: float, knots: int, turn: float, sway: float = 0
) -> tuple[Edge, Edge]:
    """Two edges that draw together ``knots`` times in a sector, by ``pinch`` (0 to 1), around a swaying middle."""

    def course(t: float) -> float:
        return middle + sway * math.cos(symmetry * t + turn)

    def reach(t: float) -> float:
        return half * (1 - pinch / 2 * (1 - math.cos(knots * symmetry * t + turn)))

    return (lambda t: course(t) - reach(t)), (lambda t: course(t) + reach(t))


def _field_waves(symmetry: int) -> Sequence[tuple[int, int]]:
    return ((1, 1), (1, 2), (3, 2), (2, 3)) if symmetry >= _SLENDER else ((1, 1), (2, 1), (3, 2), (3, 1))


def _turn(draws: Draws) -> float:
    return draws.pick((0.0, math.pi))


def _twin(draws: Draws, symmetry: int, inks: tuple[str, str]) -> tuple[Band, ...]:
    """Two bands that share a petalled edge and overlap on it."""
    turn, overlap = _turn(draws), draws.between(5, 14)
    sharps = [draws.between(-0.1, 0.3) for _ in range(2)]
    shared = _lobed(symmetry, draws.between(300, 325), draws.between(18, 38), sharp=sharps[0], turn=turn)
    outer = _lobed(symmetry, 386, draws.between(20, 36), sharp=sharps[1], turn=draws.pick((turn, turn + math.pi)))
    inner = _lobed(symmetry, 238, draws.between(3, 9), sharp=0, turn=turn)
    waves = _field_waves(symmetry)
    return (
        _band(
            lambda t: shared(t) - overlap, outer,
            waves=draws.pick(waves), strands=draws.pick((18, 20, 22, 24)), ink=inks[0], width=1.25,
        ),
        _band(
            inner, lambda t: shared(t) + overlap,
            waves=draws.pick(waves), strands=draws.pick((14, 16, 18)), ink=inks[1], width=1.2,
        ),
    )  # fmt: skip


def _nested(draws: Draws, symmetry: int, inks: tuple[str, str]) -> tuple[Band, ...]:
    """A wreath of petals over a knotted ring."""
    turn, depth = _turn(draws), draws.between(26, 42)
    outer = _lobed(symmetry, 380, depth, sharp=draws.between(-0.2, 0.35), turn=turn)
    inner = _lobed(
        symmetry, draws.between(285, 300), depth * draws.between(0.5, 0.8),
        sharp=draws.between(-0.1, 0.3), turn=draws.pick((turn, turn + math.pi)),
    )  # fmt: skip
    low, high = _pinched(
        symmetry, 262, draws.between(22, 28), pinch=draws.between(0.3, 0.7), knots=1, turn=turn + math.pi
    )
    waves = _field_waves(symmetry)
    return (
        _band(inner, outer, waves=draws.pick(waves), strands=draws.pick((20, 22, 26)), ink=inks[0], width=1.25),
        _band(low, high, waves=draws.pick(waves), strands=draws.pick((12, 14)), ink=inks[1], width=1.25),
    )


def _star(draws: Draws, symmetry: int, inks: tuple[str, str]) -> tuple[Band, ...]:
    """Two wreaths of the same form, the second turned by half a petal and laced through the first."""
    turn, sway = _turn(draws), draws.between(14, 34)
    middle, half = draws.between(316, 332), draws.between(66, 80) - sway * 0.35
    pinch, strands = draws.between(0.35, 0.75), draws.pick((12, 14, 16))
    waves = (1, 1) if symmetry >= _SLENDER else draws.pick(((1, 1), (2, 1)))
    bands = []
    for ink, shift in ((inks[0], turn), (inks[1], turn + math.pi)):
        low, high = _pinched(symmetry, middle, half, pinch=pinch, knots=1, turn=shift, sway=sway)
        bands.append(_band(low, high, waves=waves, strands=strands, ink=ink, width=1.3))
    return tuple(bands)


def _rim(draws: Draws, symmetry: int, ink: str) -> Band:
    """The narrow border: a knotted braid, a rope, or a lattice."""
    slender, turn = symmetry >= _SLENDER, _turn(draws)
    kind = draws.pick(("braid", "rope", "lattice"))
    if kind == "rope":
        low, high = _pinched(symmetry, 454, 15, pinch=0, knots=1, turn=0)
        waves = draws.pick(((3, 1), (4, 1), (5, 1)) if slender else ((6, 1), (7, 1), (8, 1)))
        return _band(low, high, waves=waves, strands=draws.pick((4, 5, 6)), ink=ink, width=1.8)
    if kind == "lattice":
        low, high = _pinched(symmetry, 451, 21, pinch=draws.between(0.2, 0.5), knots=1, turn=turn)
        waves = draws.pick(((1, 1), (3, 2)) if slender else ((2, 1), (5, 2)))
        return _band(low, high, waves=waves, strands=draws.pick((12, 14)), ink=ink, width=1.3)
    knots = draws.pick((1, 2) if slender else (2, 3))
    low, high = _pinched(symmetry, 452, 20, pinch=draws.between(0.55, 0.85), knots=knots, turn=turn)
    waves = draws.pick(((2, 1), (3, 2), (3, 1)) if slender else ((3, 1), (4, 1), (5, 2)))
    return _band(low, high, waves=waves, strands=draws.pick((8, 10)), ink=ink, width=1.5)


def _collar(draws: Draws, symmetry: int, ink: str) -> Band:
    """The band around the medallion: a braid or a rope."""
    slender, turn = symmetry >= _SLENDER, _turn(draws)
    if draws.pick(("braid", "rope")) == "rope":
        low, high = _pinched(symmetry, 215, 12, pinch=0, knots=1, turn=0)
        waves = draws.pick(((2, 1), (3, 2)) if slender else ((3, 1), (4, 1)))
        return _band(low, high, waves=waves, strands=draws.pick((4, 5, 6)), ink=ink, width=1.5)
    low, high = _pinched(symmetry, 215, 16, pinch=draws.between(0.4, 0.8), knots=1 if slender else 2, turn=turn)
    return _band(low, high, waves=(1, 1) if slender else (2, 1), strands=8, ink=ink, width=1.3)
