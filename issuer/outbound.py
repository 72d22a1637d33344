"""The fetcher of this process: its settings, and what all its requests share."""

from __future__ import annotations

from flask import current_app

from issuer.access import settings
from issuer.base.fetch import Fetcher, Outbound

_EXTENSION = "rosette_outbound"


def this_fetcher() -> Fetcher:
    """A Fetcher as the settings allow. Replies, breakers and gates are those of the running application."""
    outbound: Outbound = current_app.extensions.get(_EXTENSION) or current_app.extensions.setdefault(
        _EXTENSION, Outbound()
    )
    return Fetcher(allow_loopback_http=settings().allows_loopback_http, outbound=outbound)


def forget_what_was_read() -> None:
    """Begin anew: nothing is kept of what other hosts said, and every host is asked again."""
    current_app.extensions.pop(_EXTENSION, None)
