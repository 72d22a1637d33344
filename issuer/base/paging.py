"""Lists in pages: a page names the last row it gave, the next one begins behind that.

Rows that are added or removed meanwhile make no row appear twice or be missed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from flask_babel import gettext
from sqlalchemy import Select, select

from issuer.base.db import db
from issuer.base.errors import Invalid

USUAL = 50
MOST = 100


@dataclass(frozen=True, slots=True)
class Page:
    """``items`` of one page; ``next`` is the cursor of the following page, None on the last."""

    items: list[Any]
    next: str | None


def oldest_first(
    statement: Select[Any], model: Any, *, limit: int, after: str | None, name_of: Callable[[Any], str] | None = None
) -> Page:
    """The rows of ``statement`` in the order in which those of ``model`` (id, public_id) were made.

    ``name_of`` a row is the public id of its ``model``; its own unless said. Raises Invalid "bad_cursor".
    """
    ordered = statement.order_by(model.id)
    if after is not None:
        ordered = ordered.where(model.id > _place_of(model, after))
    return _page(ordered, limit, name_of)


def newest_first(
    statement: Select[Any], model: Any, *, limit: int, after: str | None, name_of: Callable[[Any], str] | None = None
) -> Page:
    """Like ``oldest_first``, the other way round."""
    ordered = statement.order_by(model.id.desc())
    if after is not None:
        ordered = ordered.where(model.id < _place_of(model, after))
    return _page(ordered, limit, name_of)


def _page(statement: Select[Any], limit: int, name_of: Callable[[Any], str] | None) -> Page:
    rows = list(db.session.scalars(statement.limit(limit + 1)))
    items = rows[:limit]
    cursor = (name_of or attrgetter("public_id"))(items[-1]) if len(rows) > limit else None
    return Page(items, cursor)


def _place_of(model: Any, cursor: str) -> int:
    place = db.session.scalar(select(model.id).where(model.public_id == cursor)) if _is_public_id(cursor) else None
    if place is None:
        sentence = gettext("This is not the cursor of a page that was given here.")
        raise Invalid("bad_cursor", sentence, fields={"after": [sentence]})
    return int(place)


def _is_public_id(text: str) -> bool:
    return len(text) <= 32 and text.isascii() and text.isprintable()
