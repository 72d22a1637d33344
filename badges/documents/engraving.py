"""The engraver's tools: smooth curves as short SVG path data, and figures written as briefly as they go.

Lengths are in the units of the drawing (1,000 across for a rosette); path data keeps one decimal.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

Point = tuple[float, float]
Curve = Callable[[float], Point]

_NUDGE = 1e-5


def figure(value: float, places: int = 1) -> str:
    """A number in SVG's shortest common form: ``0.5`` is ``.5``, ``-0.0`` is ``0``."""
    text = f"{value:.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in ("-0", ""):
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def figures(values: Iterable[float]) -> str:
    """Numbers in a row; a minus sign separates as well as a space does."""
    return " ".join(figure(value) for value in values).replace(" -", "-")


def direction(curve: Curve, t: float) -> Point:
    """The derivative of ``curve`` at ``t``, by central difference."""
    before, after = curve(t - _NUDGE), curve(t + _NUDGE)
    return (after[0] - before[0]) / (2 * _NUDGE), (after[1] - before[1]) / (2 * _NUDGE)


def trace(curve: Curve, start: float, end: float, *, pieces: int) -> str:
    """Path data for ``curve`` from ``start`` to ``end`` as ``pieces`` cubic Béziers of equal steps.

    Each piece has the curve's own position and direction at both ends (Hermite form). With equal steps the handles
    of neighbours mirror each other, so all pieces but the first take the short ``s`` command.
    """
    step = (end - start) / pieces
    x, y = _rounded(curve(start))
    handle = direction(curve, start)
    data = f"M{figures((x, y))}"
    for piece in range(1, pieces + 1):
        t = start + step * piece
        to, towards = curve(t), direction(curve, t)
        to_x, to_y = _rounded(to)
        arrival = (to[0] - towards[0] * step / 3 - x, to[1] - towards[1] * step / 3 - y, to_x - x, to_y - y)
        if piece == 1:
            data += "c" + figures((handle[0] * step / 3, handle[1] * step / 3, *arrival))
        else:
            data += "s" + figures(arrival)
        x, y = to_x, to_y
    return data


def polar(radius: float, angle: float) -> Point:
    """Radius and angle (radians, clockwise from the right, as SVG turns) to x and y."""
    return radius * math.cos(angle), radius * math.sin(angle)


def _rounded(point: Point) -> Point:
    return round(point[0], 1), round(point[1], 1)
