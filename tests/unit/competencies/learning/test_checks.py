"""The draw and the guard against guessing, held against brute force."""

from __future__ import annotations

import itertools
from collections import Counter
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competencies.learning import checks
from competencies.learning.checks import CheckRule, PoolItem
from competencies.learning.items import parse_item
from tests.factories import learning as make

TWO = {"A": 0.6, "B": 0.4}


def pool_of(*groups: tuple[str, int, int], guess: float = 0.25) -> list[PoolItem]:
    """(competency, difficulty, how many) -> items."""
    return [
        PoolItem(f"{competency}{difficulty}-{number}", competency, difficulty, guess)
        for competency, difficulty, count in groups
        for number in range(count)
    ]


BALANCED = pool_of(("A", 1, 6), ("A", 2, 6), ("A", 3, 3), ("B", 1, 5), ("B", 2, 5))


def by_competency(names: tuple[str, ...]) -> Counter[str]:
    return Counter(name[0] for name in names)


def test_competencies_are_drawn_by_their_weight() -> None:
    for seed in map(str, range(20)):
        names = checks.draw_items(BALANCED, TWO, 10, seed=seed)
        assert len(set(names)) == 10
        assert by_competency(names) == {"A": 6, "B": 4}


def test_difficulties_are_drawn_as_the_pool_has_them() -> None:
    profiles = {
        tuple(sorted(Counter(name[:2] for name in checks.draw_items(BALANCED, TWO, 10, seed=str(seed))).items()))
        for seed in range(20)
    }
    assert profiles == {(("A1", 3), ("A2", 2), ("A3", 1), ("B1", 2), ("B2", 2))}, "every attempt weighs the same"


def test_small_competency_is_never_left_out() -> None:
    pool = pool_of(("A", 1, 20), ("B", 1, 5), ("C", 1, 5))
    names = checks.draw_items(pool, {"A": 0.9, "B": 0.05, "C": 0.05}, 5, seed="s")
    assert by_competency(names) == {"A": 3, "B": 1, "C": 1}


def test_same_seed_draws_the_same_and_another_seed_another() -> None:
    draws = {checks.draw_items(BALANCED, TWO, 10, seed=str(seed)) for seed in range(50)}
    assert checks.draw_items(BALANCED, TWO, 10, seed="7") == checks.draw_items(BALANCED, TWO, 10, seed="7")
    assert len(draws) == 50


def test_every_item_is_drawn_about_as_often_as_its_neighbours() -> None:
    seen = Counter(name for seed in range(600) for name in checks.draw_items(BALANCED, TWO, 10, seed=str(seed)))
    a1 = [seen[item.name] for item in BALANCED if (item.competency, item.difficulty) == ("A", 1)]
    assert all(0.8 * fmean(a1) < count < 1.2 * fmean(a1) for count in a1)


def test_items_of_the_last_attempt_are_avoided_as_far_as_the_pool_goes() -> None:
    first = checks.draw_items(BALANCED, TWO, 10, seed="first")
    second = checks.draw_items(BALANCED, TWO, 10, seed="second", avoid=first)
    assert set(first).isdisjoint(second)
    small = pool_of(("A", 1, 4))
    seen = [item.name for item in small[:3]]
    again = checks.draw_items(small, {"A": 1}, 3, seed="x", avoid=seen)
    assert len(again) == 3
    assert small[3].name in again


@settings(max_examples=200)
@given(
    weights=st.lists(st.integers(1, 50), min_size=1, max_size=8),
    places=st.integers(1, 40),
)
def test_places_always_sum_up_and_nobody_is_left_out(weights: list[int], places: int) -> None:
    total = sum(weights)
    shares = {f"c{index}": weight / total for index, weight in enumerate(weights)}
    pool = [PoolItem(f"{name}-{number}", name, number % 3 + 1) for name in shares for number in range(60)]
    quotas = checks.quotas(pool, shares, places)
    assert sum(quotas.values()) == places
    if places >= len(weights):
        assert {competency for competency, _ in quotas} == set(shares)


# --- showing -------------------------------------------------------------------------------------------------


def test_options_are_shuffled_and_fixed_ones_stay() -> None:
    authored = make.single_choice()
    authored["options"][3]["fixed"] = True
    item = parse_item(authored, "items[0]", competencies=["PRO.1"], cards=2)
    orders = {tuple(checks.shown_order(item, str(seed))) for seed in range(60)}
    assert {order[3] for order in orders} == {"d"}
    assert len(orders) == 6


def test_ordering_is_never_shown_in_its_right_order() -> None:
    item = parse_item(make.ordering(), "items[0]", competencies=["PRO.1"], cards=2)
    orders = [checks.shown_order(item, str(seed)) for seed in range(300)]
    assert item.key["order"] not in orders
    assert len({tuple(order) for order in orders}) == 23


# --- guessing ------------------------------------------------------------------------------------------------


