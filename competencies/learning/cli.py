"""Modules from the command line: ``flask module publish FOLDER --organisation SLUG``."""

from __future__ import annotations

from pathlib import Path

import click

from competencies.learning import authoring
from competencies.learning.content_files import read_catalog, read_folder, with_facts
from issuer import organisations
from issuer.base.commands import CommandGroup
from issuer.base.db import db

module_cli = CommandGroup("module", help="Publish modules.")

_Folder = click.Path(exists=True, file_okay=False, path_type=Path)
_File = click.Path(exists=True, dir_okay=False, path_type=Path)


@module_cli.command("publish")
@click.argument("folder", type=_Folder)
@click.option("--organisation", "slug", required=True, help="The short name of the organisation.")
@click.option("--catalog", type=_File, help="A catalog (JSON) that says what the folder leaves out.")
@click.option("--open", "opens", is_flag=True, help="Let learners take it, too.")
def publish(folder: Path, slug: str, catalog: Path | None, opens: bool) -> None:
    """Publish the module in FOLDER (module.yaml and its pictures)."""
    organisation = organisations.by_slug(slug)
    if organisation is None:
        raise click.BadParameter(f"There is no organisation {slug!r}.", param_hint="--organisation")
    content = read_folder(folder)
    if catalog is not None:
        content = with_facts(content, read_catalog(catalog).get(str(content.get("code")), {}))
    publication = authoring.publish_version(organisation, str(content.get("code")), content=content, actor="system")
    if opens:
        authoring.open_module(publication.module, actor="system")
    db.session.commit()
    version = publication.version
    said = "published as" if publication.is_new else "is the same as"
    click.echo(f"{publication.module.code} {said} version {version.number} ({publication.module.public_id})")
    for sentence in publication.advice:
        click.echo(f"Advice: {sentence}")
