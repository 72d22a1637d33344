"""`flask search`: the index at a command line."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from badges.directory import keeping
from issuer.base.commands import CommandGroup
from issuer.base.db import db


@click.group("search", cls=CommandGroup)
def search_cli() -> None:
    """What the search finds."""


@search_cli.command("rebuild")
@with_appcontext
def rebuild_command() -> None:
    """Make the index anew from what is stored. Nobody has to wait: the old one answers until it is done."""
    counted = keeping.rebuild()
    db.session.commit()
    click.echo("  ".join(f"{kind} {count}" for kind, count in counted.items()))
