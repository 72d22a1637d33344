"""Frameworks of competencies, in the terms of CASE 1.1: CFDocument, CFItem, CFAssociation, CFRubric.

``other`` holds the members of the document that have no column of their own, as they came, for the export.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from issuer.base.db import CreatedAt, Model, PublicId, UTCTime


class Framework(PublicId, CreatedAt, Model):
    """A CFDocument as one organisation imported it. ``digest`` is the SHA-256 of the package last taken."""

    __tablename__ = "framework"
    __table_args__ = (UniqueConstraint("organisation_id", "case_identifier"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    case_identifier: Mapped[str] = mapped_column(String(64))
    uri: Mapped[str] = mapped_column(String(1000))
    title: Mapped[str] = mapped_column(String(500))
    creator: Mapped[str] = mapped_column(String(500), default="")
    publisher: Mapped[str] = mapped_column(String(500), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[str] = mapped_column(String(64), default="")
    language: Mapped[str] = mapped_column(String(35), default="")
    adoption_status: Mapped[str] = mapped_column(String(64), default="")
    last_change_at: Mapped[datetime | None] = mapped_column(UTCTime)
    digest: Mapped[str] = mapped_column(String(64), default="")
    other: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    competencies: Mapped[list[Competency]] = relationship(back_populates="framework", order_by="Competency.position")


class Competency(PublicId, CreatedAt, Model):
    """A CFItem: one observable behaviour that can be verified, or a group of such.

    ``human_code`` is humanCodingScheme, ``item_type`` CFItemType, ``level`` the first educationLevel
    (Foundation, Practitioner, Advanced). The four mastery_* columns are its mastery rule:
    value at which it is mastered (0..1), pieces of evidence needed, sum of module weights needed, and
    the lowest trust level (0..3) that counts. ``state`` deprecated: still shown and held, no longer earned.
    """

    __tablename__ = "competency"
    __table_args__ = (
        UniqueConstraint("framework_id", "case_identifier"),
        CheckConstraint("state IN ('active', 'deprecated')", name="known_state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"), index=True)
    case_identifier: Mapped[str] = mapped_column(String(64))
    uri: Mapped[str] = mapped_column(String(1000))
    human_code: Mapped[str] = mapped_column(String(100), default="", index=True)
    full_statement: Mapped[str] = mapped_column(Text)
    abbreviated_statement: Mapped[str] = mapped_column(String(500), default="")
    item_type: Mapped[str] = mapped_column(String(200), default="")
    level: Mapped[str] = mapped_column(String(100), default="")
    language: Mapped[str] = mapped_column(String(35), default="")
    position: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[str] = mapped_column(String(16), default="active")
    last_change_at: Mapped[datetime | None] = mapped_column(UTCTime)
    other: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    mastery_threshold: Mapped[float] = mapped_column(Float, default=0.8)
    mastery_count: Mapped[int] = mapped_column(Integer, default=1)
    mastery_weight: Mapped[float] = mapped_column(Float, default=0.25)
    mastery_trust: Mapped[int] = mapped_column(Integer, default=2)

    framework: Mapped[Framework] = relationship(back_populates="competencies")


class Association(Model):
    """A CFAssociation. Either end may lie outside this framework, so both are kept as identifier and URI."""

    __tablename__ = "association"
    __table_args__ = (UniqueConstraint("framework_id", "case_identifier"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"), index=True)
    case_identifier: Mapped[str] = mapped_column(String(64))
    association_type: Mapped[str] = mapped_column(String(64))
    origin_identifier: Mapped[str] = mapped_column(String(300), index=True)
    origin_uri: Mapped[str] = mapped_column(String(1000), default="")
    destination_identifier: Mapped[str] = mapped_column(String(300), index=True)
    destination_uri: Mapped[str] = mapped_column(String(1000), default="")
    destination_title: Mapped[str] = mapped_column(Text, default="")
    sequence_number: Mapped[int | None] = mapped_column(Integer)
    other: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Rubric(PublicId, Model):
    """A CFRubric; ``criteria`` is its CFRubricCriteria with their levels, in document form."""

    __tablename__ = "rubric"
    __table_args__ = (UniqueConstraint("framework_id", "case_identifier"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"), index=True)
    case_identifier: Mapped[str] = mapped_column(String(64))
    uri: Mapped[str] = mapped_column(String(1000))
    title: Mapped[str] = mapped_column(String(500))
    description: Mapped[str] = mapped_column(Text, default="")
    criteria: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    other: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
