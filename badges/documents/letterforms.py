"""How an engraver cuts a Roman capital: stems, diagonals, arms, and curves drawn with a broad pen.

Units: a capital is 700 high, the baseline is 0 and y goes up. A stroke gives the outline that is inked (``solid``) and
the fine white line left down the middle of its thick parts (``inline``), the mark of an engraved letter.
Outlines of one letter overlap freely; they are united by the non-zero fill rule, so ink runs anticlockwise and holes
clockwise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from badges.documents.engraving import Point

CAP = 700.0
STEM = 94.0
HAIR = 30.0

_TIP = 13.0
_BRACKET = 62.0
_NIB_THIN = 12.0
_NIB_TILT = math.radians(13)
_INLINE = 0.17
_NEEDLE = 120.0
_STEPS = 14

Segment = tuple[Point, ...]
"""One point: a line to it. Three: a cubic Bézier to the last. The first segment of a contour is where it starts."""
Contour = tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Stroke:
    """One movement of the tool: inked outlines and white inlines."""

    solid: tuple[Contour, ...] = ()
    inline: tuple[Contour, ...] = ()


@dataclass(frozen=True, slots=True)
class Glyph:
    """A letter: its advance width with the white at its sides, and its strokes."""

    width: float
    strokes: tuple[Stroke, ...]


def stem(
    x: float, *, low: float = 0, high: float = CAP, width: float = STEM, foot: str = "lr", head: str = "lr"
) -> Stroke:
    """An upright stroke whose left edge is at ``x``; ``foot`` and ``head`` say on which sides serifs grow."""
    return slant(x, x, low=low, high=high, width=width, foot=foot, head=head)


def slant(
    at_low: float,
    at_high: float,
    *,
    low: float = 0,
    high: float = CAP,
    width: float = STEM,
    foot: str = "",
    head: str = "",
    serif: float = 50,
    foot_cut: Point = (0, 0),
    head_cut: Point = (0, 0),
) -> Stroke:
    """A straight stroke, slightly waisted, from ``low`` to ``high``; ``at_*`` is its left edge, ``width`` is level.

    ``foot_cut`` and ``head_cut`` move the (left, right) corners of an end along the stroke, to fit it to another.
    """

    def left(y: float) -> float:
        return at_low + (at_high - at_low) * (y - low) / (high - low)

    def corner(y: float, side: str, serifs: str, inwards: int, cut: Point) -> list[Segment]:
        """From the stroke's side to the end of it at ``y``: the last bracket point, the tip, the corner."""
        out = 1 if side == "r" else -1
        edge = (lambda v: left(v) + width) if side == "r" else left
        if side not in serifs:
            y += cut[side == "r"]
            return [((edge(y), y),)]
        rise = y + inwards * _BRACKET
        tip = edge(y) + out * serif
        bracket = ((edge(y + inwards * 24), y + inwards * 24), (edge(y) + out * serif * 0.45, y + inwards * (_TIP + 5)))
        return [((edge(rise), rise),), (*bracket, (tip, y + inwards * _TIP)), ((tip, y),)]

    down_left = corner(low, "l", foot, 1, foot_cut)
    down_right = _backwards(corner(low, "r", foot, 1, foot_cut))
    up_right = corner(high, "r", head, -1, head_cut)
    up_left = _backwards(corner(high, "l", head, -1, head_cut))
    contour = _join(down_left, down_right, up_right, up_left)
    middle = width / 2
    inline = _lens(
        [(left(y) + middle, y) for y in _spread(low + 84, high - 84)] if width > 60 and high - low > 320 else [],
        width * _INLINE / 2,
    )
    return Stroke((_anticlockwise(contour),), inline)


def vee(left: float, point: float, right: float, *, weights: Point, head: str = "lr") -> Stroke:
    """Two limbs whose outer edges run from ``left`` and ``right``, at the top, into one sharp point at the baseline.

    ``head`` says which limbs ("l", "r") end in serifs.
    """
    meet = CAP * (weights[0] + weights[1]) / (right - left)
    first = slant(point, left, width=weights[0], head="lr" * ("l" in head), serif=44, foot_cut=(0, meet))
    thin = weights[1]
    second = slant(point - thin, right - thin, width=thin, head="lr" * ("r" in head), serif=44, foot_cut=(meet, 0))
    return Stroke(first.solid + second.solid, first.inline + second.inline)


def peak(left: float, point: float, right: float, *, weights: Point, foot: str = "lr") -> Stroke:
    """A vee upside down: the limbs stand apart at the baseline and meet sharply at the top."""
    meet = -CAP * (weights[0] + weights[1]) / (right - left)
    first = slant(left, point, width=weights[0], foot="lr" * ("l" in foot), serif=44, head_cut=(0, meet))
    wide = weights[1]
    second = slant(right - wide, point - wide, width=wide, foot="lr" * ("r" in foot), serif=44, head_cut=(meet, 0))
    return Stroke(first.solid + second.solid, first.inline + second.inline)


