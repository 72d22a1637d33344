"""The stylesheet's promises: words that can be read in both schemes and on paper, and nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[3] / "static" / "rosette.css").read_text()
SCHEMES = ("light", "dark", "print")
GROUNDS = ("paper", "surface", "sunk")
WORDS = ("ink", "muted", "accent", "good", "warn", "bad")


def tokens(scheme: str) -> dict[str, str]:
    """Colour tokens of a scheme as #rrggbb: the light ones, with those that the scheme changes."""
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    assert len(blocks) == len(SCHEMES)
    found: dict[str, str] = {}
    for block in (blocks[0], blocks[SCHEMES.index(scheme)]):
        found |= {name: widened(value) for name, value in re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block)}
    return found


def widened(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(digit * 2 for digit in colour[1:])


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1. WCAG 2.2, definitions."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("words", WORDS)
def test_words_stand_out_from_every_ground(scheme: str, ground: str, words: str):
    colours = tokens(scheme)
    assert contrast(colours[words], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kind", ["accent", "good", "warn", "bad"])
def test_a_status_reads_on_its_own_tint(scheme: str, kind: str):
    colours = tokens(scheme)
    for words in (kind, "ink", "muted"):
        assert contrast(colours[words], colours[f"{kind}-bg"]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", ["paper", "surface"])
def test_the_edges_of_fields_and_the_focus_ring_can_be_seen(scheme: str, ground: str):
    colours = tokens(scheme)
    assert contrast(colours["edge"], colours[ground]) >= 3
    assert contrast(colours["accent"], colours[ground]) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_words_on_a_main_button_can_be_read(scheme: str):
    colours = tokens(scheme)
    assert contrast(colours["paper"], colours["accent"]) >= 4.5


def test_nothing_is_fetched_from_elsewhere():
    assert set(re.findall(r"url\(([^)]*)\)", CSS)) == {'"weave.svg"'}
    assert "@import" not in CSS
    assert "@font-face" not in CSS


def test_nothing_shines_or_floats():
    assert not re.search(r"gradient|box-shadow|text-shadow|drop-shadow", CSS)


def test_whatever_moves_stands_still_for_those_who_ask():
    moving = CSS[CSS.index("@media (prefers-reduced-motion: no-preference)") : CSS.index("/* 12 print")]
    assert CSS.count("animation:") == moving.count("animation:") > 0
    assert "transition" not in CSS
