"""The evidence ledger and what follows from it: completions and masteries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competencies.frameworks.models import Competency
from competencies.learning.models import ModuleVersion
from issuer.base.append_only import append_only_but_for_erasure
from issuer.base.db import CreatedAt, Model, PublicId, UTCTime


class Evidence(PublicId, Model):
    """One thing that happened, as it was recorded; never changed and never removed.

    ``kind``     knowledge_check, assignment, facilitator_rubric, attendance, participation, application, cmi5, xapi,
                 lti_score or waiver. ``score`` 0..1 or None; ``met``: its own requirement was met.
    ``trust``    0 self-reported, 1 unbound statement, 2 marked by the server, 3 observed or assessed by a named person.
    ``earned_at``   when it happened; ``received_at`` when we learned of it.
    ``record``   the canonical JSON (RFC 8785) of all of it; ``digest`` is the SHA-256 of exactly that text.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("trust BETWEEN 0 AND 3", name="trust_range"),
        CheckConstraint("score IS NULL OR (score >= 0 AND score <= 1)", name="score_range"),
        CheckConstraint("assessor_id IS NULL OR assessor_id <> account_id", name="nobody_assesses_own_work"),
        Index("ix_evidence_account_id_module_version_id", "account_id", "module_version_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    module_version_id: Mapped[int | None] = mapped_column(ForeignKey("module_version.id"))
    kind: Mapped[str] = mapped_column(String(32))
    score: Mapped[float | None] = mapped_column(Float)
    met: Mapped[bool]
    trust: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(200))
    assessor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    earned_at: Mapped[datetime] = mapped_column(UTCTime)
    received_at: Mapped[datetime] = mapped_column(UTCTime)
    record: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    idempotency_key: Mapped[str] = mapped_column(String(200), unique=True)

    module_version: Mapped[ModuleVersion | None] = relationship()
    competencies: Mapped[list[EvidenceCompetency]] = relationship(back_populates="evidence")


class EvidenceCompetency(Model):
    """Which competency a piece of evidence speaks of, and how much of it does (``weight`` 0..1)."""

    __tablename__ = "evidence_competency"
    __table_args__ = (UniqueConstraint("evidence_id", "competency_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"), index=True)
    weight: Mapped[float] = mapped_column(Float)

    evidence: Mapped[Evidence] = relationship(back_populates="competencies")
    competency: Mapped[Competency] = relationship()


for _table in (Evidence.__table__, EvidenceCompetency.__table__):
    append_only_but_for_erasure(_table)


class Completion(PublicId, CreatedAt, Model):
    """A module version verified complete: by which rule, from exactly which evidence, as of when."""

    __tablename__ = "completion"
    __table_args__ = (UniqueConstraint("account_id", "module_version_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    completed_at: Mapped[datetime] = mapped_column(UTCTime)
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    evidence: Mapped[list[str]] = mapped_column(JSON)

    module_version: Mapped[ModuleVersion] = relationship()


class Mastery(Model):
    """What the evidence says of one learner and one competency now; can be made anew from the ledger alone.

    ``value`` 0..1 decaying average; ``count`` and ``weight`` of the evidence that counted; ``mastered_at`` is the
    first time the rule was met, and stays.
    """

    __tablename__ = "mastery"
    __table_args__ = (UniqueConstraint("account_id", "competency_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"), index=True)
    value: Mapped[float] = mapped_column(Float)
    count: Mapped[int] = mapped_column(Integer)
    weight: Mapped[float] = mapped_column(Float)
    last_earned_at: Mapped[datetime] = mapped_column(UTCTime)
    mastered_at: Mapped[datetime | None] = mapped_column(UTCTime)

    competency: Mapped[Competency] = relationship()
