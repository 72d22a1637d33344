"""The words about checks and ways of learning."""

from __future__ import annotations

import pytest
from flask import Flask

from badges.catalog.offers import Offer
from badges.catalog.wording import check_words, hours_words, mode_words, offer_words
from badges.criteria import Record, Shown, evaluate, read_rule
from badges.models import AchievementVersion
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


@pytest.mark.parametrize(
    ("min_trust", "words"),
    [(2, "1 of 1 modules done, 1 of 2 skills shown"), (3, "1 of 1 modules done, 0 of 2 skills assessed by a person")],
)
def test_a_stack_counts_only_what_is_trusted_as_much_as_it_asks(ctx: Flask, min_trust: int, words: str) -> None:
    skills = [{"competency": name, "min_trust": min_trust} for name in ("c1", "c2")]
    rule = read_rule({"all": [{"module": "m1"}, *skills]})
    record = Record({"c1": Shown(mastered=True, trusts=(2,))}, frozenset({"m1"}))
    offer = Offer(AchievementVersion(achievement_type="MicroCredential"), rule, evaluation=evaluate(rule, record))
    assert offer_words(offer) == words


def test_a_badge_that_is_held_says_so_and_a_single_skill_counts_nothing(ctx: Flask) -> None:
    rule = read_rule({"competency": "c1"})
    single = AchievementVersion(achievement_type="Competency")
    assert offer_words(Offer(single, rule, award_id="a1")) == "You have earned it"
    assert offer_words(Offer(single, rule)) == ""
