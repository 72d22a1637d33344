"""Commands about frameworks."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from competencies.frameworks.case_package import MAX_BYTES
from competencies.frameworks.importing import ImportReport, import_package
from issuer import organisations
from issuer.base.commands import CommandGroup
from issuer.base.db import db
from issuer.base.errors import ServiceError

framework_cli = CommandGroup("framework", help="Frameworks of competencies.")


@framework_cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", "slug", required=True, help="Short name of the organisation.")
def import_command(file: Path, slug: str) -> None:
    """Take the CASE package in FILE and say what became of it. Exit code 2: it was not taken."""
    organisation = organisations.by_slug(slug)
    if organisation is None:
        raise click.BadParameter(f"There is no organisation {slug!r}.", param_hint="--organisation")
    with file.open("rb") as opened:
        data = opened.read(MAX_BYTES + 1)
    try:
        report = import_package(organisation, data)
    except ServiceError as error:
        db.session.rollback()
        click.echo(f"{file.name}: {error.detail}", err=True)
        for name, sentences in error.fields.items():
            click.echo(f"  {name}: {' '.join(sentences)}", err=True)
        sys.exit(2)
    db.session.commit()
    click.echo(_told(report))


def _told(report: ImportReport) -> str:
    lines = [
        f"framework: {report.title} ({report.framework})",
        f"items: {report.taken} taken, {report.updated} updated, {report.unchanged} unchanged, "
        f"{len(report.deprecated)} deprecated",
        f"associations: {report.associations}, rubrics: {report.rubrics}",
    ]
    lines += [f"deprecated: {identifier}" for identifier in report.deprecated]
    lines += [
        f"not taken: {each.part}, {each.count} times: {each.reason} {', '.join(each.identifiers)}"
        for each in report.not_taken
    ]
    return "\n".join(lines)
