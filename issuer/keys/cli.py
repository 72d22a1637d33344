"""Commands about signing keys and what they publish. What follows from a lost key stands in badges.resigning_cli."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import click

from issuer.base.commands import CommandGroup
from issuer.base.db import db, utc_now
from issuer.keys import keystore, life
from issuer.keys.key_file import KeyUnusable
from issuer.keys.purposes import INSTANCE_PURPOSES, ORGANISATION_PURPOSES, PURPOSES
from issuer.models import SigningKey
from issuer.profile import find_organisation
from issuer.status import publishing

INSTANCE = "(instance)"
OPERATOR = "system"
KID_MAY_BEGIN_WITH_A_DASH = {"ignore_unknown_options": True}
_HEADS = ("ORGANISATION", "PURPOSE", "ALGORITHM", "STATE", "KEY", "CONDITION")

keys_cli = CommandGroup("keys", help="Signing keys.")
status_cli = CommandGroup("status", help="Status lists.")


@keys_cli.command("list")
@click.option("--organisation", "slug", help="Only the keys of this issuer.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with all dates.")
def list_command(slug: str | None, as_json: bool) -> None:
    """Show every signing key, its purpose and state, and whether its private half can be used now."""
    if slug is not None:
        find_organisation(slug)
    shown = [(owner, key) for owner, key in keystore.all_keys() if slug in (None, owner)]
    if as_json:
        click.echo(json.dumps([_record(owner, key) for owner, key in shown], indent=2))
        return
    rows = [_HEADS, *(_row(owner, key, now=utc_now()) for owner, key in shown)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@keys_cli.command("create")
@click.argument("slug", required=False)
@click.option("--instance", is_flag=True, help="The instance's own keys, not an issuer's.")
@click.option("--purpose", type=click.Choice(PURPOSES), help="Only for this purpose.")
def create_command(slug: str | None, instance: bool, purpose: str | None) -> None:
    """Give the issuer SLUG, or the instance, an active key for each purpose that has none."""
    if (slug is None) != instance:
        raise click.UsageError("Name an issuer, or say --instance.")
    organisation = None if slug is None else find_organisation(slug)
    if purpose is not None and (purpose in INSTANCE_PURPOSES) != instance:
        raise click.UsageError(f"A key for {purpose} belongs to {'an issuer' if instance else 'the instance'}.")
    before = {key.kid for key in keystore.keys_of(organisation)}
    usual = INSTANCE_PURPOSES if organisation is None else ORGANISATION_PURPOSES
    keystore.ensure_keys(organisation, purposes=usual if purpose is None else (purpose,))
    made = [key for key in keystore.keys_of(organisation) if key.kid not in before]
    db.session.commit()
    for key in made:
        click.echo(f"{key.purpose}\t{key.kid}")
    if not made:
        click.echo("Nothing to do: there is an active key for each purpose.")


@keys_cli.command("rotate", context_settings=KID_MAY_BEGIN_WITH_A_DASH)
@click.argument("kid")
@click.option("--lead-hours", type=click.IntRange(1, 720), default=24, show_default=True, help="Published before use.")
@click.option("--now", "at_once", is_flag=True, help="Emergency: the new key signs at once.")
def rotate_command(kid: str, lead_hours: int, at_once: bool) -> None:
    """Announce the successor of the active key KID. It signs after the lead time; until then KID does."""
    key = life.find_key(kid)
    if at_once:
        successor = life.replace_now(key, actor=OPERATOR, now=utc_now())
    else:
        successor = life.rotate(key, actor=OPERATOR, now=utc_now(), lead=timedelta(hours=lead_hours))
    db.session.commit()
    when = "now" if at_once else _moment(successor.activates_at)
    click.echo(f"{successor.kid}\tsigns for {successor.purpose} from {when}")


@keys_cli.command("retire", context_settings=KID_MAY_BEGIN_WITH_A_DASH)
@click.argument("kid")
def retire_command(kid: str) -> None:
    """Take back the announcement of the key KID, which has not signed yet."""
    life.retire(life.find_key(kid), actor=OPERATOR, now=utc_now())
    db.session.commit()
    click.echo(f"{kid}\tretired")


@status_cli.command("renew")
def renew_command() -> None:
    """Have every status list that is about to run out published again by a worker."""
    count = publishing.request_renewals()
    db.session.commit()
    click.echo(f"{count} to publish")


def _row(owner: str, key: SigningKey, *, now: datetime) -> tuple[str, ...]:
    return (owner or INSTANCE, key.purpose, key.algorithm, _state(key), key.kid, _condition(key, now=now))


def _state(key: SigningKey) -> str:
    if key.state == "announced":
        return f"announced, signs from {_moment(key.activates_at)}"
    if key.state == "compromised":
        return f"compromised since {_moment(key.compromised_since)}"
    return key.state


def _condition(key: SigningKey, *, now: datetime) -> str:
    """Ended keys sign nothing: whether their private halves are still there matters to nobody."""
    if key.state not in ("active", "announced"):
        return ""
    try:
        keystore.backend().check(key.kid, key.purpose)
    except KeyUnusable as error:
        return f"{error.code}: {error.detail}"
    return "usable; signs for more than a year: rotate it" if life.is_overdue(key, now=now) else "usable"


def _record(owner: str, key: SigningKey) -> dict[str, Any]:
    return {
        "organisation": owner or None,
        "purpose": key.purpose,
        "algorithm": key.algorithm,
        "state": key.state,
        "kid": key.kid,
        "created_at": _exact(key.created_at),
        "activates_at": _exact(key.activates_at),
        "retired_at": _exact(key.retired_at),
        "compromised_since": _exact(key.compromised_since),
        "condition": _condition(key, now=utc_now()) or None,
    }


def _exact(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"
