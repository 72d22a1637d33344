"""The short way from JSON to statements says what the general one says, or nothing.

A few seconds' worth; ``python -m tests.fuzz.two_ways 300000`` for as many as one has time for.
"""

from __future__ import annotations

import warnings

import pytest

from tests.fuzz.two_ways import Changing, TwoWays, documents, in_made_up_contexts, known_contexts

CHANGED = 3_000
MADE_UP = 2_000
SEEDS = (1, 20_26)


@pytest.fixture(autouse=True)
def _quiet_about_reserved_names() -> None:
    warnings.simplefilter("ignore", SyntaxWarning)


def test_good_documents_mean_the_same_both_ways() -> None:
    ways = TwoWays(known_contexts())
    for document in documents():
        ways.compare(document)
    assert ways.answered >= 4


@pytest.mark.parametrize("seed", SEEDS)
def test_changed_documents_mean_the_same_both_ways(seed: int) -> None:
    ways, changing = TwoWays(known_contexts()), Changing(seed)
    for _ in range(CHANGED):
        ways.compare(changing.changed())
    assert ways.answered > CHANGED // 20


@pytest.mark.parametrize("seed", SEEDS)
def test_made_up_contexts_mean_the_same_both_ways(seed: int) -> None:
    _, answered = in_made_up_contexts(MADE_UP, seed)
    assert answered > MADE_UP // 10
