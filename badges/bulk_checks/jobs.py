"""Checks of many badges: handed in, looked at, cancelled, deleted; and forgotten after thirty days with all in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, CursorResult, delete, exists, func, insert, select
from sqlalchemy.exc import IntegrityError

from badges.bulk_checks import carrying_out
from badges.bulk_checks.models import BulkCheck, BulkRow, CheckSchedule
from badges.bulk_checks.reading import Many
from badges.verification.report import Finding
from issuer.base import audit
from issuer.base.db import db, new_public_id, utc_now
from issuer.base.errors import Conflict, NotFound, TooMany
from issuer.base.paging import Page, newest_first
from issuer.models import Account, Organisation
from issuer.plain_text import clean_line

KEPT = timedelta(days=30)
WRITTEN_AT_ONCE = 500
MOST_WAITING = 10
"""Checks of one organisation that are not done yet."""


def begin(
    organisation: Organisation, many: Many, *, name: str, by: Account, now: datetime, form_key: str | None = None
) -> BulkCheck:
    """Keep what was handed in, and have a worker check it. The same ``form_key`` gives the check that it gave before.

    Raises Invalid for a bad name, TooMany while ten checks of the organisation are not done.
    """
    if form_key is not None and (known := _of_form(by, form_key)) is not None:
        return known
    _refuse_too_many(organisation)
    check = BulkCheck(
        organisation_id=organisation.id,
        account_id=by.id,
        name=clean_line(name, field="name") or _("Check of %(day)s", day=f"{now:%Y-%m-%d}"),
        source=many.source,
        columns=list(many.columns),
        digest=many.digest,
        form_key=form_key,
        total=len(many.rows),
        locale=str(get_locale() or by.locale or "en"),
        created_at=now,
        expires_at=now + KEPT,
    )
    try:
        with db.session.begin_nested():
            db.session.add(check)
            db.session.flush()
    except IntegrityError:
        assert form_key is not None
        return db.session.scalars(select(BulkCheck).filter_by(account_id=by.id, form_key=form_key)).one()
    _write_rows(check, many, now=now)
    audit.record("bulk_check.begun", check.public_id, actor=by.public_id, badges=check.total)
    carrying_out.request(check, because="begun")
    return check


def find(public_id: str) -> BulkCheck:
    """The check with that public id, while it is kept. Raises NotFound."""
    check = db.session.scalar(select(BulkCheck).filter_by(public_id=public_id))
    if check is None or is_over(check, now=utc_now()):
        raise NotFound("not_found", _("There is nothing at this address."))
    return check


def checks_of(organisation_ids: Collection[int], *, limit: int, after: str | None) -> Page:
    """The checks of these organisations, the newest first. Raises Invalid for a cursor that was never given."""
    wanted = select(BulkCheck).where(
        BulkCheck.organisation_id.in_(organisation_ids), (BulkCheck.expires_at > utc_now()) | _is_scheduled()
    )
    return newest_first(wanted, BulkCheck, limit=limit, after=after)


def counts_of(check: BulkCheck) -> Mapping[str, int]:
    """Finding -> how many rows, in the order of Finding; and "waiting", "retried" (waiting, a host was in the way)."""
    counted = select(BulkRow.finding, func.count()).where(BulkRow.check_id == check.id)
    found = {row[0]: row[1] for row in db.session.execute(counted.group_by(BulkRow.finding))}
    tried = select(func.count()).where(BulkRow.check_id == check.id, BulkRow.finding.is_(None), BulkRow.tries > 0)
    known = {finding.value: found[finding.value] for finding in Finding if finding.value in found}
    return known | {"waiting": found.get(None, 0), "retried": int(db.session.scalar(tried) or 0)}


def cancel(public_id: str, *, by: Account) -> BulkCheck:
    """End a check; what was found stays. A second time changes nothing. Raises NotFound, Conflict for one done."""
    check = _locked(public_id)
    if check.state == "done":
        raise Conflict("check_done", _("This check is done already."))
    if check.state != "cancelled":
        check.state, check.ended_at = "cancelled", utc_now()
        check.held_by = check.held_until = None
        db.session.flush()
        audit.record("bulk_check.cancelled", check.public_id, actor=by.public_id)
    return check


def remove(public_id: str, *, by: Account) -> None:
    """Delete a check with its input and its results. Raises NotFound; Conflict while a schedule rests on it."""
    check = _locked(public_id)
    if check.schedule_id is not None and _newest_of(check.schedule_id) == check.id and _is_active(check.schedule_id):
        raise Conflict("scheduled", _("This is the set of a schedule. Stop the schedule first."))
    audit.record("bulk_check.deleted", check.public_id, actor=by.public_id)
    _delete([check.id])


def forget_old() -> int:
    """Chore: delete what has been kept long enough; how many. The newest check of an active schedule stays."""
    old = select(BulkCheck.id).where(BulkCheck.expires_at <= utc_now(), ~_is_scheduled())
    ids = list(db.session.scalars(old))
    _delete(ids)
    return len(ids)


def is_over(check: BulkCheck, *, now: datetime) -> bool:
    """Whether its time is over, and no schedule needs it."""
    if check.expires_at > now:
        return False
    return check.schedule_id is None or not _is_active(check.schedule_id) or _newest_of(check.schedule_id) != check.id


def _is_scheduled() -> ColumnElement[bool]:
    newest = select(func.max(BulkCheck.id)).where(BulkCheck.schedule_id.is_not(None)).group_by(BulkCheck.schedule_id)
    active = exists().where(CheckSchedule.id == BulkCheck.schedule_id, CheckSchedule.is_active)
    return BulkCheck.id.in_(newest) & active


def _newest_of(schedule_id: int) -> int | None:
    return db.session.scalar(select(func.max(BulkCheck.id)).filter_by(schedule_id=schedule_id))


def _is_active(schedule_id: int) -> bool:
    return db.session.get_one(CheckSchedule, schedule_id).is_active


def _delete(ids: Collection[int]) -> int:
    db.session.execute(delete(BulkRow).where(BulkRow.check_id.in_(ids)))
    gone = db.session.execute(delete(BulkCheck).where(BulkCheck.id.in_(ids)))
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def _of_form(by: Account, form_key: str) -> BulkCheck | None:
    return db.session.scalar(select(BulkCheck).filter_by(account_id=by.id, form_key=form_key))


def _refuse_too_many(organisation: Organisation) -> None:
    waiting = select(func.count()).select_from(BulkCheck).filter_by(organisation_id=organisation.id, state="waiting")
    if (db.session.scalar(waiting) or 0) >= MOST_WAITING:
        sentence = _("%(most)s checks of your organisation are not done yet. Wait for one of them.", most=MOST_WAITING)
        raise TooMany("too_many_checks", sentence, retry_after=60)


def _write_rows(check: BulkCheck, many: Many, *, now: datetime) -> None:
    rows = [
        {
            "public_id": new_public_id(),
            "check_id": check.id,
            "number": number,
            "cells": list(row.cells),
            "given": row.given,
            "notice": row.notice,
            "due_at": now,
            "tries": 0,
            "put_off": 0,
            "sentence": "",
            "facts": {},
        }
        for number, row in enumerate(many.rows, start=1)
    ]
    for start in range(0, len(rows), WRITTEN_AT_ONCE):
        db.session.execute(insert(BulkRow), rows[start : start + WRITTEN_AT_ONCE])


def _locked(public_id: str) -> BulkCheck:
    wanted = select(BulkCheck).filter_by(public_id=public_id).with_for_update()
    check = db.session.scalar(wanted.execution_options(populate_existing=True))
    if check is None or is_over(check, now=utc_now()):
        raise NotFound("not_found", _("There is nothing at this address."))
    return check
