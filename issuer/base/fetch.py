"""The only outbound HTTP of the service.

A URL is read once, its host resolved once, every address of the answer judged by our own table, and the
connection made to a judged address: a name that answers differently the second time gains nothing.
Redirects are judged afresh. No cookies, no credentials, little time and little space.
"""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import urljoin

from flask_babel import gettext

from issuer.base.errors import TooLarge, Unavailable
from issuer.base.fetching.asking import BodyTooLarge, Bounds, Reply, ask
from issuer.base.fetching.breaker import Breakers
from issuer.base.fetching.freshness import DOCUMENTS, fresh_seconds, refreshed, validators
from issuer.base.fetching.gates import GateFull, Gates
from issuer.base.fetching.memory import Kept, Memory
from issuer.base.fetching.places import LOOPBACK_NAMES, Place, is_public, judge, judge_addresses
from issuer.base.fetching.resolving import Resolve, Resolver, is_no_such_name

__all__ = ["LOOPBACK_NAMES", "Fetched", "Fetcher", "Outbound", "Replied", "is_public"]

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 5.0
MAX_BYTES = 1024 * 1024
MAX_IMAGE_BYTES = 5 * 1024 * 1024
MAX_REDIRECTS = 3
JSON = "application/json, */*;q=0.1"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK, _NOT_MODIFIED, _TOO_MANY, _SERVER_FAULT = 200, 304, 429, 500


@dataclass(frozen=True, slots=True)
class Fetched:
    """A 200 answer: the URL it came from in the end, its media type without parameters, and its bytes."""

    url: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Replied:
    """An answer of any status below 500, after redirects; a host that says "not here" has answered too."""

    url: str
    status: int
    media_type: str
    body: bytes


