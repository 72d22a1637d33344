"""The evidence that the ledger recorded of an attempt, for the reply that says what it led to."""

from __future__ import annotations

from sqlalchemy import select

from competencies.evidence.models import Evidence
from competencies.learning.models import Attempt
from issuer.base.db import db


def evidence_of(attempt: Attempt) -> tuple[Evidence, ...]:
    """What was recorded of this attempt; nothing before it is marked, nor of one that expired."""
    return tuple(db.session.scalars(select(Evidence).filter_by(idempotency_key=f"attempt:{attempt.public_id}")))
