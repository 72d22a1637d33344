"""The ledger: recorded once, in words that can be checked, and never changed by anybody."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from competencies.evidence.ledger import is_unchanged, record
from competencies.evidence.models import Evidence, EvidenceCompetency
from issuer.base.db import db
from issuer.base.errors import Conflict, Forbidden, Invalid
from tests.factories.evidence import make_evidence, make_happening
from tests.factories.frameworks import make_competency
from tests.factories.learning import NOON, make_marked_attempt, make_module
from tests.factories.people import make_account

pytestmark = pytest.mark.usefixtures("ctx")


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Evidence)) or 0


def test_the_digest_is_the_hash_of_exactly_the_stored_text() -> None:
    evidence = make_evidence()
    assert hashlib.sha256(evidence.record.encode()).hexdigest() == evidence.digest
    assert is_unchanged(evidence)


def test_the_record_says_what_happened_with_ids_and_without_names() -> None:
    account = make_account(name="Amara Okafor")
    assessor = make_account(name="Femi Assessor")
    evidence = make_evidence(account, trust=3, kind="assignment", assessor=assessor, earned_at=NOON)
    said = json.loads(evidence.record)
    assert said["account"] == account.public_id
    assert said["assessor"] == assessor.public_id
    assert (said["kind"], said["score"], said["trust"], said["earnedAt"]) == (
        "assignment",
        0.9,
        3,
        "2026-03-02T12:00:00.000000Z",
    )
    assert "Okafor" not in evidence.record
    assert "Femi" not in evidence.record


def test_the_same_happening_told_twice_is_recorded_once() -> None:
    happening = make_happening()
    first = record(happening, received_at=NOON)
    again = record(happening, received_at=NOON + timedelta(days=1))
    assert again.id == first.id
    assert count() == 1


@pytest.mark.parametrize("change", [{"score": 0.95}, {"met": False}, {"earned_at": NOON - timedelta(hours=1)}])
def test_something_else_under_the_same_key_is_a_conflict(change: dict[str, Any]) -> None:
    happening = make_happening()
    record(happening)
    with pytest.raises(Conflict):
        record(replace(happening, **change))
    assert count() == 1


def test_the_same_key_for_another_learner_is_a_conflict() -> None:
    happening = make_happening()
    record(happening)
    with pytest.raises(Conflict):
        record(replace(happening, account=make_account()))


def test_nobody_assesses_their_own_work() -> None:
    account = make_account()
    with pytest.raises(Forbidden):
        make_evidence(account, trust=3, assessor=account)


def test_the_database_itself_refuses_an_assessor_of_their_own_work() -> None:
    evidence = make_evidence()
    columns = [column.name for column in Evidence.__table__.columns if column.name != "id"]
    row = {name: getattr(evidence, name) for name in columns}
    row |= {"public_id": "other", "digest": "0" * 64, "idempotency_key": "other"}
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(Evidence.__table__.insert().values(row | {"assessor_id": evidence.account_id}))


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("kind", {"kind": "page_views"}),
        ("trust", {"trust": 4}),
        ("trust", {"trust": -1}),
        ("assessor", {"trust": 3, "assessor": None}),
        ("score", {"score": 1.01}),
        ("score", {"score": float("nan")}),
        ("competencies", {"competencies": []}),
        ("earned_at", {"earned_at": datetime(2126, 1, 1, tzinfo=UTC)}),
        ("earned_at", {"earned_at": datetime(2026, 1, 1)}),
        ("source", {"source": ""}),
        ("idempotency_key", {"idempotency_key": "k" * 201}),
    ],
)
def test_what_cannot_be_evidence_is_refused_by_name(field: str, change: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refusal:
        record(make_happening(**change))
    assert field in refusal.value.fields
    assert count() == 0


@pytest.mark.parametrize("weight", [0, 1.01, -0.5])
def test_a_share_outside_its_range_is_refused(weight: float) -> None:
    with pytest.raises(Invalid):
        make_evidence(competencies=[(make_competency(), weight)])


def test_a_competency_is_named_once() -> None:
    competency = make_competency()
    with pytest.raises(Invalid):
        make_evidence(competencies=[(competency, 0.5), (competency, 0.5)])


@pytest.mark.parametrize("table", ["evidence", "evidence_competency"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id + 1000", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_remove_evidence(table: str, statement: str) -> None:
    evidence = make_evidence()
    before = evidence.record
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text(statement.format(table)))
    db.session.expire_all()
    assert evidence.record == before
    assert db.session.scalar(select(func.count()).select_from(EvidenceCompetency)) == 1


def test_changing_evidence_through_the_model_is_refused_too() -> None:
    evidence = make_evidence(score=0.8)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        evidence.score = 1.0
        db.session.flush()


def test_postgresql_refuses_to_empty_the_ledger(ctx: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("TRUNCATE exists on PostgreSQL only")
    make_evidence()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text("TRUNCATE evidence CASCADE"))


def test_a_passed_attempt_becomes_evidence_marked_by_the_server() -> None:
    account, module = make_account(), make_module()
    attempt = make_marked_attempt(account, module, right=5)
    evidence = db.session.scalars(select(Evidence).filter_by(account_id=account.id)).one()
    assert (evidence.kind, evidence.score, evidence.met, evidence.trust) == ("knowledge_check", 1.0, True, 2)
    assert evidence.source == "rosette:check"
    assert evidence.earned_at == attempt.marked_at
    assert evidence.module_version_id == module.current.id
    assert [each.weight for each in evidence.competencies] == [1.0]
    assert evidence.details == {"attempt": attempt.public_id, "number": 1, "items": 5, "correct": 5}


def test_a_failed_attempt_is_evidence_that_nothing_was_met() -> None:
    account = make_account()
    make_marked_attempt(account, make_module(), right=2)
    evidence = db.session.scalars(select(Evidence).filter_by(account_id=account.id)).one()
    assert (evidence.score, evidence.met) == (0.4, False)


def test_the_evidence_of_an_attempt_holds_no_answers() -> None:
    account = make_account()
    make_marked_attempt(account, make_module(), right=5)
    evidence = db.session.scalars(select(Evidence).filter_by(account_id=account.id)).one()
    said = json.loads(evidence.record)
    assert set(said["details"]) == {"attempt", "number", "items", "correct"}
    assert isinstance(said["details"]["items"], int)
    assert '"Q1"' not in evidence.record
