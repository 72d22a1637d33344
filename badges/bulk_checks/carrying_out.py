"""A worker checks what was handed in: batch after batch, each stored at once and in one transaction.

Which rows are done is seen in the rows, so whatever is killed in the middle goes on where it was. Nothing is locked
while hosts are asked. A row whose host was in the way is tried again, three times, while the others go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app, g
from flask_babel import force_locale
from sqlalchemy import exists, func, or_, select, update

from badges.bulk_checks import own_awards, schedules, statements
from badges.bulk_checks.checking import Looked, look_at
from badges.bulk_checks.models import BulkCheck, BulkRow
from badges.bulk_checks.second_process import SHARES, helped
from badges.bulk_checks.world import FETCH, Batch, Wanted
from badges.trust.knowing import trust_of
from badges.verification.report import Finding
from badges.verification.sources import this_world
from issuer import identity
from issuer.base import audit, jobs
from issuer.base.db import db, reads_only, utc_now
from issuer.base.faults import fault_point
from issuer.models import Organisation

JOB = "bulk_check.carry_out"
BATCH = 250
"""Badges in one transaction."""
BATCH_SECONDS = 20.0
"""After this a batch is stored with what it has; the rest is for the next one."""
HELD = timedelta(minutes=5)
RETRIES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
PUT_OFF_MOST = 20


def request(check: BulkCheck, *, because: str) -> None:
    """Have a worker go on with a check, once for each ``because``."""
    run = f"{check.public_id}:{because}"
    jobs.enqueue(JOB, run, check_id=check.public_id, run=run)


def request_due() -> int:
    """Chore of every minute: go on with checks that have a row to try now and that no worker is at; how many."""
    now = utc_now()
    is_due = exists().where(BulkRow.check_id == BulkCheck.id, BulkRow.finding.is_(None), BulkRow.due_at <= now)
    is_free = or_(BulkCheck.held_until.is_(None), BulkCheck.held_until <= now)
    begun = BulkCheck.created_at <= now - timedelta(minutes=1)
    due = db.session.scalars(select(BulkCheck).where(BulkCheck.state == "waiting", is_due, is_free, begun)).all()
    for check in due:
        request(check, because=f"{now:%Y-%m-%dT%H:%M}")
    return len(due)


def carry_out(check_id: str, run: str) -> Iterator[None]:
    """Job: every row of the check that is due, in parts. ``run`` names this piece of work, the same after a crash."""
    check = _held(check_id, run)
    if check is None:
        return
    rows = _due_number(check)
    yield
    with helped(check_id, run, rows=rows) as share:
        if share is not None:
            yield from carry_out_share(check_id, run, share=share)
            yield  # what is held now, the other process waits for
    yield from carry_out_share(check_id, run, share=None)
    check = _held(check_id, run)
    if check is not None:
        _end(check)


def carry_out_share(check_id: str, run: str, *, share: int | None) -> Iterator[None]:
    """The rows whose number leaves ``share`` when divided by SHARES; all of them for None."""
    while (check := _held(check_id, run)) is not None and (rows := _due(check, share)):
        work = _Work(check.organisation_id, check.account_id, check.locale)
        yield  # nobody waits for us while hosts are asked
        looked = _looked(work, rows)
        if _held(check_id, run) is None:
            return
        _store(looked, now=utc_now())
        fault_point("bulk_checks.after_batch")
        yield
        fault_point("bulk_checks.after_first_batch")


def _held(check_id: str, run: str) -> BulkCheck | None:
    """The check, this run's own for the next minutes; None when it is over, gone, or another run is at it."""
    wanted = select(BulkCheck).filter_by(public_id=check_id, state="waiting").with_for_update()
    check = db.session.scalar(wanted.execution_options(populate_existing=True))
    now = utc_now()
    if check is None or (check.held_by != run and check.held_until is not None and check.held_until > now):
        return None
    check.held_by, check.held_until = run, now + HELD
    db.session.flush()
    return check


def _due_number(check: BulkCheck) -> int:
    """How many rows are to be tried now."""
    is_due = (BulkRow.check_id == check.id, BulkRow.finding.is_(None), BulkRow.due_at <= utc_now())
    return db.session.scalar(select(func.count()).select_from(BulkRow).where(*is_due)) or 0


