"""Commands by which an issuer outlives its service."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import click

from badges.afterlife.adopting import adopt, hosts, release
from badges.afterlife.archive_building import build, refuse_other, sign_lists
from badges.afterlife.archive_checking import check_archive
from issuer.access import settings
from issuer.base.commands import CommandGroup
from issuer.base.db import db, utc_now

DAYS_IN_A_YEAR = 365
FAULTY = 1

archive_cli = CommandGroup("archive", help="Everything that is public, as plain files.")


@archive_cli.command("build")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--organisation", "slug", metavar="SLUG", help="Only what this issuer has published.")
@click.option(
    "--lists-valid-for",
    "years",
    type=click.IntRange(1, 100),
    metavar="YEARS",
    help="Sign the lists of withdrawn badges to be believed for so long: for a service that is about to end.",
)
def build_command(folder: Path, slug: str | None, years: int | None) -> None:
    """Write all public pages, documents, keys, lists and the log to FOLDER.

    Exit code: 0 done, 1 not now, 2 bad input.
    """
    if years is not None:
        refuse_other(folder)
        sign_lists(slug, validity=timedelta(days=DAYS_IN_A_YEAR * years))
        db.session.commit()
    archive = build(folder, slug=slug)
    click.echo(f"{folder}: {len(archive.files)} files, {archive.badges} badges")


@archive_cli.command("check")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def check_command(folder: Path) -> None:
    """Check every file, badge, list and the log in FOLDER, by nothing but FOLDER.

    Exit code: 0 whole, 1 something is wrong, 2 not an archive.
    """
    found = check_archive(folder, now=utc_now())
    for fault in found.faults:
        click.echo(fault)
    state = f"{len(found.faults)} wrong" if found.faults else "whole"
    counts = f"{found.files} files, {found.badges} signed files of badges ({found.withdrawn} withdrawn or expired)"
    click.echo(f"{state}: {counts}, {found.leaves} entries in the log")
    if found.faults:
        sys.exit(FAULTY)


@archive_cli.command("adopt")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def adopt_command(folder: Path) -> None:
    """Take over the addresses of the issuer whose archive FOLDER is: this service answers for its host from now on.

    Let the host's name lead here. Exit code: 0 done, 2 not an archive, or something is wrong in it.
    """
    adoption = adopt(folder, now=utc_now())
    db.session.commit()
    click.echo(f"{adoption.host}: {adoption.checked.files} files, {adoption.checked.badges} signed files of badges")


@archive_cli.command("adopted")
def adopted_command() -> None:
    """List the hosts for which this service answers besides its own."""
    for host in hosts(settings().data_dir):
        click.echo(host)


@archive_cli.command("release")
@click.argument("host")
def release_command(host: str) -> None:
    """Answer for HOST no more."""
    release(host)
    db.session.commit()
    click.echo(f"{host}: released")
