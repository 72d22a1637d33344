"""From what was handed in to the document that says something: with its proofs inside, or out of an envelope. Pure.

An EnvelopedVerifiableCredential or EnvelopedVerifiablePresentation is an object whose id is a data: URL that holds a
token (VC Data Model 2.0, sections 4.12.1 and 4.13.2). It says nothing itself. Nothing is trusted yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.crypto.contexts import VC2_CONTEXT
from issuer.crypto.errors import CryptoError
from issuer.crypto.vc_jwt import Jwt, parse_jwt
from issuer.vc.identifiers import as_list, types_of
from issuer.vc.report import CRYPTOGRAPHIC_SECURITY, MALFORMED, PARSING, Check, failed, passed, warned

FORM = "VC Data Model 2.0, 4.12"
CREDENTIAL_ENVELOPE = "EnvelopedVerifiableCredential"
PRESENTATION_ENVELOPE = "EnvelopedVerifiablePresentation"
_ENVELOPE_MEMBERS = frozenset({"@context", "id", "type"})
_CODES = {"alg_not_allowed": CRYPTOGRAPHIC_SECURITY, "invalid_json": PARSING, "too_deep": PARSING, "too_large": PARSING}


@dataclass(frozen=True, slots=True)
class Opened:
    """The document, and the token that secures it; None where proofs stand in the document itself."""

    document: Mapping[str, Any]
    token: Jwt | None = None


def open_secured(value: Any, *, envelope: str) -> tuple[Opened | None, tuple[Check, ...]]:
    """The document in ``value``, or None, with the checks of its form; ``envelope`` is the type that an envelope of it
    has. Never raises."""
    if not isinstance(value, Mapping):
        return None, (_unread("It is not a JSON object. A token is handed in as an enveloped object."),)
    if not is_enveloped(value):
        return Opened(value), (passed("form", FORM, "The document carries its proofs itself."),)
    problems = _problems_of(value, envelope)
    if problems:
        return None, tuple(_unread(problem) for problem in problems)
    try:
        token = parse_jwt(str(value["id"]).partition(",")[2])
    except CryptoError as error:
        code = _CODES.get(error.code, MALFORMED)
        return None, (failed("form", FORM, error.detail, code=code, reason=error.code),)
    return Opened(token.credential, token), (_form_of(value),)


def is_enveloped(value: Mapping[str, Any]) -> bool:
    """Whether an object is, or pretends to be, an envelope: by its type or by an id that holds data."""
    identifier = value.get("id")
    named = {CREDENTIAL_ENVELOPE, PRESENTATION_ENVELOPE} & {type_ for type_ in types_of(value) if _is_text(type_)}
    return bool(named) or (isinstance(identifier, str) and identifier.lower().startswith("data:"))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _problems_of(value: Mapping[str, Any], envelope: str) -> list[str]:
    problems = []
    if as_list(value.get("@context"))[:1] != [VC2_CONTEXT]:
        problems.append(f"@context of the envelope does not begin with {VC2_CONTEXT}.")
    if envelope not in types_of(value):
        problems.append(f"The type of the envelope is not {envelope}.")
    identifier = value.get("id")
    if not isinstance(identifier, str) or not identifier.startswith("data:"):
        problems.append("id of the envelope is not a data: URL.")
    return problems


def _form_of(value: Mapping[str, Any]) -> Check:
    if value.keys() <= _ENVELOPE_MEMBERS:
        return passed("form", FORM, "The document stands in a signed token, in an envelope.")
    detail = "The envelope says more than what is signed; nothing of that was looked at."
    return warned("form", FORM, detail, reason="unsigned_members")


def _unread(detail: str) -> Check:
    return failed("form", FORM, detail, code=PARSING, reason="unsupported_format")
