"""The world as this service sees it now: where a verification gets keys and status lists."""

from __future__ import annotations

import time

from issuer.access import settings
from issuer.base.db import utc_now
from issuer.crypto.contexts import ContextSet
from issuer.outbound import this_fetcher
from issuer.published import DOCUMENTS, OwnDocument, Published, document_in
from issuer.vc.conformance_status import own_status_list
from issuer.vc.world import STRICT, Policy, World

MOST_SECONDS = 3.0
"""Of the processor, for one request; an honest presentation of twenty badges takes a twentieth of one."""


def this_world(*, contexts: ContextSet | None = None, policy: Policy = STRICT) -> World:
    """The world of one request."""
    now, over_at = utc_now(), time.thread_time() + MOST_SECONDS

    def own(path: str) -> OwnDocument:
        listing = own_status_list(f"{settings().base_url}{path}", now=now)
        return OwnDocument("application/vc", dict(listing)) if listing is not None else document_in(DOCUMENTS, path)

    return World(
        Published(this_fetcher(), own).fetch,
        now,
        contexts=contexts,
        policy=policy,
        allow_loopback_http=settings().allows_loopback_http,
        is_over=lambda: time.thread_time() > over_at,
    )
