"""How large a request may be where files are handed in: a view says so, and nothing else reads that much."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "rosette_most_bytes"


def takes_up_to(most: int) -> Callable[[View], View]:
    """Mark a view that takes bodies of up to ``most`` bytes, where that is more than the settings allow elsewhere."""

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, most)
        return view

    return mark


def allow() -> None:
    """Before anything has read the body: let the view that is asked for have as much as it takes."""
    most = getattr(current_app.view_functions.get(request.endpoint or ""), _ATTRIBUTE, 0)
    if most > (request.max_content_length or 0):
        request.max_content_length = most
