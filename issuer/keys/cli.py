"""Commands about signing keys and what they publish."""

from __future__ import annotations

import click

from issuer.base.commands import CommandGroup
from issuer.base.db import db
from issuer.keys import keystore
from issuer.keys.key_file import KeyUnusable
from issuer.status import publishing

keys_cli = CommandGroup("keys", help="Signing keys.")
status_cli = CommandGroup("status", help="Status lists.")


@keys_cli.command("list")
def list_command() -> None:
    """Show every signing key, its purpose, and whether its private half can be used now."""
    for slug, key in keystore.all_keys():
        click.echo(f"{slug}\t{key.purpose}\t{key.algorithm}\t{key.state}\t{key.kid}\t{_condition(key.kid)}")


@status_cli.command("renew")
def renew_command() -> None:
    """Have every status list that is about to run out published again by a worker."""
    count = publishing.request_renewals()
    db.session.commit()
    click.echo(f"{count} to publish")


def _condition(kid: str) -> str:
    try:
        keystore.backend().signer(kid)
    except KeyUnusable as error:
        return f"{error.code}: {error.detail}"
    return "usable"
