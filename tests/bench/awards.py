"""From the last request of a knowledge check to a committed, signed badge, over HTTP, on SQLite."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from badges.models import Award, Credential
from issuer.base.db import db
from tests.bench.figures import Figure
from tests.bench.limits import Limits
from tests.learners import Learner, make_ready
from tests.live import Instance, LiveServer, cpu_seconds, running

ALONE = 120
BATCH = 12
"""Submissions a reading of the processes' CPU time, which counts in hundredths of a second."""
TOGETHER = 200
CLIENTS = 8
WARM_UP = 8


def measure(instance: Instance, limits: Limits) -> Iterator[Figure]:
    """One learner after the other, then eight at a time; every award is counted in the database afterwards."""
    learners = make_ready(instance, WARM_UP + ALONE + TOGETHER)
    warm_up, alone, together = (
        learners[:WARM_UP],
        learners[WARM_UP : WARM_UP + ALONE],
        learners[WARM_UP + ALONE :],
    )
    with running(instance) as server:
        _submit_all(warm_up)
        cpu, seconds = _one_after_the_other(server, alone)
        begin = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(_submit_all, [together[number::CLIENTS] for number in range(CLIENTS)]))
        seconds_together = time.perf_counter() - begin
    _require_awards(instance, len(learners))
    work = "sign Ed25519 + sign RS256 + one durable SQLite commit"
    yield Figure("award, CPU of the server", cpu * 1e6, "us", limits.award_cpu, work)
    yield Figure("awards, 1 client", ALONE / seconds, "/s", limits.awards_a_second, work)
    yield Figure(
        f"awards, {CLIENTS} clients", TOGETHER / seconds_together, "/s", limits.awards_a_second, f"{work}, one by one"
    )


def _one_after_the_other(server: LiveServer, learners: Sequence[Learner]) -> tuple[float, float]:
    """Median CPU seconds of the web processes for one award, and the seconds for all of them."""
    processes = server.web_processes()
    cpu = []
    begin = time.perf_counter()
    for start in range(0, len(learners), BATCH):
        batch = learners[start : start + BATCH]
        before = cpu_seconds(processes)
        _submit_all(batch)
        cpu.append((cpu_seconds(processes) - before) / len(batch))
    return statistics.median(cpu), time.perf_counter() - begin


def _submit_all(learners: Sequence[Learner]) -> None:
    for learner in learners:
        reply = learner.submit()
        if reply.status != 200 or reply.json()["passed"] is not True:
            raise RuntimeError(f"A submission was answered {reply.status}: {reply.body[:300]!r}")


def _require_awards(instance: Instance, wanted: int) -> None:
    with instance.use_cases():
        signed = db.session.scalar(
            db.select(db.func.count()).select_from(Award).join(Credential).where(Award.state == "issued")
        )
    if signed != wanted:
        raise RuntimeError(f"{signed} signed awards for {wanted} passed checks.")
