"""The bytes in a data: URL (RFC 2397)."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote_to_bytes

from badges.verification.inputs.refused import Refused


def content_of(url: bytes) -> bytes:
    """ "data:[type][;parameters][;base64],content" -> content. Raises Refused malformed."""
    head, comma, content = url.partition(b",")
    if not comma:
        raise Refused("malformed", "The data: URL has no comma.")
    if not head.rstrip().lower().endswith(b";base64"):
        return unquote_to_bytes(content)
    plain = unquote_to_bytes(content).translate(bytes.maketrans(b"-_", b"+/"), delete=b" \t\r\n")
    try:
        return base64.b64decode(plain + b"=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        raise Refused("malformed", "The data: URL is not base64.") from error
