"""What a rule asks of a badge: each condition met, and each condition missed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from badges.trust.counting import Conditions, missing
from badges.verification.report import BadgeFacts, Check, Outcome, Report

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANYBODY = Conditions(trusted_only=False)
SCORE = {"id": "urn:uuid:score", "resultType": "Percent"}
GRADE = {"id": "urn:uuid:grade", "resultType": "LetterGrade", "allowedValue": ["F", "C", "B", "A"]}
LEVELS = [
    {"id": "urn:uuid:Low", "name": "Beginner", "points": "1"},
    {"id": "urn:uuid:High", "name": "Expert", "points": "3"},
]
RUBRIC = {"id": "urn:uuid:rubric", "resultType": "RubricCriterionLevel", "rubricCriterionLevel": LEVELS}


def check(name: str, outcome: Outcome) -> Check:
    return Check(name, outcome, "A sentence.", "A section")


def facts(*, days_old: int = 10, days_left: int | None = 100) -> BadgeFacts:
    return BadgeFacts(
        credential_id="urn:uuid:1",
        name="Selling",
        description="",
        holder="Ada",
        issuer_id="did:web:badges.example.org",
        issuer_name="Harbour",
        achievement_id="https://badges.example.org/achievements/1",
        achievement_type="Badge",
        issued_at=NOW - timedelta(days=days_old),
        valid_until=None if days_left is None else NOW + timedelta(days=days_left),
    )


def report(
    *, result: Any = None, descriptions: Any = None, checks: tuple[Check, ...] | None = None, **over: Any
) -> Report:
    """A valid badge of a known, proved and entitled issuer, unless said otherwise."""
    subject = {"result": result, "achievement": {"resultDescription": descriptions}}
    good = tuple(check(name, Outcome.PASS) for name in ("signature", "issuer", "trust", "authority"))
    return Report(checks or good, NOW, facts(**over), {"credentialSubject": subject})


def with_outcome(name: str, outcome: Outcome) -> Report:
    given = report()
    others = tuple(each for each in given.checks if each.name != name)
    return replace(given, checks=(*others, check(name, outcome)))


def result(description: dict[str, Any], **facts_of_it: Any) -> dict[str, Any]:
    return {"resultDescription": description["id"], **facts_of_it}


def low(given: Report, least: str, *, kind: str = "") -> bool:
    wanted = Conditions(minimum_result=least, result_type=kind)
    return missing(given, wanted, now=NOW) == ("result_too_low",)


def test_a_valid_badge_of_a_known_issuer_counts() -> None:
    assert missing(report(), Conditions(), now=NOW) == ()


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.COULD_NOT_CHECK])
def test_a_badge_that_was_not_found_valid_counts_for_nothing(outcome: Outcome) -> None:
    assert missing(with_outcome("signature", outcome), ANYBODY, now=NOW) == ("not_valid",)


def test_a_badge_of_which_nothing_is_signed_counts_for_nothing() -> None:
    assert missing(replace(report(), facts=None), ANYBODY, now=NOW) == ("not_valid",)
    assert missing(replace(report(), document=None), ANYBODY, now=NOW) == ("not_valid",)


def test_an_unknown_issuer_is_not_known_however_well_it_is_proved() -> None:
    given = with_outcome("trust", Outcome.WARN)
    assert missing(given, Conditions(), now=NOW) == ("issuer_unknown",)
    assert missing(given, ANYBODY, now=NOW) == ()


def test_without_trust_the_issuer_has_to_be_entitled() -> None:
    stranger = tuple(each for each in with_outcome("trust", Outcome.WARN).checks if each.name != "authority")
    for checks in (stranger, (*stranger, check("authority", Outcome.WARN))):
        assert missing(report(checks=checks), ANYBODY, now=NOW) == ("not_entitled",)


def test_without_trust_the_issuer_has_to_be_proved() -> None:
    given = report(checks=(check("issuer", Outcome.WARN), check("authority", Outcome.PASS)))
    assert missing(given, ANYBODY, now=NOW) == ("issuer_unproven",)


def test_a_known_key_proves_its_issuer() -> None:
    assert missing(with_outcome("issuer", Outcome.WARN), Conditions(), now=NOW) == ()


@pytest.mark.parametrize(
    ("value", "least", "is_low"),
    [
        ("80", "80", False),
        ("9", "80", True),
        ("100", "80", False),
        ("79.99", "80", True),
        ("85 %", "80%", False),
        ("-1", "0", True),
        ("1e9", "80", True),
        ("nan", "80", True),
        ("inf", "80", True),
        ("", "80", True),
        ("\u0669\u0669", "80", True),
        (95, "80", True),
        (None, "80", True),
    ],
)
def test_a_number_is_compared_as_a_number(value: Any, least: str, is_low: bool) -> None:
    assert low(report(result=[result(SCORE, value=value)], descriptions=[SCORE]), least) is is_low


@pytest.mark.parametrize(("value", "is_low"), [("A", False), ("b", False), ("C", True), ("A+", True), ("", True)])
def test_a_grade_is_compared_by_its_place_among_the_grades(value: str, is_low: bool) -> None:
    assert low(report(result=result(GRADE, value=value), descriptions=GRADE), "B") is is_low


def test_a_grade_that_the_achievement_does_not_have_is_never_reached() -> None:
    assert low(report(result=[result(GRADE, value="A")], descriptions=[GRADE]), "Z")


@pytest.mark.parametrize(
    ("achieved", "least", "is_low"),
    [
        ("urn:uuid:High", "Expert", False),
        ("urn:uuid:High", "beginner", False),
        ("urn:uuid:Low", "Beginner", False),
        ("urn:uuid:Low", "Expert", True),
        ("urn:uuid:Low", "urn:uuid:Low", False),
        ("urn:uuid:Low", "urn:uuid:High", True),
        ("urn:uuid:other", "Expert", True),
        ("", "Expert", True),
    ],
)
def test_a_level_is_compared_by_its_points(achieved: str, least: str, is_low: bool) -> None:
    given = report(result=[result(RUBRIC, achievedLevel=achieved)], descriptions=[RUBRIC])
    assert low(given, least) is is_low


def test_only_a_result_of_the_kind_that_is_asked_for_counts() -> None:
    given = report(result=[result(SCORE, value="95")], descriptions=[SCORE])
    assert not low(given, "80", kind="Percent")
    assert low(given, "80", kind="RawScore")


def test_the_best_of_several_results_counts() -> None:
    worse, better = result(SCORE, value="10"), result(SCORE, value="90")
    assert not low(report(result=[worse, better], descriptions=[SCORE]), "80")
    assert low(report(result=[worse, worse], descriptions=[SCORE]), "80")


@pytest.mark.parametrize("hostile", [None, "90", 90, [], ["90"], {}, [{"value": {"value": "90"}}], [[{"value": "90"}]]])
def test_results_of_another_shape_reach_nothing(hostile: Any) -> None:
    assert low(report(result=hostile, descriptions=hostile), "80")
    document = {"credentialSubject": hostile}
    assert low(replace(report(), document=document), "80")


@pytest.mark.parametrize(("days_old", "found"), [(29, ()), (30, ()), (31, ("too_old",))])
def test_it_may_have_been_awarded_so_many_days_ago(days_old: int, found: tuple[str, ...]) -> None:
    assert missing(report(days_old=days_old), Conditions(most_days_old=30), now=NOW) == found


def test_a_badge_that_does_not_say_when_it_was_awarded_is_too_old() -> None:
    given = report()
    assert given.facts is not None
    undated = replace(given, facts=replace(given.facts, issued_at=None))
    assert missing(undated, Conditions(most_days_old=30), now=NOW) == ("too_old",)
    assert missing(undated, Conditions(), now=NOW) == ()


@pytest.mark.parametrize(("days_left", "found"), [(29, ("too_short",)), (30, ()), (None, ())])
def test_it_has_to_stay_valid_for_so_many_days(days_left: int | None, found: tuple[str, ...]) -> None:
    assert missing(report(days_left=days_left), Conditions(days_left=30), now=NOW) == found


def test_everything_that_is_missing_is_said() -> None:
    given = replace(with_outcome("trust", Outcome.WARN), facts=facts(days_old=99, days_left=1))
    wanted = Conditions(minimum_result="80", most_days_old=30, days_left=30)
    assert missing(given, wanted, now=NOW) == ("issuer_unknown", "result_too_low", "too_old", "too_short")
