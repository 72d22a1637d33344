"""A badge that somebody holds, as plain values that need no database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask

from badges import awards
from badges.models import Award
from issuer import keystore
from issuer.base.db import db
from issuer.models import Account, Organisation
from issuer.policy import Actor
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
    """An award that could not be signed, because a key is out of reach."""
    holder = make_person(app, "learner")
    with app.app_context():
        organisation = db.session.get_one(Organisation, holder.organisation_id)
        achievement = make_achievement(organisation)
        kid = keystore.active_key(organisation, keystore.BADGE_PROOF).kid
        (app.config["ROSETTE"].data_dir / "keys" / f"{kid}.json").unlink()
        keystore.install(app, app.config["ROSETTE"])
        award = earn(db.session.get_one(Account, holder.account_id), achievement)
        db.session.commit()
        assert award.state == "pending"
        return _held(holder, award)


def _held(holder: Person, award: Award) -> HeldBadge:
    credential = award.credential
    achievement_id = award.achievement_version.achievement.public_id
    if credential is None:
        return HeldBadge(holder, award.public_id, achievement_id, b"", b"", "")
    return HeldBadge(holder, award.public_id, achievement_id, credential.document, credential.jwt, credential.sha256)
