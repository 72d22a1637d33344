"""`flask keys compromise`: what an operator does when a signing key may be in other hands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
from flask.cli import with_appcontext

from badges import resigning
from issuer.base.commands import Command
from issuer.base.db import db, utc_now
from issuer.base.errors import Invalid
from issuer.crypto.errors import Malformed
from issuer.crypto.timestamps import format_timestamp, parse_timestamp
from issuer.keys import life
from issuer.keys.cli import KID_MAY_BEGIN_WITH_A_DASH, OPERATOR
from issuer.keys.compromise import compromise
from issuer.keys.purposes import DID_HISTORY
from issuer.models import SigningKey


class _Moment(click.ParamType[datetime]):
    """A date and time with its zone, such as 2026-01-31T09:00:00Z."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            return parse_timestamp(value)
        except Malformed:
            self.fail("Write it with its zone, like 2026-01-31T09:00:00Z or 2026-01-31T10:00:00+01:00.", param, ctx)


@click.command("compromise", cls=Command, context_settings=KID_MAY_BEGIN_WITH_A_DASH)
@click.argument("kids", metavar="KID...", nargs=-1, required=True)
@click.option("--since", type=_Moment(), help="From when on the key may have been in other hands.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option("--status", is_flag=True, help="Say how far the signing again is.")
@with_appcontext
def compromise_command(kids: tuple[str, ...], since: datetime | None, dry_run: bool, status: bool) -> None:
    """Mark the keys KID... as compromised since a moment; have every good badge of theirs signed again.

    New keys take over at once. Name all keys that were lost together, so that a badge is signed again once.
    """
    keys = [life.find_key(kid) for kid in kids]
    if status:
        for key in keys:
            _say_progress(key)
        return
    if since is None:
        raise click.UsageError("Say --since when, or --status.")
    if since > utc_now():
        raise Invalid("since_in_future", "A key is compromised since a moment in the past.")
    if dry_run:
        for key in keys:
            _say_outlook(key, since=since)
        return
    for key in sorted(keys, key=lambda key: key.purpose != DID_HISTORY):  # it signs what follows from the others
        compromise(key, since=since, actor=OPERATOR, now=utc_now())
    db.session.commit()
    for key in keys:
        click.echo(f"{key.kid}\tcompromised since {format_timestamp(key.compromised_since or since)}")
        _say_progress(key)


def _say_progress(key: SigningKey) -> None:
    if key.state != "compromised":
        click.echo(f"{key.kid}\t{key.state}: nothing is signed again")
        return
    progress = resigning.progress_of(key)
    click.echo(
        f"{key.kid}\t{progress.again} of {progress.again + progress.waiting} signed again, {progress.waiting} to go; "
        f"{progress.ended} had been withdrawn or had run out"
    )


def _say_outlook(key: SigningKey, *, since: datetime) -> None:
    outlook = resigning.outlook_of(key, since=since)
    click.echo(f"{key.kid}\twould be compromised since {format_timestamp(since)}; it is {key.state} for {key.purpose}")
    click.echo(f"  {outlook.to_sign} badges of {outlook.learners} learners would be signed again, each learner told")
    click.echo(f"  {outlook.proven} of them are in the log from before, and verify until then; the others stop at once")
    click.echo(f"  {outlook.ended} were withdrawn or have run out, and stay as they are")
