"""`flask verify`: check a badge from a file or an address."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from badges.verification import sources
from badges.verification.reading import MAX_BYTES
from badges.verification.report import EXIT_CODES, Report, Verdict, as_json
from badges.verification.wording import sentence_of
from issuer.base.commands import Command
from issuer.base.errors import Invalid, NotFound, ServiceError, TooLarge


@click.command("verify", cls=Command)
@click.argument("source", metavar="FILE_OR_URL")
@click.option("--json", "in_json", is_flag=True, help="Print the report as JSON.")
@with_appcontext
def verify_command(source: str, in_json: bool) -> None:
    """Check a badge. Exit code: 0 valid, 1 invalid, 3 could not be checked, 2 bad input."""
    try:
        report = sources.check(_read(source))
    except ServiceError as error:
        click.echo(f"{error.code}: {error.detail}", err=True)
        sys.exit(EXIT_CODES[_verdict_of(error)])
    _print(report, in_json=in_json)
    sys.exit(EXIT_CODES[report.verdict])


def _read(source: str) -> bytes:
    if source.startswith(("https://", "http://")):
        return sources.bytes_at(source)
    path = Path(source)
    try:
        if not path.is_file():
            raise NotFound("no_such_file", f"There is no file {source[:200]!r}.")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise Invalid("unreadable_file", f"The file {source[:200]!r} cannot be read.") from error


def _verdict_of(error: ServiceError) -> Verdict:
    """What was asked for is not there or not readable: bad input. A host that did not answer: not checked."""
    bad_input = isinstance(error, Invalid | NotFound | TooLarge)
    return Verdict.UNSUPPORTED if bad_input else Verdict.UNKNOWN


def _print(report: Report, *, in_json: bool) -> None:
    if in_json:
        click.echo(json.dumps(as_json(report), indent=2, ensure_ascii=False))
        return
    click.echo(sentence_of(report))
    for number, check in enumerate(report.checks, start=1):
        reason = f" ({check.reason})" if check.reason else ""
        click.echo(f"  {number}. {check.name:<11} {check.outcome.value:<15} {check.sentence}{reason}")
