"""One command runs web server, worker and signer; a signer that dies is started again, and alone has its secrets."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from issuer.keys.key_file import KeyUnusable
from issuer.keys.purposes import BADGE_PROOF
from issuer.keys.signer_client import SignerClient
from tests.databases import SQLiteDatabases
from tests.live import Instance, free_port, with_children

PASSPHRASE = "served-passphrase-of-some-length-7Zt4Nf0v"
PATIENCE = 60.0


@contextmanager
def served(instance: Instance) -> Iterator[int]:
    """The process id of `flask serve`, running while the block does."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    with (instance.data_dir / "serve.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=instance.settings().checkout,
            env=instance.variables(ROSETTE_KEY_PASSPHRASE=PASSPHRASE),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process.pid
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    data = tmp_path / "data"
    data.mkdir()
    url = SQLiteDatabases(tmp_path).make(data)
    with tempfile.TemporaryDirectory() as run:
        base = Instance(data, url, free_port(), environment="test")
        yield dataclasses.replace(base, signer_socket=Path(run) / "private" / "signer.sock")


def wait_for(works: object) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            works()  # type: ignore[operator]
        except (OSError, KeyUnusable):
            assert time.monotonic() < deadline, "it did not come about in time"
            time.sleep(0.1)
        else:
            return


def commands_below(process_id: int) -> dict[int, str]:
    """Process id -> command line of everything that it started."""
    found = {}
    for child in with_children(process_id)[1:]:
        with suppress(OSError):
            found[child] = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


@pytest.mark.fault
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_signer_is_started_again_and_alone_knows_the_passphrase(instance: Instance) -> None:
    assert instance.signer_socket is not None
    client = SignerClient(instance.signer_socket)
    with served(instance) as process_id:
        wait_for(lambda: urllib.request.urlopen(f"http://127.0.0.1:{instance.port}/healthz", timeout=2))
        wait_for(lambda: client.create(BADGE_PROOF))
        running = commands_below(process_id)
        signers = [pid for pid, command in running.items() if "signer_process" in command]
        assert len(signers) == 1
        for pid in running.keys() - set(signers):
            assert PASSPHRASE.encode() not in Path(f"/proc/{pid}/environ").read_bytes(), running[pid]
        os.kill(signers[0], signal.SIGKILL)
        wait_for(lambda: client.create(BADGE_PROOF))
        assert [pid for pid, command in commands_below(process_id).items() if "signer_process" in command] != signers
    assert not instance.signer_socket.exists()
