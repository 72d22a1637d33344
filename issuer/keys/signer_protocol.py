"""How a web process and the signer process talk: one request and one reply over a Unix socket, each a length in four
bytes (big-endian) and so many bytes of UTF-8 JSON.

    {"do": "sign", "statement": {...}} -> {"made": "<base64url>"}
    {"do": "create", "purpose": "..."} -> {"key": {a public JWK}}
    {"do": "check", "kid": "...", "purpose": "..."} -> {"usable": true}
    anything that cannot be done -> {"error": "unusable" | "refused", "code": "...", "detail": "..."}
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Mapping
from typing import Any

from issuer.crypto.errors import CryptoError
from issuer.crypto.strict_json import load_object

MAX_FRAME_BYTES = 4 * 1024 * 1024
"""A status list of a million entries, in base64url twice over, and room to spare."""

_LENGTH = struct.Struct(">I")


class BadFrame(Exception):
    """What came is no frame of this protocol, or did not come in time."""


def send_frame(connection: socket.socket, message: Mapping[str, Any], *, seconds: float) -> None:
    """Raises BadFrame when the other side does not take it in ``seconds``."""
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
    if len(body) > MAX_FRAME_BYTES:
        raise BadFrame("too long")
    connection.settimeout(seconds)
    try:
        connection.sendall(_LENGTH.pack(len(body)) + body)
    except OSError as error:
        raise BadFrame("not taken") from error


def receive_frame(connection: socket.socket, *, seconds: float) -> dict[str, Any]:
    """The next message, whole in ``seconds`` however slowly it drips. Raises BadFrame."""
    deadline = time.monotonic() + seconds
    (length,) = _LENGTH.unpack(_receive(connection, _LENGTH.size, deadline))
    if not 0 < length <= MAX_FRAME_BYTES:
        raise BadFrame("a length that no message has")
    try:
        return load_object(_receive(connection, length, deadline), max_bytes=MAX_FRAME_BYTES)
    except CryptoError as error:
        raise BadFrame("not a JSON object") from error


def _receive(connection: socket.socket, length: int, deadline: float) -> bytes:
    received = bytearray()
    while len(received) < length:
        left = deadline - time.monotonic()
        if left <= 0:
            raise BadFrame("too slow")
        connection.settimeout(left)
        try:
            part = connection.recv(min(length - len(received), 1 << 16))
        except OSError as error:
            raise BadFrame("not received") from error
        if not part:
            raise BadFrame("cut off")
        received += part
    return bytes(received)
