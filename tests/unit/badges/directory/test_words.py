"""Words are compared without case and accents, whatever surrounds them."""

from __future__ import annotations

import pytest

from badges.directory.words import LONGEST_WORD, MOST_WORDS, read_query, words_in


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Négociation d’Été", ["negociation", "d", "ete"]),
        ("NE\u0301GOCIATION", ["negociation"]),
        ("Cœur Straße", ["coeur", "strasse"]),
        ("snake_case B2B", ["snake", "case", "b2b"]),
        ("ﬁnance", ["finance"]),
        ("…—!?", []),
    ],
)
def test_case_accents_and_ligatures_are_folded(text: str, words: list[str]) -> None:
    assert words_in(text) == words


@pytest.mark.parametrize("text", ['"', "%", "*", "^", "NEAR(", "title:", "'; DROP TABLE award; --", "\x00", "a\x00b"])
def test_what_a_query_language_would_read_is_no_word(text: str) -> None:
    assert all(word.isalnum() for word in read_query(text).words)


def test_a_query_is_bounded_however_long() -> None:
    query = read_query("abcd " * 2000)
    assert query.words == ("abcd",)
    assert len(read_query(" ".join(map(str, range(1000)))).words) == MOST_WORDS
    assert len(read_query("a" * 10_240).words[0]) == LONGEST_WORD


def test_only_the_last_word_may_be_a_beginning() -> None:
    query = read_query("target li")
    assert query.matches("list") and query.matches("target")
    assert not query.matches("targets")
    assert not query.matches("l")
    assert read_query("list target list").words == ("target", "list")
