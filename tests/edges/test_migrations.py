"""The models and the migrated schema are the same, on both databases, and so are the guards of what only grows."""

from __future__ import annotations

import ast
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from issuer.base.db import db

MIGRATIONS = sorted((Path(__file__).parents[2] / "migrations" / "versions").glob("*.py"))


def test_models_equal_the_migrated_schema(ctx: Flask) -> None:
    ours = {table.name for table in db.metadata.tables.values()}

    def is_ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or name in ours  # the job engine keeps its own tables beside ours

    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_name": is_ours}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), db.metadata)
    assert differences == []


def test_tables_that_only_grow_are_guarded_by_the_migration(ctx: Flask) -> None:
    """A model says it by listening for its own creation; the migration has to say it again."""
    declared = {table.name for table in db.metadata.tables.values() if list(table.dispatch.after_create)}
    bodies = [ast.parse(path.read_text()).body for path in MIGRATIONS]
    assignments = [node for body in bodies for node in body if isinstance(node, ast.Assign)]
    guarded = [ast.literal_eval(node.value) for node in assignments if ast.unparse(node.targets[0]) == "ONLY_GROW"]
    assert {table for tables in guarded for table in tables} == declared
