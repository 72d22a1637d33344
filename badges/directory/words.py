"""Words as they are compared: without case and accents, the same in every database. PURE.

``"Négociation d’Été"`` is the words negociation, d, ete. What is not a letter or a digit separates words, so nothing
that a visitor types is an operator of a database's own query language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_QUERY = 200
MOST_WORDS = 8
LONGEST_WORD = 64

_WORD = re.compile(r"[^\W_]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l"})


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: all of ``words``, the last one also where it only begins a word."""

    words: tuple[str, ...]

    def matches(self, word: str) -> bool:
        """Whether ``word``, folded, is one of these."""
        return word in self.words or bool(self.words and word.startswith(self.words[-1]))


def read_query(text: str) -> Query:
    """Whatever was typed, of which the first 200 characters and eight words count; no words when nothing is meant."""
    words = words_in(text[:LONGEST_QUERY])[:MOST_WORDS]
    return Query(tuple(dict.fromkeys(reversed(words)))[::-1])


def words_in(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(folded(text))]


def folded(text: str) -> str:
    """Without case and accents; ligatures are written out."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return "".join(letter for letter in plain if not unicodedata.category(letter).startswith("M"))


def places_in(text: str) -> Iterator[tuple[int, int, str]]:
    """(begin, end, folded word) of each word of a text in NFC."""
    for found in _WORD.finditer(text):
        for word in words_in(found.group()):
            yield found.start(), found.end(), word
