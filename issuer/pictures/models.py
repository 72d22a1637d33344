"""A picture as it is shown: content-addressed, never changed."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.base.append_only import append_only
from issuer.base.db import CreatedAt, Model


class Picture(CreatedAt, Model):
    """A PNG or SVG that this service has written itself from what was handed in.

    ``sha256`` is over ``content``; ``width`` and ``height`` are pixels, 0 for a drawing, which has none.
    """

    __tablename__ = "picture"
    __table_args__ = (UniqueConstraint("organisation_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(String(32))
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary)


append_only(Picture.__table__)
