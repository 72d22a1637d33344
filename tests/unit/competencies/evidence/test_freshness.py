"""Freshness: the half-life model, when a skill is due, and what showing it again does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from competencies.evidence.freshness import State, freshness, retention

START = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def state_on(number: float, *shown: tuple[datetime, bool]) -> State:
    found = freshness(shown or ((START, True),), now=day(number))
    assert found is not None
    return found.state


def test_half_is_left_after_one_half_life() -> None:
    assert retention(30, 30) == pytest.approx(0.5)
    assert retention(0, 30) == 1


def test_a_clock_that_runs_behind_does_not_give_more_than_everything() -> None:
    assert retention(-3, 30) == 1


def test_a_new_skill_is_due_after_fifteen_days_and_stale_after_thirty() -> None:
    assert [state_on(number) for number in (0, 15, 16, 29, 31)] == [
        State.FRESH,
        State.FRESH,
        State.DUE,
        State.DUE,
        State.STALE,
    ]


def test_it_says_when_the_skill_is_due() -> None:
    found = freshness([(START, True)], now=day(1))
    assert found is not None
    assert found.due_at.date() == day(15).date()


def test_showing_it_again_when_due_doubles_the_half_life() -> None:
    found = freshness([(day(0), True), (day(20), True)], now=day(20))
    assert found is not None
    assert found.half_life == 60
    assert found.retention == 1


def test_showing_it_again_on_the_same_day_does_not_buy_a_longer_half_life() -> None:
    found = freshness([(day(0), True), (day(0.1), True), (day(0.2), True)], now=day(0.2))
    assert found is not None
    assert found.half_life == 30


def test_failing_to_show_it_again_halves_the_half_life_to_no_less_than_a_week() -> None:
    shown = [(day(0), True), (day(1), False), (day(2), False), (day(3), False)]
    found = freshness(shown, now=day(3))
    assert found is not None
    assert found.half_life == 7
    assert found.last_shown_at == day(0)


def test_tries_before_the_first_success_do_not_count_against_it() -> None:
    found = freshness([(day(0), False), (day(1), False), (day(2), True)], now=day(2))
    assert found is not None
    assert found.half_life == 30


def test_a_skill_never_shown_has_no_freshness() -> None:
    assert freshness([], now=START) is None
    assert freshness([(START, False)], now=START) is None
