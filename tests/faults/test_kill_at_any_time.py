"""The whole service is killed at times nobody chose, while learners have their attempts marked."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections.abc import Sequence

import pytest

from tests.faults.invariants import broken, everybodys_awards
from tests.learners import Learner, Reply, make_ready
from tests.live import Instance, running

ROUNDS = 4
LEARNERS = 40
CLIENTS = 4
LONGEST_LIFE = 0.25
"""Seconds from a round's first reply to the kill, at most; the clients need longer than that for everybody."""
PATIENCE = 30


class Clients:
    """Programs that submit for ``learners`` until the service is gone; every reply of 200 is ``acknowledged``."""

    def __init__(self, learners: Sequence[Learner], acknowledged: dict[Learner, Reply]) -> None:
        self._acknowledged = acknowledged
        self.somebody_was_answered = threading.Event()
        self._threads = [
            threading.Thread(target=self._submit, args=(learners[number::CLIENTS],)) for number in range(CLIENTS)
        ]
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _submit(self, learners: Sequence[Learner]) -> None:
        for learner in learners:
            try:
                reply = learner.submit(key=learner.attempt_id)
            except (OSError, http.client.HTTPException):
                return
            if reply.status == 200:
                self._acknowledged[learner] = reply
                self.somebody_was_answered.set()


@pytest.mark.fault
def test_what_was_acknowledged_is_there_byte_for_byte_and_the_rest_can_be_tried_again(instance: Instance) -> None:
    chance = random.Random(20261122)
    learners = make_ready(instance, LEARNERS)
    acknowledged: dict[Learner, Reply] = {}
    for _ in range(ROUNDS):
        with running(instance, with_worker=False) as service:
            clients = Clients([learner for learner in learners if learner not in acknowledged], acknowledged)
            assert clients.somebody_was_answered.wait(PATIENCE)
            time.sleep(chance.uniform(0, LONGEST_LIFE))
            service.kill()
            clients.join()
        assert broken(instance) == []

    with running(instance, with_worker=False):
        for learner in learners:
            said = learner.submit(key=learner.attempt_id)
            assert said.status == 200
            assert said.body == acknowledged.get(learner, said).body
    assert broken(instance) == []
    assert everybodys_awards(instance) == {learner.account_id: ["C-PRO.1"] for learner in learners}
