"""Where the list of a registry comes from: a file that was handed in, or an address that is read again every day."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from badges.trust import federation
from badges.trust.naming import KEY, named
from badges.trust.registry_documents import FEDERATION, Listing, no_registry, read_listing, wrong
from issuer.base.db import db
from issuer.base.errors import Invalid, Unavailable
from issuer.base.fetch import Fetcher
from issuer.outbound import this_fetcher
from issuer.plain_text import refuse

LONGEST_ADDRESS = 500
WHILE_SOMEBODY_WAITS = 20.0
IN_THE_BACKGROUND = 300.0
"""Seconds that reading a registry may take: each member of a federation is a request of its own."""

ACCEPT = "application/entity-statement+jwt, application/json, */*;q=0.1"


@dataclass(frozen=True, slots=True)
class Source:
    """``data``: what was handed in, or None for what lies at ``address``. ``pinned``: thumbprints of the keys that a
    federation is held to, empty for whichever it has the first time."""

    address: str = ""
    data: bytes | None = None
    pinned: tuple[str, ...] = ()
    seconds: float = WHILE_SOMEBODY_WAITS


def source(
    *, address: str = "", data: bytes | None = None, anchor_key: str = "", seconds: float = WHILE_SOMEBODY_WAITS
) -> Source:
    """What somebody gave -> a Source. Raises Invalid naming the field: exactly one of address and data is given."""
    address = address.strip()
    if bool(address) == (data is not None):
        raise refuse("address", _("Give either the address of the registry or the registry itself."))
    if len(address) > LONGEST_ADDRESS:
        raise refuse("address", _("This is too long: at most %(longest)s characters.", longest=LONGEST_ADDRESS))
    return Source(address, data, (_pinned(anchor_key),) if anchor_key.strip() else (), seconds)


def read(given: Source, *, now: datetime) -> Listing:
    """What the registry lists now.

    Other hosts are asked outside of any transaction: what was read from the database before is read anew after this.
    Raises Invalid, Malformed, TooLarge; Unavailable when it cannot be had now.
    """
    if given.data is not None:
        if federation.is_statement(given.data):
            return federation.read_uploaded(given.data, pinned=given.pinned, now=now)
        return _unsigned(read_listing(given.data), given.pinned)
    db.session.rollback()  # nobody else waits for a turn to write while a foreign host takes its time
    asking = _Asking(this_fetcher(), time.monotonic() + given.seconds)
    try:
        data = asking.get(given.address)
        if federation.is_statement(data):
            return federation.read_federation(data, address=given.address, ask=asking.get, pinned=given.pinned, now=now)
        if data.lstrip()[:1] not in (b"{", b"["):
            raise no_registry()
        return _unsigned(read_listing(data), given.pinned)
    except Invalid as error:
        if error.code in ("url_malformed", "url_not_allowed"):
            raise refuse("address", error.detail, error.code) from error
        raise


@dataclass(frozen=True, slots=True)
class _Asking:
    """Asks other hosts until a moment of the monotonic clock."""

    fetcher: Fetcher
    deadline: float

    def get(self, url: str) -> bytes:
        if time.monotonic() >= self.deadline:
            sentence = _("Reading this registry takes too long to wait for. Import it at the command line.")
            raise Unavailable("registry_slow", sentence)
        return self.fetcher.get(url, accept=ACCEPT).body


def _unsigned(listing: Listing, pinned: Collection[str]) -> Listing:
    """A key that somebody insists on is never passed over in silence."""
    if pinned and listing.form != FEDERATION:
        raise wrong(_("This registry is not signed, and you have said which key signs it."), "registry_signature")
    return listing


def _pinned(text: str) -> str:
    try:
        return named(KEY, text).subject
    except Invalid as error:
        raise refuse("anchor_key", error.fields["subject"][0]) from error
