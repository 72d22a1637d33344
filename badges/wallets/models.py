"""Offers to wallets, what became of them, and the badges that were signed for the key of a wallet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from badges.models import Award
from issuer.base.append_only import append_only_but_for_erasure
from issuer.base.db import CreatedAt, Model, PublicId, UTCTime


class WalletOffer(PublicId, CreatedAt, Model):
    """One badge offered to one wallet. What opens it is derived from its public id, see badges.wallets.opening, and
    kept as SHA-256 only.

    ``configurations``  in which forms it may be fetched, see badges.wallets.configurations.
    ``tries``           how often somebody has come with its code: too many end it.
    """

    __tablename__ = "wallet_offer"
    __table_args__ = (Index("ix_wallet_offer_award_id_id", "award_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    configurations: Mapped[list[str]] = mapped_column(JSON)
    name_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UTCTime, index=True)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    redeemed_at: Mapped[datetime | None] = mapped_column(UTCTime)

    award: Mapped[Award] = relationship()


class WalletAccess(CreatedAt, Model):
    """The access token that a code was exchanged for: one an offer, whoever comes at the same moment.

    ``client_id``      what the wallet called itself, "" when it did not.
    ``has_identifiers``  the wallet asked for credential identifiers, and must use them.
    """

    __tablename__ = "wallet_access"

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("wallet_offer.id", ondelete="CASCADE"), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    client_id: Mapped[str] = mapped_column(String(255), default="")
    has_identifiers: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime] = mapped_column(UTCTime)

    offer: Mapped[WalletOffer] = relationship()


class Handover(PublicId, CreatedAt, Model):
    """A credential that a wallet was given. Its public id is the notification_id; ``event`` what the wallet said."""

    __tablename__ = "wallet_handover"
    __table_args__ = (
        CheckConstraint(
            "event IN ('', 'credential_accepted', 'credential_failure', 'credential_deleted')", name="known_event"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    access_id: Mapped[int] = mapped_column(ForeignKey("wallet_access.id", ondelete="CASCADE"), index=True)
    configuration: Mapped[str] = mapped_column(String(64))
    event: Mapped[str] = mapped_column(String(32), default="")


class SpentNonce(Model):
    """A c_nonce that has been used, until it would have run out anyway."""

    __tablename__ = "wallet_spent_nonce"

    nonce_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UTCTime, index=True)


class BoundForm(Model):
    """An edition of a badge once more, with the DID of a wallet's key as its subject; byte for byte, never changed.

    The same credential id and the same place in the status list as the edition; ``holder`` is the DID.
    """

    __tablename__ = "bound_form"
    __table_args__ = (
        UniqueConstraint("award_id", "edition", "holder", "proof_kid", "jwt_kid"),
        Index("ix_bound_form_proof_kid", "proof_kid"),
        Index("ix_bound_form_jwt_kid", "jwt_kid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    edition: Mapped[int] = mapped_column(Integer)
    holder: Mapped[str] = mapped_column(String(500))
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


append_only_but_for_erasure(BoundForm.__table__)
