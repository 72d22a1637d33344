"""A signer process beside a running service, with the keys in a folder that the service is not told of."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from issuer.base import faults, serving
from issuer.keys.signer_client import SignerClient
from issuer.keys.statements import NotSigned
from tests.live import START_SECONDS, Instance

KEPT_APART = ("keys", "key_passphrase.txt")


def with_keys_apart(instance: Instance, folder: Path) -> Instance:
    """The instance, whose private keys and passphrase are now in ``folder``/vault, where only a signer looks."""
    (folder / "vault").mkdir(mode=0o700)
    for name in KEPT_APART:
        (instance.data_dir / name).rename(folder / "vault" / name)
    return dataclasses.replace(instance, signer_socket=folder / "run" / "signer.sock")


@contextlib.contextmanager
def signing_for(instance: Instance, *, fault: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """A signer for the instance, running while the block does, unless it dies first."""
    vault = vault_of(instance)
    more = {"ROSETTE_DATA_DIR": str(vault), **({faults.VARIABLE: fault} if fault else {})}
    with (instance.data_dir / "signer.log").open("ab") as log:
        process = subprocess.Popen(
            serving.signer_command(),
            cwd=instance.settings().checkout,
            env=instance.variables(**more),
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        _wait_for(instance, process)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def vault_of(instance: Instance) -> Path:
    """Where its signer keeps keys and journal."""
    assert instance.signer_socket is not None
    return instance.signer_socket.parent.parent / "vault"


def journal_of(instance: Instance) -> list[tuple[str, str]]:
    """Purpose and subject of everything the signer was asked to sign, in order."""
    with contextlib.closing(sqlite3.connect(vault_of(instance) / "signer" / "journal.db")) as journal:
        return list(journal.execute("SELECT purpose, subject FROM asked ORDER BY id"))


def _wait_for(instance: Instance, process: subprocess.Popen[bytes]) -> None:
    assert instance.signer_socket is not None
    client, deadline = SignerClient(instance.signer_socket), time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            client.create("nothing that there is")
        except NotSigned:
            return  # it answers, and refuses
        except Exception:
            time.sleep(0.05)
    raise RuntimeError((instance.data_dir / "signer.log").read_text()[-4000:])
