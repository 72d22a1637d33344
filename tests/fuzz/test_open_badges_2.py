"""What was changed of a signed badge of version 2 is never valid; of a hosted one, what its issuer hosts is shown."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.attacks import changes_of, refuse_if_passed
from tests.fuzz.open_badges_2 import open_badges_2_specimens
from tests.fuzz.specimens import Specimen
from tests.unit.badges.verification.strangers import speaking_english

EXAMPLES = 150


@pytest.mark.parametrize("specimen", open_badges_2_specimens(), ids=lambda each: each.name)
def test_nothing_that_was_changed_is_valid(specimen: Specimen) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def attack(data: st.DataObject) -> None:
        refuse_if_passed(specimen, data.draw(changes_of(specimen)))

    with speaking_english():
        attack()


@pytest.mark.parametrize("specimen", open_badges_2_specimens()[:2], ids=lambda each: each.name)
def test_what_was_not_changed_is_valid(specimen: Specimen) -> None:
    with speaking_english():
        assert specimen.is_valid(specimen.data)