def _due(check: BulkCheck, share: int | None) -> Sequence[tuple[int, bytes, str]]:
    """(id, what was given, notice) of the next batch; those that were put off come last."""
    wanted = (
        select(BulkRow.id, BulkRow.given, BulkRow.notice)
        .where(BulkRow.check_id == check.id, BulkRow.finding.is_(None), BulkRow.due_at <= utc_now())
        .order_by(BulkRow.put_off, BulkRow.number)
        .limit(BATCH)
    )
    if share is not None:
        wanted = wanted.where(BulkRow.number % SHARES == share)
    return [(row.id, row.given, row.notice) for row in db.session.execute(wanted)]


@dataclass(frozen=True, slots=True)
class _Work:
    """For whom it is done: internal ids, and the language of the sentences."""

    organisation_id: int
    account_id: int
    locale: str


def _looked(work: _Work, rows: Sequence[tuple[int, bytes, str]]) -> list[Looked]:
    """What was found out about the rows, with no lock held meanwhile."""
    with _reading(), force_locale(work.locale):
        g.actor = identity.actor_of(work.account_id)
        home = this_world()
        trust = trust_of(db.session.get(Organisation, work.organisation_id), now=home.now)
        held = own_awards.named_in(given for _id, given, _notice in rows)
        knowing = replace(home, trust=trust, read=own_awards.reading(held, g.actor, otherwise=home.read))
        batch = Batch(knowing, _asking(current_app._get_current_object()))  # type: ignore[attr-defined]
        return look_at(rows, batch, until=time.monotonic() + BATCH_SECONDS)


@contextmanager
def _reading() -> Iterator[None]:
    """Read in transactions that keep nobody from writing."""
    token = reads_only.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        reads_only.reset(token)


def _asking(app: Flask) -> Callable[[Wanted], Any]:
    def ask(wanted: Wanted) -> Any:
        kind, url = wanted
        with app.app_context():
            world = this_world()
            return world.fetch(url) if kind == FETCH else world.read(url)

    return ask


def _store(looked: Sequence[Looked], *, now: datetime) -> None:
    changes = [_change(each, now=now) for each in looked]
    tries = {
        row.id: (row.tries, row.put_off)
        for row in db.session.execute(
            select(BulkRow.id, BulkRow.tries, BulkRow.put_off).where(BulkRow.id.in_([each.row_id for each in looked]))
        )
    }
    kept = []
    for each, change in zip(looked, changes, strict=True):
        if each.row_id not in tries:
            continue
        tried, put_off = tries[each.row_id]
        kept.append(_with_patience(each, change, tried=tried, put_off=put_off, now=now))
    if kept:
        db.session.execute(update(BulkRow), kept)


def _change(looked: Looked, *, now: datetime) -> dict[str, Any]:
    return {
        "id": looked.row_id,
        "verdict": looked.verdict,
        "finding": looked.finding,
        "sentence": looked.sentence,
        "facts": looked.facts,
        "checked_at": now,
        "due_at": None,
    }


def _with_patience(
    looked: Looked, change: dict[str, Any], *, tried: int, put_off: int, now: datetime
) -> dict[str, Any]:
    """The change, or a later try when a host was in the way and there are tries left."""
    waiting = {"verdict": None, "finding": None, "tries": tried, "put_off": put_off, "due_at": now}
    if looked.was_put_off and put_off < PUT_OFF_MOST:
        return change | waiting | {"put_off": put_off + 1, "checked_at": None}
    if looked.finding == Finding.COULD_NOT_CHECK and looked.host and tried < len(RETRIES):
        return change | waiting | {"tries": tried + 1, "due_at": now + RETRIES[tried]}
    return change | {"tries": tried, "put_off": put_off}


def _end(check: BulkCheck) -> None:
    """Nothing is due now: done, or let go until the next try."""
    check.held_by = check.held_until = None
    if db.session.scalar(select(exists().where(BulkRow.check_id == check.id, BulkRow.finding.is_(None)))):
        return
    check.state, check.ended_at = "done", utc_now()
    db.session.flush()
    statements.sign(check)
    audit.record("bulk_check.done", check.public_id, actor="system", badges=check.total)
    schedules.tell_changes(check)
