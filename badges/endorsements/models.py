"""Endorsements, what was signed of them, and those whom holders have asked for one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from badges.models import Achievement, Award
from issuer.base.append_only import append_only_but_for_erasure
from issuer.base.db import CreatedAt, Model, PublicId, UTCTime
from issuer.models import Organisation


class EndorsementInvitation(PublicId, CreatedAt, Model):
    """A holder has asked somebody by mail to endorse a badge. Its token is mailed and kept as SHA-256.

    ``kind``      comment, or applied: what of it was applied at work.
    ``email``     where it was sent; forgotten once it is answered, refused, called back or too old.
    ``relation``  manager, customer, colleague or other, as the holder says; ``locale`` the language of the mail.
    ``state``     open, answered, declined or cancelled.
    """

    __tablename__ = "endorsement_invitation"
    __table_args__ = (
        CheckConstraint("kind IN ('comment', 'applied')", name="known_kind"),
        CheckConstraint("state IN ('open', 'answered', 'declined', 'cancelled')", name="known_state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    email: Mapped[str | None] = mapped_column(String(254))
    relation: Mapped[str] = mapped_column(String(16))
    locale: Mapped[str] = mapped_column(String(8), default="en")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UTCTime)
    state: Mapped[str] = mapped_column(String(16), default="open")
    answered_at: Mapped[datetime | None] = mapped_column(UTCTime)

    award: Mapped[Award] = relationship()


class Endorsement(PublicId, CreatedAt, Model):
    """One endorsement of exactly one thing: an award, an achievement, or an organisation (``profile_id``).

    ``origin``     organisation: one of this service; invited: somebody reached by mail, for whom the badge's issuer
                   signs; imported: signed elsewhere.
    ``who``        the name that may be shown: in full, as initials, or "" for one who is not to be named.
    ``relation``   to the holder, for an invited person; else "".
    ``skills``     names of the badge's skills that were chosen.
    ``is_shown``   whether whoever is endorsed shows it to others.
    ``verdict``    what the last look at an imported one found, at ``checked_at``.
    """

    __tablename__ = "endorsement"
    __table_args__ = (
        CheckConstraint("origin IN ('organisation', 'invited', 'imported')", name="known_origin"),
        CheckConstraint("kind IN ('comment', 'applied')", name="known_kind"),
        CheckConstraint(
            "(CASE WHEN award_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN achievement_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN profile_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="of_one_thing",
        ),
        CheckConstraint("(origin = 'imported') = (organisation_id IS NULL)", name="signed_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16), default="comment")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    award_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"), index=True)
    achievement_id: Mapped[int | None] = mapped_column(ForeignKey("achievement.id"), index=True)
    profile_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("endorsement_invitation.id"), unique=True)
    who: Mapped[str] = mapped_column(String(200), default="")
    relation: Mapped[str] = mapped_column(String(16), default="")
    comment: Mapped[str] = mapped_column(Text)
    skills: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_shown: Mapped[bool] = mapped_column(Boolean, default=False)
    endorsed_at: Mapped[datetime] = mapped_column(UTCTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCTime)
    verdict: Mapped[str] = mapped_column(String(16), default="valid")
    checked_at: Mapped[datetime | None] = mapped_column(UTCTime)

    organisation: Mapped[Organisation | None] = relationship(foreign_keys=[organisation_id])
    award: Mapped[Award | None] = relationship()
    achievement: Mapped[Achievement | None] = relationship()
    profile: Mapped[Organisation | None] = relationship(foreign_keys=[profile_id])
    signed: Mapped[SignedEndorsement] = relationship(back_populates="endorsement")

    def endorsed_columns(self) -> dict[str, int | None]:
        """The columns that say of which thing it is, before they are written."""
        return {
            "award_id": self.award.id if self.award else None,
            "achievement_id": self.achievement.id if self.achievement else None,
            "profile_id": self.profile.id if self.profile else None,
        }


class SignedEndorsement(Model):
    """What was signed, byte for byte, never changed: here both forms, of an imported one the form that was given."""

    __tablename__ = "signed_endorsement"
    __table_args__ = (
        CheckConstraint("document IS NOT NULL OR jwt IS NOT NULL", name="in_some_form"),
        UniqueConstraint("endorsement_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    endorsement_id: Mapped[int] = mapped_column(ForeignKey("endorsement.id"))
    document: Mapped[bytes | None] = mapped_column(LargeBinary)
    jwt: Mapped[bytes | None] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    proof_kid: Mapped[str | None] = mapped_column(String(64))
    jwt_kid: Mapped[str | None] = mapped_column(String(64))
    signed_at: Mapped[datetime] = mapped_column(UTCTime)

    endorsement: Mapped[Endorsement] = relationship(back_populates="signed")

    @property
    def original(self) -> bytes:
        """The bytes to check: the document, or the JWT where there is only that."""
        given = self.document if self.document is not None else self.jwt
        assert given is not None
        return given


append_only_but_for_erasure(SignedEndorsement.__table__)


class EndorsementReminder(CreatedAt, Model):
    """A holder wants to be reminded, ``days`` after the award, to ask who has seen it applied at work."""

    __tablename__ = "endorsement_reminder"
    __table_args__ = (UniqueConstraint("award_id", "days"), CheckConstraint("days IN (30, 60)", name="known_days"))

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    days: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime] = mapped_column(UTCTime, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UTCTime)

    award: Mapped[Award] = relationship()
