"""Modules, their immutable versions, and a learner's attempts at the knowledge check."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Float,
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

from competencies.frameworks.models import Competency
from issuer.base.append_only import append_only
from issuer.base.db import CreatedAt, Model, PublicId, UTCTime
from issuer.models import Organisation


class Module(PublicId, CreatedAt, Model):
    """A short piece of learning. ``state``: open (can be taken), listed (not open yet) or archived.

    What a learner sees and what evidence points to is a ModuleVersion; the module is only its name.
    """

    __tablename__ = "module"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("state IN ('open', 'listed', 'archived')", name="known_state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    code: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16), default="listed")

    organisation: Mapped[Organisation] = relationship()
    versions: Mapped[list[ModuleVersion]] = relationship(back_populates="module", order_by="ModuleVersion.number")

    @property
    def current(self) -> ModuleVersion:
        """The newest version; earlier ones stay as they were for the evidence that names them."""
        return self.versions[-1]


class ModuleVersion(PublicId, CreatedAt, Model):
    """What a module was at one time; never changed once made.

    ``cards``            [{"title", "body" (Markdown), "figure"?, "figure_alt"?, "figure_caption"?}, ...]
    ``completion_rule``  {"all"|"any"|"k_of": ...} over evidence requirements; see competencies.evidence.completion.
    ``check_rule``       {"draw", "pass_mark" 0..1, "max_attempts", "cooldown_hours", "minutes_allowed"?} or None.
    ``minutes``          how long it takes; ``refresh_after_days`` when to look again, None for never.
    ``digest``           SHA-256 of the canonical content: the same content again makes no new version.
    """

    __tablename__ = "module_version"
    __table_args__ = (UniqueConstraint("module_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    number: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[int] = mapped_column(Integer)
    content_type: Mapped[str] = mapped_column(String(64))
    delivery_mode: Mapped[str] = mapped_column(String(16))
    format: Mapped[str] = mapped_column(String(64), default="")
    language: Mapped[str] = mapped_column(String(35), default="en")
    cards: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    completion_rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    check_rule: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    prerequisites: Mapped[list[str]] = mapped_column(JSON, default=list)
    refresh_after_days: Mapped[int | None] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))

    module: Mapped[Module] = relationship(back_populates="versions")
    competencies: Mapped[list[ModuleCompetency]] = relationship(order_by="ModuleCompetency.id")
    items: Mapped[list[Item]] = relationship(order_by="Item.id")
    figures: Mapped[list[Figure]] = relationship(order_by="Figure.id")


class ModuleCompetency(Model):
    """What a module version proves, and how much of it is about that: ``weight`` 0..1, summing to 1."""

    __tablename__ = "module_competency"
    __table_args__ = (
        UniqueConstraint("module_version_id", "competency_id"),
        CheckConstraint("weight > 0 AND weight <= 1", name="weight_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"), index=True)
    weight: Mapped[float] = mapped_column(Float)

    competency: Mapped[Competency] = relationship()


class Item(PublicId, Model):
    """One question of a knowledge check. ``body`` is what may be shown, ``key`` and ``feedback`` stay on the server.

    Shapes per ``kind`` are in competencies.learning.items.
    """

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("module_version_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"), index=True)
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"))
    code: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(24))
    difficulty: Mapped[int] = mapped_column(Integer)
    card: Mapped[int | None] = mapped_column(Integer)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    key: Mapped[dict[str, Any]] = mapped_column(JSON)
    feedback: Mapped[dict[str, Any]] = mapped_column(JSON)


class Figure(Model):
    """A picture of a module version, served as it was published."""

    __tablename__ = "figure"
    __table_args__ = (UniqueConstraint("module_version_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    name: Mapped[str] = mapped_column(String(100))
    media_type: Mapped[str] = mapped_column(String(32))
    data: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))


for _table in (ModuleVersion.__table__, ModuleCompetency.__table__, Item.__table__, Figure.__table__):
    append_only(_table)


class Reading(Model):
    """How far a learner has read, so that another device opens at the same card. Supports, never proves."""

    __tablename__ = "reading"
    __table_args__ = (UniqueConstraint("account_id", "module_version_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    card: Mapped[int] = mapped_column(Integer, default=1)
    updated_at: Mapped[datetime] = mapped_column(UTCTime)


class Attempt(PublicId, Model):
    """One learner's go at a check. ``seed`` and ``drawn`` fix which items in which order with which option order.

    ``drawn``  [{"item": public id, "order": [option keys as shown]}, ...]
    ``state``  open, marked (``score`` 0..1 and ``passed`` set) or expired. One open attempt a learner and module.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("account_id", "module_id", "number"),
        Index(
            "uq_attempt_one_open",
            "account_id",
            "module_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        CheckConstraint("state IN ('open', 'marked', 'expired')", name="known_state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    number: Mapped[int] = mapped_column(Integer)
    seed: Mapped[str] = mapped_column(String(64))
    drawn: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(16), default="open")
    opened_at: Mapped[datetime] = mapped_column(UTCTime)
    deadline_at: Mapped[datetime] = mapped_column(UTCTime)
    marked_at: Mapped[datetime | None] = mapped_column(UTCTime)
    score: Mapped[float | None] = mapped_column(Float)
    passed: Mapped[bool | None] = mapped_column(Boolean)

    module: Mapped[Module] = relationship()
    module_version: Mapped[ModuleVersion] = relationship()
    answers: Mapped[list[Answer]] = relationship(order_by="Answer.id")


class Answer(Model):
    """A learner's answer to one drawn item, saved as it is given and marked on the server."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("attempt_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    response: Mapped[Any] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(UTCTime)
    correct: Mapped[bool | None] = mapped_column(Boolean)

    item: Mapped[Item] = relationship()
