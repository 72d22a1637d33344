"""Achievements in immutable versions, awards of them, and the signed credentials."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from badges.sharing.human_codes import LENGTH, new_code
from competencies.frameworks.models import Competency
from issuer.base.append_only import append_only, append_only_but_for_erasure
from issuer.base.db import CreatedAt, Model, PublicId, UTCTime
from issuer.models import Account, Organisation


class Achievement(PublicId, CreatedAt, Model):
    """What can be awarded. ``code`` is the organisation's own name for it. Once awarded it can only be archived."""

    __tablename__ = "achievement"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("state IN ('open', 'archived')", name="known_state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    code: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="open")

    organisation: Mapped[Organisation] = relationship()
    versions: Mapped[list[AchievementVersion]] = relationship(
        back_populates="achievement", order_by="AchievementVersion.number"
    )

    @property
    def current(self) -> AchievementVersion:
        return self.versions[-1]


class AchievementVersion(PublicId, CreatedAt, Model):
    """An Open Badges 3.0 Achievement (B.1.1) as it stood at one time; never changed once made.

    ``achievement_type``  Competency, MicroCredential, ... (the standard's vocabulary).
    ``criteria``          the rule, see badges.criteria; ``criteria_narrative`` the same in plain words (Markdown).
    ``level``             Foundation, Practitioner, Advanced or empty; ``monogram`` 1-3 letters for its rosette.
    ``valid_days``        how long an award is valid; None for ever.
    ``picture``           the digest of a picture of the organisation (issuer.pictures); empty for the drawn rosette.
    ``may_be_suspended``  its badges have a place in a list of suspensions besides; ``names_revocation_list``: they name
                          the organisation's 1EdTechRevocationList too. Either makes credentialStatus an array.
    """

    __tablename__ = "achievement_version"
    __table_args__ = (UniqueConstraint("achievement_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    achievement_id: Mapped[int] = mapped_column(ForeignKey("achievement.id"))
    number: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text)
    achievement_type: Mapped[str] = mapped_column(String(64))
    criteria: Mapped[dict[str, Any]] = mapped_column(JSON)
    criteria_narrative: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(String(100), default="")
    monogram: Mapped[str] = mapped_column(String(3))
    image_alt: Mapped[str] = mapped_column(String(300))
    picture: Mapped[str] = mapped_column(String(64), default="", server_default=text("''"))
    language: Mapped[str] = mapped_column(String(35), default="en")
    valid_days: Mapped[int | None] = mapped_column(Integer)
    may_be_suspended: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    names_revocation_list: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    digest: Mapped[str] = mapped_column(String(64))

    achievement: Mapped[Achievement] = relationship(back_populates="versions")
    competencies: Mapped[list[AchievementCompetency]] = relationship(order_by="AchievementCompetency.id")

    @property
    def has_several_statuses(self) -> bool:
        """Whether the credentialStatus of its badges is an array."""
        return self.may_be_suspended or self.names_revocation_list


class AchievementCompetency(Model):
    """A competency that an achievement version stands for; becomes an Alignment."""

    __tablename__ = "achievement_competency"
    __table_args__ = (UniqueConstraint("achievement_version_id", "competency_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    achievement_version_id: Mapped[int] = mapped_column(ForeignKey("achievement_version.id"))
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"), index=True)

    competency: Mapped[Competency] = relationship()


class Award(PublicId, CreatedAt, Model):
    """A learner was awarded an achievement version, once; the constraint says so, not a look beforehand.

    ``state``       pending (not signed yet) or issued.
    ``visibility``  private: its holder only; link: whoever has a share link too; public: whoever has its address;
                    listed: directories and search engines too. ``published_at``: since when it is public or listed.
    ``shown_name``  what others read of the holder's name: full, initials or hidden.
    ``code``        for paper and telephone, see badges.sharing.human_codes.
    ``edition``     which of its credentials is the badge: the newest.
    ``basis``       {"evidence": [public ids], "completions": [public ids], "competencies": [...]}: why it was given.
    """

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("account_id", "achievement_version_id"),
        CheckConstraint("state IN ('pending', 'issued')", name="known_state"),
        CheckConstraint("visibility IN ('private', 'link', 'public', 'listed')", name="known_visibility"),
        CheckConstraint("shown_name IN ('full', 'initials', 'hidden')", name="known_shown_name"),
        Index("ix_award_account_id_awarded_at", "account_id", "awarded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    achievement_version_id: Mapped[int] = mapped_column(ForeignKey("achievement_version.id"), index=True)
    awarded_at: Mapped[datetime] = mapped_column(UTCTime)
    state: Mapped[str] = mapped_column(String(16), default="pending")
    visibility: Mapped[str] = mapped_column(String(16), default="private")
    shown_name: Mapped[str] = mapped_column(String(16), default="full", server_default=text("'full'"))
    code: Mapped[str] = mapped_column(String(LENGTH), unique=True, default=new_code)
    published_at: Mapped[datetime | None] = mapped_column(UTCTime)
    basis: Mapped[dict[str, Any]] = mapped_column(JSON)
    edition: Mapped[int] = mapped_column(Integer, default=1, server_default=text("1"))

    account: Mapped[Account] = relationship()
    achievement_version: Mapped[AchievementVersion] = relationship()
    credential: Mapped[Credential | None] = relationship(
        primaryjoin="and_(Credential.award_id == Award.id, Credential.edition == Award.edition)",
        foreign_keys="[Credential.award_id, Credential.edition]",
        viewonly=True,
    )
    editions: Mapped[list[Credential]] = relationship(back_populates="award", order_by="Credential.edition")


class Credential(Model):
    """What was signed, byte for byte: the embedded-proof JSON and the same award as VC-JWT. Never changed.

    ``edition`` 1, 2, ...: an award is signed again when its key was compromised; the newest edition is the badge.
    """

    __tablename__ = "credential"
    __table_args__ = (
        UniqueConstraint("award_id", "edition"),
        UniqueConstraint("credential_id", "edition"),
        Index("ix_credential_proof_kid_award_id_edition", "proof_kid", "award_id", "edition"),
        Index("ix_credential_jwt_kid_award_id_edition", "jwt_kid", "award_id", "edition"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    edition: Mapped[int] = mapped_column(Integer, default=1, server_default=text("1"))
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

    award: Mapped[Award] = relationship(back_populates="editions")


for _model in (AchievementVersion, AchievementCompetency):
    append_only(_model.__table__)
append_only_but_for_erasure(Credential.__table__)
