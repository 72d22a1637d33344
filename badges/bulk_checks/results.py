"""What a check found: page by page, by finding, as CSV with the columns of the input, and as a signed statement."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from badges.bulk_checks.models import BulkCheck, BulkRow
from badges.verification.report import Finding
from issuer.base.db import db
from issuer.base.errors import Conflict, Invalid, Unavailable
from issuer.base.paging import Page, oldest_first
from issuer.crypto.timestamps import format_timestamp

WAITING = "waiting"
FILTERS = (*(finding.value for finding in Finding), WAITING)
FOUND = ("verdict", "finding", "sentence")
FACTS = ("issuer", "achievement", "issued", "expires", "holder")
COLUMNS = tuple(f"check_{name}" for name in (*FOUND, *FACTS, "checked_at"))
"""Set behind the columns of the input, under names that hardly anybody has given to one."""

READ_AT_ONCE = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff0b", "\uff0d", "\uff1d", "\uff20")
"""How a cell begins that a spreadsheet would run; the last four are their full-width twins."""


@dataclass(frozen=True, slots=True)
class Result:
    """One row; texts that are not known are "". ``tries``: how often a host was in the way."""

    number: int
    cells: tuple[str, ...]
    notice: str
    verdict: str
    finding: str
    sentence: str
    facts: dict[str, str]
    checked_at: str
    tries: int


def page_of(check: BulkCheck, *, finding: str | None, limit: int, after: str | None) -> Page:
    """Results in the order of the input. ``finding``: only these, "waiting" for what is not known yet; None: all.

    Raises Invalid for another finding, or a cursor that was never given.
    """
    wanted = select(BulkRow).where(BulkRow.check_id == check.id)
    if finding:
        if finding not in FILTERS:
            sentence = _("There is no such finding.")
            raise Invalid("invalid", sentence, fields={"finding": [sentence]})
        wanted = wanted.where(BulkRow.finding.is_(None) if finding == WAITING else BulkRow.finding == finding)
    page = oldest_first(wanted, BulkRow, limit=limit, after=after)
    return Page([result_of(row) for row in page.items], page.next)


def result_of(row: BulkRow) -> Result:
    return Result(
        number=row.number,
        cells=tuple(row.cells),
        notice=row.notice,
        verdict=row.verdict or "",
        finding=row.finding or "",
        sentence=row.sentence,
        facts=dict(row.facts),
        checked_at=format_timestamp(row.checked_at) if row.checked_at else "",
        tries=row.tries,
    )


def as_csv(check: BulkCheck) -> bytes:
    """Every row, those that wait too, in UTF-8 with a byte order mark. No cell begins as a formula does."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(map(harmless, (*check.columns, *COLUMNS)))
    for result in all_of(check):
        found = (result.verdict, result.finding, result.sentence)
        facts = (result.facts.get(name, "") for name in FACTS)
        writer.writerow(map(harmless, (*result.cells, *found, *facts, result.checked_at)))
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def harmless(text: str) -> str:
    """A cell as no spreadsheet runs it: what begins as a formula begins with ' instead."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_json(check: BulkCheck) -> dict[str, Any]:
    """All results of a check that is done: {"results": [...], "statement": compact JWS, see statements}.

    Raises Conflict for one that is not done, Unavailable while its statement is not signed.
    """
    if check.state != "done":
        raise Conflict("check_not_done", _("This is signed when the check is done."))
    if check.statement is None:
        raise Unavailable("not_signed_yet", _("This is being signed. Try again in a few minutes."), retry_after=300)
    return {"results": [as_object(each) for each in all_of(check)], "statement": check.statement}


def digest_of(results: Sequence[dict[str, Any]]) -> str:
    """SHA-256 (hex) over the results as JSON with sorted names, without blanks, in UTF-8."""
    text = json.dumps(results, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def as_object(result: Result) -> dict[str, Any]:
    """A row for programs; null for what is not known."""
    return {
        "row": result.number,
        "input": list(result.cells),
        "notice": result.notice or None,
        "verdict": result.verdict or None,
        "finding": result.finding or None,
        "sentence": result.sentence or None,
        **{name: result.facts.get(name) for name in FACTS},
        "checked_at": result.checked_at or None,
    }


def all_of(check: BulkCheck) -> Iterator[Result]:
    """Every row in its order."""
    after = 0
    while True:
        wanted = select(BulkRow).where(BulkRow.check_id == check.id, BulkRow.number > after)
        rows = db.session.scalars(wanted.order_by(BulkRow.number).limit(READ_AT_ONCE)).all()
        yield from map(result_of, rows)
        if len(rows) < READ_AT_ONCE:
            return
        after = rows[-1].number
