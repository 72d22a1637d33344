"""Presentations of a name, links by which badges are shared, and what visitors ask their holders and issuers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from badges.models import Award, Credential
from badges.wallets.models import BoundForm
from issuer.base.append_only import append_only_but_for_erasure
from issuer.base.db import CreatedAt, Model, PublicId, UTCTime
from issuer.models import Account, Organisation


class ShownForm(Model):
    """An edition of a badge once more, with initials for the name or without it; signed byte for byte, never changed.

    The same credential id and the same place in the status list as the edition; one for each pair of keys.
    """

    __tablename__ = "shown_form"
    __table_args__ = (
        UniqueConstraint("award_id", "edition", "shown_name", "proof_kid", "jwt_kid"),
        CheckConstraint("shown_name IN ('initials', 'hidden')", name="known_shown_name"),
        Index("ix_shown_form_proof_kid", "proof_kid"),
        Index("ix_shown_form_jwt_kid", "jwt_kid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    edition: Mapped[int] = mapped_column(Integer)
    shown_name: Mapped[str] = mapped_column(String(16))
    credential_id: Mapped[str] = mapped_column(String(300))
    document: Mapped[bytes] = mapped_column(LargeBinary)
    jwt: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    proof_kid: Mapped[str] = mapped_column(String(64))
    jwt_kid: Mapped[str] = mapped_column(String(64))
    status_list_id: Mapped[int] = mapped_column(ForeignKey("status_list.id"))
    status_index: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[datetime] = mapped_column(UTCTime)
    valid_until: Mapped[datetime | None] = mapped_column(UTCTime)
    signed_at: Mapped[datetime] = mapped_column(UTCTime)

    award: Mapped[Award] = relationship()


append_only_but_for_erasure(ShownForm.__table__)

SignedForm = Credential | ShownForm | BoundForm
"""What was signed of a badge: an edition, a presentation of one under another name, or one for the key of a wallet."""


class ShareLink(PublicId, CreatedAt, Model):
    """A link to some of one's badges. Its token, 256 random bits, is handed out once and kept as SHA-256.

    ``label`` is for the holder alone; ``seen`` counts how often others have opened it, ``last_seen_at`` when last.
    """

    __tablename__ = "share_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str] = mapped_column(String(100), default="")
    shows_evidence: Mapped[bool] = mapped_column(Boolean, default=False)
    expires_at: Mapped[datetime] = mapped_column(UTCTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCTime)
    seen: Mapped[int] = mapped_column(Integer, default=0)
    last_seen_at: Mapped[datetime | None] = mapped_column(UTCTime)

    account: Mapped[Account] = relationship()
    awards: Mapped[list[Award]] = relationship(secondary="share_link_badge", order_by=Award.id, viewonly=True)


class ShareLinkBadge(Model):
    """One badge that a link shows."""

    __tablename__ = "share_link_badge"
    __table_args__ = (UniqueConstraint("share_link_id", "award_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    share_link_id: Mapped[int] = mapped_column(ForeignKey("share_link.id"))
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)


class EvidenceRequest(PublicId, CreatedAt, Model):
    """A visitor asks the holder of a badge to see its evidence. ``state`` open, agreed or declined.

    Whoever asks is told only when the holder agrees; ``email`` and ``sentence`` are for the holder alone.
    """

    __tablename__ = "evidence_request"
    __table_args__ = (CheckConstraint("state IN ('open', 'agreed', 'declined')", name="known_state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    sentence: Mapped[str] = mapped_column(String(500))
    locale: Mapped[str] = mapped_column(String(8), default="en")
    state: Mapped[str] = mapped_column(String(16), default="open")
    answered_at: Mapped[datetime | None] = mapped_column(UTCTime)

    award: Mapped[Award] = relationship()


class ProblemReport(PublicId, CreatedAt, Model):
    """A visitor reports a problem with a badge to its issuer. ``ticket`` is the number by which both speak of it.

    ``email`` is forgotten when the report is closed; ``answer`` is what the issuer wrote then.
    """

    __tablename__ = "problem_report"
    __table_args__ = (
        CheckConstraint("kind IN ('impersonation', 'error', 'other')", name="known_kind"),
        CheckConstraint("state IN ('open', 'closed')", name="known_state"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_some_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket: Mapped[str] = mapped_column(String(8), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(8), default="en")
    state: Mapped[str] = mapped_column(String(16), default="open")
    answer: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None] = mapped_column(UTCTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    organisation: Mapped[Organisation] = relationship()
    award: Mapped[Award] = relationship()
