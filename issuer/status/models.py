"""What happened to places in status lists, change by change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.base.append_only import append_only_but_for_erasure
from issuer.base.db import Model, UTCTime


class StatusChange(Model):
    """One change of one place: set or cleared, when, by whom (public id, or "system") and why. Never changed."""

    __tablename__ = "status_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    status_entry_id: Mapped[int] = mapped_column(ForeignKey("status_entry.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCTime)
    actor: Mapped[str] = mapped_column(String(64))
    is_set: Mapped[bool] = mapped_column(Boolean)
    reason_code: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(500))


append_only_but_for_erasure(StatusChange.__table__)
