"""The world as this service sees it now: where a verification gets keys and status lists.

What lies under our own address is read from our own database, never by a request to ourselves; everything else goes
through the guarded fetcher. Both give what a stranger would get.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from issuer import profile
from issuer.access import settings
from issuer.base.address_parts import NameConverter
from issuer.base.db import utc_now
from issuer.base.errors import Invalid, NotFound, ServiceError
from issuer.base.fetch import Fetcher
from issuer.crypto.contexts import ContextSet
from issuer.crypto.enveloped import envelope
from issuer.crypto.errors import CryptoError, KeyUnavailable, UrlNotAllowed
from issuer.crypto.strict_json import load_object
from issuer.own_addresses import own_path
from issuer.status import places
from issuer.vc.conformance_status import own_status_list
from issuer.vc.world import STRICT, Policy, World

MOST_FETCHES = 6
MOST_SECONDS = 3.0
"""Of the processor, for one request; an honest presentation of twenty badges takes a twentieth of one."""
_TOKEN = re.compile(rb"\s*[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_~.-]*\s*")

Reader = Callable[[str], dict[str, Any]]


def this_world(*, contexts: ContextSet | None = None, policy: Policy = STRICT) -> World:
    """The world of one request."""
    now, loopback = utc_now(), settings().allows_loopback_http
    source = Source(now=now, allow_loopback_http=loopback, budget=[MOST_FETCHES])
    over_at = time.thread_time() + MOST_SECONDS
    return World(
        source.fetch,
        now,
        contexts=contexts,
        policy=policy,
        allow_loopback_http=loopback,
        is_over=lambda: time.thread_time() > over_at,
    )


@dataclass(frozen=True, slots=True)
class Source:
    """Reads documents; ``budget`` holds how many may still be asked of other hosts."""

    now: datetime
    allow_loopback_http: bool
    budget: list[int]

    def fetch(self, url: str) -> dict[str, Any]:
        """URL -> JSON object; a bare token becomes the envelope that holds it. Raises KeyUnavailable, UrlNotAllowed."""
        try:
            path = own_path(url)
            return self._foreign(url) if path is None else self._own(url, path)
        except Invalid as error:
            raise UrlNotAllowed(str(error.detail)) from error
        except ServiceError as error:
            raise KeyUnavailable(str(error.detail)) from error
        except (UrlNotAllowed, KeyUnavailable):
            raise
        except CryptoError as error:
            raise KeyUnavailable(error.detail) from error

    def _own(self, url: str, path: str) -> dict[str, Any]:
        for pattern, read in _OWN.items():
            if (found := re.fullmatch(pattern, path)) is not None:
                return read(found.group(1))
        listing = own_status_list(url, now=self.now)
        if listing is None:
            raise NotFound("not_found", "There is no such document here.")
        return dict(listing)

    def _foreign(self, url: str) -> dict[str, Any]:
        if self.budget[0] <= 0:
            raise KeyUnavailable(f"More than {MOST_FETCHES} documents would have to be read.")
        self.budget[0] -= 1
        body = Fetcher(allow_loopback_http=self.allow_loopback_http).get(url).body
        if _TOKEN.fullmatch(body):
            return dict(envelope(body.strip().decode("ascii")))
        return load_object(body)


def _status_list(list_id: str) -> dict[str, Any]:
    signed = places.find_list(list_id).signed
    if signed is None:
        raise NotFound("not_found", "There is no such status list.")
    return load_object(signed)


_NAME = rf"({NameConverter.regex})"
_OWN: Mapping[str, Reader] = {
    rf"/issuers/{_NAME}/did\.json": lambda slug: profile.issuer_did_document(profile.find_organisation(slug)),
    rf"/keys/{_NAME}": profile.find_jwk,
    rf"/status/{_NAME}": _status_list,
}
