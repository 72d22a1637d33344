"""Which properties each class of Open Badges 2.0 has, which it must have, and of what kind their values are. PURE.

Open Badges 2.0, "Open Badges Vocabulary"; 1.0 and 1.1 differ in a few names and in how dates are written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from badges.verification.open_badges_2.primitives import (
    is_authority,
    is_boolean,
    is_email,
    is_full_text,
    is_iri,
    is_moment,
    is_old_moment,
    is_telephone,
    is_term,
    is_text,
    is_url,
)

Test = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Property:
    """``test`` of one value; ``kind`` is what it should be, for the engineer; ``of`` names the class of an object that
    may stand there, and is then followed."""

    name: str
    test: Test
    kind: str
    required: bool = False
    many: bool = False
    of: str = ""


def _nothing(_value: Any) -> bool:
    return False


def _reference(value: Any) -> bool:
    return isinstance(value, Mapping) or is_iri(value)


def _page(value: Any) -> bool:
    return is_url(value) or is_iri(value)


def _identity_type(value: Any) -> bool:
    return is_full_text(value)


_ID = Property("id", is_iri, "an IRI (http, https, urn:uuid)", required=True)
_NAME = Property("name", is_full_text, "text", required=True)
_DESCRIPTION = Property("description", is_text, "text", required=True)
_ISSUED = Property("issuedOn", is_moment, "a date and time with a zone", required=True)
_VERIFICATION = Property("verification", _nothing, "an object", required=True, of="VerificationObject")
_ENDORSEMENT = Property("endorsement", _reference, "an endorsement or its IRI", many=True)
_RELATED = Property("related", _reference, "an object with an id", many=True)
_LANGUAGE = Property("@language", is_text, "a language tag")

_ASSERTION = (
    _ID,
    Property("recipient", _nothing, "an IdentityObject", required=True, of="IdentityObject"),
    Property("badge", _reference, "a BadgeClass or its IRI", required=True),
    _VERIFICATION,
    _ISSUED,
    Property("expires", is_moment, "a date and time with a zone"),
    Property("evidence", _page, "a URL or Evidence", many=True, of="Evidence"),
    Property("narrative", is_text, "text"),
    Property("revoked", is_boolean, "true or false"),
    Property("revocationReason", is_text, "text"),
    _ENDORSEMENT,
    _LANGUAGE,
)
_BADGE = (
    _ID,
    _NAME,
    _DESCRIPTION,
    Property("issuer", _reference, "a Profile or its IRI", required=True),
    Property("criteria", _page, "a URL or Criteria", required=True, of="Criteria"),
    Property("alignment", _nothing, "an AlignmentObject", many=True, of="AlignmentObject"),
    Property("tags", is_text, "text", many=True),
    Property("version", is_text, "text"),
    _ENDORSEMENT,
    _RELATED,
    _LANGUAGE,
)
_PROFILE = (
    _ID,
    _NAME,
    Property("url", is_url, "a URL", required=True),
    Property("email", is_email, "an e-mail address", required=True),
    Property("description", is_text, "text"),
    Property("telephone", is_telephone, "a telephone number (E.164)"),
    Property("publicKey", _reference, "a CryptographicKey or its IRI", many=True),
    Property("verification", _nothing, "an object", of="IssuerVerification"),
    Property("revocationList", _reference, "a RevocationList or its IRI"),
    _ENDORSEMENT,
    _LANGUAGE,
)
_ENDORSEMENT_CLASS = (
    _ID,
    Property("claim", _nothing, "an object with an id", required=True, of="Claim"),
    Property("issuer", _reference, "a Profile or its IRI", required=True),
    _ISSUED,
    _VERIFICATION,
    Property("expires", is_moment, "a date and time with a zone"),
)

TABLES: Mapping[str, tuple[Property, ...]] = MappingProxyType(
    {
        "Assertion": _ASSERTION,
        "BadgeClass": _BADGE,
        "Issuer": _PROFILE,
        "Profile": _PROFILE,
        "Endorsement": _ENDORSEMENT_CLASS,
        "CryptographicKey": (
            _ID,
            Property("owner", is_iri, "the IRI of the issuer", required=True),
            Property("publicKeyPem", is_full_text, "text", required=True),
        ),
        "RevocationList": (
            _ID,
            Property("issuer", _reference, "the IRI of the issuer"),
            Property("revokedAssertions", is_iri, "an IRI or an object", many=True, of="Revoked"),
        ),
        "IdentityObject": (
            Property("type", _identity_type, "text", required=True, many=True),
            Property("identity", is_full_text, "text", required=True),
            Property("hashed", is_boolean, "true or false", required=True),
            Property("salt", is_text, "text"),
        ),
        "VerificationObject": (
            Property("type", is_full_text, "hosted or signed", required=True, many=True),
            Property("creator", _reference, "the IRI of a key"),
        ),
        "IssuerVerification": (
            Property("verificationProperty", is_term, "a property"),
            Property("startsWith", is_url, "a URL", many=True),
            Property("allowedOrigins", is_authority, "a host name", many=True),
        ),
        "AlignmentObject": (
            Property("targetName", is_full_text, "text", required=True),
            Property("targetUrl", is_url, "a URL", required=True),
            Property("targetDescription", is_text, "text"),
            Property("targetFramework", is_text, "text"),
            Property("targetCode", is_text, "text"),
        ),
        "Criteria": (Property("id", is_iri, "an IRI"), Property("narrative", is_text, "text")),
        "Evidence": (
            Property("id", is_iri, "an IRI"),
            Property("narrative", is_text, "text"),
            Property("name", is_text, "text"),
            Property("description", is_text, "text"),
            Property("genre", is_text, "text"),
            Property("audience", is_text, "text"),
        ),
        "Claim": (_ID, Property("endorsementComment", is_text, "text")),
        "Revoked": (
            Property("id", is_iri, "an IRI"),
            Property("uid", is_text, "text"),
            Property("revocationReason", is_text, "text"),
        ),
    }
)

_OLD_ID = Property("id", is_iri, "an IRI")
OLD_TABLES: Mapping[str, tuple[Property, ...]] = MappingProxyType(
    {
        **TABLES,
        "Assertion": (
            _OLD_ID,
            Property("uid", is_text, "text"),
            Property("recipient", _nothing, "an IdentityObject", required=True, of="IdentityObject"),
            Property("badge", _reference, "a badge class or its URL", required=True),
            Property("verify", _nothing, "an object", required=True, of="OldVerification"),
            Property("issuedOn", is_old_moment, "a date", required=True),
            Property("expires", is_old_moment, "a date"),
            Property("evidence", is_url, "a URL", many=True, of="Evidence"),
        ),
        "BadgeClass": (
            _OLD_ID,
            _NAME,
            _DESCRIPTION,
            Property("issuer", _reference, "an issuer or its URL", required=True),
            Property("criteria", _page, "a URL", required=True, of="Criteria"),
            Property("alignment", _nothing, "an object", many=True, of="OldAlignment"),
            Property("tags", is_text, "text", many=True),
        ),
        "Issuer": (
            _OLD_ID,
            _NAME,
            Property("url", is_url, "a URL", required=True),
            Property("email", is_email, "an e-mail address"),
            Property("description", is_text, "text"),
            Property("revocationList", is_url, "a URL"),
        ),
        "OldVerification": (
            Property("type", is_full_text, "hosted or signed", required=True, many=True),
            Property("url", is_url, "a URL", required=True),
        ),
        "OldAlignment": (
            Property("name", is_full_text, "text", required=True),
            Property("url", is_url, "a URL", required=True),
            Property("description", is_text, "text"),
        ),
    }
)
