"""A proposal to revoke many badges: which ones is written down when it is made, and does not change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from badges.models import Award
from issuer.base.db import CreatedAt, Model, PublicId, UTCTime
from issuer.models import Account, Organisation


class RevocationProposal(PublicId, CreatedAt, Model):
    """What one administrator proposed and another one may confirm.

    ``criteria``    the query as it was asked, see badges.revoking.criteria.
    ``badges``      how many it found; ``set_digest`` is the SHA-256 (hex) over which ones.
    ``left_out``    [{"row", "value", "reason"}]: what was named and is not in the set; at most the first 100.
    ``state``       proposed, withdrawn, confirmed (a worker is at it) or done.
    That the two are different people, the database sees to as well.
    """

    __tablename__ = "revocation_proposal"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'withdrawn', 'confirmed', 'done')", name="known_state"),
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint(
            "(state IN ('confirmed', 'done')) = (confirmed_by_id IS NOT NULL)", name="confirmed_by_somebody"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    criteria: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(500))
    reason_code: Mapped[str] = mapped_column(String(32))
    reason_is_public: Mapped[bool] = mapped_column(Boolean)
    badges: Mapped[int] = mapped_column(Integer)
    learners: Mapped[int] = mapped_column(Integer)
    set_digest: Mapped[str] = mapped_column(String(64))
    left_out: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(16), default="proposed")
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[datetime] = mapped_column(UTCTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)

    organisation: Mapped[Organisation] = relationship()
    proposed_by: Mapped[Account] = relationship(foreign_keys=[proposed_by_id])
    confirmed_by: Mapped[Account | None] = relationship(foreign_keys=[confirmed_by_id])


class RevocationItem(Model):
    """One badge of a proposal. ``outcome``: waiting, revoked, or already (somebody else had revoked it meanwhile).

    ``told``: its holder has been told, or there was nothing to tell.
    """

    __tablename__ = "revocation_item"
    __table_args__ = (
        UniqueConstraint("proposal_id", "award_id"),
        CheckConstraint("outcome IN ('waiting', 'revoked', 'already')", name="known_outcome"),
        Index("ix_revocation_item_proposal_id_outcome_account_id", "proposal_id", "outcome", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("revocation_proposal.id"))
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    outcome: Mapped[str] = mapped_column(String(16), default="waiting")
    told: Mapped[bool] = mapped_column(Boolean, default=False)

    award: Mapped[Award] = relationship()
