"""Values as documents spell them: one or several, a text or a text in a language, a moment. PURE; never raises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from issuer.crypto.errors import Malformed
from issuer.crypto.timestamps import parse_timestamp


def as_list(value: Any) -> list[Any]:
    """JSON-LD lets one value stand without its list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def as_object(value: Any) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def text_of(value: Any) -> str:
    """A string, or the @value of a language object, or ""."""
    if isinstance(value, Mapping):
        value = value.get("@value")
    if isinstance(value, list):
        return text_of(value[0]) if value else ""
    return value if isinstance(value, str) else ""


def types_of(value: Any) -> set[str]:
    """The types an object says it is of."""
    return {kind for kind in as_list(as_object(value).get("type")) if isinstance(kind, str)}


def time_of(value: Any) -> datetime | None:
    """A dateTimeStamp as an aware datetime, or None when it is missing or malformed."""
    try:
        return parse_timestamp(value)
    except Malformed:
        return None


def issuer_id_of(document: Mapping[str, Any]) -> str:
    """The id of the issuer, or ""."""
    issuer = document.get("issuer")
    identifier = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    return identifier if isinstance(identifier, str) else ""
