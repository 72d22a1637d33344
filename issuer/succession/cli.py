"""Commands about what becomes of an issuer, for whoever runs the service."""

from __future__ import annotations

import sys

import click

from issuer import organisations
from issuer.base.commands import CommandGroup
from issuer.base.db import db
from issuer.base.errors import NotFound
from issuer.models import Organisation
from issuer.succession import standing, stating
from issuer.succession.statement import STATES

succession_cli = CommandGroup("succession", help="Whether an issuer is open, moving or closed, and who comes after it.")


@succession_cli.command("show")
@click.argument("slug")
def show_command(slug: str) -> None:
    """Write the signed statement that counts. Exit code 1: nothing was ever stated."""
    _organisation(slug)
    try:
        statement = standing.find(slug)
    except NotFound as error:
        click.echo(error.detail, err=True)
        sys.exit(1)
    click.echo(statement.document.decode("utf-8"))


@succession_cli.command("state")
@click.argument("slug")
@click.option("--state", type=click.Choice(STATES), required=True)
@click.option("--since", required=True, help="A day: YYYY-MM-DD.")
@click.option("--successor", default="", help="DID or https address of the issuer that comes after.")
@click.option("--successor-name", default="", help="Its name, as people read it.")
@click.option("--successor-url", default="", help="Its web page.")
@click.option("--takes-over", is_flag=True, help="It answers under this issuer's addresses too.")
@click.option("--note", default="", help="One more sentence for readers.")
@click.option("--dry-run", is_flag=True, help="Say what would be stated, and stop.")
def state_command(
    slug: str,
    state: str,
    since: str,
    successor: str,
    successor_name: str,
    successor_url: str,
    takes_over: bool,
    note: str,
    dry_run: bool,
) -> None:
    """State it without a second administrator: for an issuer that has nobody left who could. The audit record names the
    system as the one who did."""
    organisation = _organisation(slug)
    said = stating.wanted(
        organisation,
        state=state,
        since=since,
        successor_id=successor,
        successor_name=successor_name,
        successor_url=successor_url,
        takes_over=takes_over,
        note=note,
    )
    if dry_run:
        click.echo(stating.sentence_for(organisation, said))
        return
    stating.state(organisation, said, actor="system")
    db.session.commit()
    click.echo(stating.sentence_for(organisation, said))
    click.echo(standing.statement_url(organisation))


def _organisation(slug: str) -> Organisation:
    organisation = organisations.by_slug(slug)
    if organisation is None:
        raise click.BadParameter(f"There is no organisation {slug!r}.", param_hint="SLUG")
    return organisation
