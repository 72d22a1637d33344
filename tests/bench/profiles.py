"""A skill profile with much evidence, alone in the database and among a million awards of other people."""

from __future__ import annotations

import http.client
import statistics
from collections.abc import Iterator
from datetime import timedelta

from competencies.evidence import ledger
from competencies.evidence.trust import MARKED_BY_SERVER
from competencies.frameworks.models import Competency
from issuer.base.db import db, utc_now
from tests.bench import crowds
from tests.bench.figures import Figure
from tests.learners import browser_cookie, make_account
from tests.live import Instance, LiveServer, cpu_seconds, running

PIECES = 200
REQUESTS = 60
BATCH = 12
PAGE = "/skills"


def measure(instance: Instance) -> Iterator[Figure]:
    """CPU of the server for one profile page, before and after the crowd came."""
    cookie = _learner_with_much_evidence(instance)
    alone = _cpu_of_a_page(instance, cookie)
    yield Figure(f"skill profile, {PIECES} pieces of evidence, CPU", alone * 1e3, "ms")
    crowds.add_awards(instance)
    among = _cpu_of_a_page(instance, cookie)
    yield Figure(
        f"the same among {crowds.AWARDS:,} awards of others, CPU", among * 1e3, "ms", alone * 1e3, "the same alone"
    )


def _learner_with_much_evidence(instance: Instance) -> str:
    """Somebody signed in with ``PIECES`` pieces of evidence over every competency; the cookie of their browser."""
    with instance.use_cases() as app:
        account = make_account()
        competencies = db.session.scalars(db.select(Competency).order_by(Competency.id)).all()
        now = utc_now()
        for number in range(PIECES):
            happening = ledger.Happening(
                account=account,
                kind="knowledge_check",
                competencies=[(competencies[number % len(competencies)], 1.0)],
                met=True,
                score=0.9,
                trust=MARKED_BY_SERVER,
                source=ledger.CHECK_SOURCE,
                earned_at=now - timedelta(days=PIECES - number),
                idempotency_key=f"bench:{number}",
            )
            ledger.record(happening, received_at=now)
        return "=".join(browser_cookie(app, account))


def _cpu_of_a_page(instance: Instance, cookie: str) -> float:
    """Median CPU seconds of the web processes for one page."""
    with running(instance, with_worker=False) as server:
        _get(server, cookie, BATCH)
        processes = server.web_processes()
        cpu = []
        for _ in range(REQUESTS // BATCH):
            before = cpu_seconds(processes)
            _get(server, cookie, BATCH)
            cpu.append((cpu_seconds(processes) - before) / BATCH)
    return statistics.median(cpu)


def _get(server: LiveServer, cookie: str, times: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.instance.port, timeout=60)
    for _ in range(times):
        connection.request("GET", PAGE, headers={"Cookie": cookie, "Accept": "text/html"})
        reply = connection.getresponse()
        reply.read()
        if reply.status != 200:
            raise RuntimeError(f"{PAGE} answered {reply.status}.")
    connection.close()
