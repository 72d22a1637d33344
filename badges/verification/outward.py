"""A bulkhead: verifications that wait for other hosts must not take all the threads that serve pages.

A verification takes one place when it first asks another host, and keeps it until it is over; badges of this service
need none. When all places are taken, whoever comes next is told to come back, at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from flask import current_app, g
from flask_babel import gettext as _

from issuer.base.errors import Unavailable
from issuer.base.serving import THREADS

PLACES = THREADS // 2
"""In each web process; the other threads serve pages whatever foreign hosts do."""

RETRY_SECONDS = 5
_EXTENSION = "rosette_outward_places"
_OPEN = "outward_passage"


@contextmanager
def passage() -> Iterator[None]:
    """While this is open, asking another host takes a place; leaving gives it back. Outside nothing is counted."""
    held: list[BoundedSemaphore] = []
    setattr(g, _OPEN, held)
    try:
        yield
    finally:
        g.pop(_OPEN, None)
        for places in held:
            places.release()


def enter() -> None:
    """Before asking another host. Raises Unavailable (verifier_busy) when every place is taken."""
    held: list[BoundedSemaphore] | None = g.get(_OPEN)
    if held is None or held:
        return
    places: BoundedSemaphore = current_app.extensions.setdefault(_EXTENSION, BoundedSemaphore(PLACES))
    if not places.acquire(blocking=False):
        sentence = _("Many checks are waiting for other hosts now. Try again in a few seconds.")
        raise Unavailable("verifier_busy", sentence, retry_after=RETRY_SECONDS)
    held.append(places)