def beak(tip: Point, root: Point, *, tall: float) -> Stroke:
    """The serif that ends a round stroke: an upright sliver ``tall`` high at ``tip``, curving into ``root``."""
    (x, y), (root_x, root_y) = tip, root
    out, down = math.copysign(1, x - root_x), math.copysign(1, tall)
    contour: Contour = (
        ((x, y),),
        ((x + out * 12, y),),
        ((x + out * 18, y - tall),),
        ((x + out * 6, y - tall),),
        ((x - out * 6, y - tall * 0.62), (x - out * 20, root_y - down * 34), (root_x, root_y - down * 10)),
        ((root_x, root_y + down * 12),),
        ((x - out * 30, root_y + down * 2), (x - out * 4, root_y + down * 6), (x, y)),
    )
    return Stroke((_anticlockwise(contour),))


def arm(x_from: float, x_to: float, y: float, *, beak: float, weight: float = HAIR) -> Stroke:
    """A level stroke with its outer edge at ``y``, ending in a beak ``beak`` high (positive: it rises)."""
    turn = math.copysign(1, beak)
    lean = 10 * math.copysign(1, x_to - x_from)
    reach = math.copysign(min(92, abs(x_to - x_from) * 0.5), x_to - x_from)
    inner = y + turn * weight
    contour: Contour = (
        ((x_from, y),),
        ((x_to, y),),
        ((x_to + lean, y + beak),),
        ((x_to + lean * 0.1, y + beak),),
        ((x_to - reach * 0.16, y + beak * 0.5), (x_to - reach * 0.5, inner), (x_to - reach, inner)),
        ((x_from, inner),),
    )
    return Stroke((_anticlockwise(contour),))


def crossbar(x_from: float, x_to: float, y: float, *, beak: float = 0, weight: float = HAIR) -> Stroke:
    """A level stroke centred on ``y``; with ``beak`` it ends on the right in a serif that high each way."""
    half = weight / 2
    if not beak:
        return polygon((x_from, y - half), (x_to, y - half), (x_to, y + half), (x_from, y + half))
    contour: Contour = (
        ((x_from, y - half),),
        ((x_to - 58, y - half),),
        ((x_to - 26, y - half), (x_to - 12, y - beak * 0.5), (x_to - 4, y - beak)),
        ((x_to + 8, y - beak),),
        ((x_to + 8, y + beak),),
        ((x_to - 4, y + beak),),
        ((x_to - 12, y + beak * 0.5), (x_to - 26, y + half), (x_to - 58, y + half)),
        ((x_from, y + half),),
    )
    return Stroke((_anticlockwise(contour),))


def polygon(*points: Point) -> Stroke:
    """A straight-sided piece."""
    return Stroke((_anticlockwise(tuple((point,) for point in points)),))


def pen(*points: Point, weights: Sequence[float] = (STEM,), closed: bool = False) -> Stroke:
    """A curve drawn with a broad nib held at a slant, so that it swells on the way down and thins across.

    ``points`` are cubic Béziers end to end (a start, then three for each). ``weights`` are those of an upright part,
    at even steps from the start to the end. A closed curve has a hole.
    """
    path = [_bezier(points[i : i + 4], step / _STEPS) for i in range(0, len(points) - 1, 3) for step in range(_STEPS)]
    if not closed:
        path.append(_bezier(points[-4:], 1))
    last = len(path) - 1
    lefts, rights, middle, across = [], [], [], []
    for i, (place, heading) in enumerate(path):
        reach = _nib(heading, _between(weights, i / last) / 2)
        lefts.append((place[0] - reach[0], place[1] - reach[1]))
        rights.append((place[0] + reach[0], place[1] + reach[1]))
        middle.append(place)
        across.append(2 * math.hypot(*reach))
    inline = _lens_where_thick(middle, across, closed=closed)
    if closed:
        outer, inner = (lefts, rights) if _area(lefts) ** 2 > _area(rights) ** 2 else (rights, lefts)
        return Stroke((_anticlockwise(_through(outer, closed=True)), _clockwise(_through(inner, closed=True))), inline)
    there, back = _through(lefts, closed=False), _through(rights[::-1], closed=False)
    return Stroke((_anticlockwise((*there, *back)),), inline)


def ring(x: float, y: float, across: float, tall: float) -> Stroke:
    """A closed oval whose pen line is centred on (x, y), ``across`` and ``tall`` from the middle."""
    k = 0.5523
    a, b = across * k, tall * k
    return pen(
        (x, y + tall), (x - a, y + tall), (x - across, y + b), (x - across, y),
        (x - across, y - b), (x - a, y - tall), (x, y - tall),
        (x + a, y - tall), (x + across, y - b), (x + across, y),
        (x + across, y + b), (x + a, y + tall), (x, y + tall),
        closed=True,
    )  # fmt: skip


