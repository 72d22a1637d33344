"""Whether a badge's criteria are still those of its achievement."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from badges.achievements import ensure_achievement
from badges.models import Award
from badges.verification import sources
from badges.verification.criteria_since import changes_since
from badges.verification.our_records import records_of
from badges.verification.report import Check, Finding, Outcome
from tests.factories.badges import make_award, make_draft


def rewritten(award: Award, **over: Any) -> None:
    """Give the award's achievement another version."""
    achievement = award.achievement_version.achievement
    competency = award.achievement_version.competencies[0].competency
    ensure_achievement(achievement.organisation, achievement.code, make_draft(competency, **over), actor="system")


def check_criteria(award: Award) -> Check:
    return records_of([award.public_id])[award.public_id].criteria


def test_the_current_criteria_are_the_same(ctx: Flask) -> None:
    check = check_criteria(make_award())
    assert (check.outcome, check.code) == (Outcome.PASS, "")


def test_criteria_that_were_rewritten_are_told_with_both_numbers_and_the_difference(ctx: Flask) -> None:
    award = make_award()
    rewritten(award, criteria_narrative="Pass the knowledge check, marked on the server, with **90 %** or more.")
    with ctx.test_request_context():
        check = check_criteria(award)
        sentence = str(check.sentence)
    assert (check.outcome, check.code) == (Outcome.WARN, "criteria_changed")
    assert "version 1" in sentence
    assert "version 2" in sentence
    assert "- Pass the knowledge check, marked on the server, with **80 %** or more." in check.reason
    assert "+ Pass the knowledge check, marked on the server, with **90 %** or more." in check.reason


@pytest.mark.parametrize("over", [{"description": "Better words."}, {"image_alt": "Letters."}, {"name": "Lists"}])
def test_a_version_that_asks_the_same_is_no_change_of_criteria(ctx: Flask, over: dict[str, str]) -> None:
    award = make_award()
    rewritten(award, **over)
    assert check_criteria(award).outcome is Outcome.PASS
    assert changes_since(award) == (1, 2, ())


def test_a_demand_is_called_by_what_it_states(ctx: Flask) -> None:
    award = make_award()
    competency = award.achievement_version.competencies[0].competency
    rewritten(award, criteria={"competency": competency.public_id, "min_trust": 3})
    with ctx.test_request_context():
        _awarded, _current, changes = changes_since(award)
    assert [competency.full_statement in line for line in changes[0].new] == [True]


def test_changed_criteria_take_nothing_from_the_verdict(ctx: Flask) -> None:
    award = make_award()
    rewritten(award, level="Practitioner")
    with ctx.test_request_context():
        report = sources.check_award(award)
    assert report.finding is Finding.VALID
    assert report.check("criteria") is not None
