"""The schema, in numbered steps that run on SQLite and PostgreSQL alike."""

from __future__ import annotations

from flask import Flask, current_app
from flask_migrate import Migrate, upgrade

from issuer.base.db import db


def init_app(app: Flask) -> None:
    """`flask db ...` over migrations/."""
    Migrate(app, db, directory=str(app.config["ROSETTE"].checkout / "migrations"), render_as_batch=False)


def migrate() -> None:
    """Bring the database of the current application to the newest schema."""
    upgrade(directory=str(current_app.config["ROSETTE"].checkout / "migrations"))
