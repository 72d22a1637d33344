"""A host that fails again and again is left alone for a while, and then asked once."""

from __future__ import annotations

from dataclasses import dataclass

from issuer.base.fetching.breaker import FAILURES, LONGEST_PAUSE, MOST_HOSTS, SHORTEST_PAUSE, Breakers


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock, host: str = "a.example") -> Breakers:
    breakers = Breakers(clock)
    for _ in range(FAILURES):
        assert breakers.wait_for(host) == 0
        breakers.failed(host)
    return breakers


def test_enough_failures_in_a_row_open_it_for_that_host_alone() -> None:
    breakers = opened(Clock())
    assert breakers.wait_for("a.example") == SHORTEST_PAUSE
    assert breakers.wait_for("b.example") == 0


def test_one_answer_between_the_failures_keeps_it_closed() -> None:
    breakers = Breakers(Clock())
    for _ in range(3):
        for _ in range(FAILURES - 1):
            breakers.failed("a.example")
        breakers.succeeded("a.example")
    assert breakers.wait_for("a.example") == 0


def test_after_its_time_one_may_try_and_the_others_wait() -> None:
    clock = Clock()
    breakers = opened(clock)
    clock.now += SHORTEST_PAUSE
    assert breakers.wait_for("a.example") == 0
    assert breakers.wait_for("a.example") > 0
    breakers.succeeded("a.example")
    assert breakers.wait_for("a.example") == 0


def test_a_trial_that_fails_doubles_the_pause_up_to_the_longest() -> None:
    clock = Clock()
    breakers = opened(clock)
    pauses = []
    for _ in range(8):
        clock.now += breakers.wait_for("a.example")
        assert breakers.wait_for("a.example") == 0
        breakers.failed("a.example")
        pauses.append(breakers.wait_for("a.example"))
    assert pauses[:2] == [2 * SHORTEST_PAUSE, 4 * SHORTEST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE


def test_whoever_tried_and_never_came_back_blocks_nobody_for_ever() -> None:
    clock = Clock()
    breakers = opened(clock)
    clock.now += SHORTEST_PAUSE
    assert breakers.wait_for("a.example") == 0
    clock.now += SHORTEST_PAUSE
    assert breakers.wait_for("a.example") == 0


def test_a_million_names_do_not_fill_the_memory() -> None:
    breakers = Breakers(Clock())
    for number in range(MOST_HOSTS + 100):
        breakers.failed(f"{number}.example")
    assert len(breakers._lines) == MOST_HOSTS
