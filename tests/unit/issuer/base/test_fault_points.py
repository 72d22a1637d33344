"""A fault point kills a process of a test that asks for it, and never anything else."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from issuer.base.faults import VARIABLE, fault_point
from tests import databases

PROGRAM = """
import sys
from flask import Flask
from issuer.base.faults import fault_point
from tests import databases
from pathlib import Path
app = Flask("one")
app.config["ROSETTE"] = databases.test_settings(Path("."), "sqlite://", environment=sys.argv[1])
with app.app_context():
    fault_point("a.place")
print("alive")
"""


def run(environment: str, fault: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, environment],
        env={VARIABLE: fault, "PYTHONPATH": ":".join(sys.path)},
        cwd=Path(__file__).resolve().parents[4],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_named_point_kills_without_a_word() -> None:
    ended = run("test", "a.place")
    assert ended.returncode == -signal.SIGKILL
    assert ended.stdout == ""


@pytest.mark.parametrize(
    ("environment", "fault"), [("test", "another.place"), ("production", "a.place"), ("development", "a.place")]
)
def test_nothing_else_does(environment: str, fault: str) -> None:
    ended = run(environment, fault)
    assert (ended.returncode, ended.stdout) == (0, "alive\n"), ended.stderr


def test_without_the_variable_it_is_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    app = Flask("one")
    app.config["ROSETTE"] = databases.test_settings(tmp_path, "sqlite://")
    with app.app_context():
        fault_point("a.place")
