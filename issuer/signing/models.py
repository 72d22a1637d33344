"""The record of what was going to be signed: written before the key is touched."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.base.db import Model, UTCTime


class SigningIntent(Model):
    """One document that was checked and may be signed once.

    ``token``        128 random bits; who has it may redeem it, once.
    ``subject``      what it speaks of: an award's public id, a status list's, a log's origin, a credential's id.
    ``content``      the exact bytes to sign, until they are signed: then they stand in what was made. ``sha256`` stays.
    ``created``      the time that the proof shows, now and in every later try.
    ``redeemed_at``  when it was used, or closed without use; no second use.
    ``outcome``      "prepared", "signed", "signed_ahead_of_clock", "abandoned" (its key ended first), or the code of
                     why it was not signed.
    """

    __tablename__ = "signing_intent"
    __table_args__ = (
        Index("ix_signing_intent_subject", "subject"),
        Index("ix_signing_intent_proof_kid_redeemed_at", "proof_kid", "redeemed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    purpose: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(300))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    status_list_id: Mapped[int | None] = mapped_column(ForeignKey("status_list.id"))
    status_index: Mapped[int | None] = mapped_column(Integer)
    proof_kid: Mapped[str] = mapped_column(String(64))
    jwt_kid: Mapped[str | None] = mapped_column(String(64))
    cryptosuite: Mapped[str] = mapped_column(String(32))
    created: Mapped[datetime] = mapped_column(UTCTime)
    prepared_at: Mapped[datetime] = mapped_column(UTCTime)
    redeemed_at: Mapped[datetime | None] = mapped_column(UTCTime)
    outcome: Mapped[str] = mapped_column(String(64), default="prepared")
