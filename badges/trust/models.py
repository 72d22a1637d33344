"""Whom an organisation trusts: its own list, the registries it imported, and what outside badges count as.

An issuer is named in one of three ways (``kind``), see badges.trust.naming: ``id`` (a DID, or the https address that it
uses as its id), ``domain`` (a host) or ``key`` (RFC 7638 thumbprint).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from issuer.base.db import CreatedAt, Model, PublicId, UTCTime
from issuer.models import Account, Organisation

LONGEST_SUBJECT = 1000

_KNOWN_KIND = "kind IN ('id', 'domain', 'key')"


class TrustedIssuer(PublicId, CreatedAt, Model):
    """An entry of an organisation's trust list.

    It counts from ``since`` and before ``until``, where they are given. ``added_by`` None: at the command line.
    """

    __tablename__ = "trusted_issuer"
    __table_args__ = (
        UniqueConstraint("organisation_id", "kind", "subject"),
        CheckConstraint(_KNOWN_KIND, name="known_kind"),
        Index("ix_trusted_issuer_kind_subject", "kind", "subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    name: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(1000), default="")
    since: Mapped[datetime | None] = mapped_column(UTCTime)
    until: Mapped[datetime | None] = mapped_column(UTCTime)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    organisation: Mapped[Organisation] = relationship()
    added_by: Mapped[Account | None] = relationship()


class TrustRegistry(PublicId, CreatedAt, Model):
    """A list of issuers that somebody else keeps, as an organisation imported it.

    ``form``         known_dids, list, or federation (OpenID Federation 1.0).
    ``address``      where it is read again every day; None for one that was uploaded.
    ``anchor``       the trust anchor's entity identifier; ``anchor_keys`` the thumbprints of the keys it is held to.
    ``is_public``    whether everybody who checks a badge here is told about it; an operator says so.
    ``imported_at``  when its list was last taken over. ``tried_at``, ``trouble``: the last attempt, and why it failed.
    """

    __tablename__ = "trust_registry"
    __table_args__ = (
        UniqueConstraint("organisation_id", "name"),
        UniqueConstraint("organisation_id", "address"),
        CheckConstraint("form IN ('known_dids', 'list', 'federation')", name="known_form"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(200))
    form: Mapped[str] = mapped_column(String(16))
    address: Mapped[str | None] = mapped_column(String(500))
    anchor: Mapped[str] = mapped_column(String(500), default="")
    anchor_keys: Mapped[list[str]] = mapped_column(JSON)
    is_public: Mapped[bool] = mapped_column(Boolean, default=False)
    imported_at: Mapped[datetime] = mapped_column(UTCTime)
    tried_at: Mapped[datetime] = mapped_column(UTCTime)
    trouble: Mapped[str] = mapped_column(String(500), default="")
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    organisation: Mapped[Organisation] = relationship()
    added_by: Mapped[Account | None] = relationship()


class RegisteredIssuer(Model):
    """One issuer of a registry. ``url`` is its home page, or ""."""

    __tablename__ = "registered_issuer"
    __table_args__ = (
        UniqueConstraint("registry_id", "kind", "subject"),
        CheckConstraint(_KNOWN_KIND, name="known_kind"),
        Index("ix_registered_issuer_kind_subject", "kind", "subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registry_id: Mapped[int] = mapped_column(ForeignKey("trust_registry.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    name: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(500), default="")


class EquivalenceRule(PublicId, CreatedAt, Model):
    """An outside achievement counts as a requirement of the organisation, under the conditions that are set.

    ``achievement_url``  the id of the outside achievement.
    ``requirement``      the public id of one of our achievements (``requirement_kind`` achievement), or a name of the
                         organisation's own (code).
    ``trusted_only``     the issuer must be known to the organisation.
    ``minimum_result``   a number, or one of the achievement's ordered values, of a result of ``result_type``.
    ``most_days_old``    how long ago it may have been awarded; ``days_left`` how long it must still be valid.
    """

    __tablename__ = "equivalence_rule"
    __table_args__ = (
        UniqueConstraint(
            "organisation_id", "achievement_url", "requirement_kind", "requirement", name="uq_equivalence_rule_once"
        ),
        CheckConstraint("requirement_kind IN ('achievement', 'code')", name="known_requirement_kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    achievement_url: Mapped[str] = mapped_column(String(500))
    requirement_kind: Mapped[str] = mapped_column(String(16))
    requirement: Mapped[str] = mapped_column(String(100))
    trusted_only: Mapped[bool] = mapped_column(Boolean, default=True)
    minimum_result: Mapped[str] = mapped_column(String(100), default="")
    result_type: Mapped[str] = mapped_column(String(100), default="")
    most_days_old: Mapped[int | None] = mapped_column(Integer)
    days_left: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(String(1000), default="")
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    organisation: Mapped[Organisation] = relationship()
    added_by: Mapped[Account | None] = relationship()
