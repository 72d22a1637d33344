"""Organisations and people, and what lets people in.

An Organisation is an issuer: its Profile (Open Badges 3.0, B.1.21) is made from it. A person is an
Account with one or more e-mail addresses; what a person may do in an organisation is a Membership.
"""

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

from issuer.base.append_only import append_only
from issuer.base.db import CreatedAt, Model, PublicId, UTCTime

ROLES = ("administrator", "author", "assessor", "learner")


class Organisation(PublicId, CreatedAt, Model):
    """Who vouches. ``slug`` is in its DID (did:web:HOST:issuers:SLUG) and therefore never changes.

    ``statement_number``: of the newest statement about its future that counts (issuer.succession); 0 for none.
    ``logo``: the digest of a picture of its own (issuer.pictures); empty for the drawn emblem.
    """

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    url: Mapped[str | None] = mapped_column(String(500))
    email: Mapped[str | None] = mapped_column(String(254))
    description: Mapped[str] = mapped_column(Text, default="")
    open_enrolment: Mapped[bool] = mapped_column(Boolean, default=True)
    statement_number: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    logo: Mapped[str] = mapped_column(String(64), default="", server_default=text("''"))


class Account(PublicId, CreatedAt, Model):
    """A person. ``name`` is what a badge says, as the person wrote it; empty means: do not name me.

    ``erased_at``: the person is gone, and this row is what others' records hang on. It says nothing of anybody.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    locale: Mapped[str] = mapped_column(String(8), default="en")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    erased_at: Mapped[datetime | None] = mapped_column(UTCTime)

    addresses: Mapped[list[EmailAddress]] = relationship(back_populates="account", order_by="EmailAddress.id")
    memberships: Mapped[list[Membership]] = relationship(back_populates="account", order_by="Membership.id")


class EmailAddress(CreatedAt, Model):
    """An address of a person: ``address`` as typed, ``lookup`` folded (NFKC, case) and unique."""

    __tablename__ = "email_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    address: Mapped[str] = mapped_column(String(254))
    lookup: Mapped[str] = mapped_column(String(254), unique=True)
    verified_at: Mapped[datetime | None] = mapped_column(UTCTime)
    is_primary: Mapped[bool] = mapped_column(Boolean, default=False)

    account: Mapped[Account] = relationship(back_populates="addresses")


class Membership(CreatedAt, Model):
    """A person in an organisation, and the name under which that organisation's badges know the person.

    ``subject_urn`` is a urn:uuid of this pair only, so badges of two organisations cannot be joined by it.
    """

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("account_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    subject_urn: Mapped[str] = mapped_column(String(64), unique=True)

    account: Mapped[Account] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship()
    roles: Mapped[list[MembershipRole]] = relationship(back_populates="membership", cascade="all, delete-orphan")


class MembershipRole(CreatedAt, Model):
    """One role of a membership: administrator, author, assessor or learner."""

    __tablename__ = "membership_role"
    __table_args__ = (
        UniqueConstraint("membership_id", "role"),
        CheckConstraint("role IN ('administrator', 'author', 'assessor', 'learner')", name="known_role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    role: Mapped[str] = mapped_column(String(16))

    membership: Mapped[Membership] = relationship(back_populates="roles")


class BrowserSession(CreatedAt, Model):
    """A signed-in browser. The cookie holds a random token; here is only its SHA-256."""

    __tablename__ = "browser_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UTCTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)


class OneTimeLink(CreatedAt, Model):
    """A link sent by mail: ``sign_in`` or ``verify_address``. Used once, for minutes."""

    __tablename__ = "one_time_link"
    __table_args__ = (CheckConstraint("purpose IN ('sign_in', 'verify_address')", name="known_purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(16))
    lookup: Mapped[str] = mapped_column(String(254))
    next_path: Mapped[str] = mapped_column(String(500), default="/")
    expires_at: Mapped[datetime] = mapped_column(UTCTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCTime)


class ApiToken(PublicId, CreatedAt, Model):
    """A token for programs: shown once, kept as SHA-256, limited to ``scopes`` and its owner's own rights."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    expires_at: Mapped[datetime | None] = mapped_column(UTCTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCTime)


class OutgoingMail(PublicId, CreatedAt, Model):
    """A mail, written in the transaction that caused it and sent by a job afterwards."""

    __tablename__ = "outgoing_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(UTCTime)


def _one_key_in(state: str) -> Index:
    where = text(f"state = '{state}'")
    columns = ("organisation_id", "purpose")
    return Index(f"uq_signing_key_one_{state}", *columns, unique=True, sqlite_where=where, postgresql_where=where)


