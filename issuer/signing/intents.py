"""Intents: what is going to be signed is recorded first, with its exact bytes, and used once.

The record is made in the caller's transaction. It is kept when the key cannot be used, so that a later try signs the
same bytes with the same time of the proof, and a deterministic signature comes out the same.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, exists, insert, select, update

from issuer.base.db import Model, db, new_public_id
from issuer.keys.key_file import KeyUnusable
from issuer.keys.purposes import BADGE_PROOF
from issuer.keys.statements import JWT, NOTE, PROOF, NotSigned, Statement
from issuer.models import Organisation, SigningKey
from issuer.profile import issuer_did, key_url, method_id
from issuer.signing.models import SigningIntent

CLOCK_TOLERANCE = timedelta(seconds=5)
"""How far the clock may be behind a key's last signature: machines that share a database are never quite together."""

_SEAL = object()

_INTENTS = Model.metadata.tables[SigningIntent.__tablename__]
_LATER = _INTENTS.alias("later")
# Written once: these two run for every signature.
_RECORD = insert(_INTENTS)
_REDEEM = (
    update(_INTENTS)
    .where(
        _INTENTS.c.token == bindparam("the_token"),
        _INTENTS.c.redeemed_at.is_(None),
        ~exists().where(
            _LATER.c.proof_kid == bindparam("the_kid"),
            _LATER.c.redeemed_at > bindparam("latest"),
            _LATER.c.outcome == "signed",
        ),
    )
    .values(redeemed_at=bindparam("now"), outcome="signed", content=None)
)


@dataclass(frozen=True, slots=True)
class Intent:
    """What is to be signed, and with which keys. ``organisation`` None: by the instance itself."""

    organisation: Organisation | None
    subject: str
    content: bytes
    proof_key: SigningKey
    created: datetime
    jwt_key: SigningKey | None = None
    cryptosuite: str = ""
    status_list_id: int | None = None
    status_index: int | None = None


class Prepared:
    """A checked and recorded document with the keys that may sign it. Made here only, redeemed once."""

    __slots__ = ("intent", "token")

    def __init__(self, seal: object, intent: Intent, token: str) -> None:
        if seal is not _SEAL:
            raise TypeError("What is to be signed becomes Prepared by being checked and recorded, see issuer.signing.")
        self.intent = intent
        self.token = token

    @property
    def statements(self) -> tuple[Statement, ...]:
        """One for each signature that is wanted: the proof, and the JWT if there is to be one."""
        return _statements(self.intent)

    def redeem(self, *, now: datetime) -> None:
        """Use it, once. Raises NotSigned the second time, and KeyUnusable when the clock is behind."""
        _redeem(self.token, kid=self.intent.proof_key.kid, now=now)

    def give_back(self, code: str) -> None:
        """It could not be signed now, because of ``code``; the same bytes may be signed later."""
        _close(self.token, redeemed_at=None, outcome=code, content=self.intent.content)

    def give_up(self, code: str) -> None:
        """It must not be signed, because of ``code``."""
        _close(self.token, outcome=code, content=self.intent.content)


class PreparedCheckpoint(Prepared):
    """The same for the body of a checkpoint of the issuance log."""

    __slots__ = ()


def record(intent: Intent, *, now: datetime) -> Prepared:
    """Write the intent down."""
    return Prepared(_SEAL, intent, _record(intent, now=now))


def record_checkpoint(intent: Intent, *, now: datetime) -> PreparedCheckpoint:
    """Write down the intent to sign a checkpoint."""
    return PreparedCheckpoint(_SEAL, intent, _record(intent, now=now))


def resume(subject: str) -> Prepared | None:
    """The badge of ``subject`` (an award's public id) as it was prepared and not yet signed, or None.

    What was prepared for keys that have ended since is closed: it has to be prepared again.
    """
    waiting = select(SigningIntent).filter_by(subject=subject, purpose=BADGE_PROOF, redeemed_at=None)
    row = db.session.scalar(waiting.order_by(SigningIntent.id.desc()).limit(1).with_for_update())
    if row is None or row.content is None:
        return None
    kids = (row.proof_kid, row.jwt_kid)
    active = select(SigningKey).where(SigningKey.kid.in_([kid for kid in kids if kid]), SigningKey.state == "active")
    keys = {key.kid: key for key in db.session.scalars(active)}
    if not all(kid is None or kid in keys for kid in kids):
        _close(row.token, redeemed_at=row.prepared_at, outcome="abandoned", content=None)
        return None
    intent = Intent(
        organisation=db.session.get(Organisation, row.organisation_id) if row.organisation_id else None,
        subject=row.subject,
        content=row.content,
        proof_key=keys[row.proof_kid],
        created=row.created,
        jwt_key=keys[row.jwt_kid] if row.jwt_kid else None,
        cryptosuite=row.cryptosuite,
        status_list_id=row.status_list_id,
        status_index=row.status_index,
    )
    return Prepared(_SEAL, intent, row.token)


def accept_clock(now: datetime) -> int:
    """Let signatures that were made later than ``now`` stop nobody, as an operator has decided; how many there are."""
    ahead = update(_INTENTS).where(_INTENTS.c.redeemed_at > now, _INTENTS.c.outcome == "signed")
    done = db.session.execute(ahead.values(outcome="signed_ahead_of_clock"))
    return int(done.rowcount)  # type: ignore[attr-defined]


def _record(intent: Intent, *, now: datetime) -> str:
    token = new_public_id()
    values = {
        "token": token,
        "organisation_id": intent.organisation.id if intent.organisation else None,
        "purpose": intent.proof_key.purpose,
        "subject": intent.subject,
        "content": intent.content,
        "sha256": hashlib.sha256(intent.content).hexdigest(),
        "status_list_id": intent.status_list_id,
        "status_index": intent.status_index,
        "proof_kid": intent.proof_key.kid,
        "jwt_kid": intent.jwt_key.kid if intent.jwt_key else None,
        "cryptosuite": intent.cryptosuite,
        "created": intent.created,
        "prepared_at": now,
        "outcome": "prepared",
    }
    db.session.execute(_RECORD, values)
    return token


def _redeem(token: str, *, kid: str, now: datetime) -> None:
    """One statement, so that of two processes one gets nothing; what fails after it is rolled back or given back."""
    latest = now + CLOCK_TOLERANCE
    done = db.session.execute(_REDEEM, {"the_token": token, "the_kid": kid, "now": now, "latest": latest})
    if done.rowcount == 1:  # type: ignore[attr-defined]
        return
    if db.session.scalar(select(SigningIntent.id).filter_by(token=token, redeemed_at=None)) is None:
        raise NotSigned("already_signed", "This document was prepared for one signature and has been signed.")
    raise KeyUnusable("clock_behind", "The clock is behind the last signature of this key, so it does not sign.")


def _close(token: str, **values: Any) -> None:
    db.session.execute(update(_INTENTS).where(_INTENTS.c.token == token).values(**values))


def _statements(intent: Intent) -> tuple[Statement, ...]:
    key, created = intent.proof_key, intent.created
    if intent.organisation is None:
        return (Statement(key.purpose, key.kid, NOTE, intent.content, created),)
    name = method_id(key, issuer_did(intent.organisation))
    proof = Statement(key.purpose, key.kid, PROOF, intent.content, created, name, intent.cryptosuite)
    if (jwt_key := intent.jwt_key) is None:
        return (proof,)
    return proof, Statement(jwt_key.purpose, jwt_key.kid, JWT, intent.content, created, key_url(jwt_key))
