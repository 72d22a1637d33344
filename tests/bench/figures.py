"""What was measured: a value with its unit, beside the limit that the same run measured."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """``limit``: what nobody could beat here, in the same unit, and ``limit_name`` says what that is."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    limit_name: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the limit; for a cost 1 is perfect and more is worse, for a rate 1 is perfect and less is."""
        return self.value / self.limit if self.limit else None

    def line(self) -> str:
        text = f"{self.name}: {_short(self.value)} {self.unit}"
        if self.limit is None or self.ratio is None:
            return text
        return f"{text} ({self.ratio:.3g} x of {self.limit_name}: {_short(self.limit)})"

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "limit": self.limit,
            "limit_name": self.limit_name,
            "ratio": self.ratio,
        }


def cpu_microseconds(work: Callable[[], Any], *, seconds: float = 0.6, rounds: int = 7) -> float:
    """Median CPU time of one ``work()`` in this process, in microseconds, over ``rounds`` rounds."""
    work()
    once = max(_cpu_of(work, 1), 1e-6)
    times = max(1, int(seconds / rounds / once))
    return statistics.median(_cpu_of(work, times) / times for _ in range(rounds)) * 1e6


def _cpu_of(work: Callable[[], Any], times: int) -> float:
    begin = time.process_time()
    for _ in range(times):
        work()
    return time.process_time() - begin


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
