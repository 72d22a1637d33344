"""Checks that wait for slow hosts take some threads, never all: who comes next is told at once to come back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from flask.testing import FlaskClient

from badges.verification import outward
from issuer.base.errors import Unavailable
from issuer.base.serving import THREADS
from tests.edges.badges.badge_steps import HTML, held_badge
from tests.factories.people import submit

SLOW = "http://localhost:9/badge.json"


@pytest.fixture
def crowded(app: Flask) -> Iterator[None]:
    """As many checks as there are places, each waiting for another host in a thread of its own."""
    release, waiting = threading.Event(), threading.Semaphore(0)

    def wait() -> None:
        with app.app_context(), outward.passage():
            outward.enter()
            waiting.release()
            release.wait(30)

    threads = [threading.Thread(target=wait) for _ in range(outward.PLACES)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert waiting.acquire(timeout=10)
    yield
    release.set()
    for thread in threads:
        thread.join(10)


def test_some_threads_are_always_left_for_pages() -> None:
    assert 0 < outward.PLACES < THREADS


def test_one_more_is_told_to_come_back(app: Flask, client: FlaskClient, crowded: None) -> None:
    answer = client.post("/api/v1/verifications", json={"input": SLOW})
    assert (answer.status_code, answer.json["code"]) == (503, "verifier_busy")
    assert int(answer.headers["Retry-After"]) == outward.RETRY_SECONDS
    page = submit(client, "/verify", {"input": SLOW})
    assert page.status_code == 503
    assert int(page.headers["Retry-After"]) == outward.RETRY_SECONDS


def test_pages_and_own_badges_go_on(app: Flask, client: FlaskClient, crowded: None) -> None:
    badge = held_badge(app)
    assert client.get("/catalog", headers=HTML).status_code == 200
    answer = client.post("/api/v1/verifications", json={"input": badge.document.decode()})
    assert (answer.status_code, answer.json["verdict"]) == (200, "valid")


def test_a_check_takes_one_place_however_often_it_asks_and_gives_it_back(app: Flask) -> None:
    for _ in range(3 * outward.PLACES):
        with app.app_context(), outward.passage():
            outward.enter()
            outward.enter()


def test_the_place_after_the_last_is_refused(app: Flask) -> None:
    with ExitStack() as stack:
        for _ in range(outward.PLACES):
            stack.enter_context(app.app_context())
            stack.enter_context(outward.passage())
            outward.enter()
        stack.enter_context(app.app_context())
        stack.enter_context(outward.passage())
        with pytest.raises(Unavailable) as refused:
            outward.enter()
    assert refused.value.code == "verifier_busy"
