"""Taking a CASE package: what it says is stored under its identifiers, so that taking it again changes nothing.

An item that the package no longer has, or that it says is replaced, is deprecated: it can still be shown
and is still held, but no longer earned. Nothing that evidence may point at is ever removed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, inspect, select, update

from competencies.frameworks.case_package import CFPackage, NotTaken, read_package
from competencies.frameworks.case_rows import Row, association_row, framework_row, item_row, rubric_row
from competencies.frameworks.hierarchy import reading_order
from competencies.frameworks.models import Association, Competency, Framework, Rubric
from issuer.base import audit
from issuer.base.db import Model, db
from issuer.models import Organisation

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a package. ``taken``, ``updated`` and ``unchanged`` count items; ``deprecated`` names those
    deprecated by this import; ``associations`` and ``rubrics`` count what the framework holds now."""

    framework: str
    title: str
    taken: int
    updated: int
    unchanged: int
    deprecated: tuple[str, ...]
    associations: int
    rubrics: int
    not_taken: tuple[NotTaken, ...]

    @property
    def items(self) -> int:
        return self.taken + self.updated + self.unchanged


@dataclass(frozen=True, slots=True)
class _Difference:
    """Rows to insert, rows to update (each with its id), and what is stored and not wanted (identifier -> id)."""

    new: list[Row]
    changed: list[Row]
    same: int
    gone: dict[str, int]

    @property
    def is_none(self) -> bool:
        return not (self.new or self.changed or self.gone)


def import_package(organisation: Organisation, data: bytes, *, actor: str = "system") -> ImportReport:
    """Take the CASE package in ``data`` (UTF-8 JSON) into ``organisation``; ``actor`` is a public id or "system".

    Raises TooLarge, Malformed or Invalid (see case_package.read_package) and then takes nothing.
    """
    package = read_package(data)
    _one_import_at_a_time(organisation)
    framework, is_changed = _framework(organisation, package, hashlib.sha256(data).hexdigest())
    items, deprecated = _take_items(framework, package)
    associations = _take(Association, framework, [association_row(each) for each in package.associations])
    rubrics = _take(Rubric, framework, [rubric_row(each) for each in package.rubrics])
    db.session.expire_all()
    if is_changed or deprecated or not (items.is_none and associations.is_none and rubrics.is_none):
        audit.record(
            "framework.imported",
            framework.public_id,
            actor=actor,
            digest=framework.digest,
            taken=len(items.new),
            updated=len(items.changed),
            deprecated=len(deprecated),
        )
    return ImportReport(
        framework=framework.public_id,
        title=framework.title,
        taken=len(items.new),
        updated=len(items.changed),
        unchanged=items.same,
        deprecated=deprecated,
        associations=len(package.associations),
        rubrics=len(package.rubrics),
        not_taken=package.not_taken,
    )


def _one_import_at_a_time(organisation: Organisation) -> None:
    db.session.execute(select(Organisation.id).filter_by(id=organisation.id).with_for_update(key_share=True))


def _framework(organisation: Organisation, package: CFPackage, digest: str) -> tuple[Framework, bool]:
    row = framework_row(package) | {"digest": digest}
    framework = db.session.scalar(
        select(Framework).filter_by(organisation_id=organisation.id, case_identifier=package.document.identifier)
    )
    if framework is None:
        framework = Framework(organisation_id=organisation.id, **row)
        db.session.add(framework)
    for name, value in row.items():
        if getattr(framework, name) != value:
            setattr(framework, name, value)
    is_changed = inspect(framework).pending or db.session.is_modified(framework)
    db.session.flush()
    return framework, is_changed


def _take_items(framework: Framework, package: CFPackage) -> tuple[_Difference, tuple[str, ...]]:
    """Store the items; those gone from the package stay, deprecated."""
    order = reading_order([item.identifier for item in package.items], package.edges())
    replaced = {each.origin.identifier for each in package.associations if each.association_type == "replacedBy"}
    wanted = [
        item_row(item)
        | {
            "position": order[item.identifier],
            "state": "deprecated" if item.identifier in replaced else "active",
        }
        for item in package.items
    ]
    active = _active(framework)
    difference = _difference(Competency, framework, wanted)
    _write(Competency, framework, difference)
    gone = [{"id": row_id, "state": "deprecated"} for name, row_id in difference.gone.items() if name in active]
    if gone:
        db.session.execute(update(Competency), gone)
    deprecated = active & (replaced | difference.gone.keys())
    return _Difference(difference.new, difference.changed, difference.same, {}), tuple(sorted(deprecated))


def _active(framework: Framework) -> set[str]:
    query = select(Competency.case_identifier).filter_by(framework_id=framework.id, state="active")
    return set(db.session.scalars(query))


def _take(model: type[Model], framework: Framework, wanted: Sequence[Row]) -> _Difference:
    """Make the framework's rows of ``model`` exactly ``wanted``."""
    difference = _difference(model, framework, wanted)
    _write(model, framework, difference)
    table = model.__table__
    for row_ids in _batches(list(difference.gone.values())):
        db.session.execute(delete(model).where(table.c.id.in_(row_ids)).execution_options(synchronize_session=False))
    return difference


def _difference(model: type[Model], framework: Framework, wanted: Sequence[Row]) -> _Difference:
    columns = ("id", *(wanted[0] if wanted else ("case_identifier",)))
    table = model.__table__
    query = select(*(table.c[name] for name in columns)).where(table.c.framework_id == framework.id)
    stored = {row["case_identifier"]: dict(row) for row in db.session.execute(query).mappings()}
    new, changed = [], []
    for row in wanted:
        known = stored.pop(row["case_identifier"], None)
        if known is None:
            new.append(row)
        elif known != row | {"id": known["id"]}:
            changed.append(row | {"id": known["id"]})
    same = len(wanted) - len(new) - len(changed)
    return _Difference(new, changed, same, {name: row["id"] for name, row in stored.items()})


def _write(model: type[Model], framework: Framework, difference: _Difference) -> None:
    for rows in _batches(difference.new):
        db.session.execute(insert(model), [row | {"framework_id": framework.id} for row in rows])
    for rows in _batches(difference.changed):
        db.session.execute(update(model), rows)


def _batches(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))
