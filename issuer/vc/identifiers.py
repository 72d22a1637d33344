"""Identifiers and types as documents spell them (Verifiable Credentials Data Model 2.0, sections 4.4 and 4.5). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from issuer.crypto.contexts import VC1_CONTEXT

# RFC 3986, appendix A, with the characters beyond ASCII that RFC 3987 adds to a path, a query or a fragment.
_URL = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:"
    r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2}|[\u00a0-\u167f\u1681-\u1fff\u2010-\u2027\u2030-\u205e"
    r"\u2070-\u2fff\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U000efffd])+"
)
_DID = re.compile(r"did:[a-z0-9]+:(?:[A-Za-z0-9._:-]|%[0-9A-Fa-f]{2})*(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})(?:[/?#].*)?")
_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{0,30}[a-z0-9]:[^#?]+(?:[#?].*)?", re.IGNORECASE)
_MAX_LENGTH = 2048
_WITH_HOST = frozenset({"http", "https", "ws", "wss", "ftp"})


def as_list(value: Any) -> list[Any]:
    """JSON-LD lets one value stand without its array; None is no value."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def is_url(value: Any) -> bool:
    """Whether a value is one absolute URL: a web address, a DID, a URN or of another scheme."""
    if not isinstance(value, str) or len(value) > _MAX_LENGTH or _URL.fullmatch(value) is None:
        return False
    scheme = value.partition(":")[0].lower()
    if scheme == "did":
        return _DID.fullmatch(value) is not None
    if scheme == "urn":
        return _URN.fullmatch(value) is not None
    return scheme not in _WITH_HOST or _has_host(value)


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return bool(parts.hostname) and url[len(parts.scheme) :].startswith("://") and "[" not in parts.path


def identifier_of(value: Any) -> Any:
    """The id of an object, or the value itself: an issuer, a holder or a schema may be named either way."""
    return value.get("id") if isinstance(value, Mapping) else value


def types_of(document: Mapping[str, Any]) -> list[Any]:
    """What a document says it is, as a list; nothing in it is checked."""
    return as_list(document.get("type"))


def has_type(document: Any, name: str) -> bool:
    return isinstance(document, Mapping) and name in types_of(document)


def is_version_1(document: Mapping[str, Any]) -> bool:
    """Whether the document's first context is that of version 1.1; then that version's rules hold."""
    contexts = document.get("@context")
    return isinstance(contexts, list) and contexts[:1] == [VC1_CONTEXT]
