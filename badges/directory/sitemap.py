"""The map for search engines: what is meant to be found, in parts of at most 50,000 addresses (sitemaps.org, 0.9).

Listed badges, open achievements, the modules of the catalog and the issuers; nothing else has an address in it. A part
holds the entries of a stretch of ids, so none of them moves to another part when others come or go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from badges.directory.entries import ids_of
from badges.directory.models import ACHIEVEMENT, BADGE, ISSUER, MODULE, SearchEntry
from issuer.base.db import db

IN_A_PART = 50_000
MAPPED = (BADGE, ACHIEVEMENT, MODULE, ISSUER)
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True, slots=True)
class Part:
    """``number`` from 1; ``changed_at``: when the newest thing in it was published or written."""

    number: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """An address in the map; ``changed_at`` None where that is not known."""

    address: str
    changed_at: datetime | None = None


def parts() -> Sequence[Part]:
    """The parts in which there is anything."""
    number = ((SearchEntry.id - 1) // IN_A_PART + 1).label("number")
    statement = _mapped(number, func.max(SearchEntry.changed_at).label("changed_at")).group_by(number).order_by(number)
    return [Part(row.number, row.changed_at) for row in db.session.execute(statement)]


def entries_in(number: int) -> Sequence[Any]:
    """Rows (kind, name, changed_at) of one part, in the order in which they were first listed."""
    last = number * IN_A_PART
    statement = _mapped(SearchEntry.kind, SearchEntry.name, SearchEntry.changed_at)
    within = statement.where(SearchEntry.id > last - IN_A_PART, SearchEntry.id <= last)
    return db.session.execute(within.order_by(SearchEntry.id)).all()


def index_document(places: Iterable[Place]) -> bytes:
    """A sitemap index: the addresses of the parts."""
    return _document("sitemapindex", "sitemap", places)


def part_document(places: Iterable[Place]) -> bytes:
    """A sitemap: the addresses of pages."""
    return _document("urlset", "url", places)


def _mapped(*columns: ColumnElement[Any] | Any) -> Select[Any]:
    """Of badges only those that are listed now, whatever the index says."""
    listed = and_(SearchEntry.kind == BADGE, SearchEntry.subject_id.in_(ids_of(BADGE)))
    others = SearchEntry.kind.in_([kind for kind in MAPPED if kind != BADGE])
    return select(*columns).where(or_(listed, others))


def _document(root: str, element: str, places: Iterable[Place]) -> bytes:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_NAMESPACE}">']
    for place in places:
        lastmod = f"<lastmod>{place.changed_at:%Y-%m-%dT%H:%M:%SZ}</lastmod>" if place.changed_at else ""
        lines.append(f"<{element}><loc>{escape(place.address)}</loc>{lastmod}</{element}>")
    lines.append(f"</{root}>\n")
    return "\n".join(lines).encode("utf-8")
