"""Reading hostile bytes elsewhere: a named pure function runs in a child process with bounds of its own.

Two seconds of processor, 256 MiB beyond what the process had, five seconds by the clock, no file and no socket. What
goes over is killed by the system, and only that task fails: the process that serves people keeps its memory and its
time. Each task has a fresh process, forked from one that holds no secret, so nothing one task does is left for the
next. The server of children is started when it is first needed and ends with the process that started it.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from flask_babel import gettext

from issuer.base.confined_server import WALL_SECONDS, receive, send
from issuer.base.errors import Invalid, TooLarge, Unavailable

AT_ONCE = 2
"""Children at the same moment; whoever comes later waits in line."""

WAIT_SECONDS = 20.0
MOST_ANSWERED = 80 * 1024 * 1024
STARTS = 2
_GRACE_SECONDS = 1.0

log = structlog.get_logger("rosette.confined")


class TooMuchWork(TooLarge):
    """The bytes would take more time or memory to read than anything honest needs."""

    def __init__(self) -> None:
        super().__init__("too_much_work", gettext("Reading this would take more work than any badge needs."))


class Unreadable(Invalid):
    """The reader of this format gave up on the bytes."""

    def __init__(self) -> None:
        super().__init__("unreadable", gettext("This file is damaged, or is not what it says it is."))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a task found: a JSON value, and bytes beside it."""

    value: Any
    blobs: tuple[bytes, ...] = ()


def run(task: str, data: bytes) -> Answer:
    """Do ``task`` ("package.module:function", a `confined_server.Task`) with ``data`` in a child.

    Raises TooMuchWork beyond its bounds, Unreadable when it raised, Unavailable when no child can be had.
    """
    return _servers(os.getpid()).run(task, data)


@cache
def _servers(_process: int) -> Servers:
    """One for each process: after a fork the other's socket is not ours to speak into."""
    return Servers()


class Servers:
    """The server of children of this process: started when needed, replaced when it is gone."""

    def __init__(self) -> None:
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._starting = threading.Lock()
        self._server: tuple[socket.socket, subprocess.Popen[bytes]] | None = None
        self._owner = os.getpid()
        atexit.register(self.stop)

    def run(self, task: str, data: bytes) -> Answer:
        """As the function of the module."""
        with self._place(), self._channel(task) as channel:
            try:
                send(channel, data)
                head = json.loads(receive(channel, most=MOST_ANSWERED))
                blobs = _blobs(channel, head.get("blobs", 0))
            except (EOFError, OSError, OverflowError) as error:  # killed by a bound, or by its clock
                log.info("confined_task_ended", task=task, reason=type(error).__name__)
                raise TooMuchWork from error
        if "value" in head:
            return Answer(head["value"], blobs)
        log.info("confined_task_ended", task=task, reason=head.get("exceeded") or head.get("failed"))
        raise TooMuchWork if "exceeded" in head else Unreadable

    def stop(self) -> None:
        """End the server; children at work end by their own clock. In a fork of the owner: nothing, it is not ours."""
        if os.getpid() != self._owner:
            return
        with self._starting:
            server, self._server = self._server, None
        if server is not None:
            server[0].close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server[1].wait(_GRACE_SECONDS)
                return
            server[1].kill()
            server[1].wait()

    @contextlib.contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(timeout=WAIT_SECONDS):
            sentence = gettext("Many files are being read at this moment. Try again in a moment.")
            raise Unavailable("busy_reading", sentence, retry_after=5)
        try:
            yield
        finally:
            self._places.release()

    @contextlib.contextmanager
    def _channel(self, task: str) -> Iterator[socket.socket]:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                self._hand_over(task, theirs)
            ours.settimeout(WALL_SECONDS + _GRACE_SECONDS)
            yield ours

    def _hand_over(self, task: str, channel: socket.socket) -> None:
        for _ in range(STARTS):
            with self._starting:
                if self._server is None:
                    self._server = _start()
                try:
                    socket.send_fds(self._server[0], [task.encode("ascii")], [channel.fileno()])
                    return
                except OSError:
                    self._bury()
        raise Unavailable("reader_unavailable", gettext("Files cannot be read at this moment. Try again in a moment."))

    def _bury(self) -> None:
        if self._server is not None:
            self._server[0].close()
            self._server[1].kill()
            self._server[1].wait()
            self._server = None


def _blobs(channel: socket.socket, count: int) -> tuple[bytes, ...]:
    blobs: list[bytes] = []
    left = MOST_ANSWERED
    for _ in range(count):
        blobs.append(receive(channel, most=left))
        left -= len(blobs[-1])
    return tuple(blobs)


def _start() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """A fresh interpreter, so that no lock and no secret of this process is in it."""
    # Messages keep their edges: one is one task, however many are waiting.
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, "-m", "issuer.base.confined_server", str(theirs.fileno())]
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, pass_fds=[theirs.fileno()], env=_environment(), stdin=subprocess.DEVNULL
        )
    return ours, process


def _environment() -> dict[str, str]:
    """Where the modules are, and nothing else."""
    here = [str(Path(path).absolute()) for path in sys.path]
    return {"PYTHONPATH": os.pathsep.join(here), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
