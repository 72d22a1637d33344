"""Catalog entries become rules that say the same."""

from __future__ import annotations

import pytest

from competencies.evidence.catalog_rules import rule_from_catalog
from competencies.evidence.completion import read_rule
from issuer.base.errors import Invalid


def test_a_check_needs_its_pass_mark_marked_by_the_server() -> None:
    required = [{"kind": "knowledge_check", "draw": 5, "pass_mark": 0.9}]
    assert rule_from_catalog(required) == {"all": [{"kind": "knowledge_check", "min_score": 0.9, "min_trust": 2}]}


def test_a_live_module_needs_presence_participation_and_an_assessor() -> None:
    required = [
        {"kind": "attendance", "min_presence": 0.8, "min_participation_events": 2},
        {"kind": "facilitator_rubric", "rubric": "Call clinic observation"},
    ]
    noted = {"kind": "participation", "min_trust": 1, "count": 2}
    assert rule_from_catalog(required) == {
        "all": [
            {"kind": "attendance", "min_score": 0.8, "min_trust": 1},
            {"any": [noted, {"kind": "participation", "min_trust": 3}]},
            {"kind": "facilitator_rubric", "min_trust": 3},
        ]
    }


@pytest.mark.parametrize(
    ("move_on", "has_score"), [("Passed", True), ("CompletedAndPassed", True), ("CompletedOrPassed", False)]
)
def test_a_cmi5_unit_is_scored_when_moving_on_means_passing(move_on: str, has_score: bool) -> None:
    rule = rule_from_catalog([{"kind": "cmi5", "move_on": move_on, "mastery_score": 0.85}])
    assert rule["all"][0].get("min_score") == (0.85 if has_score else None)


def test_a_kind_nobody_knows_is_refused() -> None:
    with pytest.raises(Invalid):
        rule_from_catalog([{"kind": "page_views"}])


def test_a_module_that_requires_nothing_has_no_rule() -> None:
    with pytest.raises(Invalid):
        rule_from_catalog([])


def test_every_translation_is_a_rule() -> None:
    for kind in ("knowledge_check", "cmi5", "lti_score", "attendance", "facilitator_rubric", "assignment"):
        read_rule(rule_from_catalog([{"kind": kind}]))
