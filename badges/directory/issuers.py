"""The organisations that award badges here, by the order in which they came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from badges.models import Achievement
from issuer.base.db import db
from issuer.base.paging import Page, oldest_first
from issuer.models import Organisation

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class ListedIssuer:
    """One line of the directory. ``offered``: its open achievements."""

    slug: str
    name: str
    description: str
    offered: int


def issuers_page(*, after: str | None) -> Page:
    """ListedIssuer values. Raises Invalid for a cursor that was never given."""
    page = oldest_first(select(Organisation), Organisation, limit=ON_A_PAGE, after=after)
    offered = _offered([each.id for each in page.items])
    lines = [ListedIssuer(each.slug, each.name, each.description, offered.get(each.id, 0)) for each in page.items]
    return Page(lines, page.next)


def _offered(organisation_ids: list[int]) -> Mapping[int, int]:
    statement = (
        select(Achievement.organisation_id, func.count().label("number"))
        .where(Achievement.organisation_id.in_(organisation_ids), Achievement.state == "open")
        .group_by(Achievement.organisation_id)
    )
    return {row.organisation_id: row.number for row in db.session.execute(statement)}
