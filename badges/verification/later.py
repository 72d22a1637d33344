"""A verification whose answer is fetched afterwards: asked now, made by a worker, kept for a day.

What was handed in is kept until the answer is there, and no longer. Whose badge it is cannot be asked in this way: a
name to compare with is never stored.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import g
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from sqlalchemy import CursorResult, delete, select

from badges.verification import doors
from badges.verification.answers import as_answer
from badges.verification.asking import Asked
from badges.verification.models import AskedVerification
from issuer import identity
from issuer.base import jobs
from issuer.base.db import db, utc_now
from issuer.base.errors import Invalid, NotFound, ServiceError
from issuer.base.http import status_of
from issuer.policy import ANONYMOUS, Actor

JOB = "verification.answer"
KEPT = timedelta(hours=24)


def ask(asked: Asked, actor: Actor) -> AskedVerification:
    """Keep the question and have it answered. Raises Invalid for a question with a recipient or a receipt in it."""
    if asked.recipient or asked.receipt:
        sentence = _("Whose badge it is, and a receipt, can only be asked for at once: nobody's name is kept.")
        raise Invalid("not_asynchronous", sentence)
    row = AskedVerification(
        account_id=actor.account_id, data=asked.data, locale=str(get_locale() or "en"), expires_at=utc_now() + KEPT
    )
    db.session.add(row)
    db.session.flush()
    jobs.enqueue(JOB, row.public_id, public_id=row.public_id)
    return row


def find(public_id: str, actor: Actor) -> AskedVerification:
    """What was asked under that id. Raises NotFound: never asked, forgotten, or asked by another account."""
    row = db.session.scalar(select(AskedVerification).filter_by(public_id=public_id))
    if row is None or row.expires_at <= utc_now() or row.account_id not in (None, actor.account_id):
        raise NotFound("not_found", _("There is nothing at this address."))
    return row


def answer_asked(public_id: str) -> None:
    """Job: answer the question as whoever asked it, in their language; then forget what was handed in."""
    row = db.session.scalar(select(AskedVerification).filter_by(public_id=public_id))
    if row is None or row.data is None:
        return  # forgotten, or answered before a crash
    g.actor = identity.actor_of(row.account_id) if row.account_id is not None else ANONYMOUS
    with force_locale(row.locale):
        row.state, row.answer = _answered(row.data)
    row.data = None


def forget_asked() -> int:
    """Chore: delete what is older than a day; how many."""
    deleted = db.session.execute(delete(AskedVerification).where(AskedVerification.expires_at <= utc_now()))
    return deleted.rowcount if isinstance(deleted, CursorResult) else 0


def _answered(data: bytes) -> tuple[str, dict[str, Any]]:
    try:
        return "done", {"report": as_answer(doors.answer(data))}
    except ServiceError as error:
        return "failed", {
            "problem": {"status": status_of(error), "code": error.code, "detail": str(error.detail)},
        }
