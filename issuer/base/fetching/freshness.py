"""How long a reply may be used again, by what its host says of it (RFC 9111). Pure.

We are a shared cache that never serves anything stale, and no statement of a host makes us keep a document for more
than an hour: a badge that was withdrawn must not stay valid for a year.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from issuer.base.fetching.asking import Reply

LONGEST = 3600.0
OF_AN_ABSENCE = 5.0
"""Seconds for which "there is nothing here" (404, 410) is believed, at most."""

UNSAID = 10.0
"""Seconds for a document of which the host says nothing: enough that a batch does not ask for it a thousand times."""

DOCUMENTS = frozenset({200, 203})
ABSENCES = frozenset({404, 410})
LASTING_REDIRECTS = frozenset({301, 308})
_DIRECTIVE = re.compile(r'([a-z-]+)(?:=(?:"([^"]*)"|([^\s,;]*)))?')


def fresh_seconds(reply: Reply, *, now: datetime) -> float | None:
    """For how many seconds the reply may be used without asking again; 0: ask whether it still stands; None: not kept.

    RFC 9111, 3 (storing), 4.2.1 (freshness), 5.2 (Cache-Control), 5.3 (Expires).
    """
    said = _directives(reply.headers.get("cache-control", ""))
    if reply.status not in DOCUMENTS | ABSENCES | LASTING_REDIRECTS or "no-store" in said or "private" in said:
        return None
    if "*" in reply.headers.get("vary", ""):
        return None
    if "no-cache" in said:
        return 0.0
    lifetime = _lifetime(said, reply.headers, now=now)
    if lifetime is None:
        lifetime = 0.0 if reply.status in LASTING_REDIRECTS else UNSAID
    most = OF_AN_ABSENCE if reply.status in ABSENCES else LONGEST
    return max(0.0, min(lifetime - _age(reply.headers), most))


def validators(reply: Reply) -> dict[str, str]:
    """The headers that ask a host whether a document is still the one we have (RFC 9110, 13.1), or none."""
    asked = {
        "If-None-Match": reply.headers.get("etag", ""),
        "If-Modified-Since": reply.headers.get("last-modified", ""),
    }
    return {name: value for name, value in asked.items() if value and value.isascii() and value.isprintable()}


def refreshed(kept: Reply, said: Reply) -> Reply:
    """What was kept, with what a 304 says of it (RFC 9111, 3.2)."""
    newer = {name: value for name, value in said.headers.items() if not name.startswith("content-")}
    return Reply(kept.status, {**kept.headers, **newer}, kept.body)


def _directives(value: str) -> dict[str, str]:
    return {name: quoted or plain for name, quoted, plain in _DIRECTIVE.findall(value.lower())}


def _lifetime(said: Mapping[str, str], headers: Mapping[str, str], *, now: datetime) -> float | None:
    for name in ("s-maxage", "max-age"):
        if name in said:
            return _seconds(said[name])
    if "expires" in headers:
        expires, begun = _moment(headers["expires"]), _moment(headers.get("date", "")) or now
        return (expires - begun).total_seconds() if expires is not None else 0.0
    return None


def _seconds(text: str) -> float:
    """A delta-seconds; what is none counts as no time at all."""
    return float(min(int(text), 2**31)) if text.isascii() and text.isdigit() and len(text) < 12 else 0.0


def _age(headers: Mapping[str, str]) -> float:
    return _seconds(headers.get("age", "0"))


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
