"""``flask log``: look at the issuance log, check it, sign a checkpoint now."""

from __future__ import annotations

import sys

import click

from issuer.base.commands import CommandGroup
from issuer.base.db import db
from issuer.log import sequencing, tree
from issuer.log.checking import check_log

log_cli = CommandGroup("log", help="The issuance log.")


@log_cli.command("verify")
def verify_command() -> None:
    """Recompute the whole log and check every checkpoint; exit code 1 for the first fault."""
    found = check_log()
    click.echo(f"{found.leaves} leaves, {found.checkpoints} checkpoints")
    if found.fault:
        click.echo(f"fault: {found.fault}")
        sys.exit(1)
    click.echo("the log is whole")


@log_cli.command("checkpoint")
def checkpoint_command() -> None:
    """Number what was issued since, and sign a checkpoint; the worker does the same every minute."""
    added = sequencing.number_entries()
    db.session.commit()
    sequencing.sign_checkpoint()
    db.session.commit()
    click.echo(f"{added} entries added, {tree.size()} in all")


@log_cli.command("show")
def show_command() -> None:
    """Print the newest checkpoint."""
    newest = tree.newest_checkpoint()
    if newest is None:
        raise click.ClickException("There is no checkpoint yet. Run: flask log checkpoint")
    click.echo(newest.note.decode("utf-8"), nl=False)
