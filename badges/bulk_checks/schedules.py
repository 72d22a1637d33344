"""The same set again every day, week or month; and telling its owner, and webhooks, what has changed since.

Trouble on the way is never news: a badge that could not be checked is compared again the next time, with the last
finding that was one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import insert, select

from badges.bulk_checks import bulk_letters, webhooks
from badges.bulk_checks.models import BulkCheck, BulkRow, CheckSchedule
from badges.verification.report import Finding
from issuer.base import audit, jobs
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Invalid, NotFound
from issuer.models import Account

EVERY = {"daily": timedelta(days=1), "weekly": timedelta(days=7), "monthly": timedelta(days=30)}
JOB = "bulk_check.again"
KEPT = timedelta(days=30)
MOST_TOLD = 100
CHANGED = "check.changed"


@dataclass(frozen=True, slots=True)
class Change:
    """A row whose finding is another than before."""

    number: int
    before: str
    after: str


def plan(check: BulkCheck, *, every: str, mails: bool, by: Account, now: datetime) -> CheckSchedule:
    """Have the set of a check checked again. Raises Invalid for another rhythm, Conflict for one that is planned."""
    if every not in EVERY:
        sentence = _("Choose daily, weekly or monthly.")
        raise Invalid("invalid", sentence, fields={"every": [sentence]})
    if check.state == "cancelled":
        raise Conflict("check_cancelled", _("This check was cancelled. Hand its badges in again."))
    if check.schedule_id is not None and db.session.get_one(CheckSchedule, check.schedule_id).is_active:
        raise Conflict("scheduled_already", _("These badges are checked again already."))
    schedule = CheckSchedule(
        organisation_id=check.organisation_id,
        account_id=by.id,
        every=every,
        mails=mails,
        is_active=True,
        next_at=now + EVERY[every],
    )
    db.session.add(schedule)
    db.session.flush()
    check.schedule_id, check.turn = schedule.id, 0
    db.session.flush()
    audit.record("check_schedule.made", schedule.public_id, actor=by.public_id, every=every)
    return schedule


def stop(schedule: CheckSchedule, *, by: Account) -> None:
    """No more of it; its checks are kept as long as others. A second time changes nothing."""
    if schedule.is_active:
        schedule.is_active = False
        newest = newest_of(schedule)
        if newest is not None:
            newest.expires_at = max(newest.expires_at, utc_now() + KEPT)
        db.session.flush()
        audit.record("check_schedule.stopped", schedule.public_id, actor=by.public_id)


def find(public_id: str) -> CheckSchedule:
    """The schedule with that public id. Raises NotFound."""
    schedule = db.session.scalar(select(CheckSchedule).filter_by(public_id=public_id))
    if schedule is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    return schedule


def active_of(organisation_ids: Collection[int]) -> Sequence[CheckSchedule]:
    """The schedules of these organisations that are active, the next one first."""
    wanted = select(CheckSchedule).where(CheckSchedule.organisation_id.in_(organisation_ids), CheckSchedule.is_active)
    return db.session.scalars(wanted.order_by(CheckSchedule.next_at, CheckSchedule.id)).all()


def newest_of(schedule: CheckSchedule) -> BulkCheck | None:
    """The newest check of a schedule."""
    wanted = select(BulkCheck).filter_by(schedule_id=schedule.id).order_by(BulkCheck.turn.desc()).limit(1)
    return db.session.scalar(wanted)


def request_due() -> int:
    """Chore: ask for each schedule whose time has come; how many."""
    now = utc_now()
    due = db.session.scalars(select(CheckSchedule).where(CheckSchedule.is_active, CheckSchedule.next_at <= now)).all()
    for schedule in due:
        jobs.enqueue(JOB, f"{schedule.public_id}:{schedule.next_at.isoformat()}", schedule_id=schedule.public_id)
    return len(due)


def again(schedule_id: str) -> None:
    """Job: begin the next check of a schedule, unless its newest is not done, or the time has not come."""
    wanted = select(CheckSchedule).filter_by(public_id=schedule_id, is_active=True).with_for_update()
    schedule, now = db.session.scalar(wanted.execution_options(populate_existing=True)), utc_now()
    if schedule is None or schedule.next_at > now:
        return
    schedule.next_at = now + EVERY[schedule.every]
    newest = newest_of(schedule)
    if newest is None or newest.state == "waiting":
        return
    check = BulkCheck(
        organisation_id=schedule.organisation_id,
        account_id=schedule.account_id,
        schedule_id=schedule.id,
        turn=(newest.turn or 0) + 1,
        name=newest.name,
        source=newest.source,
        columns=newest.columns,
        digest=newest.digest,
        total=newest.total,
        locale=newest.locale,
        created_at=now,
        expires_at=now + KEPT,
    )
    db.session.add(check)
    db.session.flush()
    _copy_rows(newest, check, now=now)


def tell_changes(check: BulkCheck) -> None:
    """Mail and webhooks about what is different from the check before; nothing for a first one, or no change."""
    if check.schedule is None or not check.turn:
        return
    changes = changes_of(check)
    if not changes:
        return
    if check.schedule.mails and check.schedule.is_active:
        bulk_letters.tell_changed(check, changes)
    body = {
        "check": check.public_id,
        "schedule": check.schedule.public_id,
        "name": check.name,
        "badges": check.total,
        "changed": len(changes),
        "rows": [{"row": each.number, "before": each.before, "after": each.after} for each in changes[:MOST_TOLD]],
    }
    webhooks.announce(check.organisation_id, CHANGED, f"{CHANGED}:{check.public_id}", body)


def changes_of(check: BulkCheck) -> list[Change]:
    """The rows whose finding is another than the last one known, in order."""
    wanted = (
        select(BulkRow.number, BulkRow.known, BulkRow.finding)
        .where(BulkRow.check_id == check.id, BulkRow.known.is_not(None), BulkRow.finding.is_not(None))
        .where(BulkRow.known != BulkRow.finding, BulkRow.finding != Finding.COULD_NOT_CHECK.value)
        .order_by(BulkRow.number)
    )
    return [Change(row.number, row.known, row.finding) for row in db.session.execute(wanted)]


def _copy_rows(source: BulkCheck, check: BulkCheck, *, now: datetime) -> None:
    """The input once more; ``known`` is the finding, unless that was only trouble."""
    rows = select(BulkRow.number, BulkRow.cells, BulkRow.given, BulkRow.notice, BulkRow.finding, BulkRow.known)
    found = db.session.execute(rows.filter_by(check_id=source.id).order_by(BulkRow.number)).all()
    fresh = {"check_id": check.id, "due_at": now, "tries": 0, "put_off": 0, "sentence": "", "facts": {}}
    values = [
        {
            "number": row.number,
            "cells": row.cells,
            "given": row.given,
            "notice": row.notice,
            "known": row.known if row.finding in (None, Finding.COULD_NOT_CHECK.value) else row.finding,
            **fresh,
        }
        for row in found
    ]
    for start in range(0, len(values), 500):
        db.session.execute(insert(BulkRow), values[start : start + 500])
