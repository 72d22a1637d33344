"""The piece of a text in which what was looked for stands, with the words found marked. PURE."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from badges.directory.words import Query, places_in

LENGTH = 200
LONGEST_TEXT = 5_000
BEFORE = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, found or not."""

    text: str
    is_found: bool


def snippet(text: str, query: Query) -> tuple[Piece, ...]:
    """About 200 characters around the first word found; the beginning of the text when none of it was looked for."""
    text = " ".join(unicodedata.normalize("NFC", text[:LONGEST_TEXT]).split())
    found = [(begin, end) for begin, end, word in places_in(text) if query.matches(word)]
    begin = _begin(text, found[0][0]) if found and len(text) > LENGTH else 0
    end = _end(text, begin + LENGTH)
    pieces = list(_pieces(text, begin, end, found))
    if begin > 0:
        pieces.insert(0, Piece("… ", False))
    if end < len(text):
        pieces.append(Piece(" …", False))
    return tuple(pieces)


def _begin(text: str, found: int) -> int:
    """A little before what was found, where a word begins."""
    if found <= BEFORE:
        return 0
    return text.find(" ", found - BEFORE, found) + 1 or found


def _end(text: str, wished: int) -> int:
    if wished >= len(text):
        return len(text)
    space = text.rfind(" ", 0, wished + 1)
    return space if space > wished - BEFORE else wished


def _pieces(text: str, begin: int, end: int, found: Sequence[tuple[int, int]]) -> list[Piece]:
    pieces: list[Piece] = []
    at = begin
    for first, last in dict.fromkeys(found):
        if first < at or last > end:
            continue
        if first > at:
            pieces.append(Piece(text[at:first], False))
        pieces.append(Piece(text[first:last], True))
        at = last
    if at < end:
        pieces.append(Piece(text[at:end], False))
    return pieces
