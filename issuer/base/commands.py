"""Commands that end with one line and a code when something is wrong around them, never with a stack trace.

Code 2: what was given cannot be used.  Code 1: it could not be done now, and nothing of it was kept.
"""

from __future__ import annotations

import errno
from typing import Any

import click
from flask import has_app_context
from flask.cli import AppGroup
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

from issuer.base import migrating
from issuer.base.db import db
from issuer.base.errors import ServiceError, Unavailable


class _CannotBeUsed(click.ClickException):
    exit_code = 2


class _NotNow(click.ClickException):
    exit_code = 1


class Command(click.Command):
    """A command of its own: ``@click.command("verify", cls=Command)``."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ServiceError as error:
            kind = _NotNow if isinstance(error, Unavailable) else _CannotBeUsed
            raise kind(_said(error)) from error
        except (DataError, UnicodeEncodeError) as error:
            raise _CannotBeUsed("There is a character or number in this that cannot be used.") from error
        except IntegrityError:
            raise  # a rule of ours that a room forgot: whoever mends it needs the trace
        except DBAPIError as error:
            raise _NotNow(_about_database(error)) from error
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            raise _NotNow(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}") from error


class CommandGroup(AppGroup):
    """Commands under one word, each in the application's context."""

    command_class = Command


def _said(error: ServiceError) -> str:
    """A line for each field that is wrong, or the one sentence."""
    lines = [f"{where}: {sentence}" for where, found in error.fields.items() for sentence in found]
    return "\n".join(lines) or str(error.detail)


def first_line(error: DBAPIError) -> str:
    """What the driver says, without our statement."""
    return str(error.orig).partition("\n")[0]


def _about_database(error: DBAPIError) -> str:
    """What is wrong, and what to do; without the statement, its values or the address with its password."""
    if not has_app_context():
        return "The database does not answer."
    try:
        db.session.rollback()
        is_current = migrating.is_current()
    except SQLAlchemyError:
        return f"The database cannot be used: {first_line(error)}. See ROSETTE_DATABASE_URL."
    if not is_current:
        return "The database is empty or of another version. Run: flask db upgrade"
    return "The database is busy or went away. Nothing was changed; try again."
