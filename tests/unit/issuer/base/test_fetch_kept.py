"""What a host said is used again as long as it said so; a host that keeps failing is not asked for a while."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from issuer.base.errors import Unavailable
from issuer.base.fetch import Fetcher, Outbound
from issuer.base.fetching.breaker import FAILURES, SHORTEST_PAUSE
from issuer.base.fetching.gates import AT_ONCE_PER_HOST
from tests.loopback import Asked, Said, answering


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def fetcher(clock: Clock) -> Fetcher:
    return Fetcher(
        allow_loopback_http=True, resolve=lambda *_: ["127.0.0.1"], outbound=Outbound(clock=clock, most_bytes=1_000_000)
    )


def counting(**headers: str) -> object:
    """A host whose document changes with every request."""
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    numbers = iter(range(1000))
    return lambda _: Said(str(next(numbers)).encode(), headers={"Content-Type": "application/json", **said})


def test_a_document_is_asked_for_again_when_its_time_is_over_and_not_before() -> None:
    clock = Clock()
    with answering(counting(Cache_Control="max-age=60")) as host:  # type: ignore[arg-type]
        asking = fetcher(clock)
        assert asking.read(host.base).body == b"0"
        clock.now += 59
        assert asking.read(host.base).body == b"0"
        clock.now += 2
        assert asking.read(host.base).body == b"1"
        assert len(host.asked) == 2


def test_what_may_not_be_stored_is_asked_for_every_time() -> None:
    with answering(counting(Cache_Control="no-store, max-age=60")) as host:  # type: ignore[arg-type]
        asking = fetcher(Clock())
        assert [asking.read(host.base).body for _ in range(3)] == [b"0", b"1", b"2"]


def test_another_form_of_the_same_address_is_another_document() -> None:
    with answering(lambda asked: Said(asked.headers["accept"].encode())) as host:
        asking = fetcher(Clock())
        assert asking.read(host.base, accept="a/b").body == b"a/b"
        assert asking.read(host.base, accept="c/d").body == b"c/d"


def test_a_document_with_a_tag_is_asked_whether_it_still_stands() -> None:
    clock, said = Clock(), {"ETag": '"1"', "Cache-Control": "max-age=10", "Content-Type": "application/json"}

    def host(asked: Asked) -> Said:
        return Said(b"", 304, said) if asked.headers.get("if-none-match") == said["ETag"] else Said(b"long", 200, said)

    with answering(host) as loopback:
        asking = fetcher(clock)
        asking.read(loopback.base)
        clock.now += 11
        again = asking.read(loopback.base)
        assert (again.status, again.body, again.media_type) == (200, b"long", "application/json")
        assert asking.read(loopback.base).body == b"long"
        assert len(loopback.asked) == 2
        clock.now += 11
        said["ETag"] = '"2"'
        assert asking.read(loopback.base).status == 200
        assert asking.read(loopback.base).body == b"long"


@pytest.mark.parametrize("status", [404, 410])
def test_that_there_is_nothing_is_an_answer_and_is_believed_for_seconds_only(status: int) -> None:
    clock = Clock()
    with answering(lambda _: Said(b"", status, {"Cache-Control": "max-age=9999"})) as host:
        asking = fetcher(clock)
        assert [asking.read(host.base).status for _ in range(2)] == [status, status]
        clock.now += 6
        asking.read(host.base)
        assert len(host.asked) == 2


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_failing_host_is_let_be_and_asked_again_later(status: int) -> None:
    clock, healthy = Clock(), threading.Event()

    def host(_: Asked) -> Said:
        return Said() if healthy.is_set() else Said(b"", status, {"Cache-Control": "max-age=60"})

    with answering(host) as loopback:
        asking = fetcher(clock)
        for _ in range(FAILURES + 3):
            with pytest.raises(Unavailable) as trouble:
                asking.read(loopback.base)
            assert "localhost" in trouble.value.detail
        assert len(loopback.asked) == FAILURES
        healthy.set()
        clock.now += SHORTEST_PAUSE
        assert asking.read(loopback.base).status == 200
        assert asking.read(f"{loopback.base}/other").status == 200


def test_a_host_that_says_no_is_not_a_host_that_fails() -> None:
    with answering(lambda asked: Said(b"", 403 if asked.path == "/closed" else 200, {})) as host:
        asking = fetcher(Clock())
        for number in range(2 * FAILURES):
            assert asking.read(f"{host.base}/closed").status == 403
            assert asking.read(f"{host.base}/{number}").status == 200


def test_a_host_is_asked_only_so_much_at_once() -> None:
    at_once, most, lock = [0], [0], threading.Lock()

    def host(asked: Asked) -> Said:
        with lock:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        asked.released.wait(0.05)
        with lock:
            at_once[0] -= 1
        return Said()

    with answering(host) as loopback, ThreadPoolExecutor(12) as pool:
        asking = fetcher(Clock())
        replies = list(pool.map(lambda number: asking.read(f"{loopback.base}/{number}").status, range(24)))
    assert replies == [200] * 24
    assert 1 < most[0] <= AT_ONCE_PER_HOST