def _nib(heading: Point, half: float) -> Point:
    """Half the width of the line, as a vector to its right, for an elliptic nib: the ellipse's support point."""
    length = math.hypot(*heading) or 1
    normal_x, normal_y = heading[1] / length, -heading[0] / length
    cos, sin = math.cos(_NIB_TILT), math.sin(_NIB_TILT)
    along, across = (normal_x * cos + normal_y * sin) * half, (-normal_x * sin + normal_y * cos) * _NIB_THIN
    scale = math.hypot(along, across) or 1
    u, v = half * along / scale, _NIB_THIN * across / scale
    return u * cos - v * sin, u * sin + v * cos


def _between(steps: Sequence[float], share: float) -> float:
    """The value ``share`` (0 to 1) of the way along evenly spaced ``steps``."""
    place = share * (len(steps) - 1)
    i = min(int(place), len(steps) - 2)
    return steps[0] if len(steps) == 1 else steps[i] + (steps[i + 1] - steps[i]) * (place - i)


def _bezier(points: Sequence[Point], t: float) -> tuple[Point, Point]:
    """Place and heading on one cubic Bézier."""
    a, b, c, d = points
    s = 1 - t

    def at(i: int) -> float:
        return s**3 * a[i] + 3 * s * s * t * b[i] + 3 * s * t * t * c[i] + t**3 * d[i]

    def towards(i: int) -> float:
        return 3 * s * s * (b[i] - a[i]) + 6 * s * t * (c[i] - b[i]) + 3 * t * t * (d[i] - c[i])

    return (at(0), at(1)), (towards(0), towards(1))


def _through(points: Sequence[Point], *, closed: bool) -> Contour:
    """A smooth contour through ``points`` (Catmull-Rom)."""
    count = len(points)
    segments: list[Segment] = [(points[0],)]
    for i in range(count if closed else count - 1):
        before = points[i - 1] if closed or i else points[0]
        here, there = points[i], points[(i + 1) % count]
        after = points[(i + 2) % count] if closed or i + 2 < count else there
        segments.append((
            (here[0] + (there[0] - before[0]) / 6, here[1] + (there[1] - before[1]) / 6),
            (there[0] - (after[0] - here[0]) / 6, there[1] - (after[1] - here[1]) / 6),
            there,
        ))  # fmt: skip
    return tuple(segments)


def _lens(middle: Sequence[Point], half: float) -> tuple[Contour, ...]:
    """A sliver around ``middle``, pointed at both ends."""
    if len(middle) < 3:
        return ()
    last = len(middle) - 1
    sides: tuple[list[Point], list[Point]] = ([], [])
    for i, (x, y) in enumerate(middle):
        before, after = middle[max(i - 1, 0)], middle[min(i + 1, last)]
        along = (after[0] - before[0], after[1] - before[1])
        length = math.hypot(*along) or 1
        from_end = min(math.dist(middle[i], middle[0]), math.dist(middle[i], middle[last]))
        swell = half * min(1, from_end / _NEEDLE) ** 0.7
        sides[0].append((x + along[1] / length * swell, y - along[0] / length * swell))
        sides[1].append((x - along[1] / length * swell, y + along[0] / length * swell))
    return ((*_through(sides[0], closed=False), *_through(sides[1][::-1], closed=False)),)


def _lens_where_thick(middle: Sequence[Point], weights: Sequence[float], *, closed: bool) -> tuple[Contour, ...]:
    floor = STEM * 0.74
    runs: list[list[int]] = [[]]
    for i in range(len(weights) * (2 if closed else 1)):
        if weights[i % len(weights)] > floor:
            runs[-1].append(i % len(weights))
        elif runs[-1]:
            runs.append([])
    if closed:  # twice round: the whole runs are those that end on the second round and do not repeat
        whole = [run for run in runs[1:] if run]
        runs = whole[: len({tuple(sorted(run)) for run in whole})]
    return tuple(lens for run in runs for lens in _lens([middle[i] for i in run], STEM * _INLINE / 2) if len(run) > 4)


def _spread(low: float, high: float) -> list[float]:
    return [low + (high - low) * i / 16 for i in range(17)]


def _join(*parts: list[Segment]) -> Contour:
    return tuple(segment for part in parts for segment in part)


def _backwards(segments: Sequence[Segment]) -> list[Segment]:
    """The same contour walked the other way."""
    ends = [segment[-1] for segment in segments]
    out: list[Segment] = [(ends[-1],)]
    for i in range(len(segments) - 1, 0, -1):
        handles = segments[i][:-1]
        out.append((*handles[::-1], ends[i - 1]))
    return out


def _area(points: Sequence[Point]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, [*points[1:], points[0]], strict=True)) / 2


def _anticlockwise(contour: Contour) -> Contour:
    return contour if _area([segment[-1] for segment in contour]) > 0 else tuple(_backwards(contour))


def _clockwise(contour: Contour) -> Contour:
    return tuple(_backwards(_anticlockwise(contour)))
