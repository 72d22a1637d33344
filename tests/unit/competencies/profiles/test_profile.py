"""A learner's skill profile: levels, freshness, the evidence behind them, progress and the shortest way on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from competencies.evidence.freshness import State
from competencies.frameworks.models import Competency
from competencies.learning.models import Module
from competencies.profiles.profile import SkillProfile, of_100, skill_profile
from competencies.profiles.wording import level_words
from issuer.base.db import db
from issuer.models import Account, Organisation
from tests.factories.evidence import make_evidence
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.learning import NOON, make_marked_attempt, make_module, single_choice
from tests.factories.people import make_account, make_member, make_organisation

pytestmark = pytest.mark.usefixtures("ctx")


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Every SELECT that is run inside."""
    seen: list[tuple[str, Any]] = []

    def listen(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", listen)
    yield seen
    event.remove(db.engine, "before_cursor_execute", listen)


def profile_of(account: Account, now: datetime = NOON) -> SkillProfile:
    return skill_profile(account.id, now=now)


def make_catalog(organisation: Organisation, number: int) -> list[Module]:
    """Open modules M01.. of 11, 12, ... minutes, each about a competency of its own."""
    return [
        make_module(
            organisation,
            code=f"M{place:02}",
            minutes=10 + place,
            competencies=[{"code": f"PRO.{place}", "weight": 1}],
            check={"items": _items(f"PRO.{place}")},
        )
        for place in range(1, number + 1)
    ]


def _items(code: str) -> list[dict[str, Any]]:
    return [single_choice(f"Q{number}", competency=code) for number in range(1, 14)]


def test_three_of_twelve_modules_done_are_twenty_five_percent_and_three_skills() -> None:
    organisation, account = make_organisation(), make_account()
    modules = make_catalog(organisation, 12)
    for module in modules[:3]:
        make_marked_attempt(account, module, right=5)
    profile = profile_of(account)
    (progress,) = profile.progress
    assert (progress.done, progress.total, progress.percent) == (3, 12, 25)
    assert [skill.code for skill in profile.skills if skill.is_mastered] == ["PRO.1", "PRO.2", "PRO.3"]
    assert profile.next_step is not None
    assert (profile.next_step.code, profile.next_step.minutes) == ("M04", 14)


def test_a_skill_names_the_evidence_behind_it() -> None:
    account, module = make_account(), make_module()
    make_marked_attempt(account, module, right=4)
    (skill,) = profile_of(account).skills
    (piece,) = skill.pieces
    assert (skill.code, skill.percent, skill.count) == ("PRO.1", 80, 1)
    assert (piece.module_code, piece.module_title, piece.version) == ("M01", "Who belongs on your list", 1)
    assert (piece.score, piece.trust, piece.counts, piece.weight, piece.earned_at) == (0.8, 2, True, 1.0, NOON)
    assert len(piece.digest) == 64


def test_a_failed_try_is_shown_as_one_that_does_not_count() -> None:
    account, competency = make_account(), make_competency()
    make_evidence(account, competency, score=0.9)
    make_evidence(account, competency, score=0.2, met=False, earned_at=NOON + timedelta(days=1))
    (skill,) = profile_of(account).skills
    assert [(piece.score, piece.counts) for piece in skill.pieces] == [(0.2, False), (0.9, True)]
    assert skill.count == 1


def test_a_learner_who_only_failed_has_no_skill() -> None:
    account = make_account()
    make_evidence(account, score=0.2, met=False)
    assert profile_of(account).skills == ()


@pytest.mark.parametrize(
    ("over", "score", "words"),
    [
        ({}, 0.9, "Foundation: mastered"),
        ({"level": ""}, 0.9, "Mastered"),
        ({}, 0.7, "Foundation: on the way"),
        ({"mastery_count": 2}, 0.9, "Foundation: well shown, needs more evidence"),
    ],
)
def test_the_level_is_said_in_words(over: dict[str, Any], score: float, words: str) -> None:
    account = make_account()
    make_evidence(account, make_competency(**over), score=score)
    (skill,) = profile_of(account).skills
    assert level_words(skill) == words


def test_what_is_just_below_the_threshold_does_not_look_reached() -> None:
    assert (of_100(0.7999), of_100(0.8), of_100(0.29), of_100(1)) == (79, 80, 29, 100)


@pytest.mark.parametrize(("days", "state"), [(1, State.FRESH), (20, State.DUE), (40, State.STALE)])
def test_a_skill_grows_stale_and_stays_mastered(days: int, state: State) -> None:
    account = make_account()
    make_evidence(account)
    (skill,) = profile_of(account, NOON + timedelta(days=days)).skills
    assert skill.freshness is not None
    assert skill.freshness.state is state
    assert skill.is_mastered


def test_the_shortest_open_module_not_done_yet_moves_a_skill_up() -> None:
    organisation, account = make_organisation(), make_account()
    make_member(account=account, organisation=organisation)
    long = make_module(organisation, code="M01", minutes=30)
    make_module(organisation, code="M02", minutes=5, state="listed")
    make_module(organisation, code="M03", minutes=20)
    competency = long.current.competencies[0].competency
    make_evidence(account, competency, score=0.7)
    (skill,) = profile_of(account).skills
    assert skill.next_step is not None
    assert skill.next_step.code == "M03"


def test_a_module_whose_prerequisites_are_not_done_comes_after_one_that_can_be_taken() -> None:
    organisation, account = make_organisation(), make_account()
    make_member(account=account, organisation=organisation)
    make_module(organisation, code="M01", minutes=30)
    make_module(organisation, code="M02", minutes=5, prerequisites=["M01"])
    step = profile_of(account).next_step
    assert step is not None
    assert step.code == "M01"


def test_archived_modules_are_no_part_of_the_catalog() -> None:
    organisation, account = make_organisation(), make_account()
    make_member(account=account, organisation=organisation)
    make_module(organisation, code="M01")
    make_module(organisation, code="M02", state="archived")
    (progress,) = profile_of(account).progress
    assert progress.total == 1


def test_each_organisation_has_its_own_progress() -> None:
    account, first, second = make_account(), make_organisation(name="A"), make_organisation(name="B")
    make_marked_attempt(account, make_module(first), right=5)
    make_member(account=account, organisation=second)
    make_module(second)
    assert [(each.organisation_name, each.percent) for each in profile_of(account).progress] == [("A", 100), ("B", 0)]


def test_completing_an_older_version_counts_as_done() -> None:
    organisation, account = make_organisation(), make_account()
    make_marked_attempt(account, make_module(organisation), right=5)
    make_module(organisation, title="Who belongs on your list, revised")
    (progress,) = profile_of(account).progress
    assert (progress.done, progress.total) == (1, 1)


def test_a_deprecated_competency_stays_in_the_profile() -> None:
    account, competency = make_account(), make_competency()
    make_evidence(account, competency)
    competency.state = "deprecated"
    db.session.flush()
    (skill,) = profile_of(account).skills
    assert skill.is_deprecated and skill.is_mastered
    assert skill.next_step is None


def test_nothing_of_others_is_in_the_profile() -> None:
    account, other, competency = make_account(), make_account(), make_competency()
    make_evidence(other, competency)
    assert profile_of(account) == SkillProfile((), (), None)


def test_others_evidence_changes_neither_the_number_of_queries_nor_their_plan() -> None:
    organisation, account = make_organisation(), make_account()
    make_marked_attempt(account, make_module(organisation), right=5)
    competency = db.session.query(Competency).first()
    db.session.expire_all()
    with statements() as alone:
        profile_of(account)
    for number in range(60):
        other = make_account()
        make_evidence(other, competency, score=0.9, earned_at=NOON + timedelta(minutes=number))
    db.session.expire_all()
    with statements() as among_others:
        profile_of(account)
    assert len(among_others) == len(alone) <= 6
    if db.engine.dialect.name == "sqlite":
        assert [step for step in _plan(among_others) if "SCAN" in step] == []


def test_more_skills_need_no_more_queries() -> None:
    account, framework = make_account(), make_framework()
    make_evidence(account, make_competency(framework))
    db.session.expire_all()
    with statements() as one:
        profile_of(account)
    for number in range(20):
        make_evidence(account, make_competency(framework, human_code=f"NEG.{number}"))
    db.session.expire_all()
    with statements() as many:
        profile_of(account)
    assert len(many) == len(one)


def _plan(seen: list[tuple[str, Any]]) -> list[str]:
    """What SQLite says it does for each statement."""
    connection = db.session.connection()
    return [
        row.detail
        for statement, parameters in seen
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    ]
