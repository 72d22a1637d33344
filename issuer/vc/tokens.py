"""Tokens around a document: what they hold, whether the signature holds, whose it is, and what the claims say.

Three families. With typ vc+jwt or vp+jwt the payload is the document (VC-JOSE-COSE 1.0, section 3.1). With typ JWT, or
none, it is the form of Open Badges 3.0 (section 8.2), or the document stands in a vc or vp claim (VC Data Model 1.1,
section 6.3.1), also with the contexts of version 2.0, as many issuers write it. With typ vc+sd-jwt or vp+sd-jwt the
payload is the document, of which the holder shows a part (VC-JOSE-COSE 1.0, section 3.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from issuer.crypto import sd_jwt, strict_json
from issuer.crypto.errors import UnsupportedFormat
from issuer.crypto.jwt_verification import JwtResult, verify_jwt
from issuer.crypto.proof_verification import CLOCK_SKEW
from issuer.crypto.timestamps import format_timestamp
from issuer.crypto.vc_jwt import MAX_TOKEN_BYTES, Jwt, signing_algorithm, split_token
from issuer.vc.identifiers import is_version_1
from issuer.vc.key_bindings import Presented, check_key_binding
from issuer.vc.keys import keys_of
from issuer.vc.proofs import BINDING, Demand, check_answers, check_unlisted, not_bound, not_passed
from issuer.vc.report import RANGE, Check, Outcome, failed, passed
from issuer.vc.world import World

SECTION = "RFC 7515, 5.2; VC-JOSE-COSE 1.0, 3"
TIMES = "RFC 7519, 4.1.4 to 4.1.6"

_BESIDE = frozenset({"iss", "jti", "nbf", "sub", "exp", "iat", "aud", "nonce", "cnf"})
_WHOLE_CREDENTIAL = frozenset({"iss", "jti", "sub", "nbf", "exp"})
_NO_TIMES = frozenset({"iss", "jti", "sub"})
_PRESENTATION = frozenset({"iss", "jti"})
_PLAIN_TYPES = frozenset({"jwt", "vc+ld+jwt", "vc-ld+jwt", "vp+ld+jwt", "vp-ld+jwt"})


@dataclass(frozen=True, slots=True)
class Kind:
    """What a token is to hold: the claim and the content type for it, the type of the header, and who it is by."""

    claim: str
    typ: str
    party: str

    @property
    def partial_typ(self) -> str:
        """The type of a token of which the holder shows a part."""
        return f"{self.claim}+sd-jwt"


CREDENTIAL = Kind("vc", "vc+jwt", "issuer")
PRESENTATION = Kind("vp", "vp+jwt", "holder")


@dataclass(frozen=True, slots=True)
class Token:
    """A parsed and still unverified token. ``document``: what it secures. ``claims``: all there are. ``repeated``: the
    names of those that must say what the document says. ``algorithm``: the key's name for the header's alg.
    ``presented``: of a token of which the holder shows a part, else None."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    document: Mapping[str, Any]
    repeated: frozenset[str]
    algorithm: str
    signing_input: bytes
    signature: bytes
    presented: Presented | None = None


def parse_token(text: str, kind: Kind) -> Token:
    """Compact JWS or SD-JWT -> its parts, with nothing trusted yet.

    Raises TooLarge before anything is decoded, UnsupportedFormat, AlgorithmRefused, InvalidJson, TooDeep, Malformed.
    """
    return _parse_partial(text, kind) if "~" in text else _parse_whole(text, kind)


def _parse_partial(text: str, kind: Kind) -> Token:
    shown = sd_jwt.parse(text, typ=kind.partial_typ)
    claims = shown.document
    strict_json.check_json(dict(claims))
    return Token(
        shown.token.header,
        claims,
        {name: value for name, value in claims.items() if name not in _BESIDE},
        _PRESENTATION if kind is PRESENTATION else _NO_TIMES,
        shown.token.algorithm,
        shown.token.signing_input,
        shown.token.signature,
        Presented(shown.presented, shown.key_binding, claims.get("cnf")),
    )


def _parse_whole(text: str, kind: Kind) -> Token:
    protected, payload, signature, signing_input = split_token(text)
    header = strict_json.load_object(protected)
    algorithm = signing_algorithm(header)
    claims = strict_json.load_object(payload, max_bytes=MAX_TOKEN_BYTES)
    document, repeated = _document_in(claims, kind, is_plain=_is_plain(header, kind))
    return Token(
        MappingProxyType(header),
        MappingProxyType(claims),
        MappingProxyType(document),
        repeated,
        algorithm,
        signing_input,
        signature,
    )


