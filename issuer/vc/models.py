"""What was signed because a program asked for it, and which test credentials can be revoked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.base.append_only import append_only_but_for_erasure
from issuer.base.db import CreatedAt, Model, PublicId, UTCTime

LONGEST_CREDENTIAL_ID = 500


class IssuedCredential(PublicId, CreatedAt, Model):
    """A credential signed for a program, byte for byte. Never changed.

    ``credential_id`` is the credential's own ``id``, or the one its program gave it; None when it has neither, and then
    it cannot be revoked. ``public_id`` is its name in status lists. ``issued_by`` is the public id of an account.
    """

    __tablename__ = "issued_credential"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    credential_id: Mapped[str | None] = mapped_column(String(LONGEST_CREDENTIAL_ID), unique=True)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    proof_kid: Mapped[str] = mapped_column(String(64))
    issued_by: Mapped[str] = mapped_column(String(32))
    signed_at: Mapped[datetime] = mapped_column(UTCTime)


class ConformanceStatus(CreatedAt, Model):
    """A place in the status lists of the test issuer that gives one. Filled on instances for test suites only."""

    __tablename__ = "conformance_status"
    __table_args__ = (
        UniqueConstraint("purpose", "index"),
        CheckConstraint("purpose IN ('revocation', 'suspension')", name="known_purpose"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    credential_id: Mapped[str | None] = mapped_column(String(LONGEST_CREDENTIAL_ID), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    index: Mapped[int] = mapped_column(Integer)
    is_set: Mapped[bool] = mapped_column(Boolean, default=False)


append_only_but_for_erasure(IssuedCredential.__table__)
