"""Verifications that are answered later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.base.db import CreatedAt, Model, PublicId, UTCTime


class AskedVerification(PublicId, CreatedAt, Model):
    """One badge that somebody asked about.

    ``account_id``  who asked, and alone gets the answer; None: whoever holds the public id.
    ``data``        what was handed in, until the answer is there: then it is None.
    ``answer``      {"report": {...}} or {"problem": {...}} as the API gives it; None while it is waiting.
    ``expires_at``  when the row is deleted, answered or not.
    """

    __tablename__ = "asked_verification"
    __table_args__ = (CheckConstraint("state IN ('waiting', 'done', 'failed')", name="known_state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    locale: Mapped[str] = mapped_column(String(35), default="en")
    data: Mapped[bytes | None] = mapped_column(LargeBinary)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    expires_at: Mapped[datetime] = mapped_column(UTCTime, index=True)
