"""The rule of an achievement: met by what it asks for, and by nothing less."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badges.criteria import (
    CompetencyDemand,
    Evaluation,
    ModuleDemand,
    Record,
    Shown,
    demands,
    evaluate,
    missing_words,
    read_rule,
)
from issuer.base.errors import Invalid

MASTERED = Shown(mastered=True, trusts=(2,))


def record(*modules: str, **competencies: Shown) -> Record:
    return Record(competencies=competencies, modules=frozenset(modules))


def evaluation(rule: dict[str, Any], known: Record) -> Evaluation:
    return evaluate(read_rule(rule), known)


def test_a_mastered_competency_with_trusted_evidence_meets_its_demand() -> None:
    assert evaluation({"competency": "A"}, record(A=MASTERED)).met


def test_a_competency_that_is_not_mastered_does_not_count_whatever_its_evidence() -> None:
    assert not evaluation({"competency": "A"}, record(A=Shown(mastered=False, trusts=(3, 3, 3)))).met


def test_nothing_known_of_a_competency_does_not_count() -> None:
    assert not evaluation({"competency": "A"}, record()).met


@pytest.mark.parametrize(("trusts", "met"), [((1,), False), ((2,), False), ((3,), True), ((0, 1, 2), False)])
def test_evidence_below_the_trust_asked_for_does_not_count(trusts: tuple[int, ...], met: bool) -> None:
    rule = {"competency": "A", "min_trust": 3}
    assert evaluation(rule, record(A=Shown(mastered=True, trusts=trusts))).met is met


@pytest.mark.parametrize(("trusts", "met"), [((2,), False), ((2, 1), False), ((2, 2), True), ((3, 2, 2), True)])
def test_as_many_pieces_of_evidence_are_needed_as_the_rule_says(trusts: tuple[int, ...], met: bool) -> None:
    rule = {"competency": "A", "min_evidence": 2}
    assert evaluation(rule, record(A=Shown(mastered=True, trusts=trusts))).met is met


def test_without_a_word_on_trust_evidence_marked_by_the_server_is_needed() -> None:
    assert not evaluation({"competency": "A"}, record(A=Shown(mastered=True, trusts=(1,)))).met


def test_a_module_counts_when_it_is_complete() -> None:
    assert evaluation({"module": "M"}, record("M")).met
    assert not evaluation({"module": "M"}, record("N")).met


def test_all_needs_every_one() -> None:
    rule = {"all": [{"competency": "A"}, {"module": "M"}]}
    assert evaluation(rule, record("M", A=MASTERED)).met
    assert not evaluation(rule, record("M")).met
    assert not evaluation(rule, record(A=MASTERED)).met


def test_any_needs_one() -> None:
    rule = {"any": [{"competency": "A"}, {"module": "M"}]}
    assert evaluation(rule, record("M")).met
    assert evaluation(rule, record(A=MASTERED)).met
    assert not evaluation(rule, record()).met


@pytest.mark.parametrize(("done", "met"), [("", False), ("A", False), ("AB", True), ("BC", True), ("ABC", True)])
def test_k_of_needs_that_many(done: str, met: bool) -> None:
    rule = {"k_of": 2, "of": [{"module": name} for name in "ABC"]}
    assert evaluation(rule, record(*done)).met is met


def test_groups_nest() -> None:
    rule = {"all": [{"module": "M"}, {"any": [{"competency": "A"}, {"k_of": 1, "of": [{"competency": "B"}]}]}]}
    assert evaluation(rule, record("M", B=MASTERED)).met
    assert not evaluation(rule, record("M")).met


def test_what_is_missing_is_named_and_what_is_met_is_not() -> None:
    rule = {"all": [{"competency": "A"}, {"competency": "B"}, {"module": "M"}]}
    missing = evaluation(rule, record("M", A=MASTERED)).missing
    assert [finding.demand for finding in missing] == [CompetencyDemand("B")]


def test_a_demand_named_twice_is_found_once() -> None:
    rule = read_rule({"all": [{"module": "M"}, {"any": [{"module": "M"}, {"competency": "A"}]}]})
    assert demands(rule) == (ModuleDemand("M"), CompetencyDemand("A"))


def test_what_is_missing_is_said_in_words() -> None:
    rule = {
        "all": [
            {"module": "M"},
            {"competency": "A"},
            {"competency": "B", "min_trust": 3},
            {"competency": "C", "min_evidence": 4},
        ]
    }
    known = record(B=Shown(mastered=True), C=Shown(mastered=True, trusts=(2,)))
    names = {"M": "Messages people answer", "A": "Closes", "B": "Opens", "C": "Listens"}
    assert [missing_words(finding, names) for finding in evaluation(rule, known).missing] == [
        "Complete the module “Messages people answer”.",
        "Master “Closes”.",
        "Show “Opens” once more, with evidence of trust level 3 or better.",
        "Show “Listens” 3 more times, with evidence of trust level 2 or better.",
    ]


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "module",
        {},
        {"all": []},
        {"all": {"module": "M"}},
        {"all": "MN"},
        {"all": [{"module": "M"}], "any": [{"module": "N"}]},
        {"module": ""},
        {"module": 7},
        {"module": "M", "min_trust": 2},
        {"module": "M" * 65},
        {"competency": None},
        {"competency": "A", "min_trust": 4},
        {"competency": "A", "min_trust": -1},
        {"competency": "A", "min_trust": True},
        {"competency": "A", "min_trust": 2.0},
        {"competency": "A", "min_evidence": 0},
        {"competency": "A", "min_evidence": "1"},
        {"competency": "A", "weight": 1},
        {"k_of": 1},
        {"of": [{"module": "M"}]},
        {"k_of": 0, "of": [{"module": "M"}]},
        {"k_of": 2, "of": [{"module": "M"}]},
        {"k_of": True, "of": [{"module": "M"}]},
        {"none_of": [{"module": "M"}]},
        {"all": [{"module": f"M{number}"} for number in range(201)]},
        {"all": [{"all": [{"module": f"M{number}"} for number in range(101)]}] * 2},
    ],
    ids=lambda document: str(document)[:60],
)
def test_what_is_not_exactly_a_rule_is_refused_when_it_is_saved(document: Any) -> None:
    with pytest.raises(Invalid) as caught:
        read_rule(document)
    assert caught.value.code == "bad_criteria"


def test_a_rule_nested_too_deeply_is_refused() -> None:
    document: dict[str, Any] = {"module": "M"}
    for _ in range(10_000):
        document = {"all": [document]}
    with pytest.raises(Invalid):
        read_rule(document)


leaves = st.one_of(
    st.builds(lambda name: {"module": name}, st.sampled_from("MNO")),
    st.builds(
        lambda name, trust, count: {"competency": name, "min_trust": trust, "min_evidence": count},
        st.sampled_from("ABC"),
        st.integers(0, 3),
        st.integers(1, 3),
    ),
)
rules = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda of: {"all": of}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda of: {"any": of}, st.lists(inner, min_size=1, max_size=3)),
        st.lists(inner, min_size=1, max_size=3).flatmap(
            lambda of: st.integers(1, len(of)).map(lambda k: {"k_of": k, "of": of})
        ),
    ),
    max_leaves=8,
)
shown = st.builds(Shown, mastered=st.booleans(), trusts=st.lists(st.integers(0, 3), max_size=3).map(tuple))
records = st.builds(
    Record,
    competencies=st.dictionaries(st.sampled_from("ABC"), shown),
    modules=st.frozensets(st.sampled_from("MNO")),
)


@given(rule=rules, known=records)
def test_showing_more_never_takes_a_badge_away(rule: dict[str, Any], known: Record) -> None:
    everything = Record(
        competencies={
            name: Shown(mastered=True, trusts=(*known.competencies.get(name, Shown(False)).trusts, 3, 3, 3))
            for name in "ABC"
        },
        modules=frozenset("MNO"),
    )
    assert evaluation(rule, everything).met
    assert not evaluation(rule, record()).met


@given(rule=rules, known=records)
def test_a_rule_is_met_when_nothing_is_missing(rule: dict[str, Any], known: Record) -> None:
    found = evaluation(rule, known)
    if not found.missing:
        assert found.met
    if not found.met:
        assert found.missing
