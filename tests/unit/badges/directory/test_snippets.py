"""A snippet shows why something was found."""

from __future__ import annotations

import pytest

from badges.directory.snippets import LENGTH, snippet
from badges.directory.words import read_query

LONG = "Before anything else one listens. " * 20 + "Then the négociation begins, " + "and it goes on. " * 30


def _found(text: str, query: str) -> list[str]:
    return [piece.text for piece in snippet(text, read_query(query)) if piece.is_found]


def test_what_was_found_is_marked_as_it_is_written() -> None:
    assert _found("La Négociation est un art.", "negociation") == ["Négociation"]
    assert _found("La Ne\u0301gociation est un art.", "nego") == ["Négociation"]


def test_the_piece_is_cut_around_what_was_found_at_words() -> None:
    pieces = snippet(LONG, read_query("negociation"))
    whole = "".join(piece.text for piece in pieces)
    assert "négociation" in whole
    assert whole.startswith("… ") and whole.endswith(" …")
    assert len(whole) <= LENGTH + 4
    assert whole[2:-2] in LONG


def test_a_text_without_the_word_is_shown_from_its_beginning() -> None:
    assert _found(LONG, "zebra") == []
    assert snippet(LONG, read_query("zebra"))[0].text.startswith("Before anything")


@pytest.mark.parametrize("text", ["", " ", "\x00", "a" * 10_000, "é" * 10_000, "<script>alert(1)</script>"])
def test_any_text_gives_a_short_piece(text: str) -> None:
    assert sum(len(piece.text) for piece in snippet(text, read_query("a script"))) <= LENGTH + 4
