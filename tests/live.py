"""A real instance of the service for tests: web server and job worker on a free loopback port.

The processes are our own children, each in a session of its own: they are stopped and killed by their own ids, and
they end with the test run even when that is killed. What they say lies in the instance's folder.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from issuer.base import faults, serving
from issuer.base.db import db
from issuer.base.settings import PREFIX, Settings
from wsgi import create_app

FACTORY = "wsgi:create_app"
START_SECONDS = 60.0
STOP_SECONDS = 15.0
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Instance:
    """What stays the same when the service is started again: its folder, database and address."""

    data_dir: Path
    database_url: str
    port: int
    environment: str = "development"
    web_workers: int = 1
    signer_socket: Path | None = None
    trusted_proxies: int = 0

    @property
    def base_url(self) -> str:
        return f"http://localhost:{self.port}"

    def variables(self, **more: str) -> dict[str, str]:
        """The environment of its processes: ours, without any setting of the service that is not said here."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX) and name != "PORT"}
        return ours | {
            "ROSETTE_ENVIRONMENT": self.environment,
            "ROSETTE_BASE_URL": self.base_url,
            "ROSETTE_DATA_DIR": str(self.data_dir),
            "ROSETTE_DATABASE_URL": self.database_url,
            "ROSETTE_WEB_WORKERS": str(self.web_workers),
            "ROSETTE_TRUSTED_PROXIES": str(self.trusted_proxies),
            "PORT": str(self.port),
            **({"ROSETTE_SIGNER_SOCKET": str(self.signer_socket)} if self.signer_socket else {}),
            **more,
        }

    def settings(self) -> Settings:
        return Settings.from_env(self.variables())

    @contextlib.contextmanager
    def use_cases(self) -> Iterator[Flask]:
        """An application context beside the running service, on the same data; committed at its end."""
        app = create_app(self.settings())
        with app.app_context():
            try:
                yield app
                db.session.commit()
            finally:
                db.session.remove()
                for engine in app.extensions["sqlalchemy"].engines.values():
                    engine.dispose()


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class LiveServer:
    """The processes of one instance. ``fault`` names the point at which a web process kills itself.

    ``factory`` may name another application to be served in the very same way.
    """

    def __init__(
        self, instance: Instance, *, with_worker: bool = True, fault: str = "", factory: str = FACTORY
    ) -> None:
        self.instance = instance
        self._factory = factory
        self._fault = fault
        self._with_worker = with_worker
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start and wait until the service answers. Raises RuntimeError with its last words if it does not."""
        settings = self.instance.settings()
        web = [self._factory if part == FACTORY else part for part in serving.web_command(settings)]
        self._processes = [self._spawn("web", web, fault=self._fault)]
        if self._with_worker:
            self._processes.append(self._spawn("worker", serving.worker_command(), fault=""))
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if time.monotonic() > deadline or any(process.poll() is not None for process in self._processes):
                self.kill()
                raise RuntimeError(f"The service did not start.\n{self.last_words()}")
            time.sleep(0.05)

    def is_ready(self) -> bool:
        """Whether the service says that it is well."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.instance.port}/healthz", timeout=2) as reply:
                return bool(reply.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        """Ask both to end, as a user would; insist after a while."""
        for process in self._processes:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._processes:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                break
        self.kill()

    def kill(self) -> None:
        """SIGKILL to each of our process groups: nothing is flushed, no handler runs."""
        for process in self._processes:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            finally:
                process.wait()
        self._processes = []

    def web_processes(self) -> list[int]:
        """The process ids of the web server: the one started here and its children."""
        return with_children(self._processes[0].pid)

    def last_words(self) -> str:
        """The end of what the processes said."""
        return "\n".join(path.read_text(errors="replace")[-4000:] for path in self.instance.data_dir.glob("*.log"))

    def _spawn(self, name: str, command: list[str], *, fault: str) -> subprocess.Popen[bytes]:
        self.instance.data_dir.mkdir(parents=True, exist_ok=True)
        with (self.instance.data_dir / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=self.instance.settings().checkout,
                env=self.instance.variables(**({faults.VARIABLE: fault} if fault else {})),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )


@contextlib.contextmanager
def running(
    instance: Instance, *, with_worker: bool = True, fault: str = "", factory: str = FACTORY
) -> Iterator[LiveServer]:
    """The instance, running while the block does."""
    server = LiveServer(instance, with_worker=with_worker, fault=fault, factory=factory)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def cpu_seconds(process_ids: list[int]) -> float:
    """User and system time these processes have used so far, in seconds; Linux only."""
    ticks = 0
    for process_id in process_ids:
        fields = Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def with_children(process_id: int) -> list[int]:
    """The process and all that it started, by their ids."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
    found = [process_id]
    for known in found:
        found.extend(child for child, parent in parents.items() if parent == known)
    return found


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
