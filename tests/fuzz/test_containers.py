"""What was changed in a container, or around the badge in it, is never valid; and no container makes a reader crash.

A few of each kind in the suite, as each is read in a child process; more by ``python -m tests.fuzz 100000``.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.attacks import changes_of, refuse_if_passed
from tests.fuzz.containers import Contained, contained_specimens
from tests.unit.badges.verification.strangers import speaking_english

SPECIMENS = contained_specimens()
EXAMPLES = 25


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda each: each.name)
def test_what_was_not_changed_is_valid(specimen: Contained) -> None:
    with speaking_english():
        assert specimen.is_valid(specimen.data)
        assert specimen.says_the_same(specimen.data)


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda each: each.name)
def test_nothing_that_was_changed_is_valid(specimen: Contained) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def attack(data: st.DataObject) -> None:
        refuse_if_passed(specimen, data.draw(changes_of(specimen)))

    with speaking_english():
        attack()
