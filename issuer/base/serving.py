"""One foreground command that runs the web server, the job worker and, if there is one, the signer; stops all together.

The secrets that open private keys go to the signer alone: with one, the other processes start without them.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence

from issuer.base.settings import Settings

STOP_SECONDS = 15.0
START_SECONDS = 60.0
PR_SET_PDEATHSIG = 1
THREADS = 8
"""Requests a web process works on at once: fewer than the connections its database pool may open."""

SIGNER_PAUSE = 1.0
"""Seconds before a signer that ended is started again."""

KEY_SECRETS = frozenset({"ROSETTE_KEY_PASSPHRASE", "ROSETTE_PKCS11_PIN", "ROSETTE_PKCS11_PIN_FILE"})

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def web_command(settings: Settings) -> list[str]:
    """The web server: granian over the application factory."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "wsgi:create_app"),
        *("--host", settings.bind, "--port", str(settings.port), "--workers", str(settings.web_workers)),
        *("--blocking-threads", str(THREADS), "--log-level", "error"),
        *("--workers-kill-timeout", "10", "--respawn-failed-workers"),
    ]


def worker_command() -> list[str]:
    """The job worker."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]


def signer_command() -> list[str]:
    """The process that alone opens private keys."""
    return [sys.executable, "-m", "issuer.keys.signer_process"]


def serve(settings: Settings, *, on_ready: Callable[[], None]) -> int:
    """Run them until SIGINT or SIGTERM, or until web server or worker end by themselves; returns the exit code.

    A signer that ends is started again. ``on_ready`` is called once the service answers. All processes have ended when
    this returns.
    """
    if _is_taken(settings):
        print(f"rosette: port {settings.port} is in use. Choose another: PORT=8001", file=sys.stderr)  # noqa: T201
        return 1
    stop = threading.Event()
    for number in STOP_SIGNALS:
        signal.signal(number, lambda *_: stop.set())
    commands = (web_command(settings), worker_command())
    signer = _start(signer_command(), settings, dict(os.environ)) if settings.signer_socket else None
    processes = [_start(command, settings, _without_key_secrets(settings)) for command in commands]
    try:
        if _answers(settings, stop, processes):
            on_ready()
        while not stop.wait(0.2):
            if signer is not None and signer.poll() is not None and not stop.wait(SIGNER_PAUSE):
                signer = _start(signer_command(), settings, dict(os.environ))
            if any(process.poll() is not None for process in processes):
                print("rosette: a process ended by itself; stopping the others.", file=sys.stderr, flush=True)  # noqa: T201
                return 1
        return 0
    finally:
        _stop(processes)
        _stop([signer] if signer else [])


def _is_taken(settings: Settings) -> bool:
    family = socket.AF_INET6 if ":" in settings.bind else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.bind, settings.port))
        except OSError:
            return True
    return False


def _start(command: Sequence[str], settings: Settings, env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own commands
        command, cwd=settings.checkout, env=env, preexec_fn=_end_with_parent
    )


def _without_key_secrets(settings: Settings) -> dict[str, str]:
    """The environment of web server and worker: with a signer, nothing in it opens a key."""
    if settings.signer_socket is None:
        return dict(os.environ)
    return {name: value for name, value in os.environ.items() if name not in KEY_SECRETS}


def _end_with_parent() -> None:
    """Linux: a supervisor that was killed takes its children with it. Elsewhere they are left to the user."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _answers(settings: Settings, stop: threading.Event, processes: Sequence[subprocess.Popen[bytes]]) -> bool:
    deadline = time.monotonic() + START_SECONDS
    host = "127.0.0.1" if settings.bind in ("0.0.0.0", "::") else settings.bind  # noqa: S104
    while time.monotonic() < deadline and all(process.poll() is None for process in processes):
        try:
            with urllib.request.urlopen(f"http://{host}:{settings.port}/healthz", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            if stop.wait(0.1):
                return False
    return False


def _stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
