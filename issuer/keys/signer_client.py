"""The signing backend of a process that holds no keys: it asks the signer process over its Unix socket."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from issuer.crypto.errors import CryptoError
from issuer.crypto.multibase import decode_base64url
from issuer.crypto.multikey import PublicKey, from_jwk
from issuer.crypto.signatures import PrivateKey, Signer
from issuer.keys.key_file import KeyUnusable
from issuer.keys.signer_protocol import BadFrame, receive_frame, send_frame
from issuer.keys.statements import NotSigned, Statement, as_json

CONNECT_SECONDS = 1.0
REPLY_SECONDS = 5.0
"""Opening a key takes a third of a second once, making an RSA key up to a second; nothing takes longer."""

PAUSE_SECONDS = 2.0
"""After a signer did not answer in time, nobody waits for it again for so long."""


class SignerClient:
    """One connection for each request: a signer that was started again is found again."""

    def __init__(self, path: Path, *, reply_seconds: float = REPLY_SECONDS) -> None:
        self._path = path
        self._reply_seconds = reply_seconds
        self._silent_until = 0.0

    def create(self, purpose: str) -> PublicKey:
        reply = self._ask({"do": "create", "purpose": purpose})
        try:
            return from_jwk(reply["key"])
        except (KeyError, TypeError, CryptoError) as error:
            raise _unreachable("The signer's answer is not a key.") from error

    def check(self, kid: str, purpose: str) -> None:
        self._ask({"do": "check", "kid": kid, "purpose": purpose})

    def sign(self, statement: Statement, *, now: datetime) -> bytes:
        """``now`` is for others: the signer goes by its own clock."""
        reply = self._ask({"do": "sign", "statement": as_json(statement)})
        try:
            return decode_base64url(reply["made"])
        except (KeyError, TypeError, AttributeError, CryptoError) as error:
            raise _unreachable("The signer's answer is not a signature.") from error

    def add(self, private_key: PrivateKey, *, purpose: str) -> str:
        raise KeyUnusable("key_not_kept", "The signer makes its keys itself; none can be brought in.")

    def signer(self, kid: str) -> Signer:
        raise KeyUnusable("key_purpose", "The signer process signs statements, never bare bytes.")

    def _ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if time.monotonic() < self._silent_until:
            raise _unreachable("The signer process did not answer a moment ago.")
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(CONNECT_SECONDS)
                connection.connect(str(self._path))
                send_frame(connection, request, seconds=CONNECT_SECONDS)
                reply = receive_frame(connection, seconds=self._reply_seconds)
        except TimeoutError as error:
            raise self._fell_silent() from error
        except BadFrame as error:
            raise self._fell_silent() if "slow" in str(error) else _unreachable("The signer broke off.") from error
        except OSError as error:
            raise _unreachable("The signer process cannot be reached.") from error
        return _accepted(reply)

    def _fell_silent(self) -> KeyUnusable:
        self._silent_until = time.monotonic() + PAUSE_SECONDS
        return _unreachable("The signer process does not answer in time.")


def _accepted(reply: dict[str, Any]) -> dict[str, Any]:
    kind = reply.get("error")
    if kind is None:
        return reply
    code, detail = str(reply.get("code", "signer_unreachable"))[:64], str(reply.get("detail", ""))[:300]
    raise NotSigned(code, detail) if kind == "refused" else KeyUnusable(code, detail)


def _unreachable(detail: str) -> KeyUnusable:
    return KeyUnusable("signer_unreachable", detail)
