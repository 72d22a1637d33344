"""Completions: stored once, when the evidence of a module version meets its rule."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from competencies.evidence.completion import Evaluation, Piece, State, evaluate, read_rule
from competencies.evidence.models import Completion, Evidence
from competencies.learning.models import ModuleVersion
from issuer.base import facts
from issuer.base.db import db


def consider(evidence: Evidence) -> Completion | None:
    """Store and announce the completion that ``evidence`` brings about, if it does. Answers evidence.recorded."""
    version = evidence.module_version
    if version is None or completion_of(evidence.account_id, version) is not None:
        return None
    evaluation = standing(evidence.account_id, version)
    if evaluation.state is not State.MET:
        return None
    completion = Completion(
        account_id=evidence.account_id,
        module_version=version,
        completed_at=evaluation.completed_at,
        rule=version.completion_rule,
        evidence=list(evaluation.evidence),
    )
    try:
        with db.session.begin_nested():
            db.session.add(completion)
            db.session.flush()
    except IntegrityError:
        return None  # someone else stored it at the same moment, and announced it
    facts.announce("module.completed", completion=completion)
    return completion


def completion_of(account_id: int, version: ModuleVersion) -> Completion | None:
    """The learner's completion of exactly this version."""
    found: Completion | None = db.session.scalar(
        select(Completion).filter_by(account_id=account_id, module_version_id=version.id)
    )
    return found


def standing(account_id: int, version: ModuleVersion) -> Evaluation:
    """What the ledger says now of the learner and the rule of this version, met or not."""
    rows = db.session.scalars(select(Evidence).filter_by(account_id=account_id, module_version_id=version.id))
    return evaluate(read_rule(version.completion_rule), [_piece(row) for row in rows])


def _piece(evidence: Evidence) -> Piece:
    return Piece(
        name=evidence.public_id,
        kind=evidence.kind,
        score=evidence.score,
        met=evidence.met,
        trust=evidence.trust,
        earned_at=evidence.earned_at,
        digest=evidence.digest,
    )
