"""What a verification may lean on: everything from outside is an argument. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from issuer.crypto.contexts import ContextSet
from issuer.crypto.controller_documents import Fetch

_RESERVED_TOP = frozenset({"example", "test", "invalid"})
_RESERVED_NAMES = ("example.com", "example.net", "example.org")


@dataclass(frozen=True, slots=True)
class Policy:
    """What is asked beyond the standards. ``may_be_unlisted``: whether an issuer with that id may sign with a key that
    it does not list anywhere."""

    name: str
    may_be_unlisted: Callable[[str], bool]


def is_example_issuer(issuer_id: str) -> bool:
    """Whether an issuer stands under a domain name that is reserved for documentation and tests, so that nobody can
    publish keys there (RFC 2606; RFC 6761, section 6)."""
    try:
        parts = urlsplit(issuer_id)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return False
    if parts.scheme != "https":
        return False
    reserved = any(host == name or host.endswith(f".{name}") for name in _RESERVED_NAMES)
    return reserved or host.rpartition(".")[2] in _RESERVED_TOP


def never() -> bool:
    """No limit on work."""
    return False


STRICT = Policy("strict", lambda issuer_id: False)
UNLISTED_EXAMPLE_ISSUERS = Policy("unlisted-example-issuers", is_example_issuer)
"""Accepts, with a warning, the signatures of the examples that specifications publish."""


@dataclass(frozen=True, slots=True)
class World:
    """``fetch``: URL -> JSON object, guarded; ``contexts`` None: the pinned ones. ``is_over``: whether so much work has
    been done that what is left must stay unchecked."""

    fetch: Fetch
    now: datetime
    contexts: ContextSet | None = None
    policy: Policy = STRICT
    allow_loopback_http: bool = False
    is_over: Callable[[], bool] = never
