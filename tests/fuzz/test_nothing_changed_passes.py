"""What was changed after signing is never valid, whatever was changed; and no change makes a reader crash or hang.

A few hundred changes of each kind in the suite; ``python -m tests.fuzz 100000`` for as many as one has time for.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.attacks import changes_of, refuse_if_passed
from tests.fuzz.specimens import Specimen, badge_specimens
from tests.unit.badges.verification.strangers import speaking_english

SPECIMENS = badge_specimens()
EXAMPLES = 300


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda each: each.name)
def test_what_was_not_changed_is_valid(specimen: Specimen) -> None:
    with speaking_english():
        assert specimen.is_valid(specimen.data)


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda each: each.name)
def test_nothing_that_was_changed_is_valid(specimen: Specimen) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def attack(data: st.DataObject) -> None:
        refuse_if_passed(specimen, data.draw(changes_of(specimen)))

    with speaking_english():
        attack()
