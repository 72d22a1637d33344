"""The issuance log in the database. All of it only grows, but for the blinding, which an erasure
removes, and the list of what waits for its number.

An entry is made in the transaction that issues; a leaf gives it its number, later and in order. ``leaf_data`` is
SHA-256(0x00 || blinding || SHA-256 of the signed document): without the blinding it tells nothing.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.base.append_only import append_only
from issuer.base.db import CreatedAt, Model, UTCTime


class LogEntry(CreatedAt, Model):
    """Something was issued. ``leaf_data`` is 32 bytes."""

    __tablename__ = "log_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    leaf_data: Mapped[bytes] = mapped_column(LargeBinary, unique=True)


class LogBlinding(Model):
    """What an entry is about. Gone once the subject is erased: then the leaf is a number without a meaning."""

    __tablename__ = "log_blinding"

    entry_id: Mapped[int] = mapped_column(ForeignKey("log_entry.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(64), index=True)
    credential_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    blinding: Mapped[bytes] = mapped_column(LargeBinary)


class LogWaiting(Model):
    """An entry that has no number yet."""

    __tablename__ = "log_waiting"

    entry_id: Mapped[int] = mapped_column(ForeignKey("log_entry.id"), primary_key=True)


class LogLeaf(Model):
    """The entry at a place of the log: 0, 1, 2 and so on without gaps."""

    __tablename__ = "log_leaf"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(ForeignKey("log_entry.id"), unique=True)


class LogNode(Model):
    """The hash of a perfect subtree: of the 2**level leaves from number index * 2**level on."""

    __tablename__ = "log_node"

    level: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class LogCheckpoint(Model):
    """A signed note about the tree of the first ``size`` leaves, byte for byte."""

    __tablename__ = "log_checkpoint"

    size: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[bytes] = mapped_column(LargeBinary)
    kid: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime] = mapped_column(UTCTime)


class LogTurn(Model):
    """One row: whoever numbers entries holds it until the commit."""

    __tablename__ = "log_turn"

    id: Mapped[int] = mapped_column(primary_key=True)


for _model in (LogEntry, LogLeaf, LogNode, LogCheckpoint):
    append_only(_model.__table__)
