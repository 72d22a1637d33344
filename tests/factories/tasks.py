"""Tasks for the confined reader that go wrong in every way a hostile file could make a parser go wrong."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path
from typing import Any


def length(data: bytes) -> tuple[Any, list[bytes]]:
    return {"length": len(data)}, []


def halves(data: bytes) -> tuple[Any, list[bytes]]:
    return {"parts": 2}, [data[: len(data) // 2], data[len(data) // 2 :]]


def burn(_data: bytes) -> tuple[Any, list[bytes]]:
    while True:
        pass


def sleep(_data: bytes) -> tuple[Any, list[bytes]]:
    time.sleep(60)
    return None, []


def swell(_data: bytes) -> tuple[Any, list[bytes]]:
    kept = []
    while True:
        kept.append(bytearray(16 * 1024 * 1024))


def recurse(data: bytes) -> tuple[Any, list[bytes]]:
    return recurse(data)


def crash(_data: bytes) -> tuple[Any, list[bytes]]:
    os.kill(os.getpid(), signal.SIGSEGV)
    return None, []


def fail(_data: bytes) -> tuple[Any, list[bytes]]:
    raise ValueError("a parser's own error")


def parent(_data: bytes) -> tuple[Any, list[bytes]]:
    return os.getppid(), []


def secrets_seen(_data: bytes) -> tuple[Any, list[bytes]]:
    return sorted(os.environ), []


def read_file(_data: bytes) -> tuple[Any, list[bytes]]:
    return _refusal(lambda: Path(__file__).read_bytes()), []


def speak(_data: bytes) -> tuple[Any, list[bytes]]:
    return _refusal(lambda: socket.socket()), []


def _refusal(attempt: Any) -> str:
    try:
        attempt()
    except OSError as error:
        return type(error).__name__
    return "allowed"
