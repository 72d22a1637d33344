"""The monitor against an honest log, against a running service that forks its log, and against every other lie."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask

from issuer.base.settings import CHECKOUT
from issuer.crypto.checkpoints import verifier_key
from issuer.log import entries
from tests.databases import PostgreSQLDatabases, SQLiteDatabases
from tests.factories.log import keep_up
from tests.live import Instance, free_port, running
from tests.unit.issuer.crypto.making import make_key

Lie = Callable[[str, str], str]
"""Path and body -> what is sent instead."""


def issue(*names: str) -> None:
    for name in names:
        entries.record(name, hashlib.sha256(name.encode()).digest())
    keep_up()


def monitor(base: str, state: Path, *more: str) -> tuple[int, str]:
    """Exit code and words of the script, run without assertions."""
    command = [sys.executable, "-O", str(CHECKOUT / "docs" / "monitor.py"), base, str(state), *more]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return ran.returncode, (ran.stdout + ran.stderr).strip()


@contextlib.contextmanager
def serving(app: Flask, lie: Lie = lambda _path, body: body) -> Iterator[str]:
    """The public addresses of the application on a port, as whoever sits between would change them."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = app.test_client().get(self.path)
            body = lie(self.path, answer.get_data(as_text=True)).encode()
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_growth_is_well_and_only_the_new_leaves_are_read(app: Flask, tmp_path: Path) -> None:
    asked: list[str] = []

    def listen(path: str, body: str) -> str:
        asked.append(path)
        return body

    with serving(app, listen) as base:
        for count, names in ((3, "abc"), (4, "d"), (4, ""), (9, "efghi")):
            with app.app_context():
                issue(*names)
            assert monitor(base, tmp_path / "state") == (0, f"OK: {count} entries")
    starts = [path.partition("start=")[2] for path in asked if path.startswith("/log/entries")]
    assert starts == ["0", "3", "4"]


def another_leaf(path: str, body: str) -> str:
    if not path.startswith("/log/entries"):
        return body
    listed = json.loads(body)
    listed["items"][-1] = "AAAA"
    return json.dumps(listed)


def a_leaf_less(path: str, body: str) -> str:
    return json.dumps({**json.loads(body), "items": []}) if path.startswith("/log/entries") else body


def another_size(path: str, body: str) -> str:
    return body.replace("\n5\n", "\n6\n") if path == "/log/checkpoint" else body


def another_name(path: str, body: str) -> str:
    return body.replace("localhost", "elsewhere", 1) if path == "/log/checkpoint" else body


def no_signature(path: str, body: str) -> str:
    return body.partition("\n\n")[0] + "\n\n" if path == "/log/checkpoint" else body


def no_text(path: str, body: str) -> str:
    return "" if path == "/log/checkpoint" else body


LIES: dict[str, tuple[Lie, str]] = {
    "another leaf": (another_leaf, "the log was changed"),
    "a leaf less": (a_leaf_less, "entry 3 is missing"),
    "another size": (another_size, "the signature of the checkpoint does not hold"),
    "another name": (another_name, "the signature of the checkpoint does not hold"),
    "no signature": (no_signature, "not signed by the key that is known"),
    "no text": (no_text, "not signed by the key that is known"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_an_alarm_and_is_not_remembered(app: Flask, tmp_path: Path, name: str) -> None:
    lie, sentence = LIES[name]
    with app.app_context():
        issue("a", "b", "c")
    with serving(app) as base:
        assert monitor(base, tmp_path / "state")[0] == 0
    with app.app_context():
        issue("d", "e")
    with serving(app, lie) as base:
        code, words = monitor(base, tmp_path / "state")
    assert code == 1
    assert words.startswith("ALARM: ") and sentence in words
    with serving(app) as base:
        assert monitor(base, tmp_path / "state") == (0, "OK: 5 entries")


def test_an_older_checkpoint_is_an_alarm(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        issue("a", "b", "c")
        older = app.test_client().get("/log/checkpoint").get_data(as_text=True)
        issue("d", "e")
    with serving(app) as base:
        assert monitor(base, tmp_path / "state")[0] == 0
    with serving(app, lambda path, body: older if path == "/log/checkpoint" else body) as base:
        code, words = monitor(base, tmp_path / "state")
    assert (code, words) == (1, "ALARM: the log became smaller: 5 entries were signed before, now 3")


def test_a_log_whose_key_is_not_the_one_that_was_given_is_an_alarm(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        issue("a")
    right = app.test_client().get("/log/key").get_data(as_text=True).strip()
    wrong = verifier_key(right.split("+")[0], make_key().public_key())
    with serving(app) as base:
        assert monitor(base, tmp_path / "one", wrong)[0] == 1
        assert monitor(base, tmp_path / "one", right)[0] == 0


@pytest.mark.fault
def test_a_service_that_forks_its_log_is_found_out_although_every_checkpoint_is_signed(
    databases: SQLiteDatabases | PostgreSQLDatabases, tmp_path: Path
) -> None:
    (tmp_path / "one").mkdir()
    one = Instance(tmp_path / "one", databases.make(tmp_path / "one"), free_port())
    state = tmp_path / "state.json"
    with one.use_cases():
        issue("a", "b", "c")
    shutil.copytree(one.data_dir, tmp_path / "other")
    other = Instance(tmp_path / "other", databases.copy(one.database_url, tmp_path / "other"), one.port)
    with one.use_cases():
        issue("d", "e")
    with running(one, with_worker=False):
        assert monitor(one.base_url, state) == (0, "OK: 5 entries")
    with other.use_cases():
        issue("d", "another one", "f")
    with running(other, with_worker=False):
        code, words = monitor(other.base_url, state)
        assert monitor(other.base_url, tmp_path / "new") == (0, "OK: 6 entries")
    assert code == 1
    assert words == "ALARM: the log was changed: it does not begin with what was there before"
    for instance in (one, other):
        databases.drop(instance.database_url)
