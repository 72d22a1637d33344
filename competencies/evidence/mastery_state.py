"""Mastery as it stands, recomputed from the ledger whenever evidence speaks of a competency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import delete, select

from competencies.evidence.ledger import hold
from competencies.evidence.mastery import MasteryRule, MasteryState, Result, mastery_of
from competencies.evidence.models import Evidence, EvidenceCompetency, Mastery
from competencies.frameworks.models import Competency
from issuer.base import facts
from issuer.base.db import db
from issuer.models import Account


def consider(evidence: Evidence) -> None:
    """Bring the mastery of every competency it speaks of up to date. Answers evidence.recorded.

    Announces competency.mastered for each that is now mastered and was not before. The ledger holds the
    learner's row while this runs, so two pieces of evidence cannot each miss the other.
    """
    competencies = {each.competency_id: each.competency for each in evidence.competencies}
    results = _results(evidence.account_id, competencies)
    known = _known(evidence.account_id, competencies)
    for competency_id, competency in sorted(competencies.items()):
        state = mastery_of(results[competency_id], rule_of(competency))
        row = known.get(competency_id)
        was_mastered = row is not None and row.mastered_at is not None
        row = _store(row, state, account_id=evidence.account_id, competency=competency)
        if row is not None and row.mastered_at is not None and not was_mastered:
            facts.announce("competency.mastered", mastery=row)


def rebuild(account: Account) -> int:
    """Make all masteries of a learner anew from the ledger alone; how many there are. Announces nothing."""
    hold(account)
    results = _results(account.id)
    known = _known(account.id)
    competencies = db.session.scalars(select(Competency).where(Competency.id.in_(results))).all()
    kept = set()
    for competency in competencies:
        state = mastery_of(results[competency.id], rule_of(competency))
        if _store(known.get(competency.id), state, account_id=account.id, competency=competency) is not None:
            kept.add(competency.id)
    unfounded = set(known) - kept
    db.session.execute(delete(Mastery).where(Mastery.account_id == account.id, Mastery.competency_id.in_(unfounded)))
    return len(kept)


def rule_of(competency: Competency) -> MasteryRule:
    """The mastery rule a competency carries."""
    return MasteryRule(
        threshold=competency.mastery_threshold,
        count=competency.mastery_count,
        weight=competency.mastery_weight,
        trust=competency.mastery_trust,
    )


def result_of(evidence: Evidence, weight: float) -> Result:
    """A piece of evidence as a result; what was met without a grade counts as fully shown."""
    return Result(
        score=1.0 if evidence.score is None else evidence.score,
        weight=weight,
        trust=evidence.trust,
        met=evidence.met,
        earned_at=evidence.earned_at,
        digest=evidence.digest,
    )


def _results(account_id: int, competency_ids: Collection[int] | None = None) -> dict[int, list[Result]]:
    query = (
        select(EvidenceCompetency.competency_id, EvidenceCompetency.weight, Evidence)
        .join(Evidence, EvidenceCompetency.evidence_id == Evidence.id)
        .where(Evidence.account_id == account_id)
    )
    if competency_ids is not None:
        query = query.where(EvidenceCompetency.competency_id.in_(competency_ids))
    results: dict[int, list[Result]] = defaultdict(list)
    for competency_id, weight, evidence in db.session.execute(query):
        results[competency_id].append(result_of(evidence, weight))
    return results


def _known(account_id: int, competency_ids: Collection[int] | None = None) -> dict[int, Mastery]:
    query = select(Mastery).where(Mastery.account_id == account_id).execution_options(populate_existing=True)
    if competency_ids is not None:
        query = query.where(Mastery.competency_id.in_(competency_ids))
    return {row.competency_id: row for row in db.session.scalars(query)}


def _store(
    row: Mastery | None, state: MasteryState | None, *, account_id: int, competency: Competency
) -> Mastery | None:
    if state is None:
        return None
    if row is None:
        row = Mastery(account_id=account_id, competency=competency)
        db.session.add(row)
    row.value, row.count, row.weight = state.value, state.count, state.weight
    row.last_earned_at, row.mastered_at = state.last_earned_at, state.mastered_at
    db.session.flush()
    return row
