"""From what was handed in to the document that says something: with its proofs inside, or out of an envelope. Pure.

An EnvelopedVerifiableCredential or EnvelopedVerifiablePresentation is an object whose id is a data: URL that holds a
token (VC Data Model 2.0, sections 4.12.1 and 4.13.2). It says nothing itself. Nothing is trusted yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.crypto.enveloped import CREDENTIAL_TYPE, PRESENTATION_TYPE, open_envelope
from issuer.crypto.errors import CryptoError
from issuer.vc.identifiers import types_of
from issuer.vc.report import CRYPTOGRAPHIC_SECURITY, MALFORMED, PARSING, Check, failed, passed, warned
from issuer.vc.tokens import CREDENTIAL, PRESENTATION, Kind, Token, parse_token

FORM = "VC Data Model 2.0, 4.12"
_ENVELOPES = {CREDENTIAL: CREDENTIAL_TYPE, PRESENTATION: PRESENTATION_TYPE}
_ENVELOPE_MEMBERS = frozenset({"@context", "id", "type"})
_CODES = {"alg_not_allowed": CRYPTOGRAPHIC_SECURITY, "invalid_json": PARSING, "too_deep": PARSING, "too_large": PARSING}


@dataclass(frozen=True, slots=True)
class Opened:
    """The document, and the token that secures it; None where proofs stand in the document itself."""

    document: Mapping[str, Any]
    token: Token | None = None


def open_secured(value: Any, kind: Kind) -> tuple[Opened | None, tuple[Check, ...]]:
    """The document in ``value``, or None, with the checks of its form. Never raises."""
    if not isinstance(value, Mapping):
        return None, (_unread("It is not a JSON object. A token is handed in as an enveloped object."),)
    if not is_enveloped(value):
        return Opened(value), (passed("form", FORM, "The document carries its proofs itself."),)
    try:
        enveloped = open_envelope(value, kind=_ENVELOPES[kind])
    except CryptoError as error:
        return None, (_unread(error.detail),)
    try:
        token = parse_token(enveloped.token, kind)
    except CryptoError as error:
        code = _CODES.get(error.code, MALFORMED)
        return None, (failed("form", FORM, error.detail, code=code, reason=error.code),)
    return Opened(token.document, token), (_form_of(value),)


def is_enveloped(value: Mapping[str, Any]) -> bool:
    """Whether an object is, or pretends to be, an envelope: by its type or by an id that holds data."""
    identifier = value.get("id")
    named = set(_ENVELOPES.values()) & {type_ for type_ in types_of(value) if _is_text(type_)}
    return bool(named) or (isinstance(identifier, str) and identifier.lower().startswith("data:"))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _form_of(value: Mapping[str, Any]) -> Check:
    if value.keys() <= _ENVELOPE_MEMBERS:
        return passed("form", FORM, "The document stands in a signed token, in an envelope.")
    detail = "The envelope says more than what is signed; nothing of that was looked at."
    return warned("form", FORM, detail, reason="unsigned_members")


def _unread(detail: str) -> Check:
    return failed("form", FORM, detail, code=PARSING, reason="unsupported_format")
