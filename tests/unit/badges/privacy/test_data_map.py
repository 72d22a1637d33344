"""Every table is on the map of personal data, and no way from a row to a person is left out of it."""

from __future__ import annotations

from sqlalchemy import Table

import wsgi
from badges.privacy.data_map import DATA_MAP, Fate
from badges.privacy.ways import ACCOUNT, target_of
from issuer.base.db import db

TABLES = {table.name: table for table in db.metadata.sorted_tables}


def ways_declared(name: str) -> set[str]:
    held = DATA_MAP[name]
    return {way.partition(".")[0] for way in held.ways} | set(held.names)


def columns_that_name_an_account(table: Table) -> set[str]:
    targets = {column.name: target_of(column) for column in table.columns}
    return {name for name, target in targets.items() if target is not None and target.table is ACCOUNT}


def test_every_table_is_on_the_map_and_nothing_else() -> None:
    assert wsgi.JOBS
    assert set(DATA_MAP) == set(TABLES)


def test_no_column_that_names_an_account_is_overlooked() -> None:
    overlooked = {
        (name, column)
        for name, table in TABLES.items()
        for column in columns_that_name_an_account(table) - ways_declared(name)
    }
    assert overlooked == set()


def test_what_hangs_on_a_persons_row_is_a_persons_too() -> None:
    """A row that refers to a row which an erasure removes goes with it, or the erasure could not be made."""
    removed = {name for name, held in DATA_MAP.items() if held.ways and held.fate is Fate.REMOVED}
    left_behind = {
        (name, column.name)
        for name, table in TABLES.items()
        for column in table.columns
        if (target := target_of(column)) is not None
        and target.table.name in removed
        and not column.nullable
        and name not in removed
    }
    assert left_behind == set()


def test_whatever_stays_is_explained_in_a_sentence() -> None:
    unexplained = {name for name, held in DATA_MAP.items() if held.fate is not Fate.REMOVED and not held.why}
    assert unexplained == set()


def test_columns_that_are_kept_from_an_export_exist() -> None:
    missing = {
        (name, column) for name, held in DATA_MAP.items() for column in held.hidden if column not in TABLES[name].c
    }
    assert missing == set()
