"""A receipt that was handed in, taken apart; nothing of it is trusted yet. PURE."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from badges.receipts.tokens import MEMBER, TYPES, parts_of, token_in, type_of
from badges.verification.inputs.given import Given
from issuer.crypto.errors import CryptoError
from issuer.keys.receipt_rules import VERDICTS

BULK = TYPES[1]
BESIDE_CLAIMS = frozenset({MEMBER, "checkAt"})

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class Statement:
    """``signed`` are the bytes under ``signature``; ``claims`` is what they say."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signature: bytes
    signed: bytes

    @property
    def issuer(self) -> str:
        """Who says that he signed it: the address of a service, or ""."""
        named = self.claims.get("iss")
        return named if isinstance(named, str) else ""


def opened(given: Given) -> Statement | None:
    """The statement in a saved file or a bare token, or None when it is no receipt."""
    token = token_in(given.document) or given.token
    try:
        header, claims, signature, signed = parts_of(token)
    except CryptoError:
        return None
    return Statement(header, claims, signature, signed) if type_of(header) else None


def is_well_formed(statement: Statement) -> bool:
    """Whether it has the members that a receipt must have, in their form."""
    claims = statement.claims
    if not isinstance(claims.get("jti"), str) or not _ID.fullmatch(claims["jti"]):
        return False
    if type_of(statement.header) == BULK:
        return True
    given = claims.get("given")
    digest = given.get("sha256") if isinstance(given, Mapping) else None
    return isinstance(digest, str) and bool(_SHA256.fullmatch(digest)) and claims.get("verdict") in VERDICTS


def readable_differs(statement: Statement, document: Mapping[str, Any]) -> Sequence[str]:
    """The members of a saved file that do not say what the token in it says; none for a bare token."""
    if token_in(document) is None:
        return ()
    shown = {name: value for name, value in document.items() if name not in BESIDE_CLAIMS}
    names = sorted(shown.keys() | statement.claims.keys())
    return [name for name in names if name not in shown or shown[name] != statement.claims.get(name, _ABSENT)]


_ABSENT = object()
