"""The schema, in numbered steps that run on SQLite and PostgreSQL alike."""

from __future__ import annotations

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask_migrate import Migrate, upgrade

from issuer.base.db import db


def init_app(app: Flask) -> None:
    """`flask db ...` over migrations/."""
    Migrate(app, db, directory=_directory(app), render_as_batch=False)


def migrate() -> None:
    """Bring the database of the current application to the newest schema."""
    upgrade(directory=_directory(current_app))


def is_current() -> bool:
    """Whether the database has the newest schema."""
    newest = ScriptDirectory(_directory(current_app)).get_current_head()
    return MigrationContext.configure(db.session.connection()).get_current_revision() == newest


def _directory(app: Flask) -> str:
    return str(app.config["ROSETTE"].checkout / "migrations")
