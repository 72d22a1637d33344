"""A receipt as it travels: a compact JWS, the same in a JSON file, or behind the # of an address in a QR code. PURE.

Nothing here says whether a receipt is genuine; see badges.receipts.checking.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from issuer.crypto.errors import CryptoError
from issuer.crypto.strict_json import load_object
from issuer.crypto.vc_jwt import MAX_TOKEN_BYTES, split_token

TYPES = ("verification-receipt+jwt", "bulk-verification+jwt")
MEMBER = "receipt"
"""The member of a saved file that holds the token; the rest is the same again, for people to read."""

FRAGMENT = "receipt="


def type_of(header: Mapping[str, Any]) -> str:
    """Which of `TYPES` the header of a token names, or ""."""
    named = str(header.get("typ", "")).lower().removeprefix("application/")
    return named if named in TYPES else ""


def parts_of(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    """Header, claims, signature, and what was signed. Raises CryptoError for what is no token."""
    header, payload, signature, signed = split_token(token)
    return load_object(header), load_object(payload, max_bytes=MAX_TOKEN_BYTES), signature, signed


def is_token(text: str) -> bool:
    """Whether ``text`` is a receipt by its header; never raises."""
    try:
        return bool(type_of(load_object(split_token(text)[0])))
    except CryptoError:
        return False


def token_in(document: Mapping[str, Any]) -> str | None:
    """The token in a saved receipt, or None when the document is something else."""
    token = document.get(MEMBER)
    return token if isinstance(token, str) and is_token(token) else None


def token_behind(address: str) -> str | None:
    """The token behind the # of an address (https://.../verify#receipt=...), or None. Whose address does not matter:
    the token says who signed it."""
    try:
        fragment = urlsplit(address).fragment
    except ValueError:
        return None
    token = fragment.removeprefix(FRAGMENT)
    return token if token != fragment and is_token(token) else None


def address_of(token: str, *, base_url: str) -> str:
    """Where a scanned receipt is checked. What stands behind # never reaches a server's log."""
    return f"{base_url}/verify#{FRAGMENT}{token}"
