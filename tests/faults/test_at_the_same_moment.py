"""One attempt, fifty programs, one moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.faults.invariants import awards_of, broken
from tests.learners import Learner, Reply, make_ready
from tests.live import Instance, running

PROGRAMS = 50


@pytest.mark.parametrize("key", [None, "the-same-key"])
def test_fifty_submissions_of_one_attempt_earn_one_badge_and_get_one_answer(
    instance: Instance, key: str | None
) -> None:
    (learner,) = make_ready(instance, 1)
    with running(instance, with_worker=False):
        replies = _all_at_once(learner, key)
    assert {reply.status for reply in replies} == {200}
    assert len({reply.body for reply in replies}) == 1
    assert awards_of(instance, learner) == ["C-PRO.1"]
    assert broken(instance) == []


def test_a_key_used_for_another_request_is_refused_and_changes_nothing(instance: Instance) -> None:
    first, second = make_ready(instance, 2)
    other = Learner(first.account_id, first.token, second.attempt_id, first.port)
    with running(instance, with_worker=False):
        assert first.submit(key="k").status == 200
        refused = other.submit(key="k")
    assert (refused.status, refused.json()["code"]) == (422, "idempotency_mismatch")
    assert awards_of(instance, second) == []


def _all_at_once(learner: Learner, key: str | None) -> list[Reply]:
    start = Barrier(PROGRAMS)

    def submit() -> Reply:
        start.wait()
        return learner.submit(key=key)

    with ThreadPoolExecutor(PROGRAMS) as programs:
        return [future.result() for future in [programs.submit(submit) for _ in range(PROGRAMS)]]
