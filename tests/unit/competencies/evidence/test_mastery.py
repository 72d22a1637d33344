"""The mastery rule, and the published vectors of the ways of counting it is held against."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competencies.evidence.mastery import (
    MasteryRule,
    Result,
    average,
    decaying_average,
    highest,
    latest,
    mastery_of,
    n_times,
    step,
    weighted_average,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
RULE = MasteryRule()


def result(
    score: float, *, day: int = 0, weight: float = 1.0, trust: int = 2, met: bool = True, digest: str = ""
) -> Result:
    return Result(score, weight, trust, met, START + timedelta(days=day), digest or f"{day:04}-{score}")


def series(*scores: float) -> list[Result]:
    return [result(score, day=day) for day, score in enumerate(scores)]


# Published vectors: Canvas outcomes, scores 1..5, weight of the latest 65 %.


@pytest.mark.parametrize(
    ("scores", "expected"), [([1, 2], 1.65), ([1, 2, 3], 2.5275), ([1, 2, 3, 4], 3.485), ([1, 2, 3, 4, 5], 4.47)]
)
def test_decaying_average_gives_the_published_values(scores: list[float], expected: float) -> None:
    assert round(decaying_average(scores), 4) == pytest.approx(expected, abs=0.005)


def test_weighted_average_gives_the_published_value() -> None:
    assert weighted_average([1, 2, 3, 4, 5]) == pytest.approx(4.125)
    assert weighted_average([3]) == 3


def test_n_times_gives_the_mean_of_the_scores_that_reach_mastery() -> None:
    assert n_times([1, 2, 3, 4, 5], mastery=3, times=3) == 4


def test_n_times_gives_nothing_when_mastery_was_reached_too_rarely() -> None:
    assert n_times([1, 2, 3, 4, 5], mastery=3, times=4) is None


def test_highest_latest_and_average_are_what_they_say() -> None:
    assert (highest([2, 5, 1]), latest([2, 5, 1]), average([2, 5, 2])) == (5, 1, 3)


# Our rule.


def test_full_weight_and_trust_give_the_plain_decaying_average() -> None:
    scores = [0.8, 1.0, 0.85, 0.9]
    state = mastery_of(series(*scores), RULE)
    assert state is not None
    assert state.value == pytest.approx(decaying_average(scores))


def test_a_smaller_share_moves_the_value_less() -> None:
    assert 0 < step(0.3, 2) < step(0.7, 2) < step(1, 2) == pytest.approx(0.65)


def test_an_unbound_statement_moves_the_value_half_a_share() -> None:
    assert step(1, 1) == pytest.approx(step(0.5, 2))


def test_a_self_report_moves_nothing() -> None:
    rule = MasteryRule(trust=0)
    state = mastery_of([result(0.8), result(1.0, day=1, trust=0)], rule)
    assert state is not None
    assert state.value == 0.8


def test_one_full_result_at_the_threshold_masters() -> None:
    state = mastery_of([result(0.8, day=3)], RULE)
    assert state is not None
    assert state.mastered_at == START + timedelta(days=3)


def test_a_result_just_below_the_threshold_does_not_master() -> None:
    state = mastery_of([result(0.79)], RULE)
    assert state is not None
    assert state.mastered_at is None


def test_a_module_about_something_else_supports_but_does_not_prove_alone() -> None:
    state = mastery_of([result(1.0, weight=0.2)], RULE)
    assert state is not None
    assert state.mastered_at is None
    assert state.value == 1.0


def test_small_shares_together_prove() -> None:
    state = mastery_of([result(0.9, weight=0.1), result(0.9, day=5, weight=0.15)], RULE)
    assert state is not None
    assert state.mastered_at == START + timedelta(days=5)


def test_a_competency_may_ask_for_two_pieces() -> None:
    rule = MasteryRule(count=2)
    once = mastery_of([result(1.0)], rule)
    twice = mastery_of([result(1.0), result(0.9, day=1)], rule)
    assert once is not None and once.mastered_at is None
    assert twice is not None and twice.mastered_at == START + timedelta(days=1)


def test_a_failed_try_counts_neither_for_nor_against() -> None:
    assert mastery_of([result(0.2, met=False)], RULE) is None
    assert mastery_of([result(0.2, met=False), result(0.9, day=1)], RULE) == mastery_of([result(0.9, day=1)], RULE)


def test_evidence_below_the_trust_the_competency_asks_for_does_not_count() -> None:
    assert mastery_of([result(1.0, trust=2)], MasteryRule(trust=3)) is None
    assert mastery_of([result(1.0, trust=3)], MasteryRule(trust=3)) is not None


def test_mastered_stays_mastered_when_a_later_result_is_weaker() -> None:
    state = mastery_of(series(0.9, 0.5), RULE)
    assert state is not None
    assert state.value < RULE.threshold
    assert state.mastered_at == START


def test_what_was_earned_earlier_counts_as_earlier_however_late_it_arrives() -> None:
    on_time = mastery_of([result(0.6), result(1.0, day=9)], RULE)
    late = mastery_of([result(1.0, day=9), result(0.6)], RULE)
    assert on_time == late


RESULTS = st.lists(
    st.builds(
        lambda score, weight, trust, met, day, name: result(
            score, day=day, weight=weight, trust=trust, met=met, digest=name
        ),
        score=st.floats(0, 1),
        weight=st.floats(0.01, 1),
        trust=st.integers(0, 3),
        met=st.booleans(),
        day=st.integers(0, 3),
        name=st.text("abcdef0123456789", min_size=8, max_size=8),
    ),
    unique_by=lambda each: each.digest,
    max_size=12,
)


@given(results=RESULTS, data=st.data())
def test_any_order_of_arrival_gives_the_same_state(results: list[Result], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(results))
    assert mastery_of(shuffled, RULE) == mastery_of(results, RULE)


@given(results=RESULTS)
def test_the_value_stays_between_the_scores_that_counted(results: list[Result]) -> None:
    rule = MasteryRule(trust=0)
    state = mastery_of(results, rule)
    counted = [each.score for each in results if each.met]
    if state is not None:
        assert min(counted) - 1e-9 <= state.value <= max(counted) + 1e-9
