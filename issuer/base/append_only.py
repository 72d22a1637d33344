"""Tables that only grow: the database itself refuses to change or remove a row, whoever asks.

A refusal reaches Python as IntegrityError on both databases.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, FromClause, Table, event

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


def statements(table: str, dialect: str) -> tuple[str, ...]:
    """The SQL that makes ``table`` only grow on ``dialect`` ("sqlite" or "postgresql"); for migrations too."""
    sentence = f"rows of {table} are never changed or removed"
    templates = _SQLITE if dialect == "sqlite" else _POSTGRESQL
    return tuple(template.format(table=table, sentence=sentence) for template in templates)


def append_only(table: FromClause) -> None:
    """Have ``table`` refuse UPDATE, DELETE and TRUNCATE from the moment it is created."""

    def _guard(target: Table, connection: Connection, **_: Any) -> None:
        for statement in statements(target.name, connection.dialect.name):
            connection.exec_driver_sql(statement)

    event.listen(table, "after_create", _guard)
