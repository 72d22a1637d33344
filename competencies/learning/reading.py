"""How far a learner has read. It opens the right card on another device; it supports and never proves."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from competencies.learning.models import ModuleVersion, Reading
from issuer.base.db import db
from issuer.base.errors import Invalid, NotFound


def note_card(account_id: int, version: ModuleVersion, card: int, *, now: datetime) -> Reading:
    """Remember that the learner is at ``card`` (from 1) of this version. Raises NotFound for a card it has not."""
    check_card(version, card)
    reading = place_of(account_id, version)
    if reading is None:
        reading = _first_place(account_id, version, card, now)
    reading.card = card
    reading.updated_at = now
    db.session.flush()
    return reading


def place_of(account_id: int, version: ModuleVersion) -> Reading | None:
    """Where the learner was in this version, or None before the first card."""
    return db.session.scalar(select(Reading).filter_by(account_id=account_id, module_version_id=version.id))


def check_card(version: ModuleVersion, card: int) -> None:
    if not 1 <= card <= len(version.cards):
        raise NotFound("no_such_card", gettext("There is no such card."))


def card_number(text: str | None) -> int:
    """The number in a form. Raises Invalid for anything else."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 4:
        sentence = gettext("The card is a number.")
        raise Invalid("bad_card", sentence, fields={"card": [sentence]})
    return int(text)


def _first_place(account_id: int, version: ModuleVersion, card: int, now: datetime) -> Reading:
    try:
        with db.session.begin_nested():
            reading = Reading(account_id=account_id, module_version_id=version.id, card=card, updated_at=now)
            db.session.add(reading)
        return reading
    except IntegrityError:  # two cards turned at once
        return db.session.scalars(select(Reading).filter_by(account_id=account_id, module_version_id=version.id)).one()
