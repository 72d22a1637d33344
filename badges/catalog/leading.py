"""Modules that lead from one place to the next: those shown first, those better taken before, those nearby."""

from __future__ import annotations

from datetime import datetime

from competencies.learning.models import Module
from competencies.learning.queries import CatalogEntry, Filters, browse, entries_of
from issuer.base.db import db
from issuer.models import Organisation
from issuer.policy import Actor

ON_THE_FRONT = 3
MOST_NEARBY = 200


def front_modules(actor: Actor, *, now: datetime) -> tuple[CatalogEntry, ...]:
    """The first few modules that are open."""
    return browse(Filters(state="open"), actor=actor, now=now, limit=ON_THE_FRONT)


def neighbours_of(entry: CatalogEntry, *, actor: Actor, now: datetime) -> tuple[CatalogEntry, ...]:
    """The open modules of the same organisation, the first of them."""
    return browse(Filters(organisation=entry.organisation_slug, state="open"), actor=actor, now=now, limit=MOST_NEARBY)


def prerequisites_of(entry: CatalogEntry, *, actor: Actor, now: datetime) -> tuple[CatalogEntry, ...]:
    """The modules that it is better to have taken before, in the order in which its author names them."""
    if not entry.prerequisites:
        return ()
    ids = db.session.scalars(
        db.select(Module.public_id)
        .join(Organisation)
        .where(
            Organisation.slug == entry.organisation_slug,
            Module.code.in_(entry.prerequisites),
            Module.state != "archived",
        )
    ).all()
    found = {each.code: each for each in entries_of(ids, actor=actor, now=now).values()}
    return tuple(found[code] for code in entry.prerequisites if code in found)
