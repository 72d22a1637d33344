"""`flask verify`: check a badge from a file, an address, a code, or as it is."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from badges.receipts.command import write_receipt
from badges.sharing import human_codes
from badges.verification.command_world import check_by_command, command_world
from badges.verification.offline import documents_in
from badges.verification.reading import MAX_FILE_BYTES
from badges.verification.report import EXIT_CODES, Check, Outcome, Report, as_json
from badges.verification.wording import sentence_of
from issuer.base.commands import Command
from issuer.base.db import db, utc_now
from issuer.base.errors import Invalid, NotFound, ServiceError, Unavailable

BAD_INPUT = 2
SECTION = "Rosette: command line"
STANDARD_INPUT = "-"
_CODE = re.compile(r"[A-Za-z0-9_-]{22}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_~.-]*")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


@click.command("verify", cls=Command)
@click.argument("given", metavar="INPUT")
@click.option("--json", "in_json", is_flag=True, help="Print the report as JSON.")
@click.option("--now", "moment", metavar="ISO", help="Check as of this moment, such as 2026-11-22T12:00:00Z.")
@click.option("--documents", "map_path", metavar="MAP.json", help="URL or DID -> file; nothing else is fetched.")
@click.option("--recipient", default="", metavar="TEXT", help="Does it belong to this e-mail address, name or DID?")
@click.option("--receipt", "receipt_path", metavar="FILE", help="Write a signed receipt: FILE.json or FILE.pdf.")
@with_appcontext
def verify_command(
    given: str, in_json: bool, moment: str | None, map_path: str | None, recipient: str, receipt_path: str | None
) -> None:
    """Check a badge.

    INPUT is a file, a web address, the code of a badge of this service, a badge itself (JSON or a token), or - for what
    comes in. Exit code: 0 valid, 1 invalid, 3 could not be checked, 2 bad input.
    """
    if receipt_path is not None and (moment is not None or map_path is not None):
        raise click.UsageError("A receipt says what is so now and on the web: not with --now or --documents.")
    try:
        now = _moment(moment) if moment is not None else utc_now()
        documents = documents_in(Path(map_path)) if map_path is not None else None
    except Invalid as error:
        click.echo(f"{error.code}: {error.detail}", err=True)
        sys.exit(BAD_INPUT)
    try:
        data, name = _handed_in(given)
        world = command_world(now=now, documents=documents, recipient=recipient)
        report = check_by_command(data, world, name=name)
        if receipt_path is not None:
            write_receipt(report, data, Path(receipt_path))
            db.session.commit()
    except ServiceError as error:
        report = _unread(error, now)
    except Exception as error:  # whatever a file is made to provoke: a line, and never a trace
        report = _unread(Unavailable("not_checked", f"It could not be checked ({type(error).__name__})."), now)
    _print(report, in_json=in_json)
    sys.exit(EXIT_CODES[report.verdict])


def _moment(text: str) -> datetime:
    """ISO 8601; without a zone in UTC. Raises Invalid."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid("bad_time", f"--now {text[:60]!r} is no time such as 2026-11-22T12:00:00Z.") from error


def _handed_in(given: str) -> tuple[bytes, str]:
    """The bytes to check, and the name of the file if it was one. Raises NotFound, Invalid."""
    if given == STANDARD_INPUT:
        return sys.stdin.buffer.read(MAX_FILE_BYTES + 1), ""
    path = Path(given)
    try:
        if path.is_file():
            with path.open("rb") as file:
                return file.read(MAX_FILE_BYTES + 1), path.name
    except (OSError, ValueError) as error:
        if not _is_text(given):
            raise Invalid("unreadable_file", f"The file {given[:200]!r} cannot be read.") from error
    if _is_text(given):
        return given.encode("utf-8", "surrogateescape"), ""
    raise NotFound("no_such_file", f"There is no file {given[:200]!r}.")


def _is_text(given: str) -> bool:
    """Whether what is no file is an address, a code, or a badge itself."""
    text = given.strip()
    is_badge = text.startswith(("{", "[", "data:")) or _TOKEN.fullmatch(text) is not None
    is_code = _CODE.fullmatch(text) is not None or human_codes.read(text) is not None
    return is_badge or is_code or _ADDRESS.search(text) is not None


def _unread(error: ServiceError, now: datetime) -> Report:
    """There was nothing to check: bad input, or, when something needed is out of reach, not checked."""
    outcome = Outcome.COULD_NOT_CHECK if isinstance(error, Unavailable) else Outcome.FAIL
    return Report((Check("format", outcome, str(error.detail), SECTION, code=error.code),), now, kind="")


def _print(report: Report, *, in_json: bool) -> None:
    if in_json:
        click.echo(json.dumps(as_json(report), indent=2, ensure_ascii=False))
        return
    click.echo("\n".join([sentence_of(report), *_lines(report, "  ")]))


def _lines(report: Report, margin: str) -> Iterator[str]:
    for number, check in enumerate(report.checks, start=1):
        reason = f" ({check.reason})" if check.reason else ""
        yield f"{margin}{number}. {check.name:<12} {check.outcome.value:<15} {check.sentence}{reason}"
    for part in report.parts:
        yield f"{margin}{part.role}: {sentence_of(part.report)}"
        yield from _lines(part.report, margin + "    ")
