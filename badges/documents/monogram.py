"""A monogram of one to three letters as SVG path data, so that no font is needed to show it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from badges.documents.alphabet import CAPITALS, NUMERALS
from badges.documents.engraving import figures
from badges.documents.letterforms import CAP, Contour

LONGEST = 3

_TIGHTER: Mapping[str, float] = {
    pair: space
    for space, pairs in ((-110, "AV VA AW WA AY YA LT LV LY TA AT PA"), (-60, "FA TO OT VO OV YO OY RV RY RT LO KO RO"))
    for pair in pairs.split()
}


@dataclass(frozen=True, slots=True)
class MonogramPaths:
    """Path data of the inked letters and of the white lines within them, in the drawing's units."""

    solid: str
    inline: str


def letters_of(text: str) -> str:
    """The first three letters or figures of ``text`` that the alphabet has: accents fall away, case does not matter."""
    plain = unicodedata.normalize("NFKD", text).upper()
    return "".join(char for char in plain if char in CAPITALS or char in NUMERALS)[:LONGEST]


def initials(title: str) -> str:
    """A monogram for a title: the first letter of each of its words of more than two letters, three at most.

    "Value and Proposal" gives "VAP"; a title of one word gives one letter; a title without a Latin letter gives none.
    """
    words = [letters_of(word) for word in title.replace("-", " ").split() if len(word) > 2]
    return "".join(word[:1] for word in words)[:LONGEST] or letters_of(title)[:1]


def monogram_paths(text: str, *, width: float, height: float) -> MonogramPaths:
    """The letters centred on (0, 0), as large as ``width`` and ``height`` allow; y goes down, as in SVG."""
    letters = letters_of(text)
    if not letters:
        return MonogramPaths("", "")
    glyphs = [CAPITALS.get(letter) or NUMERALS[letter] for letter in letters]
    starts, total = [0.0], glyphs[0].width
    for before, after, glyph in zip(letters, letters[1:], glyphs[1:], strict=False):
        starts.append(total + _TIGHTER.get(before + after, 0))
        total = starts[-1] + glyph.width
    scale = min(height / CAP, width / total)
    solid = inline = ""
    for start, glyph in zip(starts, glyphs, strict=True):
        solid += _data([c for stroke in glyph.strokes for c in stroke.solid], start - total / 2, scale)
        inline += _data([c for stroke in glyph.strokes for c in stroke.inline], start - total / 2, scale)
    return MonogramPaths(solid, inline)


def _data(contours: list[Contour], left: float, scale: float) -> str:
    data = ""
    for contour in contours:
        for i, segment in enumerate(contour):
            command = "M" if i == 0 else "L" if len(segment) == 1 else "C"
            places = [value for x, y in segment for value in ((x + left) * scale, (CAP / 2 - y) * scale)]
            data += command + figures(places)
        data += "Z"
    return data
