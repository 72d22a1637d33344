"""How many questions may be open at once: to one host, and in all."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 32
AT_ONCE_PER_HOST = 4


class GateFull(Exception):
    """No place got free in time."""


class Gates:
    """The places of one process."""

    def __init__(self, *, at_once: int = AT_ONCE, per_host: int = AT_ONCE_PER_HOST) -> None:
        self._at_once, self._per_host = at_once, per_host
        self._changed = threading.Condition()
        self._open: Counter[str] = Counter()

    @contextmanager
    def through(self, host: str, *, seconds: float) -> Iterator[None]:
        """Hold a place while the block runs. Raises GateFull when none gets free within ``seconds``."""
        until = time.monotonic() + seconds
        with self._changed:
            while not self._is_free(host):
                remaining = until - time.monotonic()
                if remaining <= 0 or not self._changed.wait(remaining):
                    raise GateFull
            self._open[host] += 1
        try:
            yield
        finally:
            with self._changed:
                self._open[host] -= 1
                if not self._open[host]:
                    del self._open[host]
                self._changed.notify_all()

    def _is_free(self, host: str) -> bool:
        return self._open[host] < self._per_host and self._open.total() < self._at_once
