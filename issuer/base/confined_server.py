"""The process that reads hostile bytes for another: for each task a child of its own, with little time and space.

    python -m issuer.base.confined_server FD

It is started by ``issuer.base.confined`` and ends when that process does. It has one thread, so a fork of it is safe;
it holds no secret and no connection but the one to whoever started it. A child that has been given its task can open
no file and no socket any more: there is nothing it could read, and nobody it could tell.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

CPU_SECONDS = 2
WALL_SECONDS = 5.0
MEMORY = 256 * 1024 * 1024
"""What a task may use beyond what its process had before it began."""

LENGTH = struct.Struct(">Q")
LONGEST_NAME = 256
MEMORY_FILE = Path("/proc/self/statm")
# Where the address space cannot be read, so much is taken for what the interpreter itself has.
USUAL_SPACE = 512 * 1024 * 1024

Task = Callable[[bytes], tuple[Any, Sequence[bytes]]]
"""Pure: bytes -> a JSON value, and bytes beside it."""


def main() -> NoReturn:
    """Serve whoever holds the other end of the socket whose number was given."""
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children; the system buries them
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started this
    silence = os.open(os.devnull, os.O_WRONLY)
    known: dict[bytes, Task] = {}
    while True:
        name, descriptors, _flags, _address = socket.recv_fds(control, LONGEST_NAME, 1)
        if not name:
            os._exit(0)  # nothing to tidy up, and libraries in C have much to say when an interpreter ends
        channel = socket.socket(fileno=descriptors[0])
        # Imported here and not in the child: what a task needs is read once, while files can still be opened.
        if name not in known:
            known[name] = _task(name.decode("ascii"))
            gc.freeze()  # or the collector would touch, and so copy, what all children share
        task = known[name]
        if os.fork() == 0:
            control.close()
            # Libraries say what they stumble over, and that is what somebody handed in.
            for stream in (1, 2):
                os.dup2(silence, stream)
            _serve(channel, task)
        channel.close()


def _task(name: str) -> Task:
    module, _, function = name.partition(":")
    found: Task = getattr(importlib.import_module(module), function)
    return found


def _serve(channel: socket.socket, task: Task) -> NoReturn:
    """Read the task's bytes, do it, answer, end. Never returns."""
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS)
        data = receive(channel)
        _confine()
        send(channel, *_answer(task, data))
    finally:
        os._exit(0)


def _answer(task: Task, data: bytes) -> tuple[bytes, ...]:
    try:
        value, blobs = task(data)
        return json.dumps({"value": value, "blobs": len(blobs)}).encode("utf-8"), *blobs
    except (MemoryError, RecursionError) as error:
        return (json.dumps({"exceeded": type(error).__name__}).encode("utf-8"),)
    except Exception as error:
        return (json.dumps({"failed": type(error).__name__}).encode("utf-8"),)


def _confine() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    space = _address_space() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _address_space() -> int:
    try:
        return int(MEMORY_FILE.read_bytes().split()[0]) * resource.getpagesize()
    except OSError:
        return USUAL_SPACE


def send(channel: socket.socket, *parts: bytes) -> None:
    """Each part with its length before it."""
    for part in parts:
        channel.sendall(LENGTH.pack(len(part)))
        channel.sendall(part)


def receive(channel: socket.socket, *, most: int | None = None) -> bytes:
    """One part. Raises EOFError when the other end closes before it is whole, OverflowError when it is larger."""
    length = LENGTH.unpack(_exactly(channel, LENGTH.size))[0]
    if most is not None and length > most:
        raise OverflowError
    return _exactly(channel, length)


def _exactly(channel: socket.socket, length: int) -> bytes:
    data = bytearray(length)
    rest = memoryview(data)
    while rest:
        count = channel.recv_into(rest)
        if not count:
            raise EOFError
        rest = rest[count:]
    return bytes(data)


if __name__ == "__main__":
    main()
