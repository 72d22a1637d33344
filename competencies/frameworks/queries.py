"""Frameworks as they are read. A framework in private draft is shown to the members of its organisation only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager

from competencies.frameworks.models import Association, Competency, Framework
from issuer.base.db import db
from issuer.base.errors import NotFound
from issuer.base.paging import Page, oldest_first
from issuer.models import Organisation
from issuer.policy import Actor

PRIVATE_DRAFT = "Private Draft"
ITEMS_ON_A_PAGE = 200


@dataclass(frozen=True, slots=True)
class Outline:
    """A stretch of a framework in reading order. ``groups`` are the items that others stand under."""

    items: tuple[Competency, ...]
    groups: frozenset[str]
    total: int
    page: int

    @property
    def previous_page(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def next_page(self) -> int | None:
        return self.page + 1 if self.page * ITEMS_ON_A_PAGE < self.total else None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What stands directly above and below a competency in the tree."""

    above: tuple[Competency, ...]
    below: tuple[Competency, ...]


def frameworks_page(actor: Actor, *, limit: int, after: str | None) -> Page:
    """The frameworks that ``actor`` may see, in the order in which they were first imported."""
    return oldest_first(select(Framework).where(_visible(actor)), Framework, limit=limit, after=after)


def framework_of(public_id: str, *, actor: Actor) -> Framework:
    """Raises NotFound."""
    framework: Framework | None = db.session.scalar(
        select(Framework).filter_by(public_id=public_id).where(_visible(actor))
    )
    if framework is None:
        raise NotFound("no_such_framework", _("There is no such framework."))
    return framework


def competency_of(public_id: str, *, actor: Actor) -> Competency:
    """With its framework. Raises NotFound."""
    statement = _competencies(actor).where(Competency.public_id == public_id)
    competency: Competency | None = db.session.scalar(statement)
    if competency is None:
        raise NotFound("no_such_competency", _("There is no such competency."))
    return competency


def competencies_page(
    actor: Actor, *, limit: int, after: str | None, framework: str | None = None, code: str | None = None
) -> Page:
    """Competencies, of one framework (public id) or with one human code if asked for."""
    statement = _competencies(actor)
    if framework is not None:
        statement = statement.where(Framework.public_id == framework)
    if code is not None:
        statement = statement.where(Competency.human_code == code)
    return oldest_first(statement, Competency, limit=limit, after=after)


def outline(framework: Framework, *, page: int = 1) -> Outline:
    """The active items of one page (from 1) in reading order."""
    active = select(Competency).filter_by(framework_id=framework.id, state="active")
    total = db.session.scalar(select(func.count()).select_from(active.subquery())) or 0
    last = max(1, -(-total // ITEMS_ON_A_PAGE))
    page = min(max(page, 1), last)
    items = db.session.scalars(
        active.order_by(Competency.position, Competency.id).offset((page - 1) * ITEMS_ON_A_PAGE).limit(ITEMS_ON_A_PAGE)
    ).all()
    groups = db.session.scalars(
        select(Association.destination_identifier)
        .filter_by(framework_id=framework.id, association_type="isChildOf")
        .where(Association.destination_identifier.in_([item.case_identifier for item in items]))
    )
    return Outline(tuple(items), frozenset(groups), total, page)


def deprecated_items(framework: Framework) -> tuple[Competency, ...]:
    """What the framework held once and may still be on badges; the first of them."""
    statement = select(Competency).filter_by(framework_id=framework.id, state="deprecated")
    ordered = statement.order_by(Competency.human_code, Competency.id).limit(ITEMS_ON_A_PAGE)
    return tuple(db.session.scalars(ordered))


def neighbours(competency: Competency) -> Neighbours:
    identifier = competency.case_identifier
    tree = select(Association).filter_by(framework_id=competency.framework_id, association_type="isChildOf")
    above = tree.where(Association.origin_identifier == identifier)
    below = tree.where(Association.destination_identifier == identifier)
    return Neighbours(
        _items(competency, above.with_only_columns(Association.destination_identifier)),
        _items(competency, below.with_only_columns(Association.origin_identifier)),
    )


def counts(framework_ids: list[int]) -> Mapping[int, int]:
    """Framework (internal id) -> its active items."""
    statement = (
        select(Competency.framework_id, func.count().label("number"))
        .where(Competency.framework_id.in_(framework_ids), Competency.state == "active")
        .group_by(Competency.framework_id)
    )
    return {row.framework_id: row.number for row in db.session.execute(statement)}


def organisations_of(frameworks: list[Framework]) -> Mapping[int, Organisation]:
    """Organisation (internal id) -> organisation, for these frameworks."""
    ids = {framework.organisation_id for framework in frameworks}
    return {found.id: found for found in db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)))}


def _items(competency: Competency, identifiers: Select[Any]) -> tuple[Competency, ...]:
    statement = (
        select(Competency)
        .filter_by(framework_id=competency.framework_id)
        .where(Competency.case_identifier.in_(identifiers))
        .order_by(Competency.position, Competency.id)
        .limit(ITEMS_ON_A_PAGE)
    )
    return tuple(db.session.scalars(statement))


def _competencies(actor: Actor) -> Select[Any]:
    return (
        select(Competency)
        .join(Competency.framework)
        .options(contains_eager(Competency.framework))
        .where(_visible(actor))
    )


def _visible(actor: Actor) -> Any:
    own = Framework.organisation_id.in_(list(actor.roles))
    return or_(Framework.adoption_status != PRIVATE_DRAFT, own)
