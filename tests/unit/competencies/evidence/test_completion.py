"""Completion rules: what evidence meets them, and what cannot be a rule at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competencies.evidence.completion import Piece, State, evaluate, read_rule
from issuer.base.errors import Invalid

START = datetime(2026, 1, 1, tzinfo=UTC)
CHECK = {"kind": "knowledge_check", "min_score": 0.8, "min_trust": 2}
RUBRIC = {"kind": "facilitator_rubric", "min_trust": 3}
ATTENDED = {"kind": "attendance", "min_score": 0.75, "min_trust": 1}


def piece(
    name: str,
    kind: str = "knowledge_check",
    *,
    score: float | None = 0.9,
    trust: int = 2,
    met: bool = True,
    day: int = 0,
) -> Piece:
    return Piece(name, kind, score, met, trust, START + timedelta(days=day), name)


def state(rule: dict[str, Any], *pieces: Piece) -> State:
    return evaluate(read_rule(rule), pieces).state


def test_a_passed_check_meets_its_rule_at_the_time_it_was_earned() -> None:
    found = evaluate(read_rule({"all": [CHECK]}), [piece("a", day=2)])
    assert (found.state, found.evidence, found.completed_at) == (State.MET, ("a",), START + timedelta(days=2))


def test_a_score_exactly_at_the_mark_is_enough() -> None:
    assert state(CHECK, piece("a", score=8 / 10)) is State.MET


def test_a_score_below_the_mark_is_not_enough() -> None:
    assert state(CHECK, piece("a", score=0.79)) is State.PENDING


def test_a_failed_check_is_as_good_as_none() -> None:
    assert state(CHECK, piece("a", score=0.9, met=False)) is State.MISSING


def test_evidence_of_another_kind_meets_nothing() -> None:
    assert state(CHECK, piece("a", "assignment", trust=3)) is State.MISSING


def test_a_graded_requirement_is_not_met_by_ungraded_evidence() -> None:
    assert state(CHECK, piece("a", score=None)) is State.PENDING


def test_evidence_below_the_trust_asked_for_leaves_it_pending() -> None:
    assert state(CHECK, piece("a", trust=1)) is State.PENDING
    assert state(RUBRIC, piece("a", "facilitator_rubric", trust=2)) is State.PENDING


def test_trust_two_is_asked_for_when_the_rule_says_nothing() -> None:
    assert state({"kind": "cmi5"}, piece("a", "cmi5", trust=1)) is State.PENDING
    assert state({"kind": "cmi5"}, piece("a", "cmi5", trust=2)) is State.MET


def test_all_of_a_group_is_needed() -> None:
    rule = {"all": [ATTENDED, RUBRIC]}
    presence = piece("p", "attendance", score=0.8, trust=1)
    assert state(rule) is State.MISSING
    assert state(rule, presence) is State.PENDING
    assert state(rule, presence, piece("r", "facilitator_rubric", trust=3)) is State.MET


def test_presence_and_a_score_are_never_traded_against_each_other() -> None:
    rule = {"all": [ATTENDED, CHECK]}
    assert state(rule, piece("p", "attendance", score=1.0, trust=1), piece("c", score=0.5)) is State.PENDING


def test_any_is_met_by_the_route_finished_first() -> None:
    rule = {"any": [CHECK, RUBRIC]}
    found = evaluate(read_rule(rule), [piece("late", day=9), piece("early", "facilitator_rubric", trust=3, day=1)])
    assert (found.evidence, found.completed_at) == (("early",), START + timedelta(days=1))


def test_k_of_needs_k_and_takes_the_earliest() -> None:
    rule = {"k_of": {"k": 2, "of": [CHECK, RUBRIC, {"kind": "application"}]}}
    application = piece("app", "application", trust=3, day=5)
    check, rubric = piece("chk", day=1), piece("rub", "facilitator_rubric", trust=3, day=9)
    assert state(rule, check) is State.PENDING
    found = evaluate(read_rule(rule), [application, check, rubric])
    assert found.state is State.MET
    assert set(found.evidence) == {"chk", "app"}
    assert found.completed_at == START + timedelta(days=5)


def test_a_count_is_met_when_the_last_needed_piece_is_there() -> None:
    rule = {"kind": "participation", "min_trust": 1, "count": 2}
    noted = [piece(name, "participation", trust=1, score=None, day=day) for day, name in enumerate("abc")]
    assert state(rule, noted[0]) is State.PENDING
    found = evaluate(read_rule(rule), noted)
    assert (found.evidence, found.completed_at) == (("a", "b"), START + timedelta(days=1))


def test_a_second_pass_changes_neither_the_time_nor_the_evidence() -> None:
    first = piece("a", score=0.8, day=1)
    assert evaluate(read_rule(CHECK), [piece("b", score=1.0, day=7), first]) == evaluate(read_rule(CHECK), [first])


def test_each_requirement_is_told_apart_with_what_was_used_for_it() -> None:
    found = evaluate(read_rule({"all": [CHECK, RUBRIC]}), [piece("a")])
    assert [(each.requirement.kind, each.state, each.evidence) for each in found.findings] == [
        ("knowledge_check", State.MET, ("a",)),
        ("facilitator_rubric", State.MISSING, ()),
    ]


PIECES = st.lists(
    st.builds(
        lambda number, kind, score, trust, met, day: piece(
            f"{number:06}", kind, score=score, trust=trust, met=met, day=day
        ),
        number=st.integers(0, 999_999),
        kind=st.sampled_from(["knowledge_check", "facilitator_rubric", "participation"]),
        score=st.none() | st.floats(0, 1),
        trust=st.integers(0, 3),
        met=st.booleans(),
        day=st.integers(0, 3),
    ),
    unique_by=lambda each: each.name,
    max_size=10,
)
MIXED = {"k_of": {"k": 2, "of": [CHECK, {"any": [RUBRIC, {"kind": "participation", "count": 2}]}, RUBRIC]}}


@given(pieces=PIECES, data=st.data())
def test_any_order_of_arrival_gives_the_same_answer(pieces: list[Piece], data: st.DataObject) -> None:
    rule = read_rule(MIXED)
    assert evaluate(rule, data.draw(st.permutations(pieces))) == evaluate(rule, pieces)


@given(pieces=PIECES)
def test_the_evidence_named_is_enough_by_itself(pieces: list[Piece]) -> None:
    rule = read_rule(MIXED)
    found = evaluate(rule, pieces)
    alone = evaluate(rule, [each for each in pieces if each.name in found.evidence])
    if found.state is State.MET:
        assert (alone.state, alone.completed_at) == (State.MET, found.completed_at)


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        "all",
        {"all": []},
        {"all": "knowledge_check"},
        {"all": [CHECK], "any": [CHECK]},
        {"none": [CHECK]},
        {"kind": "page_views"},
        {"kind": ["knowledge_check"]},
        {"kind": "cmi5", "minimum": 1},
        {"kind": "cmi5", "min_score": 1.01},
        {"kind": "cmi5", "min_score": "0.8"},
        {"kind": "cmi5", "min_score": True},
        {"kind": "cmi5", "min_trust": 4},
        {"kind": "cmi5", "count": 0},
        {"kind": "cmi5", "count": 1.5},
        {"k_of": {"k": 3, "of": [CHECK, RUBRIC]}},
        {"k_of": {"k": 0, "of": [CHECK]}},
        {"k_of": {"k": True, "of": [CHECK]}},
        {"k_of": [CHECK]},
    ],
)
def test_what_is_not_exactly_a_rule_is_refused(document: Any) -> None:
    with pytest.raises(Invalid):
        read_rule(document)


def test_a_rule_nested_too_deeply_is_refused() -> None:
    rule: dict[str, Any] = CHECK
    for _ in range(2_000):
        rule = {"all": [rule]}
    with pytest.raises(Invalid):
        read_rule(rule)
