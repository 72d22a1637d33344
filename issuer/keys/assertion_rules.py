"""What an organisation may say of a badge in the words of Open Badges 2.0: the rules for a signed Assertion. PURE.

Nothing that passes here can be read as a credential of version 3, an access token or a presentation: only the members
of an Assertion may stand in it, and each of its addresses is one of ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from issuer.crypto.errors import CryptoError
from issuer.crypto.timestamps import parse_timestamp
from issuer.keys.refusing import refuse_if
from issuer.keys.statements import NotSigned, content_of

CONTEXT = "https://w3id.org/openbadges/v2"
KEY_SUFFIX = ".ob2.json"
SIGNED_SUFFIX = ".ob2.jws"
MAX_BYTES = 512 * 1024
CLOCK_SKEW = timedelta(minutes=5)

_MEMBERS = frozenset(
    {"@context", "type", "id", "recipient", "badge", "verification", "issuedOn", "expires", "image", "evidence"}
)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HASHED = re.compile(r"sha256\$[0-9a-f]{64}")
_RECIPIENT = frozenset({"type", "hashed", "identity", "salt"})


def check(assertion: Mapping[str, Any], *, key_name: str, base_url: str, now: datetime) -> None:
    """Whether ``assertion`` may be signed by the key that is published at ``key_name``. ``base_url`` is the service's
    own. Raises NotSigned."""
    refuse_if(len(content_of(assertion)) > MAX_BYTES, "size")
    refuse_if(not assertion.keys() <= _MEMBERS, "type")
    refuse_if(assertion.get("@context") != CONTEXT, "@context")
    refuse_if(assertion.get("type") != "Assertion", "type")
    refuse_if(not _is_own(assertion.get("id"), f"{base_url}/badges/", SIGNED_SUFFIX), "id")
    refuse_if(not str(assertion.get("badge", "")).startswith(f"{base_url}/achievements/"), "badge")
    refuse_if(assertion.get("verification") != {"type": "SignedBadge", "creator": key_name + KEY_SUFFIX}, "creator")
    _check_recipient(assertion.get("recipient"))
    _check_dates(assertion, now)


def _check_recipient(recipient: object) -> None:
    """A urn, or a salted digest of an address: no address ever stands in it."""
    refuse_if(not isinstance(recipient, Mapping) or not recipient.keys() <= _RECIPIENT, "recipient")
    assert isinstance(recipient, Mapping)
    identity = str(recipient.get("identity", ""))
    if recipient.get("hashed") is True:
        is_known = (
            recipient.get("type") == "email" and bool(recipient.get("salt")) and bool(_HASHED.fullmatch(identity))
        )
    else:
        is_known = recipient.get("type") == "id" and identity.startswith("urn:uuid:")
    refuse_if(not is_known, "recipient")


def _check_dates(assertion: Mapping[str, Any], now: datetime) -> None:
    try:
        issued = parse_timestamp(str(assertion.get("issuedOn", "")))
        expires = parse_timestamp(assertion["expires"]) if "expires" in assertion else None
    except CryptoError as error:
        raise NotSigned("not_as_recorded", "The dates of the document cannot be read.") from error
    refuse_if(issued > now.astimezone(UTC) + CLOCK_SKEW, "issuedOn")
    refuse_if(expires is not None and expires <= issued, "expires")


def _is_own(value: object, prefix: str, suffix: str) -> bool:
    if not isinstance(value, str) or not value.startswith(prefix) or not value.endswith(suffix):
        return False
    return _ID.fullmatch(value[len(prefix) : -len(suffix)]) is not None
