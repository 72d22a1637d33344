"""Telling another host something: one POST of JSON, under the rules by which documents are fetched.

The URL is judged, its host resolved once and every address judged, and the connection made to a judged address. A
redirect is not followed: what was to be told to one place is not told to another. The reply's body is thrown away.
"""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext

from issuer.base.errors import Unavailable
from issuer.base.fetching.asking import BodyTooLarge, Bounds, ask
from issuer.base.fetching.places import judge, judge_addresses
from issuer.base.fetching.resolving import Resolve, Resolver

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 10.0
MOST_ANSWERED = 64 * 1024


@dataclass(frozen=True, slots=True)
class Poster:
    """``allow_loopback_http``: http://localhost too, for development. ``resolve``: instead of the system's resolver."""

    allow_loopback_http: bool = False
    resolve: Resolve | None = None
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def judge(self, url: str) -> None:
        """Raises Invalid (url_malformed, url_not_allowed) for a URL that is never told anything.

        A name that cannot be resolved now passes; it is judged again before each request.
        """
        place = judge(url, allow_loopback_http=self.allow_loopback_http)
        try:
            answers = Resolver(self.resolve).addresses(place.host, place.port, seconds=CONNECT_SECONDS)
        except OSError:
            return
        judge_addresses(place, answers)

    def post_json(self, url: str, body: bytes, *, headers: Mapping[str, str]) -> int:
        """POST ``body``; the status that came back, whatever it is. Raises Invalid as ``judge``, and Unavailable
        (post_failed) when there was no answer."""
        place = judge(url, allow_loopback_http=self.allow_loopback_http)
        bounds = Bounds(time.monotonic() + TOTAL_SECONDS, CONNECT_SECONDS, MOST_ANSWERED, MOST_ANSWERED)
        sent = {"Content-Type": "application/json", "Accept": "*/*", **headers}
        try:
            answers = Resolver(self.resolve).addresses(place.host, place.port, seconds=CONNECT_SECONDS)
            addresses = judge_addresses(place, answers)
            return ask(place, addresses, headers=sent, bounds=bounds, tls=self.tls, posted=body).status
        except BodyTooLarge as error:
            sentence = gettext("%(host)s answered with more than anybody reads.", host=place.host)
            raise Unavailable("post_failed", sentence) from error
        except (OSError, http.client.HTTPException) as error:
            sentence = gettext("%(host)s did not answer as expected.", host=place.host)
            raise Unavailable("post_failed", sentence) from error
