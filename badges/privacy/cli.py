"""Commands about what is kept of people."""

from __future__ import annotations

from pathlib import Path

import click

from badges.privacy import asking, erasing, exporting, replaying, reporting
from badges.privacy.models import GROUNDS
from issuer import accounts
from issuer.base.commands import CommandGroup
from issuer.base.db import db
from issuer.models import Account

privacy_cli = CommandGroup("privacy", help="What is kept of people.")


@privacy_cli.command("export")
@click.argument("who", metavar="ADDRESS_OR_ID")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The ZIP to write.")
def export_command(who: str, out: Path) -> None:
    """Write everything about a person to a file."""
    content = exporting.export_of(_person(who), actor="system")
    out.write_bytes(content)
    db.session.commit()
    click.echo(f"{out}")


@privacy_cli.command("erase")
@click.argument("who", metavar="ADDRESS_OR_ID")
@click.option("--ground", type=click.Choice(GROUNDS), default=erasing.REQUEST, show_default=True, help="Why.")
@click.option("--yes", is_flag=True, help="Erase; without it, only say what would go.")
def erase_command(who: str, ground: str, yes: bool) -> None:
    """Erase a person now and for ever."""
    account = _person(who)
    asking.refuse_last_administrator(account)
    counts = erasing.counted(account.id)
    if not yes:
        for name, count in counts.items():
            click.echo(f"{name}: {count}")
        click.echo("nothing was erased; say --yes to do it")
        return
    erasing.erase(account, ground=ground, actor="system")
    db.session.commit()
    click.echo(f"erased: {sum(counts.values())} rows in {len(counts)} tables")


@privacy_cli.command("replay")
def replay_command() -> None:
    """Erase again whoever a restored backup has brought back. To be run before the service is opened again."""
    count = replaying.replay()
    db.session.commit()
    click.echo(f"erased again: {count}")


@privacy_cli.command("report")
def report_command() -> None:
    """What is kept of people, how much, for how long and why."""
    for line in reporting.lines():
        click.echo(line)


def _person(who: str) -> Account:
    known = accounts.address_of(who)
    account = known.account if known is not None else erasing.account_named(who)
    if account is None or account.erased_at is not None:
        raise click.BadParameter("There is nobody with this address or id.", param_hint="ADDRESS_OR_ID")
    return account
