"""The ledger: every piece of evidence, recorded once, in words that can be checked, and never changed.

Each entry carries its canonical JSON (RFC 8785) and the SHA-256 of exactly that text, so that a badge can
point at what it rests on and anyone who is shown the text can see that it is the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from competencies.evidence.completion import KINDS
from competencies.evidence.models import Evidence, EvidenceCompetency
from competencies.evidence.trust import ASSESSED_BY_PERSON, MARKED_BY_SERVER, SELF_REPORTED
from competencies.frameworks.models import Competency
from competencies.learning.models import Attempt, ModuleVersion
from issuer.base import facts
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Forbidden, Invalid
from issuer.base.faults import fault_point
from issuer.crypto.jcs import canonicalize
from issuer.models import Account

CHECK_SOURCE = "rosette:check"
CLOCK_SKEW = timedelta(minutes=5)
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What happened, as it is told to the ledger.

    ``competencies``    what it speaks of, each with its share, more than 0 and at most 1.
    ``score``           0..1, or None where nothing was graded; ``met``: its own requirement was met.
    ``trust``           0..3; 3 needs the ``assessor``, who is never the learner.
    ``earned_at``       when it happened, not when we heard of it.
    ``idempotency_key`` names the happening at its source: told twice, it is recorded once.
    ``details``         small facts for people and auditors; never raw answers.
    """

    account: Account
    kind: str
    competencies: Sequence[tuple[Competency, float]]
    met: bool
    trust: int
    source: str
    earned_at: datetime
    idempotency_key: str
    score: float | None = None
    module_version: ModuleVersion | None = None
    assessor: Account | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def record(happening: Happening, *, received_at: datetime | None = None) -> Evidence:
    """Record ``happening`` and announce evidence.recorded; told again, answer the existing entry and do nothing.

    Raises Conflict when the same key was used for something else, Forbidden for assessing one's own work,
    Invalid for what cannot be evidence.
    """
    received_at = received_at or utc_now()
    _refuse_impossible(happening, received_at)
    hold(happening.account)
    if (earlier := _recorded_under(happening.idempotency_key)) is not None:
        return _same_or_conflict(earlier, happening)
    evidence = _entry(happening, received_at)
    try:
        with db.session.begin_nested():
            db.session.add(evidence)
            db.session.flush()
    except IntegrityError:
        if (earlier := _recorded_under(happening.idempotency_key)) is None:
            raise
        return _same_or_conflict(earlier, happening)
    fault_point("ledger.after_record")
    facts.announce("evidence.recorded", evidence=evidence)
    return evidence


def record_attempt(attempt: Attempt) -> Evidence:
    """A marked attempt at a knowledge check is evidence of trust level 2, passed or not. Answers attempt.marked."""
    if attempt.state != "marked" or attempt.marked_at is None:
        raise Conflict("not_marked", "Only an attempt that has been marked is evidence.")
    return record(
        Happening(
            account=db.session.get_one(Account, attempt.account_id),
            kind="knowledge_check",
            competencies=[(each.competency, each.weight) for each in attempt.module_version.competencies],
            score=attempt.score,
            met=bool(attempt.passed),
            trust=MARKED_BY_SERVER,
            source=CHECK_SOURCE,
            earned_at=attempt.marked_at,
            idempotency_key=f"attempt:{attempt.public_id}",
            module_version=attempt.module_version,
            details={
                "attempt": attempt.public_id,
                "number": attempt.number,
                "items": len(attempt.drawn),
                "correct": sum(answer.correct is True for answer in attempt.answers),
            },
        )
    )


def canonical_record(happening: Happening, received_at: datetime) -> str:
    """The text that is hashed: canonical JSON with public ids only, no names and no answers."""
    version = happening.module_version
    document = {
        "type": "Evidence",
        "account": happening.account.public_id,
        "kind": happening.kind,
        "module": None if version is None else {"version": version.public_id, "number": version.number},
        "competencies": sorted(
            ({"competency": each.public_id, "weight": weight} for each, weight in happening.competencies),
            key=lambda entry: str(entry["competency"]),
        ),
        "score": happening.score,
        "met": happening.met,
        "trust": happening.trust,
        "source": happening.source,
        "assessor": None if happening.assessor is None else happening.assessor.public_id,
        "earnedAt": _written(happening.earned_at),
        "receivedAt": _written(received_at),
        "idempotencyKey": happening.idempotency_key,
        "details": dict(happening.details),
    }
    return canonicalize(document).decode()


def is_unchanged(evidence: Evidence) -> bool:
    """Whether the record still has the digest it was stored with."""
    return hashlib.sha256(evidence.record.encode()).hexdigest() == evidence.digest


def _entry(happening: Happening, received_at: datetime) -> Evidence:
    text = canonical_record(happening, received_at)
    return Evidence(
        account_id=happening.account.id,
        module_version=happening.module_version,
        kind=happening.kind,
        score=happening.score,
        met=happening.met,
        trust=happening.trust,
        source=happening.source,
        assessor_id=None if happening.assessor is None else happening.assessor.id,
        details=dict(happening.details),
        earned_at=happening.earned_at,
        received_at=received_at,
        record=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        idempotency_key=happening.idempotency_key,
        competencies=[
            EvidenceCompetency(competency=competency, weight=weight) for competency, weight in happening.competencies
        ],
    )


def hold(account: Account) -> None:
    """Evidence of one learner is taken one piece after the other: what follows from it must see all of it."""
    db.session.execute(select(Account.id).where(Account.id == account.id).with_for_update(key_share=True))


def _recorded_under(key: str) -> Evidence | None:
    return db.session.scalar(select(Evidence).where(Evidence.idempotency_key == key))


def _same_or_conflict(earlier: Evidence, happening: Happening) -> Evidence:
    """When it reached us may differ between two tellings; everything else must not."""
    if earlier.record != canonical_record(happening, earlier.received_at):
        raise Conflict("evidence_conflict", "Something else was recorded before under the same idempotency key.")
    return earlier


def _written(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _refuse_impossible(happening: Happening, received_at: datetime) -> None:
    assessor = happening.assessor
    if assessor is not None and assessor.id == happening.account.id:
        raise Forbidden("own_work", "Nobody assesses their own work.")
    faults: dict[str, list[str]] = {}
    if happening.kind not in KINDS:
        faults["kind"] = [f"Must be one of {', '.join(KINDS)}."]
    if not SELF_REPORTED <= happening.trust <= ASSESSED_BY_PERSON:
        faults["trust"] = ["Must be from 0 to 3."]
    if happening.trust == ASSESSED_BY_PERSON and assessor is None:
        faults["assessor"] = ["Trust level 3 needs the person who assessed it."]
    if happening.score is not None and not 0 <= happening.score <= 1:
        faults["score"] = ["Must be from 0 to 1."]
    weights = [weight for _, weight in happening.competencies]
    if not weights or not all(0 < weight <= 1 for weight in weights):
        faults["competencies"] = ["At least one competency, each with a weight above 0 and at most 1."]
    if len({competency.id for competency, _ in happening.competencies}) != len(weights):
        faults["competencies"] = ["Each competency once."]
    if happening.earned_at.tzinfo is None or happening.earned_at > received_at + CLOCK_SKEW:
        faults["earned_at"] = ["Must have a time zone and not lie in the future."]
    for name in ("source", "idempotency_key"):
        if not 0 < len(getattr(happening, name)) <= LONGEST_NAME:
            faults[name] = [f"Must have 1 to {LONGEST_NAME} characters."]
    if faults:
        raise Invalid("bad_evidence", "This cannot be recorded as evidence.", fields=faults)
