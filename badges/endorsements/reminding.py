"""Thirty and sixty days after an award, whoever wants it is reminded to ask who has seen it applied at work."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from badges.awards import Standing, own_award, standing_of
from badges.endorsements import letters
from badges.endorsements.models import EndorsementReminder
from badges.models import Award
from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.plain_text import refuse
from issuer.policy import Actor

DAYS = (30, 60)
AT_ONCE = 200


def choose(actor: Actor, award_id: str, days: Collection[int]) -> None:
    """Be reminded after these days of one's own badge, and no others; those sent stay. Raises NotFound, Invalid."""
    award = own_award(actor, award_id)
    if not set(days) <= set(DAYS):
        raise refuse("days", _("Choose 30 or 60 days."))
    db.session.execute(select(Award.id).filter_by(id=award.id).with_for_update())
    kept = {each.days: each for each in reminders_of(award)}
    for number, reminder in kept.items():
        if number not in days and reminder.sent_at is None:
            db.session.delete(reminder)
    due = {number: award.awarded_at + timedelta(days=number) for number in set(days) - kept.keys()}
    now = utc_now()
    db.session.add_all(
        EndorsementReminder(award_id=award.id, days=number, due_at=at) for number, at in due.items() if at > now
    )
    db.session.flush()
    audit.record("endorsement.reminders", award.public_id, actor=actor.public_id, days=sorted(days))


def reminders_of(award: Award) -> list[EndorsementReminder]:
    return list(db.session.scalars(select(EndorsementReminder).filter_by(award_id=award.id)))


def remind() -> int:
    """Chore: send what is due, each once; how many. A badge that does not count any more is not asked about."""
    now = utc_now()
    due = select(EndorsementReminder).where(EndorsementReminder.sent_at.is_(None), EndorsementReminder.due_at <= now)
    found = db.session.scalars(
        due.order_by(EndorsementReminder.id).limit(AT_ONCE).with_for_update(skip_locked=True)
    ).all()
    for reminder in found:
        reminder.sent_at = now
        if standing_of(reminder.award, now=now) is Standing.VALID:
            letters.remind(reminder.award, days=reminder.days)
    db.session.flush()
    return len(found)
