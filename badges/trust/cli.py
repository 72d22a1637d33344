"""`flask trust`: whom an organisation trusts, at a command line; and what only an operator may say."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from badges.trust import lists, registries, registry_sources, tables
from badges.trust.naming import KINDS, kind_of, named
from badges.trust.registry_sources import IN_THE_BACKGROUND
from issuer.base.commands import CommandGroup
from issuer.base.db import db, utc_now
from issuer.base.errors import Invalid
from issuer.models import Organisation
from issuer.profile import find_organisation


@click.group("trust", cls=CommandGroup)
def trust_cli() -> None:
    """Whom an organisation trusts: its list, and the registries it imported."""


@trust_cli.command("list")
@click.option("--organisation", "slug", required=True, help="Short name of the organisation.")
@click.option("--format", "form", type=click.Choice(("text", "csv", "json")), default="text", show_default=True)
@with_appcontext
def list_command(slug: str, form: str) -> None:
    """Show the trust list and the registries."""
    organisation = find_organisation(slug)
    entries = lists.all_of(organisation)
    if form != "text":
        click.echo(tables.as_csv(entries) if form == "csv" else tables.as_json(entries), nl=False)
        return
    for entry in entries:
        click.echo(f"{entry.public_id}  {entry.kind:6}  {entry.subject}  {entry.name}")
    for registry, count in registries.all_of(organisation):
        shown = "  shown to everybody" if registry.is_public else ""
        trouble = f"  {registry.trouble}" if registry.trouble else ""
        click.echo(f"registry  {registry.name}  {count} issuers  {registry.imported_at:%Y-%m-%d}{shown}{trouble}")


@trust_cli.command("add")
@click.argument("issuer")
@click.option("--organisation", "slug", required=True, help="Short name of the organisation.")
@click.option("--name", required=True, help="What the issuer is called.")
@click.option("--kind", type=click.Choice(KINDS), help="What ISSUER is; else it is told from how it looks.")
@click.option("--note", default="", help="Why it is trusted.")
@with_appcontext
def add_command(issuer: str, slug: str, name: str, kind: str | None, note: str) -> None:
    """Trust ISSUER: a DID or https id, a domain, or a key (thumbprint or Multikey)."""
    wanted = lists.entry(kind=kind or kind_of(issuer), subject=issuer, name=name, note=note)
    entry = lists.add(find_organisation(slug), wanted, by=None)
    db.session.commit()
    click.echo(f"{entry.public_id}  {entry.kind}  {entry.subject}")


@trust_cli.command("remove")
@click.argument("issuer")
@click.option("--organisation", "slug", required=True, help="Short name of the organisation.")
@click.option("--kind", type=click.Choice(KINDS), help="What ISSUER is; else it is told from how it looks.")
@with_appcontext
def remove_command(issuer: str, slug: str, kind: str | None) -> None:
    """Take ISSUER off the list."""
    wanted = named(kind or kind_of(issuer), issuer)
    lists.remove(lists.find_named(find_organisation(slug), wanted), by=None)
    db.session.commit()
    click.echo(f"removed {wanted.subject}")


@trust_cli.command("import")
@click.argument("source")
@click.option("--organisation", "slug", required=True, help="Short name of the organisation.")
@click.option("--registry", "name", default="", help="Import a registry under this name; else SOURCE is a trust list.")
@click.option("--anchor-key", default="", help="The key that signs a federation: thumbprint or Multikey.")
@click.option("--dry-run", is_flag=True, help="Say what would change; keep nothing.")
@with_appcontext
def import_command(source: str, slug: str, name: str, anchor_key: str, dry_run: bool) -> None:
    """Import SOURCE: a file, or for a registry its https address too."""
    organisation = find_organisation(slug)
    if not name:
        entries = tables.read_entries(_bytes_of(source))
        found = tables.compare(organisation, entries) if dry_run else tables.take_over(organisation, entries, by=None)
        db.session.commit()
        click.echo(f"{len(found.added)} new, {len(found.changed)} changed, {found.same} as before")
    else:
        _import_registry(organisation, source, name=name, anchor_key=anchor_key, dry_run=dry_run)
    if dry_run:
        click.echo("nothing was changed")


@trust_cli.command("show")
@click.argument("name")
@click.option("--organisation", "slug", required=True, help="Short name of the organisation.")
@click.option("--to", "whom", type=click.Choice(("everybody", "organisation")), required=True)
@with_appcontext
def show_command(name: str, slug: str, whom: str) -> None:
    """Tell everybody who checks a badge here about the registry NAME, or the organisation alone again."""
    registry = registries.find_by_name(find_organisation(slug), name)
    registries.show_to_everybody(registry, whom == "everybody")
    db.session.commit()
    click.echo(f"{registry.name}: shown to {'everybody' if registry.is_public else 'its organisation'}")


def _import_registry(organisation: Organisation, source: str, *, name: str, anchor_key: str, dry_run: bool) -> None:
    is_address = source.startswith(("https://", "http://"))
    given = registry_sources.source(
        address=source if is_address else "",
        data=None if is_address else _bytes_of(source),
        anchor_key=anchor_key,
        seconds=IN_THE_BACKGROUND,
    )
    now = utc_now()
    changes = registries.look(given, now=now)
    click.echo(f"{changes.listing.form}: {len(changes.added)} issuers")
    for thumbprint in changes.listing.anchor_keys:
        click.echo(f"signed with the key {thumbprint}")
    if not dry_run:
        registries.import_listing(organisation, name, changes.listing, address=given.address, by=None, now=now)
        db.session.commit()


def _bytes_of(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise Invalid("unreadable", f"{path} cannot be read.") from error
