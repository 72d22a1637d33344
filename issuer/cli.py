"""Commands about people, organisations and the audit record."""

from __future__ import annotations

import sys
from typing import NoReturn

import click

from issuer import accounts, organisations
from issuer.base import audit
from issuer.base.commands import CommandGroup
from issuer.base.db import db
from issuer.base.errors import ServiceError
from issuer.models import ROLES, Organisation

audit_cli = CommandGroup("audit", help="The audit record.")
people_cli = CommandGroup("people", help="People and their roles.")
organisations_cli = CommandGroup("organisations", help="Issuers.")


@audit_cli.command("verify")
def verify_command() -> None:
    """Check that no entry was changed, dropped or moved. Exit code 0: whole; 1: broken."""
    report = audit.verify_chain()
    if report.is_intact:
        click.echo(f"intact: {report.entries} entries, head {report.head}")
        return
    click.echo(f"broken at entry {report.broken_at}: {report.reason}", err=True)
    sys.exit(1)


@organisations_cli.command("add")
@click.option("--slug", required=True, help="Short name in addresses; can never change.")
@click.option("--name", required=True, help="As it stands on badges.")
@click.option("--url", default="", help="Web site.")
@click.option("--email", default="", help="Public address.")
def add_organisation_command(slug: str, name: str, url: str, email: str) -> None:
    """Add an issuer."""
    try:
        organisation = organisations.create(slug=slug, name=name, url=url, email=email)
    except ServiceError as error:
        _refuse(error)
    db.session.commit()
    click.echo(organisation.public_id)


@people_cli.command("add")
@click.option("--email", required=True, help="Address; it counts as proven.")
@click.option("--name", default="", help="As it stands on badges.")
@click.option("--role", "roles", type=click.Choice(ROLES), multiple=True, default=["learner"], show_default=True)
@click.option("--organisation", "slug", required=True, help="Short name of the organisation.")
@click.option("--with-password", is_flag=True, help="Ask for a password on the terminal.")
def add_person_command(email: str, name: str, roles: tuple[str, ...], slug: str, with_password: bool) -> None:
    """Add a person, or give one who is known further roles. Without a password: sign in by mailed link."""
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True) if with_password else None
    try:
        organisation = _organisation(slug)
        account = accounts.ensure(email=email, name=name, password=password)
        membership = organisations.join(account, organisation, actor="system")
        organisations.change_roles(membership, {*roles, *organisations.roles_of(membership)}, actor="system")
    except ServiceError as error:
        _refuse(error)
    db.session.commit()
    click.echo(account.public_id)


def _organisation(slug: str) -> Organisation:
    organisation = organisations.by_slug(slug)
    if organisation is None:
        raise click.BadParameter(f"There is no organisation {slug!r}.", param_hint="--organisation")
    return organisation


def _refuse(error: ServiceError) -> NoReturn:
    db.session.rollback()
    named = [f"{name}: {' '.join(words)}" for name, words in error.fields.items()]
    click.echo("; ".join(named) or error.detail, err=True)
    sys.exit(2)
