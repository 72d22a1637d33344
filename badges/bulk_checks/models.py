"""Checks of many badges: what was handed in, row by row, and what was found; how often it is done again."""

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
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from issuer.base.db import CreatedAt, Model, PublicId, UTCTime
from issuer.models import Account, Organisation


class CheckSchedule(PublicId, CreatedAt, Model):
    """A set of badges that is checked again every day, week or month. ``every``: daily, weekly, monthly.

    The set is that of its newest check, which therefore stays as long as the schedule is active. ``mails``: its owner
    gets a mail when something changed.
    """

    __tablename__ = "check_schedule"
    __table_args__ = (CheckConstraint("every IN ('daily', 'weekly', 'monthly')", name="known_every"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    every: Mapped[str] = mapped_column(String(8))
    next_at: Mapped[datetime] = mapped_column(UTCTime, index=True)
    mails: Mapped[bool] = mapped_column(Boolean, default=True)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    organisation: Mapped[Organisation] = relationship()
    account: Mapped[Account] = relationship()


class BulkCheck(PublicId, CreatedAt, Model):
    """Many badges that somebody of an organisation hands in, and a worker checks.

    ``source``      table, archive or list; ``columns`` are the names of the input's columns, kept as they were.
    ``form_key``    what the form carried when it was shown: the same form sent twice makes one check.
    ``state``       waiting (nothing done yet, or some of it), cancelled or done.
    ``digest``      SHA-256 (hex) of what was handed in.
    ``statement``   compact JWS of this service over what was found, once it is done and signed.
    ``held_by``     the run of a worker that is at it, until ``held_until``: a second one leaves it alone.
    ``expires_at``  when it is deleted with its input and results.
    """

    __tablename__ = "bulk_check"
    __table_args__ = (
        CheckConstraint("source IN ('table', 'archive', 'list')", name="known_source"),
        CheckConstraint("state IN ('waiting', 'cancelled', 'done')", name="known_state"),
        UniqueConstraint("account_id", "form_key"),
        UniqueConstraint("schedule_id", "turn"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("check_schedule.id"))
    turn: Mapped[int | None] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(8))
    columns: Mapped[list[str]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    form_key: Mapped[str | None] = mapped_column(String(64))
    total: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(16), default="waiting", index=True)
    locale: Mapped[str] = mapped_column(String(35), default="en")
    statement: Mapped[str | None] = mapped_column(Text)
    held_by: Mapped[str | None] = mapped_column(String(64))
    held_until: Mapped[datetime | None] = mapped_column(UTCTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)
    expires_at: Mapped[datetime] = mapped_column(UTCTime, index=True)

    organisation: Mapped[Organisation] = relationship()
    account: Mapped[Account] = relationship()
    schedule: Mapped[CheckSchedule | None] = relationship()


class BulkRow(PublicId, Model):
    """One badge of a check. ``number`` counts from 1 as the input does.

    ``cells``     the row of the input; ``given`` is what is checked; ``notice`` what was odd about it.
    ``due_at``    not to be tried before; None once ``finding`` stands.
    ``tries``     how often a host was in the way; ``put_off`` how often others went first.
    ``finding``   one of badges.verification.report.Finding, with its ``verdict`` and ``sentence``; None while waiting.
    ``known``     the last finding of an earlier check of the same set that was no trouble on the way; or None.
    ``facts``     issuer, achievement, issued, expires, holder, credential; and host, which was in the way.
    """

    __tablename__ = "bulk_row"
    __table_args__ = (
        UniqueConstraint("check_id", "number"),
        Index("ix_bulk_row_check_id_finding_number", "check_id", "finding", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("bulk_check.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    cells: Mapped[list[str]] = mapped_column(JSON)
    given: Mapped[bytes] = mapped_column(LargeBinary)
    notice: Mapped[str] = mapped_column(String(16), default="")
    due_at: Mapped[datetime | None] = mapped_column(UTCTime)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    put_off: Mapped[int] = mapped_column(Integer, default=0)
    verdict: Mapped[str | None] = mapped_column(String(16))
    finding: Mapped[str | None] = mapped_column(String(24))
    known: Mapped[str | None] = mapped_column(String(24))
    sentence: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    checked_at: Mapped[datetime | None] = mapped_column(UTCTime)


class BadgeWatch(PublicId, CreatedAt, Model):
    """An organisation that is told when a badge of this service changes, because its holder has agreed to it.

    ``state``     asked, accepted, declined (by the holder), withdrawn (by who asked) or stopped (by the holder).
    ``standing``  how the badge stood at the last look, and ``edition`` which one it was; nothing before consent.
    """

    __tablename__ = "badge_watch"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'accepted', 'declined', 'withdrawn', 'stopped')", name="known_state"),
        CheckConstraint("state <> 'asked' OR (standing IS NULL AND looked_at IS NULL)", name="no_look_before_consent"),
        UniqueConstraint("organisation_id", "award_id"),
        Index("ix_badge_watch_state_next_look_at", "state", "next_look_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(16), default="asked")
    asked_at: Mapped[datetime] = mapped_column(UTCTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)
    next_look_at: Mapped[datetime | None] = mapped_column(UTCTime)
    looked_at: Mapped[datetime | None] = mapped_column(UTCTime)
    standing: Mapped[str | None] = mapped_column(String(16))
    edition: Mapped[int | None] = mapped_column(Integer)

    organisation: Mapped[Organisation] = relationship()
    account: Mapped[Account] = relationship()


class Webhook(PublicId, CreatedAt, Model):
    """An address of an organisation that is told of changes. ``secret`` is encrypted, see sealed_secrets:
    it has to be known again to sign with, so a hash will not do."""

    __tablename__ = "webhook"
    __table_args__ = (UniqueConstraint("organisation_id", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[bytes] = mapped_column(LargeBinary)

    organisation: Mapped[Organisation] = relationship()


class WebhookDelivery(PublicId, CreatedAt, Model):
    """One event for one webhook; ``public_id`` names the event to its receiver, and stays the same in each try.

    ``state``    waiting, delivered, or dead: not taken in 72 hours.
    ``trouble``  what the last try met with, "" for none.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'delivered', 'dead')", name="known_state"),
        UniqueConstraint("webhook_id", "occasion"),
        Index("ix_webhook_delivery_state_next_at", "state", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    occasion: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(64))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime] = mapped_column(UTCTime)
    trouble: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)

    webhook: Mapped[Webhook] = relationship()
