"""Identifiers of people besides their addresses, and what was said to them about these."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from issuer.base.db import CreatedAt, Model, PublicId, UTCTime
from issuer.models import Account

LONGEST_DID = 500


class AccountDid(PublicId, CreatedAt, Model):
    """A decentralised identifier whose key the person has shown to hold. One identifier is one person's."""

    __tablename__ = "account_did"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    did: Mapped[str] = mapped_column(String(LONGEST_DID), unique=True)
    proven_at: Mapped[datetime] = mapped_column(UTCTime)

    account: Mapped[Account] = relationship()


class IdentityChallenge(CreatedAt, Model):
    """A text for one person to sign, once, within minutes. Kept as its SHA-256."""

    __tablename__ = "identity_challenge"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    nonce_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UTCTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCTime)


class AddressReminder(Model):
    """The person was told, once, that all known addresses belong to an organisation."""

    __tablename__ = "address_reminder"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)
    sent_at: Mapped[datetime] = mapped_column(UTCTime)
