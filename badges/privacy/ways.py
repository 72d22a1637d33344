"""From the rows of a table to the person they belong to, along the foreign keys that the data map names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, false, or_, select

from issuer.models import Account

ACCOUNT = Account.__table__


def rows_of(table: Table, ways: Iterable[str], account_id: int) -> ColumnElement[bool]:
    """The condition that a row of ``table`` belongs to the account, by any of ``ways``; false for none."""
    return or_(false(), *(_along(table, way, account_id) for way in ways))


def target_of(column: ColumnElement[Any]) -> Column[object] | None:
    """What a foreign key points at, or None."""
    return next((key.column for key in column.foreign_keys), None)


def _along(table: Table, way: str, account_id: int) -> ColumnElement[bool]:
    name, _, rest = way.partition(".")
    column = table.c[name]
    target = target_of(column)
    if table is ACCOUNT or target is None or target.table is ACCOUNT:
        return column == account_id
    return column.in_(select(target).where(_along(target.table, rest, account_id)))
