"""The audit record: append-only and hash-chained.

Entries are collected while a transaction runs and chained just before it commits, so the lock on the
chain's head is held for moments, and a transaction that rolls back leaves no entry. Each hash covers the
hash before it: nobody, an administrator of the database included, can change, drop or reorder an entry
without every later hash failing. Triggers in the database refuse UPDATE and DELETE besides.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, String, event, select, text
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from issuer.base.append_only import append_only
from issuer.base.db import Model, UTCTime, db, utc_now

GENESIS = "0" * 64
_PENDING = "audit_pending"
_MARKS = "audit_marks"
_LOCK = 0x526F7365747465  # "Rosette": the advisory lock that serialises the chain's head on PostgreSQL


class AuditEntry(Model):
    """One state change: who did what to which thing, when. Ids only, never names or addresses."""

    __tablename__ = "audit_entry"

    sequence: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCTime)
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64), index=True)
    subject: Mapped[str] = mapped_column(String(128), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)


append_only(AuditEntry.__table__)


@dataclass(frozen=True, slots=True)
class ChainReport:
    """``entries`` counted; ``broken_at`` is the first sequence that fails, with ``reason``, or None."""

    entries: int
    head: str
    broken_at: int | None = None
    reason: str | None = None

    @property
    def is_intact(self) -> bool:
        return self.broken_at is None


def record(action: str, subject: str, *, actor: str, **details: Any) -> None:
    """Remember that ``actor`` (public id, or "system") did ``action`` to ``subject`` in this transaction."""
    entry = {"at": utc_now(), "actor": actor, "action": action, "subject": subject, "details": details}
    db.session().info.setdefault(_PENDING, []).append(entry)


def entry_hash(sequence: int, previous_hash: str, entry: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the canonical JSON of the entry, its place and the hash before it."""
    material = {
        "sequence": sequence,
        "previous": previous_hash,
        "at": entry["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry["actor"],
        "action": entry["action"],
        "subject": entry["subject"],
        "details": entry["details"],
    }
    return hashlib.sha256(json.dumps(material, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@event.listens_for(Session, "before_commit")
def _chain_pending(session: Session) -> None:
    if session.in_nested_transaction() or not session.info.get(_PENDING):
        return
    pending = session.info.pop(_PENDING)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    session.flush()
    last = session.execute(
        select(AuditEntry.sequence, AuditEntry.hash).order_by(AuditEntry.sequence.desc()).limit(1)
    ).first()
    sequence, head = (last.sequence, last.hash) if last else (0, GENESIS)
    for entry in pending:
        sequence += 1
        digest = entry_hash(sequence, head, entry)
        session.add(AuditEntry(sequence=sequence, previous_hash=head, hash=digest, **entry))
        head = digest
    session.flush()


@event.listens_for(Session, "after_transaction_create")
def _mark_savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(_MARKS, {})[transaction] = len(session.info.get(_PENDING, ()))


@event.listens_for(Session, "after_soft_rollback")
def _forget_pending(session: Session, transaction: SessionTransaction) -> None:
    """A rolled back savepoint loses what was recorded since it began, a rolled back transaction all."""
    pending = session.info.get(_PENDING, [])
    if transaction.nested:
        del pending[session.info[_MARKS].pop(transaction) :]
    elif transaction.parent is None:
        pending.clear()


@event.listens_for(Session, "after_transaction_end")
def _forget_marks(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_MARKS, None)


def verify_chain() -> ChainReport:
    """Walk the whole record from its beginning. Constant memory."""
    head, count = GENESIS, 0
    for row in _entries():
        count += 1
        if row.sequence != count:
            return ChainReport(count - 1, head, count, "An entry is missing here.")
        if row.previous_hash != head:
            return ChainReport(count - 1, head, count, "This entry does not follow the one before it.")
        entry = {name: getattr(row, name) for name in ("at", "actor", "action", "subject", "details")}
        if entry_hash(row.sequence, head, entry) != row.hash:
            return ChainReport(count - 1, head, count, "This entry was changed after it was written.")
        head = row.hash
    return ChainReport(count, head)


def _entries() -> Iterator[AuditEntry]:
    return iter(db.session.scalars(select(AuditEntry).order_by(AuditEntry.sequence).execution_options(yield_per=500)))
