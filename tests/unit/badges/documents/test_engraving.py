"""Path data is short and follows the curve it was made from."""

from __future__ import annotations

import math
import re

import pytest

from badges.documents.engraving import figure, figures, polar, trace


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, ".5"), (-0.5, "-.5"), (-0.04, "0"), (12.0, "12"), (100.0, "100"), (10.25, "10.2"), (-3.14, "-3.1")],
)
def test_figures_are_written_as_briefly_as_svg_allows(value: float, text: str):
    assert figure(value) == text


def test_a_minus_sign_separates():
    assert figures((1, -2, 0.5, 3)) == "1-2 .5 3"


def points_on(data: str, per_piece: int = 8) -> list[tuple[float, float]]:
    """Points along path data made of M, c and s, read as SVG says: s mirrors the handle before it."""
    (x, y), *pieces = [[float(n) for n in re.findall(r"-?\d*\.?\d+", part)] for part in re.split("[cs]", data)]
    handle, found = (0.0, 0.0), []
    for piece in pieces:
        first = piece[:2] if len(piece) == 6 else list(handle)
        a, b = piece[-4:-2], piece[-2:]
        for step in range(per_piece):
            t = step / per_piece
            s = 1 - t
            found.append(tuple(
                o + 3 * s * s * t * first[i] + 3 * s * t * t * a[i] + t**3 * b[i] for i, o in enumerate((x, y))
            ))  # fmt: skip
        handle = (b[0] - a[0], b[1] - a[1])
        x, y = x + b[0], y + b[1]
    return found


def test_a_traced_curve_stays_within_half_a_unit_of_the_curve():
    def curve(t: float) -> tuple[float, float]:
        return polar(300 + 40 * math.sin(8 * t), t)

    data = trace(curve, 0, math.tau, pieces=80)
    for i, (x, y) in enumerate(points_on(data)):
        expected_x, expected_y = curve(math.tau * i / 640)
        assert math.hypot(x - expected_x, y - expected_y) < 0.5
