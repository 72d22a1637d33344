"""What may be found: one row for each thing, made from it, in the transaction that changes it.

Its words are in the table search_words, which every database keeps in its own way: see badges.directory.engines.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.base.db import Model, UTCTime

BADGE, ACHIEVEMENT, MODULE, COMPETENCY, ISSUER = "badge", "achievement", "module", "competency", "issuer"
KINDS = (BADGE, ACHIEVEMENT, MODULE, COMPETENCY, ISSUER)


class SearchEntry(Model):
    """``subject_id`` is the internal id of the thing, ``name`` what its address calls it: a public id or a slug."""

    __tablename__ = "search_entry"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        CheckConstraint("kind IN ('badge', 'achievement', 'module', 'competency', 'issuer')", name="known_kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime] = mapped_column(UTCTime)
