"""Monograms are drawn from outlines of our own, so they look the same where no font is installed."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from badges.documents.alphabet import CAPITALS, NUMERALS
from badges.documents.monogram import initials, letters_of, monogram_paths
from badges.documents.rosette import rosette_png

ALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def inked(text: str, *, width: float = 900, height: float = 700) -> Image.Image:
    """Black on white, 200 pixels for 1,000 units."""
    path = monogram_paths(text, width=width, height=height).solid
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-500 -500 1000 1000"><path d="{path}"/></svg>'
    return Image.open(io.BytesIO(rosette_png(svg, size=200))).convert("RGBA").getchannel("A")


def test_every_letter_and_figure_has_a_form():
    assert "".join(sorted(CAPITALS)) + "".join(sorted(NUMERALS)) == ALL


@pytest.mark.parametrize("letter", ALL)
def test_a_letter_is_well_formed_ink_of_a_letter_s_weight(letter: str):
    paths = monogram_paths(letter, width=900, height=700)
    assert re.fullmatch(r"(M[-\d. ]+([LC][-\d. ]+)+Z)+", paths.solid)
    share = sum(1 for value in inked(letter).tobytes() if value > 127) / 200**2
    assert 0.05 < share < 0.3


def test_no_two_letters_look_alike():
    forms = {letter: inked(letter).tobytes() for letter in ALL}
    assert len(set(forms.values())) == len(ALL)


def test_round_letters_have_a_hole():
    for letter in "ODQ08":
        image = inked(letter)
        middle = image.getpixel((100, 126 if letter == "8" else 100))
        assert middle == 0, letter


@pytest.mark.parametrize("text", ["A", "MW", "WMW", "QQQ", "III"])
def test_letters_fit_the_space_given_and_stand_in_its_middle(text: str):
    left, top, right, _ = inked(text, width=600, height=400).getbbox()
    assert right - left <= 600 / 5 + 1
    assert (left + right) / 2 == pytest.approx(100, abs=7)
    assert top >= 59


@pytest.mark.parametrize(
    ("given", "letters"),
    [
        ("ps", "PS"),
        ("Éco", "ECO"),
        ("a-b_c", "ABC"),
        ("WXYZ", "WXY"),
        ("日本", ""),
        ("", ""),
        ("<b>", "B"),
        ("ﬁ", "FI"),
    ],
)
def test_what_the_alphabet_lacks_is_left_out(given: str, letters: str):
    assert letters_of(given) == letters


@pytest.mark.parametrize(
    ("title", "letters"),
    [
        ("Prospecting Starter", "PS"),
        ("Closing", "C"),
        ("Who belongs on your list", "WBY"),
        ("École de vente", "EV"),
        ("Go", "G"),
        ("営業", ""),
    ],
)
def test_initials_come_from_the_longer_words_of_a_title(title: str, letters: str):
    assert initials(title) == letters


def test_an_empty_monogram_draws_nothing():
    assert monogram_paths("", width=10, height=10).solid == ""
