"""What was proposed about an organisation's future, and what it has stated: signed, byte for byte, for ever."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from issuer.base.append_only import append_only
from issuer.base.db import CreatedAt, Model, PublicId, UTCTime
from issuer.models import Account, Organisation

STATES = ("open", "moving", "closed")
_KNOWN_STATE = "state IN ('open', 'moving', 'closed')"
_WAITS = text("outcome = 'waiting'")


class SuccessionProposal(PublicId, CreatedAt, Model):
    """What one administrator proposed and another one may confirm.

    ``state``      open, moving or closed, from ``since`` on (midnight UTC of a day).
    ``successor_id``  the DID or address of the issuer that comes after; "" for none. ``successor_takes_over``: the
                   successor answers under this organisation's addresses too.
    ``outcome``    waiting, withdrawn or stated.
    That the two are different people, the database sees to as well; one proposal waits at a time.
    """

    __tablename__ = "succession_proposal"
    __table_args__ = (
        CheckConstraint(_KNOWN_STATE, name="known_state"),
        CheckConstraint("outcome IN ('waiting', 'withdrawn', 'stated')", name="known_outcome"),
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint("(outcome = 'stated') = (confirmed_by_id IS NOT NULL)", name="confirmed_by_somebody"),
        Index(
            "uq_succession_proposal_one_waiting",
            "organisation_id",
            unique=True,
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    state: Mapped[str] = mapped_column(String(16))
    since: Mapped[datetime] = mapped_column(UTCTime)
    successor_id: Mapped[str] = mapped_column(String(300), default="")
    successor_name: Mapped[str] = mapped_column(String(200), default="")
    successor_url: Mapped[str] = mapped_column(String(500), default="")
    successor_takes_over: Mapped[bool] = mapped_column(Boolean, default=False)
    note: Mapped[str] = mapped_column(String(1000), default="")
    outcome: Mapped[str] = mapped_column(String(16), default="waiting")
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)

    organisation: Mapped[Organisation] = relationship()
    proposed_by: Mapped[Account] = relationship(foreign_keys=[proposed_by_id])
    confirmed_by: Mapped[Account | None] = relationship(foreign_keys=[confirmed_by_id])


class SuccessionStatement(CreatedAt, Model):
    """What an organisation has stated; the newest one (``organisation.statement_number``) counts.

    ``document`` is the signed bytes; the columns beside it say the same, to be asked for.
    """

    __tablename__ = "succession_statement"
    __table_args__ = (UniqueConstraint("organisation_id", "number"), CheckConstraint(_KNOWN_STATE, name="known_state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(16))
    since: Mapped[datetime] = mapped_column(UTCTime)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    signed_kid: Mapped[str] = mapped_column(String(64))


append_only(SuccessionStatement.__table__)
