"""How the demands of an achievement moved between two versions, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from badges.criteria import CompetencyDemand, Group, ModuleDemand
from badges.criteria_changes import Asked, changes_between, rule_lines
from tests.unit.badges.verification.strangers import speaking_english

LIST, CALLS, MODULE = "c-list", "c-calls", "m-list"
NAMES = {LIST: "Builds a list", CALLS: "Opens a call", MODULE: "The target list"}
FIRST = Asked(
    number=1,
    narrative="Pass the check. Score **80 %** or more.",
    rule=CompetencyDemand(LIST),
    competencies=("Builds a list",),
    level="Foundation",
    validity="for 2 years",
)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with speaking_english():
        yield


def test_the_same_demands_under_another_number_are_no_change() -> None:
    assert changes_between(FIRST, replace(FIRST, number=2), names=NAMES) == ()


def test_only_the_sentences_that_moved_are_told() -> None:
    second = replace(FIRST, number=2, narrative="Pass the check. Score **90 %** or more.")
    (change,) = changes_between(FIRST, second, names=NAMES)
    assert (change.what, change.gone, change.new) == (
        "In words",
        ("Score **80 %** or more.",),
        ("Score **90 %** or more.",),
    )


def test_a_rule_that_asks_for_more_says_what_was_added() -> None:
    second = replace(FIRST, number=2, rule=Group(2, (CompetencyDemand(LIST), ModuleDemand(MODULE))))
    (change,) = changes_between(FIRST, second, names=NAMES)
    assert change.what == "The rule"
    assert "Complete the module “The target list”." in change.new


@pytest.mark.parametrize(
    ("members", "what"),
    [
        ({"level": "Practitioner"}, "Level"),
        ({"validity": "It does not expire"}, "Validity"),
        ({"competencies": ("Builds a list", "Opens a call")}, "Competencies"),
        ({"rule": CompetencyDemand(LIST, min_trust=3)}, "The rule"),
        ({"rule": CompetencyDemand(LIST, min_evidence=2)}, "The rule"),
        ({"level": ""}, "Level"),
    ],
)
def test_whatever_moves_is_told_under_its_own_heading(members: dict[str, object], what: str) -> None:
    second = replace(FIRST, number=2, **members)  # type: ignore[arg-type]
    assert [change.what for change in changes_between(FIRST, second, names=NAMES)] == [what]


def test_what_only_changes_its_place_is_a_change_too() -> None:
    first = replace(FIRST, competencies=("A", "B"))
    (change,) = changes_between(first, replace(first, number=2, competencies=("B", "A")), names=NAMES)
    assert set(change.gone) == set(change.new)


def test_a_rule_reads_as_a_list() -> None:
    rule = Group(1, (CompetencyDemand(LIST, 3, 2), Group(2, (ModuleDemand(MODULE), ModuleDemand("unknown")))))
    assert list(rule_lines(rule, NAMES)) == [
        "At least one of these:",
        "  Master “Builds a list”, with 2 pieces of evidence of trust level 3 or better.",
        "  All of these:",
        "    Complete the module “The target list”.",
        "    Complete the module “unknown”.",
    ]
