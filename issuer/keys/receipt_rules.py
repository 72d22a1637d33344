"""What the instance may say of badges that it has checked: the rules for the claims of a receipt. PURE.

Nothing that passes here can be read as a credential, an access token or a presentation: none of their members may
stand in it, and its ``typ`` says what it is (RFC 8725, 3.11 and 3.12).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from issuer.keys.refusing import refuse_if
from issuer.keys.statements import RECEIPT, content_of

MAX_BYTES = 256 * 1024
"""Of the claims as JSON: the token stays below what readers of tokens take."""

LONGEST_WAIT = timedelta(hours=24)
"""Between the check and the signature, at most."""

CLOCK_SKEW = timedelta(minutes=5)

VERDICTS = ("valid", "invalid", "unknown", "unsupported")

_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NEVER = frozenset(
    {"@context", "type", "credentialSubject", "proof", "vc", "vp", "sub", "aud", "nonce", "cnf", "scope", "exp", "nbf"}
)
_FINDING = re.compile(r"[a-z_]{1,40}")


def check(claims: Mapping[str, Any], *, form: str, base_url: str, now: datetime) -> None:
    """Whether ``claims`` may be signed as a receipt of one check (RECEIPT) or of many (BULK_RECEIPT).

    ``base_url`` is the service's own. Raises NotSigned.
    """
    refuse_if(len(content_of(claims)) > MAX_BYTES, "size")
    refuse_if(bool(_NEVER & claims.keys()), "type")
    refuse_if(claims.get("iss") != base_url, "iss")
    refuse_if(not _matches(_ID, claims.get("jti")), "jti")
    _check_time(claims.get("iat"), now)
    if form == RECEIPT:
        _check_single(claims)


def _check_time(issued: object, now: datetime) -> None:
    moment = now.astimezone(UTC).timestamp()
    refuse_if(not isinstance(issued, int) or isinstance(issued, bool), "iat")
    assert isinstance(issued, int)
    refuse_if(issued > moment + CLOCK_SKEW.total_seconds(), "iat")
    refuse_if(issued < moment - LONGEST_WAIT.total_seconds(), "iat")


def _check_single(claims: Mapping[str, Any]) -> None:
    """One check: what was handed in, by its digest, and a verdict."""
    given = claims.get("given")
    refuse_if(not isinstance(given, Mapping) or not _matches(_SHA256, given.get("sha256")), "given")
    refuse_if(claims.get("verdict") not in VERDICTS, "verdict")
    refuse_if(not _matches(_FINDING, claims.get("finding")), "finding")


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
