"""Runs the numbered migrations over the application's own database connection."""

from __future__ import annotations

from alembic import context
from alembic.util import CommandError
from sqlalchemy.exc import DatabaseError, OperationalError

from issuer.base import jobs
from issuer.base.commands import first_line
from issuer.base.db import UTCTime, db

target_metadata = db.metadata


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """A migration names plain column types: it must keep working when our own classes have moved."""
    if kind == "type" and isinstance(item, UTCTime):
        return "sa.DateTime(timezone=True)"
    return False


def run_migrations() -> None:
    """One transaction for all steps: a migration that fails leaves the schema as it was."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=target_metadata, compare_type=True, render_item=render_item
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    jobs.prepare_store()


try:
    run_migrations()
except DatabaseError as error:
    if not isinstance(error, OperationalError) and type(error) is not DatabaseError:
        raise
    raise CommandError(f"The database cannot be used: {first_line(error)}. See ROSETTE_DATABASE_URL.") from error
