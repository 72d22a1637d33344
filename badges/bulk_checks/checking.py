"""What is found out about each row of a batch, as values ready to be kept."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from badges.bulk_checks.world import Batch, Row
from badges.verification.inputs.sentences import check_of
from badges.verification.own_badges import each_with_our_records
from badges.verification.report import Finding, Report
from badges.verification.verifying import verify
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
    unread: list[Looked] = []
    begun: list[_Open] = []
    for row_id, given, notice in rows:
        if (unread or begun) and time.monotonic() >= until:
            break
        if notice in _PROBLEMS:
            unread.append(_unread(row_id, _PROBLEMS[notice]))
            continue
        begun.append(_Open(row_id, given))
        _check(begun[-1], batch)
    ready = [each for each in begun if not each.asked.open]
    waiting = [each for each in begun if each.asked.open]
    return unread + _found(ready) + _fetched(waiting, batch, until=until)


def _fetched(waiting: list[_Open], batch: Batch, *, until: float) -> list[Looked]:
    """The rows that need documents of other hosts: fetched together, then checked again, round after round."""
    looked: list[Looked] = []
    for _round in range(MOST_ROUNDS):
        wanted = {name for each in waiting for name in each.asked.open}
        if not wanted:
            break
        batch.fetch(sorted(wanted), seconds=ROUND_SECONDS)
        looked += _put_off([each for each in waiting if not batch.has(each.asked.open)])
        known = [each for each in waiting if batch.has(each.asked.open)]
        for each in known:
            _check(each, batch)
        looked += _found([each for each in known if not each.asked.open])
        waiting = [each for each in known if each.asked.open]
        if time.monotonic() >= until:
            break
    return looked + _put_off(waiting)


def _check(each: _Open, batch: Batch) -> None:
    each.asked.hosts.clear()
    each.report = verify(each.given, batch.world_of(each.asked))


def _found(ready: Sequence[_Open]) -> list[Looked]:
    """What is said of badges as far as they were verified, with our own records besides, which are read now."""
    reports = [each.report for each in ready if each.report is not None]
    return [_looked(each, report) for each, report in zip(ready, each_with_our_records(reports), strict=True)]


def _put_off(waiting: Sequence[_Open]) -> list[Looked]:
    return [replace(each, was_put_off=True) for each in _found(waiting)]


def _looked(each: _Open, report: Report) -> Looked:
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
