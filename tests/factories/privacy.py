"""A person of whom every table that can hold something about a person holds something."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Table,
    insert,
    select,
)

from badges import awards
from badges.models import Award
from badges.privacy.data_map import DATA_MAP, Fate
from badges.privacy.ways import rows_of, target_of
from badges.sharing import shown_forms
from badges.wallets.binding import ensure_bound
from issuer import accounts, mail
from issuer import links as mailed_links
from issuer.base import audit
from issuer.base.db import UTCTime, db, utc_now
from issuer.base.idempotency import IdempotentReply
from issuer.letters import Letter
from issuer.models import Account, Membership
from issuer.people.models import AccountDid
from issuer.policy import Actor
from issuer.vc.models import IssuedCredential
from tests.factories.badges import earn, make_achievement
from tests.factories.people import make_account

NAME = "Zénobie Quartz-Ølberg"
EMAIL = "Zenobie.Quartz@work.example"
SECOND = "zq@home.example"
DID = "did:key:z6MkZenobieHoldsThisKeyAlone"
WALLET = "did:jwk:eyJaZW5vYmllIjoid2FsbGV0In0"

_numbers = itertools.count(1)
_CHOSEN: dict[str, dict[str, Any]] = {
    "problem_report": {"state": "open", "closed_at": None, "closed_by_id": None},
    "endorsement": {"achievement_id": None, "profile_id": None, "organisation_id": None, "origin": "imported"},
    "endorsement_reminder": {"days": 30},
    "badge_watch": {"state": "accepted"},
    "revocation_proposal": {"state": "proposed", "confirmed_by_id": None},
}


def make_somebody() -> Account:
    """The person, with a badge that is shown as hidden, in every table; committed."""
    account = make_account(email=EMAIL, name=NAME)
    accounts.add_proven_address(account, SECOND)
    db.session.add(AccountDid(account=account, did=DID, proven_at=utc_now()))
    achievement = make_achievement()
    award = earn(account, achievement)
    db.session.flush()
    holder = Actor(account.id, account.public_id)
    awards.publish(holder, award.public_id)
    shown_forms.choose_name(holder, award.public_id, "hidden")
    ensure_bound(award, WALLET)
    awards.set_visibility(holder, award.public_id, awards.LISTED)
    _mention(account, award)
    db.session.commit()
    for table in db.metadata.sorted_tables:
        if DATA_MAP[table.name].ways and not _own_row(table, account.id):
            fill(table, account.id)
    fill(db.metadata.tables["bulk_row"], account.id)
    fill(db.metadata.tables["webhook_delivery"], account.id)
    db.session.commit()
    return account


def _mention(account: Account, award: Award) -> None:
    """What is tied to the person by its words alone."""
    urn = db.session.scalars(select(Membership.subject_urn).filter_by(account_id=account.id)).first()
    organisation_id = award.achievement_version.achievement.organisation_id
    mail.send(EMAIL, Letter("For you", "Your badge."))
    mail.send("somebody@else.example", Letter("A holder", f"{NAME} has agreed."))
    mailed_links.make(mailed_links.SIGN_IN, EMAIL)
    reply = {"key": "k", "request_digest": "d" * 64, "status": 200, "media_type": "application/json"}
    db.session.add(IdempotentReply(caller="somebody else", body=f'{{"to": "{award.public_id}"}}'.encode(), **reply))
    signed = {"sha256": "a" * 64, "proof_kid": "k", "issued_by": "somebody", "signed_at": utc_now()}
    db.session.add(
        IssuedCredential(
            organisation_id=organisation_id, document=f'{{"credentialSubject": {{"id": "{urn}"}}}}'.encode(), **signed
        )
    )
    awards.revoke(award, reason=f"A mistake about {NAME}.", actor="system")
    audit.record("somebody.seen", account.public_id, actor="system")


def fill(table: Table, account_id: int) -> int:
    """One more row, which speaks of the person in each of its texts if an erasure is to remove it; its id."""
    chosen = _CHOSEN.get(table.name, {})
    values = {
        column.name: chosen[column.name] if column.name in chosen else _value(table, column, account_id)
        for column in table.columns
        if column.name in chosen or not _makes_itself(column)
    }
    row = db.session.execute(insert(table).values(**values))
    return int(row.inserted_primary_key[0])


def _makes_itself(column: Column[Any]) -> bool:
    return bool(column.primary_key and target_of(column) is None)


def _value(table: Table, column: Column[Any], account_id: int) -> Any:
    target = target_of(column)
    if target is not None:
        own = _own_row(target.table, account_id)
        any_row = db.session.scalar(select(target.table.c[target.name]).limit(1))
        return own or any_row or fill(target.table, account_id)
    kind = column.type
    if isinstance(kind, UTCTime | DateTime):
        return utc_now() + timedelta(days=1)
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer | Float):
        return next(_numbers)
    speaks = DATA_MAP[table.name].fate is Fate.REMOVED
    if isinstance(kind, JSON):
        return [EMAIL, NAME, DID] if speaks else []
    if isinstance(kind, LargeBinary):
        return f"{NAME} {EMAIL}".encode() if speaks else b"nothing"
    return _text(table, column, speaks=speaks)


def _text(table: Table, column: Column[Any], *, speaks: bool) -> str:
    """One that the table allows; else one that says who the person is, if it ``speaks``."""
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            said = re.search(rf"^{column.name} IN \('([^']*)'", str(constraint.sqltext))
            if said:
                return said.group(1)
    length = getattr(column.type, "length", None) or 500
    unique = hashlib.sha256(str(next(_numbers)).encode()).hexdigest()
    return (f"{EMAIL} {unique}" if speaks and length >= 100 else unique)[:length]


def _own_row(table: Table, account_id: int) -> Any:
    held = DATA_MAP[table.name]
    key = next(iter(table.primary_key.columns))
    return db.session.scalar(select(key).where(rows_of(table, held.ways, account_id)).limit(1))


def everything() -> Iterator[tuple[str, str]]:
    """Table and text of every row of the database."""
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            yield (
                table.name,
                " ".join(value.decode(errors="replace") if isinstance(value, bytes) else str(value) for value in row),
            )
