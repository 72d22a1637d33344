"""Where the words are kept and looked up: FTS5 on SQLite, a tsvector on PostgreSQL, behind one small interface.

Both are given words that are folded already (badges.directory.words), so the same query finds the same things in both;
only the order in which these come is each database's own judgement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

MOST_RANKED = 5_000
"""Of so many that match, the best are given; it bounds what a word costs that is in everything."""

MOST_WORDS_KEPT = 2_000
_MOST_PLACES_OF_A_WORD = 200
"""PostgreSQL keeps 256."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one entry: ``strong`` those of its title and its holder, ``weak`` all others."""

    entry_id: int
    kind: str
    strong: Sequence[str]
    weak: Sequence[str]


class Engine(Protocol):
    """Keeps words in the caller's transaction, and finds entries by them."""

    def put(self, session: Session, entries: Sequence[Words]) -> None:
        """Keep these; their earlier words are gone."""

    def remove(self, session: Session, entry_ids: Collection[int]) -> None:
        """Forget the words of these."""

    def find(self, session: Session, words: Sequence[str], *, kind: str, limit: int) -> Sequence[Any]:
        """Rows (name, kind, subject_id) of the best ``limit`` entries that have all of ``words``, best first.

        The last word counts where it begins a word, and for more where it is one. ``kind`` "" is every kind.
        ``words`` is not empty.
        """


class Fts5:
    """A table of words whose row ids are those of the entries."""

    _REMOVE = text("DELETE FROM search_words WHERE rowid = :id")
    _PUT = text("INSERT INTO search_words (rowid, kind, strong, weak) VALUES (:id, :kind, :strong, :weak)")
    _FIND = text(
        "SELECT entry.name, entry.kind, entry.subject_id FROM ("
        " SELECT rowid AS id, bm25(search_words, 0.0, 8.0, 1.0) AS far FROM search_words"
        " WHERE search_words MATCH :query ORDER BY rowid DESC LIMIT :most"
        ") AS found JOIN search_entry AS entry ON entry.id = found.id ORDER BY found.far, entry.id LIMIT :limit"
    )

    def put(self, session: Session, entries: Sequence[Words]) -> None:
        self.remove(session, [each.entry_id for each in entries])
        rows = [
            {"id": each.entry_id, "kind": each.kind, "strong": _line(each.strong), "weak": _line(each.weak)}
            for each in entries
        ]
        if rows:
            session.execute(self._PUT, rows)

    def remove(self, session: Session, entry_ids: Collection[int]) -> None:
        if entry_ids:
            session.execute(self._REMOVE, [{"id": entry_id} for entry_id in entry_ids])

    def find(self, session: Session, words: Sequence[str], *, kind: str, limit: int) -> Sequence[Any]:
        *whole, last = words
        terms = " AND ".join([*(f'"{word}"' for word in whole), f'("{last}" OR "{last}" *)'])
        query = f"{{strong weak}} : ({terms})" + (f' AND kind : "{kind}"' if kind else "")
        return session.execute(self._FIND, {"query": query, "most": MOST_RANKED, "limit": limit}).all()


class TextSearchVectors:
    """A table of tsvectors. They are written out here, so that no dictionary or parser changes the words."""

    _REMOVE = text("DELETE FROM search_words WHERE entry_id IN :ids").bindparams(bindparam("ids", expanding=True))
    _PUT = text(
        "INSERT INTO search_words (entry_id, words) VALUES (:id, CAST(:words AS tsvector))"
        " ON CONFLICT (entry_id) DO UPDATE SET words = excluded.words"
    )
    _FIND = text(
        "SELECT entry.name, entry.kind, entry.subject_id FROM ("
        " SELECT entry_id, words FROM search_words WHERE words @@ CAST(:query AS tsquery) LIMIT :most"
        ") AS found JOIN search_entry AS entry ON entry.id = found.entry_id"
        " ORDER BY ts_rank(CAST('{0, 0.1, 0.4, 1}' AS real[]), found.words, CAST(:words AS tsquery), 1) DESC, entry.id"
        " LIMIT :limit"
    )

    def put(self, session: Session, entries: Sequence[Words]) -> None:
        rows = [{"id": each.entry_id, "words": _vector(each)} for each in entries]
        if rows:
            session.execute(self._PUT, rows)

    def remove(self, session: Session, entry_ids: Collection[int]) -> None:
        if entry_ids:
            session.execute(self._REMOVE, {"ids": list(entry_ids)})

    def find(self, session: Session, words: Sequence[str], *, kind: str, limit: int) -> Sequence[Any]:
        *whole, last = words
        terms = " & ".join([*(f"'{word}'" for word in whole), f"('{last}' | '{last}':*)"])
        # The kind has no place among the words: ranked with them it would make all ranks nothing.
        query = f"{terms} & ':{kind}'" if kind else terms
        asked = {"query": query, "words": terms, "most": MOST_RANKED, "limit": limit}
        return session.execute(self._FIND, asked).all()


def engine_of(session: Session) -> Engine:
    """The one of the database that the session is bound to."""
    return Fts5() if session.get_bind().dialect.name == "sqlite" else TextSearchVectors()


def _line(words: Sequence[str]) -> str:
    return " ".join(words[:MOST_WORDS_KEPT])


def _vector(entry: Words) -> str:
    """As PostgreSQL writes it: ``':badge' 'target':1A,9C 'list':2A``. No word has a quote or a colon."""
    places: dict[str, list[str]] = defaultdict(list)
    weighed = [(word, "A") for word in entry.strong] + [(word, "C") for word in entry.weak]
    for place, (word, weight) in enumerate(weighed[:MOST_WORDS_KEPT], 1):
        if len(places[word]) < _MOST_PLACES_OF_A_WORD:
            places[word].append(f"{place}{weight}")
    lexemes = [f"'{word}':{','.join(found)}" for word, found in places.items()]
    return " ".join([f"':{entry.kind}'", *lexemes])