def _is_plain(header: Mapping[str, Any], kind: Kind) -> bool:
    """Whether the type leaves open what the token holds. Raises UnsupportedFormat for one that says something else."""
    named = {name: str(header[name]).lower().removeprefix("application/") for name in ("typ", "cty") if name in header}
    if named.get("typ", "jwt") in _PLAIN_TYPES:
        return True
    if named["typ"] != kind.typ or named.get("cty", kind.claim) != kind.claim:
        raise UnsupportedFormat(f"The token's type is not {kind.typ}.")
    return False


def _document_in(claims: Mapping[str, Any], kind: Kind, *, is_plain: bool) -> tuple[dict[str, Any], frozenset[str]]:
    """The document that the claims hold, and the names of those beside it that repeat it."""
    held = {CREDENTIAL.claim, PRESENTATION.claim} & claims.keys()
    if held and (not is_plain or held != {kind.claim}):
        raise UnsupportedFormat("The token has a vc or vp claim that does not belong there.")
    repeated = _WHOLE_CREDENTIAL if is_plain else _NO_TIMES
    repeated = _PRESENTATION if kind is PRESENTATION else repeated
    if not held:
        return {name: value for name, value in claims.items() if name not in _BESIDE}, repeated
    document = claims[kind.claim]
    if not isinstance(document, dict):
        raise UnsupportedFormat(f"The token's {kind.claim} claim is not an object.")
    return _completed(document, claims, kind), repeated


def _completed(document: dict[str, Any], claims: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """The document with what a token of version 1.1 says in its claims only (VC Data Model 1.1, section 6.3.1)."""
    said = {kind.party: claims.get("iss"), "id": claims.get("jti")}
    if kind is CREDENTIAL and is_version_1(document):
        said |= {"issuanceDate": _stamp(claims.get("nbf")), "expirationDate": _stamp(claims.get("exp"))}
    return {**{name: value for name, value in said.items() if value is not None}, **document}


def _stamp(seconds: Any) -> str | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return format_timestamp(datetime.fromtimestamp(seconds, UTC))
    except (OverflowError, OSError, ValueError):
        return None


def check_token(token: Token, demand: Demand, world: World) -> tuple[Check, ...]:
    """The checks "proof", "key_binding" and "token_time", and those of the challenge and domain that were asked for."""
    found = _verify(token, demand, world)
    if found.outcome == "verified":
        proof, binding = passed("proof", SECTION), passed("key_binding", BINDING)
    elif found.code == "key_not_bound" and found.signature_valid and found.method is not None:
        proof = passed("proof", SECTION)
        binding = check_unlisted(demand.signer, world) if found.method.id.startswith("did:key:") else not_bound()
    else:
        proof = not_passed("proof", SECTION, outcome=found.outcome, reason=found.code, detail=found.detail)
        detail = "Whose key it is does not matter, as the token does not hold."
        binding = Check("key_binding", Outcome.NOT_APPLICABLE, "", detail, BINDING)
    holder, claims = _holders_own(token, world)
    answers = check_answers([(claims.get("nonce"), claims.get("aud"))], demand)
    return (proof, binding, _check_times(token.claims, world.now), *holder, *answers)


def _holders_own(token: Token, world: World) -> tuple[tuple[Check, ...], Mapping[str, Any]]:
    """The check of the holder's own token, and the claims in which challenge and domain are answered."""
    if token.presented is None or not token.presented.key_binding:
        return (), token.claims
    return check_key_binding(token.presented, now=world.now)


def _verify(token: Token, demand: Demand, world: World) -> JwtResult:
    keys = keys_of(demand.signer, world)
    jwt = Jwt(
        header=token.header,
        claims={name: token.claims[name] for name in token.repeated & token.claims.keys()},
        credential={"issuer": demand.signer} | {n: v for n, v in token.document.items() if n != "issuer"},
        algorithm=token.algorithm,
        signing_input=token.signing_input,
        signature=token.signature,
    )
    return verify_jwt(jwt, resolve_key=keys.resolve, list_keys=keys.listed, now=world.now, purpose=demand.purpose)


def _check_times(claims: Mapping[str, Any], now: datetime) -> Check:
    for name in ("iat", "nbf", "exp"):
        moment = claims.get(name)
        if moment is None:
            continue
        if isinstance(moment, bool) or not isinstance(moment, int | float):
            return failed("token_time", TIMES, f"The claim {name} is not a number.", reason="claim_malformed")
        if name == "iat" and (now + CLOCK_SKEW).timestamp() < moment:
            return failed("token_time", TIMES, "The token is dated in the future.", code=RANGE, reason="not_yet_issued")
        if name == "nbf" and now.timestamp() < moment:
            return failed("token_time", TIMES, "The token is not valid yet.", code=RANGE, reason="not_yet_valid")
        if name == "exp" and now.timestamp() >= moment:
            return failed("token_time", TIMES, "The token has expired.", code=RANGE, reason="expired")
    return passed("token_time", TIMES)
