"""What is found out about each row of a batch, as values ready to be kept."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from badges.bulk_checks.world import Batch, Row
from badges.verification import sources
from badges.verification.inputs.sentences import check_of
from badges.verification.report import Finding, Report
from badges.verification.wording import host_in, sentence_of
from issuer.base.db import utc_now
from issuer.crypto.timestamps import format_timestamp

MOST_ROUNDS = 8
"""From a link to a page, from there to the badge, its keys, its lists: each may need what the one before said."""

ROUND_SECONDS = 8.0
LONGEST_FACT = 500

_PROBLEMS = {
    "no_badge": "empty",
    "encrypted": "encrypted",
    "too_large": "too_large",
    "nested_archive": "several_badges",
    "damaged": "bad_archive",
}
"""A notice of the reader with which there is nothing to check -> how that is said."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One row. ``host``: who was in the way, "" for nobody; ``was_put_off``: its host has not been asked yet."""

    row_id: int
    verdict: str
    finding: str
    sentence: str
    facts: dict[str, Any] = field(default_factory=dict)
    host: str = ""
    was_put_off: bool = False


@dataclass(slots=True)
class _Open:
    row_id: int
    given: bytes
    asked: Row = field(default_factory=Row)
    report: Report | None = None


def look_at(rows: Sequence[tuple[int, bytes, str]], batch: Batch, *, until: float) -> list[Looked]:
    """(id, given, notice) -> what was found, as far as the clock (monotonic) allows; at least the first row."""
    looked: list[Looked] = []
    waiting: list[_Open] = []
    for row_id, given, notice in rows:
        if looked and time.monotonic() >= until:
            break
        if notice in _PROBLEMS:
            looked.append(_unread(row_id, _PROBLEMS[notice]))
            continue
        each = _Open(row_id, given)
        _check(each, batch)
        if each.asked.open:
            waiting.append(each)
        else:
            looked.append(_found(each))
    return looked + _fetched(waiting, batch, until=until)


def _fetched(waiting: list[_Open], batch: Batch, *, until: float) -> list[Looked]:
    """The rows that need documents of other hosts: fetched together, then checked again, round after round."""
    looked: list[Looked] = []
    for _round in range(MOST_ROUNDS):
        wanted = {name for each in waiting for name in each.asked.open}
        if not wanted:
            break
        batch.fetch(sorted(wanted), seconds=ROUND_SECONDS)
        still: list[_Open] = []
        for each in waiting:
            if not batch.has(each.asked.open):
                looked.append(replace(_found(each), was_put_off=True))
                continue
            _check(each, batch)
            if each.asked.open:
                still.append(each)
            else:
                looked.append(_found(each))
        waiting = still
        if time.monotonic() >= until:
            break
    return looked + [replace(_found(each), was_put_off=True) for each in waiting]


def _check(each: _Open, batch: Batch) -> None:
    each.asked.hosts.clear()
    each.report = sources.check(each.given, world=batch.world_of(each.asked))


def _found(each: _Open) -> Looked:
    report = each.report
    assert report is not None
    host = ""
    if report.finding is Finding.COULD_NOT_CHECK:
        host = next((name for name in each.asked.hosts if name), "") or host_in(report)
    sentence = _said(report, host)
    facts = {name: text for name, text in _facts(report, host).items() if text}
    return Looked(each.row_id, report.verdict.value, report.finding.value, sentence, facts, host)


def _said(report: Report, host: str) -> str:
    """With the host that was in the way, whoever it was."""
    sentence = sentence_of(report)
    if host and host not in sentence:
        return str(
            _("It could not be checked, because %(host)s did not answer. This says nothing against it.", host=host)
        )
    return sentence


def _unread(row_id: int, code: str) -> Looked:
    report = Report((check_of(code),), utc_now(), kind="")
    return Looked(row_id, report.verdict.value, report.finding.value, sentence_of(report))


def _facts(report: Report, host: str) -> dict[str, str]:
    """Only what a signature covers, or the issuer's own host said."""
    said = report.facts
    if said is None:
        return {"host": host}
    return {
        "issuer": _short(said.issuer_name or said.issuer_id),
        "achievement": _short(said.name),
        "issued": _moment(said.issued_at),
        "expires": _moment(said.valid_until),
        "holder": _short(said.holder),
        "credential": _short(said.credential_id),
        "host": host,
    }


def _short(text: str) -> str:
    return text.replace("\x00", "\ufffd")[:LONGEST_FACT]


def _moment(moment: datetime | None) -> str:
    return format_timestamp(moment) if moment is not None else ""
