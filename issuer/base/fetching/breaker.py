"""One circuit breaker for each host: whoever fails again and again is let be for a while.

Closed: it is asked. Open: it is not. When its time is over one question goes through; the answer decides.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

FAILURES = 5
"""In a row, until the breaker opens."""

SHORTEST_PAUSE = 30.0
LONGEST_PAUSE = 600.0
MOST_HOSTS = 4096


@dataclass(frozen=True, slots=True)
class _Line:
    """``failures`` in a row; ``pause`` of the last opening; not asked before ``until``."""

    failures: int = 0
    pause: float = 0.0
    until: float = 0.0


class Breakers:
    """The breakers of one process, the longest unused forgotten first. ``clock`` gives seconds, and never goes back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._lines: OrderedDict[str, _Line] = OrderedDict()

    def wait_for(self, host: str) -> float:
        """Seconds for which the host is not to be asked; 0: ask now, and then say how it ended."""
        with self._lock:
            line = self._lines.get(host)
            if line is None or line.failures < FAILURES:
                return 0.0
            remaining = line.until - self._clock()
            if remaining > 0:
                return remaining
            # The others wait while one tries; if that one never comes back, the next may try after another pause.
            self._lines[host] = replace(line, until=self._clock() + SHORTEST_PAUSE)
            return 0.0

    def succeeded(self, host: str) -> None:
        """The host answered, whatever it said."""
        with self._lock:
            self._lines.pop(host, None)

    def failed(self, host: str) -> None:
        """The host did not answer as it should."""
        with self._lock:
            line = self._lines.pop(host, _Line())
            failures = line.failures + 1
            pause, until = line.pause, line.until
            if failures >= FAILURES:
                pause = min(max(SHORTEST_PAUSE, 2 * line.pause), LONGEST_PAUSE)
                until = self._clock() + pause
            self._lines[host] = _Line(failures, pause, until)
            if len(self._lines) > MOST_HOSTS:
                self._lines.popitem(last=False)
