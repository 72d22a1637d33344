"""What a verification may lean on: everything from outside is an argument."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from badges.verification.inputs.given import Given
from issuer.crypto.controller_documents import Fetch
from issuer.crypto.errors import KeyUnavailable


@dataclass(frozen=True, slots=True)
class Signatory:
    """Whoever signed, as far as it is proved. ``thumbprint``: of the key (RFC 7638), or "". ``domain``: the host whose
    own document lists the key, or ""."""

    issuer_id: str
    thumbprint: str = ""
    domain: str = ""


Trust = Callable[[Signatory], str | None]
"""Signatory -> how it is known to whoever checks ("it issues with this service"), or None."""

WasBefore = Callable[[Given, datetime], bool]
"""Whether it is proved, by more than the badge's own dates, that what was given existed before that moment."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host said. ``status`` is that of HTTP; ``url`` the address after redirects; ``media_type`` without
    parameters."""

    url: str
    status: int
    media_type: str
    body: bytes


Read = Callable[[str], Answer]
"""URL -> Answer of any status below 500. Raises UrlNotAllowed; NothingPublished for a host that does not exist;
KeyUnavailable for trouble on the way."""


def nothing_is_proved(_given: Given, _moment: datetime) -> bool:
    """A WasBefore of a world without a log."""
    return False


def nothing_answers(url: str) -> Answer:
    """A Read of a world in which only ``fetch`` answers."""
    raise KeyUnavailable(f"{url} was not asked.")


@dataclass(frozen=True, slots=True)
class World:
    """``fetch``: URL -> JSON object, for keys and lists; ``read``: URL -> whatever lies there, with its status.
    ``recipient``: what the verifier typed to ask whose badge it is, or ""; never stored.
    ``home``: our own address, under which codes of badges are looked up, or ""."""

    fetch: Fetch
    trust: Trust
    now: datetime
    allow_loopback_http: bool = False
    was_before: WasBefore = nothing_is_proved
    read: Read = nothing_answers
    recipient: str = ""
    home: str = ""
