"""From what was handed in to the document that says something: with its proofs inside, or out of an envelope. Pure.

An EnvelopedVerifiableCredential or EnvelopedVerifiablePresentation is an object whose id is a data: URL that holds a
token (VC Data Model 2.0, sections 4.12.1 and 4.13.2). It says nothing itself. Nothing is trusted yet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from issuer.crypto.contexts import VC2_CONTEXT
from issuer.crypto.enveloped import CREDENTIAL_TYPE, PRESENTATION_TYPE
from issuer.crypto.errors import CryptoError, UnsupportedFormat
from issuer.vc.identifiers import as_list, types_of
from issuer.vc.report import CRYPTOGRAPHIC_SECURITY, MALFORMED, PARSING, Check, failed, passed, warned
from issuer.vc.tokens import CREDENTIAL, PRESENTATION, Kind, Token, parse_token

FORM = "VC Data Model 2.0, 4.12"
_ENVELOPES = {CREDENTIAL: CREDENTIAL_TYPE, PRESENTATION: PRESENTATION_TYPE}
_DATA_URL = re.compile(r"data:application/[a-z0-9.+-]*jwt(?:;[a-z0-9-]+(?:=[a-z0-9-]+)?)*,(?P<token>.+)", re.I | re.S)
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
    problems = _problems_of(value, _ENVELOPES[kind])
    if problems:
        return None, tuple(_unread(problem) for problem in problems)
    try:
        token = parse_token(_token_in(value["id"]), kind)
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


def _token_in(data_url: str) -> str:
    match = _DATA_URL.fullmatch(data_url)
    if match is None:
        raise UnsupportedFormat("The envelope holds no token of a kind that is read here.")
    return unquote(match["token"])


def _form_of(value: Mapping[str, Any]) -> Check:
    if value.keys() <= _ENVELOPE_MEMBERS:
        return passed("form", FORM, "The document stands in a signed token, in an envelope.")
    detail = "The envelope says more than what is signed; nothing of that was looked at."
    return warned("form", FORM, detail, reason="unsigned_members")


def _unread(detail: str) -> Check:
    return failed("form", FORM, detail, code=PARSING, reason="unsupported_format")
