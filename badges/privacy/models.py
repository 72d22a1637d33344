"""What is asked, and what is left: rows that say nothing of anybody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from issuer.base.db import CreatedAt, Model, UTCTime
from issuer.models import Account, Organisation

GROUNDS = ("request", "order", "retention")


class ErasureRequest(CreatedAt, Model):
    """A person wants to be erased, from ``due_at`` on; until then they may think better of it, and the row goes."""

    __tablename__ = "erasure_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)
    due_at: Mapped[datetime] = mapped_column(UTCTime, index=True)

    account: Mapped[Account] = relationship()


class Erasure(Model):
    """Somebody was erased. ``account_hash`` is the SHA-256 (hex) of a public id, 128 random bits.

    ``ground``    request (of the person, GDPR article 17), order (of a court or authority) or retention.
    ``replayed``  the second time, after a backup had brought the person back.
    """

    __tablename__ = "erasure"
    __table_args__ = (CheckConstraint("ground IN ('request', 'order', 'retention')", name="known_ground"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_hash: Mapped[str] = mapped_column(String(64), unique=True)
    erased_at: Mapped[datetime] = mapped_column(UTCTime)
    ground: Mapped[str] = mapped_column(String(16))
    badges: Mapped[int] = mapped_column(Integer)
    replayed: Mapped[bool] = mapped_column(Boolean)


class ErasedCredential(Model):
    """There was a badge, and its place in a status list is given for ever. Whose it was, and for what, is not kept.

    ``credential_hash`` and ``code_hash`` are SHA-256 (hex) of its address and of its code for paper.
    """

    __tablename__ = "erased_credential"

    id: Mapped[int] = mapped_column(primary_key=True)
    credential_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    status_list_id: Mapped[int | None] = mapped_column(ForeignKey("status_list.id"))
    status_index: Mapped[int | None] = mapped_column(Integer)
    valid_from: Mapped[datetime | None] = mapped_column(UTCTime)
    valid_until: Mapped[datetime | None] = mapped_column(UTCTime)
    erased_at: Mapped[datetime] = mapped_column(UTCTime)
    ground: Mapped[str] = mapped_column(String(16))

    organisation: Mapped[Organisation] = relationship()
