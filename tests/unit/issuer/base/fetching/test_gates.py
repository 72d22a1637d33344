"""So many questions at once to one host, and so many in all."""

from __future__ import annotations

import contextlib

import pytest

from issuer.base.fetching.gates import GateFull, Gates


def test_one_host_cannot_take_the_places_of_another() -> None:
    gates = Gates(at_once=3, per_host=2)
    with contextlib.ExitStack() as held:
        held.enter_context(gates.through("a.example", seconds=0))
        held.enter_context(gates.through("a.example", seconds=0))
        with pytest.raises(GateFull):
            held.enter_context(gates.through("a.example", seconds=0.01))
        held.enter_context(gates.through("b.example", seconds=0))
        with pytest.raises(GateFull):
            held.enter_context(gates.through("c.example", seconds=0.01))
    with gates.through("c.example", seconds=0):
        pass


def test_a_place_is_given_back_when_the_question_fails() -> None:
    gates = Gates(at_once=1, per_host=1)
    for _ in range(3):
        with contextlib.suppress(OSError), gates.through("a.example", seconds=0):
            raise OSError
