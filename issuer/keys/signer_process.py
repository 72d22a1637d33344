"""The signer: the only process that opens private keys. It reads whole statements, and decides by itself.

    ROSETTE_SIGNER_SOCKET=/run/rosette/signer.sock python -m issuer.keys.signer_process

It needs no database and no network. Every statement is checked against the rules of its key's purpose, the bytes to
sign are made here, and what is to be signed stands in the signer's own journal before the key is touched.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import signal
import socket
import stat
import struct
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import structlog

from issuer.base import logging
from issuer.base.environment import SettingsError
from issuer.base.faults import die_if_named
from issuer.base.key_settings import SignerSettings
from issuer.crypto.multibase import encode_base64url
from issuer.crypto.multikey import to_jwk
from issuer.keys.backends import LocalBackend, SigningBackend
from issuer.keys.key_file import KeyUnusable
from issuer.keys.opening import private_keys
from issuer.keys.purposes import PURPOSES
from issuer.keys.signer_journal import Journal
from issuer.keys.signer_protocol import BadFrame, receive_frame, send_frame
from issuer.keys.statements import NotSigned, Statement, from_json

CONCURRENCY = 8
"""Requests at once; whoever comes later waits in line, and the line is no longer than ``BACKLOG``."""

BACKLOG = 64
REQUEST_SECONDS = 2.0
REPLY_SECONDS = 2.0
_POLL_SECONDS = 0.2
_PEER = struct.Struct("3i")
_PR_SET_DUMPABLE = 4

log = structlog.get_logger("rosette.signer")


def utc_now() -> datetime:
    """The signer's own clock."""
    return datetime.now(UTC)


class SignerServer:
    """Answers requests on the socket ``path`` until it is told to stop. ``clock`` says what time it is."""

    def __init__(self, backend: SigningBackend, path: Path, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._backend = backend
        self._clock = clock
        self._listener = _listen(path)
        self._path = path
        self._free = threading.Semaphore(CONCURRENCY)

    def serve(self, stop: threading.Event) -> None:
        """Blocks. What is being answered when ``stop`` is set is finished."""
        self._listener.settimeout(_POLL_SECONDS)
        with ThreadPoolExecutor(CONCURRENCY) as threads:
            while not stop.is_set():
                if not self._free.acquire(timeout=_POLL_SECONDS):
                    continue
                try:
                    connection, _ = self._listener.accept()
                except OSError:
                    self._free.release()
                    continue
                threads.submit(self._converse, connection)
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _converse(self, connection: socket.socket) -> None:
        try:
            with connection:
                if _peer_uid(connection) != os.getuid():
                    log.warning("stranger_refused")
                    return
                request = receive_frame(connection, seconds=REQUEST_SECONDS)
                send_frame(connection, self._answer(request), seconds=REPLY_SECONDS)
        except (BadFrame, OSError) as error:
            log.warning("request_dropped", reason=str(error)[:80])
        finally:
            self._free.release()

    def _answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return self._do(request)
        except KeyUnusable as error:
            log.error("not_signed", code=error.code)
            return {"error": "unusable", "code": error.code, "detail": error.detail}
        except NotSigned as error:
            log.error("refused", code=error.code)
            return {"error": "refused", "code": error.code, "detail": error.detail}
        except Exception:
            log.exception("failed")
            return {"error": "unusable", "code": "signer_failed", "detail": "The signer met a fault of its own."}

    def _do(self, request: Mapping[str, Any]) -> dict[str, Any]:
        match request:
            case {"do": "sign", "statement": dict(value)}:
                return {"made": encode_base64url(self._backend.sign(from_json(value), now=self._clock()))}
            case {"do": "create", "purpose": str(purpose)} if purpose in PURPOSES:
                return {"key": to_jwk(self._backend.create(purpose))}
            case {"do": "check", "kid": str(kid), "purpose": str(purpose)}:
                self._backend.check(kid, purpose)
                return {"usable": True}
        raise NotSigned("not_a_request", "The signer does not do that.")


def signing_backend(settings: SignerSettings, journal: Journal) -> LocalBackend:
    """Keys as the settings say, and the journal before every signature."""

    def guard(statement: Statement, now: datetime) -> None:
        die_if_named("signer.before_journal", environment=settings.environment)
        journal.write(statement, now)
        die_if_named("signer.after_journal", environment=settings.environment)

    keys = private_keys(
        data_dir=settings.data_dir,
        passphrase=settings.passphrase,
        token=settings.token,
        environment=settings.environment,
    )
    return LocalBackend(keys, base_url=settings.base_url, guard=guard)


@click.command()
@click.option("--accept-clock", is_flag=True, help="Go on from now, although signatures were made at later times.")
def main(accept_clock: bool) -> None:
    """Run the signer until SIGINT or SIGTERM."""
    _keep_memory_private()
    settings = SignerSettings.from_env()
    logging.configure(settings.environment)
    folder = _private_folder(settings.data_dir / "signer")
    alone = _be_the_only_one(folder / "lock")
    journal = Journal(folder / "journal.db")
    if accept_clock:
        journal.accept_clock(utc_now())
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    server = SignerServer(signing_backend(settings, journal), settings.socket)
    log.info("signer_started", socket=str(settings.socket))
    server.serve(stop)
    journal.close()
    os.close(alone)


def _listen(path: Path) -> socket.socket:
    """A socket for this user only, in a folder for this user only. Raises SettingsError."""
    _private_folder(path.parent)
    path.unlink(missing_ok=True)  # left by one that was killed; that no other runs is known by now
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen(BACKLOG)
    return listener


def _private_folder(path: Path) -> Path:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = path.stat()
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}. The signer needs this folder.") from error
    if stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid != os.getuid():
        raise SettingsError(f"{path} must belong to the signer's user and be closed to all others: chmod 700.")
    return path


def _be_the_only_one(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SettingsError("Another signer works with these keys already.") from None
    return descriptor


def _peer_uid(connection: socket.socket) -> int:
    _pid, uid, _gid = _PEER.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    return int(uid)


def _keep_memory_private() -> None:
    """No core dump, and no look into this process's memory by others of the same user."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0)


if __name__ == "__main__":
    main()
