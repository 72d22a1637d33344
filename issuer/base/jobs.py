"""Jobs: work that follows from a change and must not hold up its reply.

A job is enqueued in the caller's transaction: it exists exactly when the change does. It runs at least
once, in a worker process, in an application context, in a transaction of its own; the key makes a second
enqueue of the same work nothing. Jobs must be idempotent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, current_app

Job = Callable[..., Any]
_EXTENSION = "rosette_jobs"


def install(app: Flask, table: Mapping[str, Job]) -> None:
    """Give ``app`` its table of jobs: name -> the function that does it."""
    app.extensions[_EXTENSION] = dict(table)


def enqueue(name: str, key: str, **payload: Any) -> None:
    """Ask for job ``name`` once per ``key``; ``payload`` is JSON. LookupError for a name nobody does."""
    if name not in current_app.extensions[_EXTENSION]:
        raise LookupError(name)
