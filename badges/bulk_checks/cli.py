"""`flask badge check-share`: the half of a large check that a second process does."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from badges.bulk_checks import carrying_out
from issuer.base.commands import Command
from issuer.base.db import db


@click.command("check-share", cls=Command, hidden=True)
@click.argument("check_id")
@click.argument("run")
@with_appcontext
def check_share_command(check_id: str, run: str) -> None:
    """Check every other row of CHECK_ID, for the worker that is at RUN. Workers call this themselves."""
    for _part in carrying_out.carry_out_share(check_id, run, share=1):
        db.session.commit()
    db.session.commit()
