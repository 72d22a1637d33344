"""The search: what is looked for, in pages of the best results, each told as it is now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from badges.directory.engines import engine_of
from badges.directory.entries import Entry, entries_of
from badges.directory.snippets import Piece, snippet
from badges.directory.words import Query, read_query
from issuer.base.db import db
from issuer.base.errors import Invalid

ON_A_PAGE = 10
MOST_RESULTS = 200
"""Nobody reads on behind so many; whoever looks for one thing adds a word."""


@dataclass(frozen=True, slots=True)
class Result:
    """An entry, and the pieces of its title and its text that say why it was found."""

    entry: Entry
    title: tuple[Piece, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One page. ``next`` is the cursor of the following one, or None; ``found``: how many there are, at most 200."""

    query: Query
    items: tuple[Result, ...]
    next: str | None
    found: int

    @property
    def is_cut(self) -> bool:
        """Whether there may be more than is ever given."""
        return self.found >= MOST_RESULTS


def search(text: str, *, kind: str = "", limit: int = ON_A_PAGE, after: str | None = None) -> Results:
    """What may be found that has all words of ``text``, the best first; of one ``kind``, or of all for "".

    ``after`` is the name of the last result seen. Raises Invalid "bad_cursor" for one that is not among the results.
    """
    query = read_query(text)
    if not query.words:
        return Results(query, (), None, 0)
    rows = engine_of(db.session()).find(db.session(), query.words, kind=kind, limit=MOST_RESULTS)
    start = _behind([row.name for row in rows], after)
    shown = rows[start : start + limit]
    entries = _entries(shown)
    items = tuple(Result(entry, snippet(entry.title, query), snippet(entry.text, query)) for entry in entries)
    cursor = shown[-1].name if start + limit < len(rows) else None
    return Results(query, items, cursor, len(rows))


def _behind(names: Sequence[str], after: str | None) -> int:
    if after is None:
        return 0
    if after not in names:
        sentence = gettext("This is not the cursor of a page that was given here.")
        raise Invalid("bad_cursor", sentence, fields={"after": [sentence]})
    return names.index(after) + 1


def _entries(rows: Sequence[Any]) -> list[Entry]:
    """In the order of the rows, read from their sources; what is not to be found any more is left out."""
    ids: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        ids[row.kind].append(row.subject_id)
    found: Mapping[str, Mapping[int, Entry]] = {kind: entries_of(kind, subjects) for kind, subjects in ids.items()}
    return [found[row.kind][row.subject_id] for row in rows if row.subject_id in found[row.kind]]
