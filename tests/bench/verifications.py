"""Whole verifications, every check of a report: own badges and foreign ones, here and over HTTP, beside the verifier
that everybody has: the JavaScript library, on the same badges in the same run."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path
from typing import Any

import pytest

from badges.models import Award, Credential
from badges.verification import sources
from badges.verification.report import Verdict
from issuer.base.db import db
from issuer.crypto.strict_json import load_object
from issuer.outbound import forget_what_was_read
from tests import javascript
from tests.bench.figures import Figure, cpu_microseconds
from tests.bench.foreign_issuer import Foreign, foreign_issuer
from tests.bench.pages import publish_one
from tests.live import Instance, running

SECONDS = 3
COLD = 20
ROUNDS = 3
PROCESSES = 2
JAVASCRIPT = "the JavaScript library, same badges"


@dataclass(frozen=True, slots=True)
class BehindProxy(Instance):
    """Each request may come from another address, so that no limit of tries ends the measurement."""

    def variables(self, **more: str) -> dict[str, str]:
        return Instance.variables(self, ROSETTE_TRUSTED_PROXIES="1", **more)


def measure(instance: Instance, folder: Path) -> Iterator[Figure]:
    """In this process first, then over HTTP on the loopback interface."""
    publish_one(instance)
    own = _own_badges(instance)
    with foreign_issuer(load_object(own[0])) as foreign:
        theirs = _javascript(foreign, folder)
        yield from _in_process(instance, own, foreign, theirs)
        open_instance = BehindProxy(instance.data_dir, instance.database_url, instance.port)
        with running(open_instance, with_worker=False) as server:
            port = server.instance.port
            yield Figure("verifications of own badges over HTTP", _a_second(port, own), "/s")
            yield Figure("verifications of cached foreign badges over HTTP", _a_second(port, foreign.badges), "/s")


def _in_process(instance: Instance, own: Sequence[bytes], foreign: Foreign, theirs: float | None) -> Iterator[Figure]:
    with instance.use_cases() as app, app.test_request_context():
        ours = _cost(own)
        yield Figure("verify an own badge, every check", ours, "us")
        cached = _cost(foreign.badges)
        yield Figure("verify a cached foreign badge, every check", cached, "us")
        if theirs is not None:
            yield Figure("verify a foreign badge, JavaScript library", theirs, "us", cached, "ours, cached")
            yield Figure("how many times less CPU than the JavaScript library", theirs / cached, "x")
        yield Figure("cold foreign badge over a cached one, waiting included", _cold_overhead(foreign), "ms")


def _cost(badges: Sequence[bytes]) -> float:
    """Microseconds of CPU of one verification, another badge each time."""
    several = cycle(badges)
    return cpu_microseconds(lambda: _valid(next(several)))


def _valid(badge: bytes) -> None:
    report = sources.check(badge)
    if report.verdict is not Verdict.VALID:
        raise RuntimeError(f"A badge of the measurement is {report.verdict}: {report.failure()}")


def _cold_overhead(foreign: Foreign) -> float:
    """Milliseconds that reading the issuer's two documents adds to a verification."""
    several = cycle(foreign.badges)

    def timed(before: Callable[[], None]) -> float:
        before()
        begin = time.perf_counter()
        _valid(next(several))
        return time.perf_counter() - begin

    cold = statistics.median(timed(forget_what_was_read) for _ in range(COLD))
    warm = statistics.median(timed(lambda: None) for _ in range(COLD))
    return (cold - warm) * 1000


def _javascript(foreign: Foreign, folder: Path) -> float | None:
    """Microseconds of CPU of one verification by the JavaScript library, or None where there is none."""
    try:
        place = javascript.install(folder)
    except pytest.skip.Exception as reason:
        print(f"No JavaScript to compare with: {reason}")
        return None
    given = folder / "badges.json"
    texts = [badge.decode() for badge in foreign.badges]
    given.write_text(json.dumps({"map": foreign.public, "badges": texts, "rounds": ROUNDS}))
    script = Path(__file__).with_name("verify_many.mjs")
    command = ["node", str(script), str(place / "verify.mjs"), str(given)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    said: dict[str, Any] = json.loads(ended.stdout)
    if said["valid"] != len(texts):
        raise RuntimeError(f"The JavaScript library takes {said['valid']} of {len(texts)} badges.")
    return float(said["microseconds"])


def _own_badges(instance: Instance) -> list[bytes]:
    """Badges of the instance that stand, as they were signed."""
    with instance.use_cases() as app, app.test_request_context():
        issued = db.select(Credential.document).join(Award).where(Award.state == "issued")
        documents = list(db.session.scalars(issued.limit(100)))
        standing = [each for each in documents if sources.check(each).verdict is Verdict.VALID]
    if not standing:
        raise RuntimeError("The demonstration has no badge that stands.")
    return standing


def _a_second(port: int, badges: Sequence[bytes]) -> float:
    """Verifications a second, by clients in processes of their own."""
    bodies = [json.dumps({"input": badge.decode()}) for badge in badges]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        return sum(pool.starmap(_ask, [(port, bodies, place) for place in range(PROCESSES)]))


def _ask(port: int, bodies: Sequence[str], place: int) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    several, numbers = cycle(bodies), count()
    begin, done = time.perf_counter(), 0
    while time.perf_counter() - begin < SECONDS:
        number = next(numbers)
        client = f"10.{place}.{number // 250 % 250}.{number % 250}"
        headers = {"Content-Type": "application/json", "X-Forwarded-For": client}
        connection.request("POST", "/api/v1/verifications", body=next(several), headers=headers)
        reply = connection.getresponse()
        answer = json.loads(reply.read())
        if reply.status != 200 or answer["verdict"] != "valid":
            raise RuntimeError(f"A badge of the measurement was answered {reply.status}: {answer}")
        done += 1
    connection.close()
    return done / (time.perf_counter() - begin)
