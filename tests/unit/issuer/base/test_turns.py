"""Whoever asked first goes first, and nobody waits for ever."""

from __future__ import annotations

import threading

from issuer.base.turns import Turns

PATIENCE = 30.0


def test_the_turn_is_given_in_the_order_in_which_it_was_asked_for() -> None:
    turns, order = Turns(), []
    assert turns.take(seconds=PATIENCE)
    threads = []
    for number in range(6):
        threads.append(threading.Thread(target=_take_and_note, args=(turns, order, number)))
        threads[-1].start()
        _until_waiting(turns, number + 1)
    turns.give_back()
    for thread in threads:
        thread.join(PATIENCE)
    assert order == list(range(6))


def test_who_cannot_have_the_turn_in_time_is_told_and_stands_in_nobodys_way() -> None:
    turns = Turns()
    assert turns.take(seconds=PATIENCE)
    assert not turns.take(seconds=0.01)
    turns.give_back()
    assert turns.take(seconds=0.01)


def test_a_turn_given_back_can_be_taken_again() -> None:
    turns = Turns()
    for _ in range(3):
        assert turns.take(seconds=0.01)
        turns.give_back()


def _take_and_note(turns: Turns, order: list[int], number: int) -> None:
    assert turns.take(seconds=PATIENCE)
    order.append(number)
    turns.give_back()


def _until_waiting(turns: Turns, count: int) -> None:
    """Until so many stand in line."""
    pause = threading.Event()
    while turns.waiting < count:
        pause.wait(0.001)
