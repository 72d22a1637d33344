"""Mastery as stored: what the ledger says, announced once, and the same when made anew."""

from __future__ import annotations

import itertools
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from competencies.evidence import mastery_state
from competencies.evidence.ledger import Happening, record
from competencies.evidence.models import Mastery
from competencies.frameworks.models import Competency
from issuer.base import facts
from issuer.base.db import db
from issuer.models import Account
from tests.factories.evidence import make_evidence, make_happening
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.learning import NOON
from tests.factories.people import make_account


@pytest.fixture
def announced(ctx: Flask) -> list[str]:
    """The codes of the competencies announced as mastered."""
    heard: list[str] = []
    flow = dict(ctx.extensions["rosette_flow"])
    handler = [lambda mastery: heard.append(mastery.competency.human_code)]
    facts.install(ctx, flow | {"competency.mastered": handler})
    return heard


def stored(account: Account) -> dict[str, tuple[Any, ...]]:
    rows = db.session.scalars(select(Mastery).filter_by(account_id=account.id))
    return {
        row.competency.human_code: (row.value, row.count, row.weight, row.last_earned_at, row.mastered_at)
        for row in rows
    }


def test_a_full_result_masters_the_competency_and_says_so_once(announced: list[str]) -> None:
    account, competency = make_account(), make_competency()
    make_evidence(account, competency, score=0.9)
    make_evidence(account, competency, score=1.0, earned_at=NOON + timedelta(days=1))
    assert announced == ["PRO.1"]
    value, count, *_, mastered_at = stored(account)["PRO.1"]
    assert value == pytest.approx(0.9 + 0.65 * 0.1)
    assert (count, mastered_at) == (2, NOON)


def test_each_competency_gets_its_own_share(announced: list[str]) -> None:
    account, framework = make_account(), make_framework()
    main, side = make_competency(framework), make_competency(framework, human_code="ETH.4")
    make_evidence(account, competencies=[(main, 0.8), (side, 0.2)])
    assert announced == ["PRO.1"]
    assert stored(account)["ETH.4"][4] is None


def test_a_failed_try_leaves_no_trace_in_mastery(announced: list[str]) -> None:
    account = make_account()
    make_evidence(account, score=0.2, met=False)
    assert stored(account) == {}
    assert announced == []


def test_the_rule_of_the_competency_is_the_one_that_counts(announced: list[str]) -> None:
    account = make_account()
    competency = make_competency(mastery_trust=3, mastery_count=2)
    make_evidence(account, competency)
    make_evidence(account, competency, kind="facilitator_rubric", trust=3)
    assert announced == []
    make_evidence(account, competency, kind="facilitator_rubric", trust=3, earned_at=NOON + timedelta(days=1))
    assert announced == ["PRO.1"]


def test_what_was_met_without_a_grade_counts_as_fully_shown(ctx: Flask) -> None:
    account = make_account()
    make_evidence(account, kind="assignment", trust=3, score=None)
    assert stored(account)["PRO.1"][0] == 1.0


@pytest.mark.usefixtures("ctx")
def test_any_order_of_arrival_gives_the_same_mastery() -> None:
    scores = [(0.8, 0), (1.0, 1), (0.85, 2)]
    states = []
    for order in itertools.permutations(scores):
        account, competency = make_account(), make_competency()
        for score, day in order:
            make_evidence(account, competency, score=score, earned_at=NOON + timedelta(days=day))
        states.append(stored(account)["PRO.1"])
    assert len(set(states)) == 1


@pytest.mark.usefixtures("ctx")
def test_rebuilding_from_the_ledger_gives_the_same_rows() -> None:
    account, framework = make_account(), make_framework()
    competencies = [make_competency(framework, human_code=f"PRO.{number}") for number in range(3)]
    for day, competency in enumerate(competencies * 2):
        make_evidence(account, competency, score=0.8 + day / 100, earned_at=NOON + timedelta(days=day))
    before = stored(account)
    db.session.query(Mastery).delete()
    assert mastery_state.rebuild(account) == 3
    assert stored(account) == before


@pytest.mark.usefixtures("ctx")
def test_rebuilding_mends_what_somebody_wrote_into_the_table() -> None:
    account, competency, foreign = make_account(), make_competency(), make_competency(human_code="NEG.1")
    make_evidence(account, competency)
    before = stored(account)
    row = db.session.scalars(select(Mastery)).one()
    row.value, row.mastered_at = 0.1, None
    db.session.add(Mastery(account_id=account.id, competency=foreign, value=1, count=9, weight=9, last_earned_at=NOON))
    db.session.flush()
    mastery_state.rebuild(account)
    assert stored(account) == before


def test_two_pieces_of_evidence_at_once_do_not_miss_each_other(app: Flask) -> None:
    """The second is recorded while the first is not yet committed; the mastery must have seen both."""
    with app.app_context():
        account, competency = make_account(), make_competency()
        make_evidence(account, competency)
        db.session.commit()
        ids = account.id, competency.id
    first_is_recorded, second_has_begun = threading.Event(), threading.Event()
    faults: list[BaseException] = []

    def second() -> None:
        first_is_recorded.wait()
        second_has_begun.set()
        try:
            with app.app_context():
                record(_happening(*ids, day=2))
                db.session.commit()
        except BaseException as fault:
            faults.append(fault)

    thread = threading.Thread(target=second)
    thread.start()
    with app.app_context():
        record(_happening(*ids, day=1))
        first_is_recorded.set()
        second_has_begun.wait()
        time.sleep(0.3)  # long enough for the second to come to where it has to wait
        db.session.commit()
    thread.join()
    assert faults == []
    with app.app_context():
        assert db.session.scalars(select(Mastery)).one().count == 3


def _happening(account_id: int, competency_id: int, *, day: int) -> Happening:
    return make_happening(
        db.session.get_one(Account, account_id),
        db.session.get_one(Competency, competency_id),
        earned_at=NOON + timedelta(days=day),
    )
