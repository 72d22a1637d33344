"""The kinds of values that Open Badges 2.0 knows. PURE: each test is a function from any value to whether it is one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from issuer.crypto.errors import Malformed
from issuer.crypto.timestamps import parse_timestamp

_UUID_URN = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_BLANK = re.compile(r"_:[^\s]{1,256}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_TELEPHONE = re.compile(r"\+[1-9]\d{1,14}(;ext=\d+)?", re.ASCII)
_HASH = re.compile(r"(md5\$[0-9a-f]{32}|sha256\$[0-9a-f]{64})", re.IGNORECASE)
_AUTHORITY = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?", re.IGNORECASE)
_COMPACT = re.compile(r"[A-Za-z][\w.-]*:[^\s/][^\s]*")
_PICTURE = re.compile(r"data:image/(png|svg\+xml)[;,]", re.IGNORECASE)
_SCHEMES = frozenset({"http", "https"})
LONGEST_URL = 2048


def is_text(value: Any) -> bool:
    """A string; a language object with one is one too."""
    return isinstance(value, str) or (isinstance(value, dict) and isinstance(value.get("@value"), str))


def is_full_text(value: Any) -> bool:
    return is_text(value) and bool((value if isinstance(value, str) else value["@value"]).strip())


def is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def is_url(value: Any) -> bool:
    """An address of the web: http or https, and a host without a user before it."""
    if not isinstance(value, str) or len(value) > LONGEST_URL or any(each.isspace() for each in value):
        return False
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in _SCHEMES and bool(parts.hostname) and "@" not in parts.netloc and "\\" not in value


def is_iri(value: Any) -> bool:
    """What may name a node: an address of the web, a urn:uuid, or a blank node."""
    if not isinstance(value, str):
        return False
    return is_url(value) or bool(_UUID_URN.fullmatch(value) or _BLANK.fullmatch(value))


def is_term(value: Any) -> bool:
    """The name of a property: a term, a compact IRI, or a full one."""
    return isinstance(value, str) and (value.isidentifier() or bool(_COMPACT.fullmatch(value)) or is_iri(value))


def is_email(value: Any) -> bool:
    return isinstance(value, str) and bool(_EMAIL.fullmatch(value))


def is_telephone(value: Any) -> bool:
    """E.164 with a plus sign, and perhaps an extension."""
    return isinstance(value, str) and bool(_TELEPHONE.fullmatch(value))


def is_identity_hash(value: Any) -> bool:
    return isinstance(value, str) and bool(_HASH.fullmatch(value))


def is_authority(value: Any) -> bool:
    """A bare host name, as in allowedOrigins."""
    return isinstance(value, str) and bool(_AUTHORITY.fullmatch(value))


def is_moment(value: Any) -> bool:
    return moment_of(value) is not None


def is_old_moment(value: Any) -> bool:
    return old_moment_of(value) is not None


def is_picture_inside(value: Any) -> bool:
    """A data: URL of a PNG or SVG picture."""
    return isinstance(value, str) and bool(_PICTURE.match(value))


def is_data_url(value: Any) -> bool:
    return isinstance(value, str) and value[:5].lower() == "data:"


def moment_of(value: Any) -> datetime | None:
    """A date and time with a zone -> aware UTC datetime, or None."""
    try:
        return parse_timestamp(value)
    except Malformed:
        return None


def old_moment_of(value: Any) -> datetime | None:
    """As in versions 1.0 and 1.1: a date, with or without time and zone (UTC then), or seconds since 1970."""
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value, UTC)
        except (OverflowError, OSError, ValueError):
            return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 12:
        return old_moment_of(int(value))
    if (moment := moment_of(value)) is not None:
        return moment
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
        if moment is None:
            return None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def host_of(url: str) -> str:
    """The host of an address of the web in lower case, with its port unless that is the usual one; else ""."""
    if not is_url(url):
        return ""
    parts = urlsplit(url)
    port = parts.port
    usual = {"http": 80, "https": 443}[parts.scheme]
    return (parts.hostname or "").lower() + (f":{port}" if port not in (None, usual) else "")


def is_same_address(one: str, other: str) -> bool:
    """Whether two addresses are one: http and https of a host are, as what lies there is only ever read by https."""
    return bool(one) and _comparable(one) == _comparable(other)


def _comparable(url: str) -> tuple[str, ...]:
    if not is_url(url):
        return (url,)
    parts = urlsplit(url)
    return (host_of(url), parts.path or "/", parts.query)
