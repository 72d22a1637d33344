"""A second process for a large check: verifying is work for the processor, and one process of Python uses one core.

It is only a help. It takes every other row and stores what it finds as the first does; whatever it leaves behind, the
first one does afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from issuer.access import settings
from issuer.base.settings import Settings, SettingsError

SHARES = 2
HELPED_FROM = 500
"""Rows below which starting a process takes longer than it saves."""

COMMAND = ("badge", "check-share")
_STOP_SECONDS = 30.0

log = structlog.get_logger("rosette.bulk_checks")


@contextmanager
def helped(check_id: str, run: str, *, rows: int) -> Iterator[int | None]:
    """While the block runs, another process checks the rows of share 1; the block gets share 0, or None for all."""
    process = _start(check_id, run) if rows >= HELPED_FROM and _can_help() else None
    try:
        yield 0 if process is not None else None
        if process is not None:
            process.wait()
    finally:
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _can_help() -> bool:
    """Whether there is a core for it, and the environment would give it the same settings as ours."""
    if (os.cpu_count() or 1) < SHARES:
        return False
    try:
        return bool(Settings.from_env() == settings())
    except SettingsError:
        return False


def _start(check_id: str, run: str) -> subprocess.Popen[bytes] | None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *COMMAND, check_id, run]
    try:
        return subprocess.Popen(  # noqa: S603 - our own command, with names we have made
            command, cwd=settings().checkout, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
    except OSError:
        log.warning("second_process_not_started", check=check_id)
        return None