class Outbound:
    """What the requests of one process share: replies kept, hosts let be, places at the gates, one TLS context."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, most_bytes: int | None = None) -> None:
        self.clock = clock
        self.memory = Memory(most_bytes) if most_bytes is not None else Memory()
        self.breakers = Breakers(clock)
        self.gates = Gates()
        self.resolver = Resolver()

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """Made once: reading the authorities of the system takes longer than most answers."""
        return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches public documents. ``allow_loopback_http``: http://localhost too, for development.

    ``max_bytes`` of a document, ``max_image_bytes`` of a picture or a PDF. ``resolve``: asked instead of the system's
    resolver. ``outbound``: shared with others, or this one's own.
    """

    allow_loopback_http: bool = False
    max_bytes: int = MAX_BYTES
    max_image_bytes: int = MAX_IMAGE_BYTES
    resolve: Resolve | None = None
    outbound: Outbound = field(default_factory=Outbound)

    def get(self, url: str, *, accept: str = JSON) -> Fetched:
        """GET ``url``. Raises Invalid (url_malformed, url_not_allowed), TooLarge, Unavailable (fetch_failed)."""
        replied = self.read(url, accept=accept)
        if replied.status != _OK:
            host = _host(replied.url)
            raise _failed(gettext("%(host)s answered with status %(status)s.", host=host, status=replied.status))
        return Fetched(replied.url, replied.media_type, replied.body)

    def read(self, url: str, *, accept: str = JSON) -> Replied:
        """GET ``url``, whatever it answers below 500.

        Raises Invalid (url_malformed, url_not_allowed) and TooLarge; Unavailable with host_not_found when there is
        certainly no such host, outbound_busy when too many ask at once, and fetch_failed for every other trouble.
        """
        deadline = time.monotonic() + TOTAL_SECONDS
        for _ in range(MAX_REDIRECTS + 1):
            place = judge(url, allow_loopback_http=self.allow_loopback_http)
            reply = self._reply(place, accept=accept, deadline=deadline)
            location = reply.headers.get("location", "")
            if reply.status not in _REDIRECTS or not location:
                return Replied(place.url, reply.status, reply.media_type, reply.body)
            url = _joined(place.url, location)
        raise _failed(gettext("%(host)s redirects more than %(most)s times.", host=_host(url), most=MAX_REDIRECTS))

    def _reply(self, place: Place, *, accept: str, deadline: float) -> Reply:
        """From memory while it is fresh; else asked for, or asked whether it still stands."""
        shared, key = self.outbound, (place.url, accept)
        kept = shared.memory.get(key)
        if kept is not None and shared.clock() < kept.until and self._may_be_so_long(kept.reply):
            return kept.reply
        questions = validators(kept.reply) if kept is not None and kept.reply.status in DOCUMENTS else {}
        reply = self._asked(place, {"Accept": accept, **questions}, deadline=deadline)
        if kept is not None and questions and reply.status == _NOT_MODIFIED:
            reply = refreshed(kept.reply, reply)
        seconds = fresh_seconds(reply, now=datetime.now(UTC))
        if seconds is None or (seconds == 0 and not validators(reply)):
            shared.memory.forget(key)
        else:
            shared.memory.put(key, Kept(reply, shared.clock() + seconds))
        return reply

    def _asked(self, place: Place, headers: Mapping[str, str], *, deadline: float) -> Reply:
        """Ask the host, unless its breaker is open, and tell the breaker how it went."""
        breakers, gates = self.outbound.breakers, self.outbound.gates
        if (pause := breakers.wait_for(place.authority)) > 0:
            raise _failed(
                gettext(
                    "%(host)s has failed again and again, and is left alone for another %(seconds)s seconds.",
                    host=place.host,
                    seconds=int(pause) + 1,
                )
            )
        try:
            with gates.through(place.authority, seconds=max(deadline - time.monotonic(), 0.0)):
                bounds = Bounds(deadline, CONNECT_SECONDS, self.max_bytes, self.max_image_bytes)
                reply = self._exchange(place, headers, bounds)
        except GateFull as error:
            sentence = gettext("Too many documents are being read from other hosts now.")
            raise Unavailable("outbound_busy", sentence, retry_after=int(TOTAL_SECONDS)) from error
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, OSError) and is_no_such_name(error):
                sentence = gettext("There is no such host as %(host)s.", host=place.host)
                raise Unavailable("host_not_found", sentence) from error
            breakers.failed(place.authority)
            raise _failed(gettext("%(host)s did not answer as expected.", host=place.host)) from error
        if reply.status >= _SERVER_FAULT or reply.status == _TOO_MANY:
            breakers.failed(place.authority)
            raise _failed(gettext("%(host)s answered with status %(status)s.", host=place.host, status=reply.status))
        breakers.succeeded(place.authority)
        return reply

    def _exchange(self, place: Place, headers: Mapping[str, str], bounds: Bounds) -> Reply:
        """Resolve, judge what comes of it, and ask there. Raises OSError, HTTPException, Invalid, TooLarge."""
        resolver = Resolver(self.resolve) if self.resolve is not None else self.outbound.resolver
        answers = resolver.addresses(place.host, place.port, seconds=min(bounds.connect, bounds.remaining))
        addresses = judge_addresses(place, answers)
        try:
            return ask(place, addresses, headers=headers, bounds=bounds, tls=self.outbound.tls)
        except BodyTooLarge as error:
            self.outbound.breakers.succeeded(place.authority)
            raise TooLarge("too_large", gettext("The document at %(host)s is too large.", host=place.host)) from error

    def _may_be_so_long(self, reply: Reply) -> bool:
        return len(reply.body) <= Bounds(0, 0, self.max_bytes, self.max_image_bytes).most_of(reply.media_type)


def _joined(url: str, location: str) -> str:
    """Where a redirect leads. A Location that cannot be joined is left as it is, to be judged as malformed."""
    try:
        return urljoin(url, location.partition("#")[0])
    except ValueError:
        return location


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0]


def _failed(sentence: str) -> Unavailable:
    return Unavailable("fetch_failed", sentence)
