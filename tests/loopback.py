"""A host on the loopback interface that answers as a test wishes, in real HTTP, and counts what it was asked."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LONGEST_TEST = 20.0
"""Seconds after which no answer drips any more: no test hangs on it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; ``write`` sends bytes of the answer, for those that are no HTTP; ``released`` ends the test."""

    path: str
    headers: dict[str, str]
    write: Callable[[bytes], None]
    released: threading.Event


@dataclass(frozen=True, slots=True)
class Said:
    """An answer."""

    body: bytes = b'{"ok": true}'
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json; charset=utf-8"})


Host = Callable[[Asked], Said | None]
"""Request -> answer; None when everything was written already."""


@dataclass
class Loopback:
    """``base``: its address; ``asked``: every request so far."""

    base: str
    asked: list[Asked]


@contextlib.contextmanager
def answering(host: Host) -> Iterator[Loopback]:
    """While the block runs, ``host`` answers on a free port of localhost."""
    asked: list[Asked] = []
    released = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said = Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, self._write, released)
            asked.append(said)
            with contextlib.suppress(OSError):
                if (answer := host(said)) is not None:
                    self.send_response(answer.status)
                    for name, value in answer.headers.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(answer.body)

        def _write(self, data: bytes) -> None:
            self.wfile.write(data)
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Loopback(f"http://localhost:{server.server_port}", asked)
    finally:
        released.set()
        server.shutdown()
        server.server_close()
