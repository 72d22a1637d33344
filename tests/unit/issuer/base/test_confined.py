"""Hostile work ends in its own process, and nothing of it is left for the next."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from issuer.base import confined
from issuer.base.confined import Servers, TooMuchWork, Unreadable

HERE = "tests.factories.tasks"


@pytest.fixture
def servers() -> Iterator[Servers]:
    servers = Servers()
    yield servers
    servers.stop()


def test_a_task_answers_with_a_value_and_bytes(servers: Servers) -> None:
    assert servers.run(f"{HERE}:length", b"abc").value == {"length": 3}
    assert servers.run(f"{HERE}:halves", b"left right").blobs == (b"left ", b"right")


def test_megabytes_pass_both_ways(servers: Servers) -> None:
    data = bytes(range(256)) * 40_000
    assert b"".join(servers.run(f"{HERE}:halves", data).blobs) == data


@pytest.mark.parametrize("task", ["burn", "swell", "recurse", "crash"])
def test_a_task_beyond_its_bounds_ends_alone(servers: Servers, task: str) -> None:
    with pytest.raises(TooMuchWork) as refused:
        servers.run(f"{HERE}:{task}", b"")
    assert refused.value.code == "too_much_work"
    assert servers.run(f"{HERE}:length", b"next").value == {"length": 4}


def test_a_task_that_only_waits_is_cut_off(servers: Servers) -> None:
    with pytest.raises(TooMuchWork):
        servers.run(f"{HERE}:sleep", b"")


def test_an_error_of_a_parser_says_that_the_file_is_damaged(servers: Servers) -> None:
    with pytest.raises(Unreadable):
        servers.run(f"{HERE}:fail", b"")


def test_a_task_can_neither_read_a_file_nor_speak_to_anybody(servers: Servers) -> None:
    assert servers.run(f"{HERE}:read_file", b"").value == "OSError"
    assert servers.run(f"{HERE}:speak", b"").value == "OSError"


def test_no_secret_of_the_environment_reaches_a_task(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROSETTE_KEY_PASSPHRASE", "not for parsers")
    assert set(servers.run(f"{HERE}:secrets_seen", b"").value) <= {"LC_ALL", "PATH", "PYTHONPATH"}


def test_a_server_that_was_killed_is_replaced(servers: Servers) -> None:
    first = servers.run(f"{HERE}:parent", b"").value
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert servers.run(f"{HERE}:parent", b"").value != first


def test_many_threads_share_one_server(servers: Servers) -> None:
    found: list[int] = []

    def ask(size: int) -> None:
        found.append(servers.run(f"{HERE}:length", b"x" * size).value["length"])

    threads = [threading.Thread(target=ask, args=(size,)) for size in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(12))


def test_the_server_ends_when_it_is_stopped(servers: Servers) -> None:
    process = servers.run(f"{HERE}:parent", b"").value
    servers.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_one_process_has_one_server() -> None:
    assert confined.run(f"{HERE}:parent", b"").value == confined.run(f"{HERE}:parent", b"").value


def test_a_fork_has_a_server_of_its_own_and_leaves_the_other_alone() -> None:
    ours = confined.run(f"{HERE}:parent", b"").value
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, str(confined.run(f"{HERE}:parent", b"").value).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(reading, 64)) != ours
    assert confined.run(f"{HERE}:parent", b"").value == ours
