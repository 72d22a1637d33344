"""The words about checks and ways of learning."""

from __future__ import annotations

from flask import Flask

from badges.catalog.wording import check_words, hours_words, mode_words
from competencies.learning.checks import CheckRule


def test_a_check_is_told_in_whole_answers(ctx: Flask) -> None:
    words = check_words(CheckRule(draw=5, pass_mark=0.8, max_attempts=3, cooldown_hours=4))
    assert words == [
        "5 questions, drawn anew for every attempt.",
        "4 of 5 right answers pass.",
        "You have 3 attempts.",
        "After one that did not pass, you wait 4 hours.",
        "Nobody is timed.",
    ]


def test_a_single_attempt_has_no_waiting_time_and_its_minutes_are_said(ctx: Flask) -> None:
    words = check_words(CheckRule(draw=1, pass_mark=1, max_attempts=1, minutes_allowed=20))
    assert "You have 1 attempt." in words
    assert "An attempt takes answers for 20 minutes." in words
    assert not any("wait" in sentence for sentence in words)


def test_half_an_hour_is_thirty_minutes(ctx: Flask) -> None:
    assert (hours_words(1), hours_words(0.5)) == ("1 hour", "30 minutes")


def test_an_unknown_mode_is_shown_as_it_is(ctx: Flask) -> None:
    assert (mode_words("sync"), mode_words("by post")) == ("live session", "by post")
