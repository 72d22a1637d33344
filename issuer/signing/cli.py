"""Commands about signing."""

from __future__ import annotations

import click

from issuer.base import audit
from issuer.base.commands import CommandGroup
from issuer.base.db import db, utc_now
from issuer.signing import intents

signing_cli = CommandGroup("signing", help="Signing.")


@signing_cli.command("accept-clock")
def accept_clock_command() -> None:
    """Sign again although signatures were made at later times: the clock was ahead then, and is right now.

    A signer process has a journal of its own: start it once with --accept-clock.
    """
    count = intents.accept_clock(utc_now())
    audit.record("clock.accepted", "signing", actor="system", signatures=count)
    db.session.commit()
    click.echo(f"{count} signatures were made ahead of the clock")
