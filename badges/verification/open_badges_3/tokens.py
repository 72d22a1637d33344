"""Tokens as they are found: what stands in their claims only, and kinds of token other than Open Badges' own.

Open Badges 3.0, 8.2; VC Data Model 1.1, 6.3.1 (a vc claim); VC-JOSE-COSE 1.0, 3 (vc+jwt, vc+sd-jwt, vp+jwt).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_3.values import types_of
from badges.verification.reading import Given
from badges.verification.report import Check, Outcome
from issuer.crypto.errors import CryptoError
from issuer.crypto.timestamps import format_timestamp
from issuer.crypto.vc_jwt import Jwt
from issuer.vc.identifiers import is_version_1
from issuer.vc.key_bindings import check_key_binding
from issuer.vc.tokens import CREDENTIAL, PRESENTATION, Token, parse_token

CLAIMS = "Open Badges 3.0, 8.2.2"
DISCLOSURE = "RFC 9901, 4 and 7.3"
_OWN_TYPES = frozenset({"jwt", "vc+ld+jwt", "vc-ld+jwt"})
_TIMES = frozenset({"nbf", "exp"})


def opened(given: Given) -> Given:
    """The same, with the token parsed whatever its kind, and its document with what only the claims say."""
    if given.jwt is None and given.token:
        try:
            token = parse_token(given.token, _kind_of(given.document))
        except CryptoError:
            return given
        return replace(given, jwt=_as_jwt(token), document=dict(token.document))
    if given.jwt is None:
        return given
    if not _is_plain(given.jwt):
        claims = {name: value for name, value in given.jwt.claims.items() if name not in _TIMES}
        return replace(given, jwt=replace(given.jwt, claims=claims))
    document = {**_said_in_claims(given.jwt, given.document), **given.document}
    return replace(given, jwt=replace(given.jwt, credential=document), document=document)


def _is_plain(jwt: Jwt) -> bool:
    """Whether it is a token in the form of Open Badges, in which nbf and exp repeat the dates of the credential. In a
    token of the type vc+jwt they are about the signature (VC-JOSE-COSE 1.0, 3.1.3)."""
    return str(jwt.header.get("typ", "JWT")).lower().removeprefix("application/") in _OWN_TYPES


def _kind_of(document: Mapping[str, Any]) -> Any:
    return PRESENTATION if "VerifiablePresentation" in types_of(document) else CREDENTIAL


def _as_jwt(token: Token) -> Jwt:
    return Jwt(
        header=token.header,
        claims={name: token.claims[name] for name in token.repeated & token.claims.keys()},
        credential=token.document,
        algorithm=token.algorithm,
        signing_input=token.signing_input,
        signature=token.signature,
    )


def _said_in_claims(jwt: Jwt, document: Mapping[str, Any]) -> dict[str, Any]:
    """The end that only ``exp`` gives; in a vc claim also who issued it, what it is called and since when it is."""
    old = is_version_1(document)
    said: dict[str, Any] = {"expirationDate" if old else "validUntil": _stamp(jwt.claims.get("exp"))}
    if "vc" in jwt.claims:
        said |= {"issuer": jwt.claims.get("iss"), "id": jwt.claims.get("jti")}
        said |= {"issuanceDate" if old else "validFrom": _stamp(jwt.claims.get("nbf"))}
    return {name: value for name, value in said.items() if value is not None}


def _stamp(seconds: Any) -> str | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return format_timestamp(datetime.fromtimestamp(seconds, UTC))
    except (OverflowError, OSError, ValueError):
        return None


def check_token(given: Given, *, now: datetime) -> tuple[Check, ...]:
    """What is to be said of a token beside its signature: claims that are missing, parts that are hidden."""
    if given.jwt is None:
        return ()
    if "~" in given.token:
        return _check_disclosed(given, now)
    if not _is_plain(given.jwt):
        return _check_end_of_signature(given, now)
    missing = sorted({"iss", "jti", "nbf", "sub"} - given.jwt.claims.keys())
    if not missing or "VerifiableCredential" not in types_of(given.document):
        return ()
    sentence = _l("The token does not repeat outside what the badge in it says. Nothing contradicts it.")
    reason = f"Claims that are missing: {', '.join(missing)}."
    return (Check("claims", Outcome.WARN, sentence, CLAIMS, "claim_missing", reason),)


def _check_end_of_signature(given: Given, now: datetime) -> tuple[Check, ...]:
    try:
        end = parse_token(given.token, _kind_of(given.document)).claims.get("exp") if given.token else None
    except CryptoError:
        end = None
    if isinstance(end, bool) or not isinstance(end, int | float) or now.timestamp() < end:
        return ()
    sentence = _l("The time for which it was signed is over.")
    return (Check("claims", Outcome.FAIL, sentence, "RFC 7519, 4.1.4", "expired", "The claim exp is in the past."),)


def _check_disclosed(given: Given, now: datetime) -> tuple[Check, ...]:
    sentence = _l("Its holder shows a part of it, and may have left out when it ends.")
    partial = Check("disclosure", Outcome.WARN, sentence, DISCLOSURE, "selectively_disclosed")
    token = parse_token(given.token, _kind_of(given.document))
    if token.presented is None or not token.presented.key_binding:
        return (partial,)
    (binding, *_), _claims = check_key_binding(token.presented, now=now)
    if binding.hinders:
        sentence = _l("That its holder hands it in is not proved: the holder's own signature does not hold.")
        return (partial, Check("holder", Outcome.FAIL, sentence, DISCLOSURE, binding.reason, binding.detail))
    return (partial, Check("holder", Outcome.PASS, _l("Its holder has signed that they hand it in."), DISCLOSURE))