def brute_force(pool: list[PoolItem], weights: dict[str, float], rule: CheckRule) -> float:
    """Every draw the rule allows, every pattern of right answers."""
    strata = [
        list(
            itertools.combinations(
                [item.guess for item in pool if (item.competency, item.difficulty) == stratum], places
            )
        )
        for stratum, places in checks.quotas(pool, weights, rule.draw).items()
    ]
    draws = [list(itertools.chain(*parts)) for parts in itertools.product(*strata)]
    passing = 0.0
    for guesses in draws:
        for pattern in itertools.product((0, 1), repeat=len(guesses)):
            if sum(pattern) >= rule.needed:
                chance = 1.0
                for hit, guess in zip(pattern, guesses, strict=True):
                    chance *= guess if hit else 1 - guess
                passing += chance
    return passing / len(draws)


def test_five_items_of_four_options_with_four_right_are_guessed_once_in_64() -> None:
    once = checks.chance_of_passing_by_guessing(pool_of(("A", 1, 13)), {"A": 1}, CheckRule(5, 0.8))
    assert once == pytest.approx(0.015625)
    assert checks.chance_over_attempts(once, 3) == pytest.approx(0.0461, abs=1e-4)


def test_ten_items_of_four_options_with_eight_right_are_guessed_4_times_in_10000() -> None:
    once = checks.chance_of_passing_by_guessing(pool_of(("A", 1, 25)), {"A": 1}, CheckRule(10, 0.8))
    assert once == pytest.approx(0.000416, abs=1e-6)


def test_mixed_pool_is_as_likely_to_be_guessed_as_brute_force_says() -> None:
    guesses = [0.25, 0.5, 0.0, 1 / 15, 0.25, 1 / 23, 0.5]
    pool = [PoolItem(f"A{index}", "A", index % 2 + 1, guess) for index, guess in enumerate(guesses)]
    pool += [PoolItem(f"B{index}", "B", 1, guess) for index, guess in enumerate(guesses[:4])]
    for rule in (CheckRule(5, 0.6), CheckRule(4, 1), CheckRule(6, 0.5)):
        exact = brute_force(pool, TWO, rule)
        assert checks.chance_of_passing_by_guessing(pool, TWO, rule) == pytest.approx(exact)


@settings(max_examples=40, deadline=None)
@given(
    guesses=st.lists(st.sampled_from([0.0, 0.04, 0.25, 0.5, 1.0]), min_size=5, max_size=8),
    draw=st.integers(1, 5),
    pass_mark=st.sampled_from([0.2, 0.5, 0.8, 1.0]),
)
def test_any_pool_is_as_likely_to_be_guessed_as_brute_force_says(
    guesses: list[float], draw: int, pass_mark: float
) -> None:
    pool = [PoolItem(f"A{index}", "A", 1, guess) for index, guess in enumerate(guesses)]
    rule = CheckRule(draw, pass_mark)
    exact = brute_force(pool, {"A": 1}, rule)
    assert checks.chance_of_passing_by_guessing(pool, {"A": 1}, rule) == pytest.approx(exact)


@pytest.mark.parametrize(
    ("draw", "pass_mark", "needed"), [(5, 0.8, 4), (10, 0.7, 7), (3, 2 / 3, 2), (6, 0.8, 5), (5, 1, 5)]
)
def test_needed_answers_are_not_lost_to_rounding(draw: int, pass_mark: float, needed: int) -> None:
    assert CheckRule(draw, pass_mark).needed == needed


# --- judging ---------------------------------------------------------------------------------------------------


def refusals(pool: list[PoolItem], weights: dict[str, float], rule: CheckRule) -> list[str]:
    return [finding.sentence for finding in checks.findings(pool, weights, rule) if finding.refused]


def test_generous_pool_that_is_hard_to_guess_has_no_finding() -> None:
    assert checks.findings(pool_of(("A", 1, 13)), {"A": 1}, CheckRule(5, 0.8)) == ()


def test_check_that_is_easy_to_guess_is_refused_with_the_number() -> None:
    found = refusals(pool_of(("A", 1, 13), guess=0.5), {"A": 1}, CheckRule(5, 0.8))
    assert len(found) == 1
    assert "0.464" in found[0], "1 - (1 - 6/32) ** 3"


def test_more_attempts_make_a_check_too_easy() -> None:
    pool = pool_of(("A", 1, 13))
    assert refusals(pool, {"A": 1}, CheckRule(5, 0.8, max_attempts=3)) == []
    assert refusals(pool, {"A": 1}, CheckRule(5, 0.8, max_attempts=4)) != []


def test_small_pool_is_advice_and_too_small_a_pool_a_refusal() -> None:
    rule = CheckRule(5, 0.8)
    twelve = checks.findings(pool_of(("A", 1, 12)), {"A": 1}, rule)
    assert [finding.refused for finding in twelve] == [False]
    assert "13" in twelve[0].sentence
    assert refusals(pool_of(("A", 1, 4)), {"A": 1}, rule) != []


def test_competency_with_too_few_items_is_refused_by_name() -> None:
    found = refusals(pool_of(("A", 1, 20), ("B", 1, 1)), TWO, CheckRule(5, 0.8))
    assert found == ["B needs 2 items in each draw, and the pool has 1."]


def test_draw_too_short_for_its_competencies_is_refused() -> None:
    assert refusals(pool_of(("A", 1, 9), ("B", 1, 9)), TWO, CheckRule(1, 1)) != []
