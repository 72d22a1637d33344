"""Facts go up: a floor announces what happened, the roof says who answers.

Handlers run in the caller's transaction, in the order of the table, so either everything that
follows from a fact is stored or none of it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask, current_app

Handler = Callable[..., Any]
Flow = Mapping[str, Sequence[Handler]]

_EXTENSION = "rosette_flow"


def install(app: Flask, flow: Flow) -> None:
    """Give ``app`` its table of answers: fact name -> handlers, called in this order."""
    app.extensions[_EXTENSION] = {fact: tuple(handlers) for fact, handlers in flow.items()}


def announce(fact: str, **payload: Any) -> None:
    """Tell the floors above that ``fact`` happened; each handler gets ``payload`` by keyword.

    An unknown fact is a mistake in the wiring and raises ``LookupError``.
    """
    for handler in current_app.extensions[_EXTENSION][fact]:
        handler(**payload)
