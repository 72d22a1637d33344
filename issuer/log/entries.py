"""Entries of the issuance log: made in the transaction that issues, unlinkable from then on without their blinding."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import select

from issuer.base import audit
from issuer.base.db import db
from issuer.log.models import LogBlinding, LogEntry, LogWaiting

BLINDING_BYTES = 32


def leaf_data(blinding: bytes, credential_sha256: bytes) -> bytes:
    """SHA-256(0x00 || blinding || digest of the signed document), 32 bytes: what a leaf of the log is the hash of."""
    return hashlib.sha256(b"\x00" + blinding + credential_sha256).digest()


def record(subject: str, credential_sha256: bytes) -> None:
    """Note that a document with that digest (32 bytes) was issued for ``subject``, a public id."""
    blinding = secrets.token_bytes(BLINDING_BYTES)
    entry = LogEntry(leaf_data=leaf_data(blinding, credential_sha256))
    db.session.add(entry)
    db.session.flush()
    known = {"entry_id": entry.id, "subject": subject, "credential_sha256": credential_sha256, "blinding": blinding}
    db.session.add(LogBlinding(**known))
    db.session.add(LogWaiting(entry_id=entry.id))


def blinding_of(credential_sha256: bytes) -> LogBlinding | None:
    """What is known of the entry of a signed document, or None if there is none, or no more."""
    return db.session.scalar(select(LogBlinding).filter_by(credential_sha256=credential_sha256))


def erase(subject: str, *, actor: str) -> int:
    """Forget what the entries of ``subject`` are about; how many. Their leaves stay, and tell nothing any more."""
    known = db.session.scalars(select(LogBlinding).filter_by(subject=subject)).all()
    for each in known:
        db.session.delete(each)
    db.session.flush()
    if known:
        audit.record("log.blinding_erased", subject, actor=actor, entries=len(known))
    return len(known)
