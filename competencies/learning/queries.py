"""The catalog as it is read: modules with what they prove, and where one learner stands with each.

However many modules, a page costs the same handful of queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import Row, Select, and_, func, or_, select

from competencies.frameworks.models import Competency
from competencies.learning.checks import CheckRule
from competencies.learning.models import Item, Module, ModuleCompetency, ModuleVersion
from competencies.learning.progress import Progress, progress_of
from competencies.learning.publications import find_module
from competencies.learning.results import ShownCompetency
from competencies.learning.visibility import may_see
from issuer.base.db import db
from issuer.base.errors import Invalid, NotFound
from issuer.models import Organisation
from issuer.policy import Actor
from issuer.succession.standing import closed_ids


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the catalog is asked for; empty and None mean: all. ``competency`` is a public id or a human code.

    ``competencies``: public ids of which a module proves at least one.
    """

    text: str = ""
    competency: str = ""
    competencies: tuple[str, ...] = ()
    state: str = ""
    mode: str = ""
    content_type: str = ""
    max_minutes: int | None = None
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One module in its current version. ``progress`` None: nobody is signed in."""

    module_id: str
    code: str
    title: str
    summary: str
    minutes: int
    content_type: str
    delivery_mode: str
    format: str
    language: str
    state: str
    organisation_slug: str
    organisation_name: str
    version_id: str
    version_number: int
    card_count: int
    item_count: int
    check_rule: CheckRule | None
    prerequisites: tuple[str, ...]
    refresh_after_days: int | None
    competencies: tuple[ShownCompetency, ...]
    progress: Progress | None

    @property
    def is_open(self) -> bool:
        return self.state == "open"


def browse(
    filters: Filters, *, actor: Actor, now: datetime, limit: int | None = None, after: str | None = None
) -> tuple[CatalogEntry, ...]:
    """The open and listed modules that ``actor`` may see, by code; ``after`` is the module id of the last one seen."""
    statement = _filtered(_visible(_catalog(), actor, now), filters)
    if after is not None:
        last = db.session.execute(select(Module.code, Module.id).filter_by(public_id=after)).first()
        if last is None:
            sentence = gettext("This is not the cursor of a page that was given here.")
            raise Invalid("bad_cursor", sentence, fields={"after": [sentence]})
        statement = statement.where(or_(Module.code > last.code, and_(Module.code == last.code, Module.id > last.id)))
    return _entries(statement.order_by(Module.code, Module.id).limit(limit), actor, now)


def entry_of(module_id: str, *, actor: Actor, now: datetime) -> CatalogEntry:
    """One module; an archived one only for its authors. Raises NotFound."""
    statement = _catalog().where(Module.public_id == module_id)
    found = _entries(statement, actor, now)
    if not found or not may_see(actor, find_module(module_id)):
        raise NotFound("no_such_module", gettext("There is no such module."))
    return found[0]


def entries_of(module_ids: Sequence[str], *, actor: Actor, now: datetime) -> dict[str, CatalogEntry]:
    """Several modules by public id, whatever their state; unknown ones are left out."""
    return {
        entry.module_id: entry for entry in _entries(_catalog().where(Module.public_id.in_(module_ids)), actor, now)
    }


def _catalog() -> Select[Any]:
    newest = (
        select(ModuleVersion.module_id, func.max(ModuleVersion.number).label("number"))
        .group_by(ModuleVersion.module_id)
        .subquery()
    )
    items = select(func.count()).where(Item.module_version_id == ModuleVersion.id).scalar_subquery()
    return (
        select(
            Module.id.label("module_key"),
            Module.public_id.label("module_id"),
            Module.code,
            Module.state,
            Organisation.slug,
            Organisation.name.label("organisation_name"),
            ModuleVersion.id.label("version_key"),
            ModuleVersion.public_id.label("version_id"),
            *(getattr(ModuleVersion, name) for name in _VERSION_COLUMNS),
            func.json_array_length(ModuleVersion.cards).label("card_count"),
            items.label("item_count"),
        )
        .join(newest, newest.c.module_id == Module.id)
        .join(ModuleVersion, and_(ModuleVersion.module_id == Module.id, ModuleVersion.number == newest.c.number))
        .join(Organisation, Organisation.id == Module.organisation_id)
    )


_VERSION_COLUMNS = (
    "number",
    "title",
    "summary",
    "minutes",
    "content_type",
    "delivery_mode",
    "format",
    "language",
    "check_rule",
    "prerequisites",
    "refresh_after_days",
)


def _visible(statement: Select[Any], actor: Actor, now: datetime) -> Select[Any]:
    return statement.where(
        Module.state != "archived",
        or_(Organisation.open_enrolment, Organisation.id.in_(list(actor.roles))),
        Organisation.id.not_in(closed_ids(now)),
    )


def _filtered(statement: Select[Any], filters: Filters) -> Select[Any]:
    if filters.text:
        statement = statement.where(
            or_(
                ModuleVersion.title.icontains(filters.text, autoescape=True),
                ModuleVersion.summary.icontains(filters.text, autoescape=True),
                Module.code.icontains(filters.text, autoescape=True),
                _proves(Competency.full_statement.icontains(filters.text, autoescape=True)),
            )
        )
    if filters.competency:
        wanted = or_(Competency.public_id == filters.competency, Competency.human_code == filters.competency)
        statement = statement.where(_proves(wanted))
    if filters.competencies:
        statement = statement.where(_proves(Competency.public_id.in_(filters.competencies)))
    if filters.state:
        statement = statement.where(Module.state == filters.state)
    if filters.mode:
        statement = statement.where(ModuleVersion.delivery_mode == filters.mode)
    if filters.content_type:
        statement = statement.where(ModuleVersion.content_type == filters.content_type)
    if filters.max_minutes is not None:
        statement = statement.where(ModuleVersion.minutes <= filters.max_minutes)
    if filters.organisation:
        statement = statement.where(Organisation.slug == filters.organisation)
    return statement


def _proves(condition: Any) -> Any:
    return (
        select(ModuleCompetency.id)
        .join(Competency)
        .where(ModuleCompetency.module_version_id == ModuleVersion.id, condition)
        .exists()
    )


def _entries(statement: Select[Any], actor: Actor, now: datetime) -> tuple[CatalogEntry, ...]:
    rows = db.session.execute(statement).all()
    if not rows:
        return ()
    competencies = _competencies([row.version_key for row in rows])
    progress = progress_of(actor.account_id, rows, now=now) if actor.account_id is not None else {}
    return tuple(_entry(row, competencies[row.version_key], progress.get(row.module_key)) for row in rows)


def _entry(row: Row[Any], competencies: Sequence[ShownCompetency], progress: Progress | None) -> CatalogEntry:
    return CatalogEntry(
        module_id=row.module_id,
        code=row.code,
        title=row.title,
        summary=row.summary,
        minutes=row.minutes,
        content_type=row.content_type,
        delivery_mode=row.delivery_mode,
        format=row.format,
        language=row.language,
        state=row.state,
        organisation_slug=row.slug,
        organisation_name=row.organisation_name,
        version_id=row.version_id,
        version_number=row.number,
        card_count=row.card_count,
        item_count=row.item_count,
        check_rule=CheckRule.of(row.check_rule) if row.check_rule else None,
        prerequisites=tuple(row.prerequisites),
        refresh_after_days=row.refresh_after_days,
        competencies=tuple(competencies),
        progress=progress,
    )


def _competencies(version_keys: Sequence[int]) -> Mapping[int, list[ShownCompetency]]:
    rows = db.session.execute(
        select(
            ModuleCompetency.module_version_id,
            ModuleCompetency.weight,
            Competency.public_id,
            Competency.human_code,
            Competency.full_statement,
        )
        .join(Competency)
        .where(ModuleCompetency.module_version_id.in_(version_keys))
        .order_by(ModuleCompetency.weight.desc(), Competency.human_code)
    )
    shown: dict[int, list[ShownCompetency]] = defaultdict(list)
    for row in rows:
        shown[row.module_version_id].append(
            ShownCompetency(row.public_id, row.human_code, row.full_statement, row.weight)
        )
    return shown
