"""Tables that only grow: the database itself refuses to change or remove a row, whoever asks.

A refusal reaches Python as IntegrityError on both databases.

Some of these tables hold what is said of a person, who may have it erased. For those alone there is one way past: while
a row stands in ``erasure_door``, rows can be removed, and still not changed. The row is put there and taken away in the
transaction of the erasure (``opened_for_erasure``), so no other transaction ever sees the door open.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, Connection, FromClause, Integer, Table, delete, event, insert

from issuer.base.db import Model, db

DOOR = Table("erasure_door", Model.metadata, Column("id", Integer, primary_key=True))
"""Empty, but inside an erasure."""

_SQLITE = (
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{sentence}'); END",
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{sentence}'); END",
)
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_change()",
)

_SQLITE_BUT_FOR_ERASURE = (
    "DROP TRIGGER IF EXISTS {table}_no_delete",
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN NOT EXISTS (SELECT 1 FROM erasure_door) "
    "BEGIN SELECT RAISE(ABORT, '{sentence}'); END",
)
_POSTGRESQL_BUT_FOR_ERASURE = (
    "CREATE OR REPLACE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM erasure_door) THEN RETURN NULL; END IF; "
    "RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
)


def statements(table: str, dialect: str) -> tuple[str, ...]:
    """The SQL that makes ``table`` only grow on ``dialect`` ("sqlite" or "postgresql"); for migrations too."""
    return _written(_SQLITE if dialect == "sqlite" else _POSTGRESQL, table)


def statements_for_erasure(table: str, dialect: str) -> tuple[str, ...]:
    """The SQL that gives a table guarded by ``statements`` its one way past; for migrations too."""
    return _written(_SQLITE_BUT_FOR_ERASURE if dialect == "sqlite" else _POSTGRESQL_BUT_FOR_ERASURE, table)


def _written(templates: tuple[str, ...], table: str) -> tuple[str, ...]:
    sentence = f"rows of {table} are never changed or removed"
    return tuple(template.format(table=table, sentence=sentence) for template in templates)


def append_only(table: FromClause) -> None:
    """Have ``table`` refuse UPDATE, DELETE and TRUNCATE from the moment it is created."""

    def _guard(target: Table, connection: Connection, **_: Any) -> None:
        for statement in statements(target.name, connection.dialect.name):
            connection.exec_driver_sql(statement)

    event.listen(table, "after_create", _guard)


def append_only_but_for_erasure(table: FromClause) -> None:
    """The same, and what an erasure removes goes while the door is open. TRUNCATE and UPDATE never do."""
    append_only(table)

    def _let_erasure_pass(target: Table, connection: Connection, **_: Any) -> None:
        for statement in statements_for_erasure(target.name, connection.dialect.name):
            connection.exec_driver_sql(statement)

    event.listen(table, "after_create", _let_erasure_pass)


@contextmanager
def opened_for_erasure() -> Iterator[None]:
    """Inside, rows of the tables that erasure may pass can be removed by this transaction, and by no other."""
    db.session.execute(insert(DOOR).values(id=1))
    yield
    db.session.flush()
    db.session.execute(delete(DOOR))