def _one_key_of_the_instance_in(state: str) -> Index:
    """To a database no NULL is like another, so the index over organisations lets any number of them pass."""
    where = text(f"state = '{state}' AND organisation_id IS NULL")
    name = f"uq_signing_key_one_{state}_of_instance"
    return Index(name, "purpose", unique=True, sqlite_where=where, postgresql_where=where)


class SigningKey(CreatedAt, Model):
    """The public half of a signing key, and what it may be used for. The private half is never here.

    ``kid``      the RFC 7638 thumbprint.
    ``purpose``  badge_proof, badge_jwt, status_list, credential_proof, did_history, log_checkpoint or
                 verification_receipt: one key, one use.
    ``state``    announced (published, signs from ``activates_at``), active, retired, or compromised: for all signed
                 since ``compromised_since`` it proves nothing; ``compromised_at`` is when that was written down.
    A key without an organisation is the instance's own.
    """

    __tablename__ = "signing_key"
    __table_args__ = (
        CheckConstraint(
            "purpose IN ('badge_proof', 'badge_jwt', 'status_list', 'credential_proof', 'did_history',"
            " 'log_checkpoint', 'verification_receipt')",
            name="known_purpose",
        ),
        CheckConstraint("state IN ('announced', 'active', 'retired', 'compromised')", name="known_state"),
        _one_key_in("active"),
        _one_key_in("announced"),
        _one_key_of_the_instance_in("active"),
        _one_key_of_the_instance_in("announced"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(String(64), unique=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(32))
    algorithm: Mapped[str] = mapped_column(String(16))
    public_jwk: Mapped[dict[str, Any]] = mapped_column(JSON)
    public_multibase: Mapped[str | None] = mapped_column(String(1000))
    state: Mapped[str] = mapped_column(String(16), default="active")
    activates_at: Mapped[datetime | None] = mapped_column(UTCTime)
    retired_at: Mapped[datetime | None] = mapped_column(UTCTime)
    compromised_at: Mapped[datetime | None] = mapped_column(UTCTime)
    compromised_since: Mapped[datetime | None] = mapped_column(UTCTime)


class DidVersion(CreatedAt, Model):
    """An organisation's DID document as it was published from ``created_at`` on: signed, byte for byte, for ever.

    ``sha256`` is over ``document``, ``state_sha256`` over the canonical DID document inside it.
    """

    __tablename__ = "did_version"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int] = mapped_column(Integer)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    state_sha256: Mapped[str] = mapped_column(String(64))
    signed_kid: Mapped[str] = mapped_column(String(64))


append_only(DidVersion.__table__)


class StatusList(PublicId, CreatedAt, Model):
    """A Bitstring Status List. Entry ``counter`` gets index ``permute(index_key, counter)``: unique for ever,
    and telling nothing about when it was given. ``signed`` is the published credential, byte for byte;
    ``publication_asked_at`` is set while a worker is to publish it anew."""

    __tablename__ = "status_list"
    __table_args__ = (UniqueConstraint("organisation_id", "purpose", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    number: Mapped[int] = mapped_column(Integer)
    size: Mapped[int] = mapped_column(Integer)
    index_key: Mapped[bytes] = mapped_column(LargeBinary)
    next_counter: Mapped[int] = mapped_column(Integer, default=0)
    signed: Mapped[bytes | None] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime | None] = mapped_column(UTCTime)
    valid_until: Mapped[datetime | None] = mapped_column(UTCTime)
    publication_asked_at: Mapped[datetime | None] = mapped_column(UTCTime)


class StatusEntry(CreatedAt, Model):
    """One place in a status list, given once and never again. ``is_set`` never goes back for a revocation.

    ``set_at`` and the reason are those of the last change; ``reason_is_public``: may others than the holder read it.
    """

    __tablename__ = "status_entry"
    __table_args__ = (UniqueConstraint("status_list_id", "index"), UniqueConstraint("subject", "status_list_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    status_list_id: Mapped[int] = mapped_column(ForeignKey("status_list.id"))
    index: Mapped[int] = mapped_column(Integer)
    subject: Mapped[str] = mapped_column(String(64))
    is_set: Mapped[bool] = mapped_column(Boolean, default=False)
    set_at: Mapped[datetime | None] = mapped_column(UTCTime)
    reason: Mapped[str | None] = mapped_column(String(500))
    reason_code: Mapped[str | None] = mapped_column(String(32))
    reason_is_public: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
