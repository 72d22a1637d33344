"""A badge that somebody holds, as plain values that need no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from badges import awards, issuing
from badges.models import Award
from issuer.base.db import db, utc_now
from issuer.keys import keystore
from issuer.models import Account, Organisation
from issuer.policy import Actor
from issuer.signing.models import SigningIntent
from tests.factories.badges import earn, make_achievement
from tests.factories.people import Person, make_person

HTML = {"Accept": "text/html"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}


@dataclass(frozen=True, slots=True)
class HeldBadge:
    """``document`` and ``jwt`` are the stored bytes, empty while it is pending."""

    holder: Person
    award_id: str
    achievement_id: str
    document: bytes
    jwt: bytes
    sha256: str

    @property
    def path(self) -> str:
        return f"/badges/{self.award_id}"


def held_badge(app: Flask, *, public: bool = True, holder: Person | None = None, **achievement: Any) -> HeldBadge:
    """A learner's badge, published unless said otherwise; ``achievement`` goes to its draft."""
    holder = holder or make_person(app, "learner")
    with app.app_context():
        account = db.session.get_one(Account, holder.account_id)
        offered = make_achievement(db.session.get_one(Organisation, holder.organisation_id), **achievement)
        award = earn(account, offered)
        if public:
            awards.publish(Actor(account.id, account.public_id), award.public_id)
        db.session.commit()
        return _held(holder, award)


def pending_badge(app: Flask) -> HeldBadge:
    """An award that could not be signed, because a key is not kept as it must be."""
    holder = make_person(app, "learner")
    with app.app_context():
        award = _earn_unsigned(app, holder)
        db.session.commit()
        return _held(holder, award)


def old_badge(app: Flask, *, days: int, valid_days: int) -> HeldBadge:
    """A published badge that was awarded ``days`` ago and signed only now."""
    holder = make_person(app, "learner")
    with app.app_context():
        award = _earn_unsigned(app, holder, valid_days=valid_days)
        award.awarded_at = utc_now() - timedelta(days=days)
        _key_file(app, holder).chmod(0o600)
        prepared = db.update(SigningIntent).filter_by(subject=award.public_id)
        db.session.execute(prepared.values(redeemed_at=utc_now(), outcome="abandoned"))
        for _prepare_then_sign in range(2):
            issuing.sign_pending(award.public_id)
        awards.publish(Actor(holder.account_id, holder.public_id), award.public_id)
        db.session.commit()
        return _held(holder, award)


def _earn_unsigned(app: Flask, holder: Person, **achievement: Any) -> Award:
    offered = make_achievement(db.session.get_one(Organisation, holder.organisation_id), **achievement)
    _key_file(app, holder).chmod(0o644)
    award = earn(db.session.get_one(Account, holder.account_id), offered)
    assert award.state == "pending"
    db.session.flush()
    return award


def _key_file(app: Flask, holder: Person) -> Path:
    organisation = db.session.get_one(Organisation, holder.organisation_id)
    kid = keystore.active_key(organisation, keystore.BADGE_PROOF).kid
    folder: Path = app.config["ROSETTE"].data_dir / "keys"
    return folder / f"{kid}.json"


def _held(holder: Person, award: Award) -> HeldBadge:
    credential = award.credential
    achievement_id = award.achievement_version.achievement.public_id
    if credential is None:
        return HeldBadge(holder, award.public_id, achievement_id, b"", b"", "")
    return HeldBadge(holder, award.public_id, achievement_id, credential.document, credential.jwt, credential.sha256)
