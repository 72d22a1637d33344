"""A credential as a compact JWS: Open Badges 3.0, section 8.2 (JWT proof); read also as in VC-JOSE-COSE 1.0.

Issued the Open Badges way: the claims set is the credential itself with iss, jti, nbf, sub and exp beside it, and the
header holds exactly alg, kid and typ. RFC 7515 (JWS), RFC 7518 (algorithms), RFC 7519 (claims).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from types import MappingProxyType
from typing import Any

from issuer.crypto import strict_json
from issuer.crypto.contexts import VC1_CONTEXT
from issuer.crypto.errors import AlgorithmRefused, ClaimMismatch, InvalidJson, Malformed, TooLarge, UnsupportedFormat
from issuer.crypto.multibase import decode_base64url, encode_base64url
from issuer.crypto.signatures import Signer
from issuer.crypto.timestamps import parse_timestamp
from issuer.crypto.verification_method import issuer_of

MAX_TOKEN_BYTES = 512 * 1024
MAX_HEADER_SEGMENT_BYTES = 16 * 1024
ISSUED_ALGORITHMS = ("RS256", "ES256")
# The name in the header -> the name the key must have. RFC 9864 gives EdDSA with Ed25519 the name Ed25519.
READ_ALGORITHMS = MappingProxyType(
    {
        "RS256": "RS256",
        "ES256": "ES256",
        "ES384": "ES384",
        "ES512": "ES512",
        "EdDSA": "EdDSA",
        "Ed25519": "EdDSA",
    }
)
# "at+jwt", "openid4vci-proof+jwt" and the like are tokens for something else.
READ_TYPES = frozenset({"jwt", "vc+jwt", "vc+ld+jwt", "vc-ld+jwt"})
_REPEATED_CLAIMS = frozenset({"iss", "jti", "nbf", "sub", "exp"})
_DATES = frozenset({"validFrom", "validUntil"})
_CLAIMS_BESIDE_CREDENTIAL = _REPEATED_CLAIMS | {"iat", "aud", "nonce", "cnf"}


@dataclass(frozen=True, slots=True)
class Jwt:
    """A parsed and still unverified token. `credential` is the claims set without the registered claims, or the `vc`
    claim of a token in the form of Verifiable Credentials 1.1; `algorithm` is the key's name for the header's alg."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    credential: Mapping[str, Any]
    algorithm: str
    signing_input: bytes
    signature: bytes


def issue_jwt(credential: Mapping[str, Any], *, signer: Signer, kid: str, algorithm: str = "RS256") -> str:
    """Credential without proof (Verifiable Credentials 2.0) -> compact JWS.

    It needs an id, an issuer, a validFrom on a whole second and a credentialSubject with an id. Raises Malformed,
    AlgorithmRefused.
    """
    if algorithm not in ISSUED_ALGORITHMS:
        raise AlgorithmRefused(f"Credentials are not issued with the algorithm {algorithm!r}.")
    if "proof" in credential or _CLAIMS_BESIDE_CREDENTIAL & credential.keys():
        raise Malformed("The credential to issue as a JWT already has a proof or a registered claim.")
    strict_json.check_json(dict(credential))
    claims = {**credential, **_registered_claims(credential)}
    if any(parse_timestamp(credential[name]).microsecond for name in _DATES & credential.keys()):
        raise Malformed("A JWT can only carry dates on a whole second.")
    if not {"iss", "jti", "nbf", "sub"} <= claims.keys():
        raise Malformed("A JWT needs the credential's id, issuer, validFrom and subject id.")
    segments = [_segment({"alg": algorithm, "kid": kid, "typ": "JWT"}), _segment(claims)]
    signing_input = ".".join(segments).encode("ascii")
    return f"{signing_input.decode('ascii')}.{encode_base64url(signer(signing_input))}"


def parse_jwt(token: str | bytes) -> Jwt:
    """Compact JWS -> its parts, with nothing trusted yet.

    Raises TooLarge before anything is decoded, UnsupportedFormat for what is not a JWS of three parts, AlgorithmRefused
    for algorithms off the allow-list, InvalidJson, TooDeep, Malformed.
    """
    protected, payload, signature, signing_input = split_token(token)
    header = strict_json.load_object(protected)
    algorithm = signing_algorithm(header)
    _check_media_type(header)
    claims = strict_json.load_object(payload, max_bytes=MAX_TOKEN_BYTES)
    return Jwt(
        header=MappingProxyType(header),
        claims=MappingProxyType(claims),
        credential=MappingProxyType(_credential_of(claims)),
        algorithm=algorithm,
        signing_input=signing_input,
        signature=signature,
    )


def check_claims(jwt: Jwt) -> None:
    """The registered claims say what the credential says. Raises ClaimMismatch.

    nbf and exp are compared with validFrom and validUntil here, not with a clock.
    """
    expected = _registered_claims(jwt.credential)
    for name in _REPEATED_CLAIMS & jwt.claims.keys():
        claim = jwt.claims[name]
        if isinstance(claim, float):
            claim = floor(claim)
        if name not in expected or type(claim) is not type(expected[name]) or claim != expected[name]:
            raise ClaimMismatch(f"The claim {name} is not what the credential says.")


def _registered_claims(credential: Mapping[str, Any]) -> dict[str, Any]:
    """Open Badges 3.0, section 8.2.2: the claims that repeat the credential, times in whole seconds."""
    subject = credential.get("credentialSubject")
    claims = {
        "iss": issuer_of(credential),
        "jti": credential.get("id"),
        "nbf": _seconds(credential, "validFrom", "issuanceDate"),
        "sub": subject.get("id") if isinstance(subject, dict) else None,
        "exp": _seconds(credential, "validUntil", "expirationDate"),
    }
    return {name: value for name, value in claims.items() if value is not None}


def _seconds(credential: Mapping[str, Any], *names: str) -> int | None:
    for name in names:
        if name in credential:
            return floor(parse_timestamp(credential[name]).timestamp())
    return None


def signing_algorithm(header: Mapping[str, Any]) -> str:
    """The key's name for the algorithm of a header. jku, x5u and x5c are never looked at: keys come from the issuer.

    Raises AlgorithmRefused off the allow-list, and for extensions that a reader must understand (RFC 7515, 4.1.11).
    """
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in READ_ALGORITHMS:
        raise AlgorithmRefused(f"The algorithm {ascii(algorithm)[:40]} is not on the allow-list.")
    if "crit" in header or "b64" in header:
        raise AlgorithmRefused("The token demands an extension that is not supported.")
    return READ_ALGORITHMS[algorithm]


def split_token(token: str | bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Compact JWS -> header and payload (bytes of JSON), signature, and what was signed.

    Raises TooLarge before anything is decoded, UnsupportedFormat, InvalidJson.
    """
    protected, payload, signature = _split(token)
    signing_input = f"{protected}.{payload}".encode("ascii")
    return _decoded(protected), _decoded(payload), _decoded(signature), signing_input


def _split(token: str | bytes) -> list[str]:
    if len(token) > MAX_TOKEN_BYTES:
        raise TooLarge(f"The token is larger than {MAX_TOKEN_BYTES} bytes.")
    try:
        text = (token.encode("ascii") if isinstance(token, str) else token).decode("ascii").strip(" \t\r\n")
    except UnicodeError as error:
        raise UnsupportedFormat("The token is not a compact JWS.") from error
    segments = text.split(".")
    if len(segments) != 3 or not all(segments[:2]):
        raise UnsupportedFormat("The token is not a compact JWS of three parts.")
    if len(segments[0]) > MAX_HEADER_SEGMENT_BYTES:
        raise TooLarge(f"The token's header is larger than {MAX_HEADER_SEGMENT_BYTES} bytes.")
    return segments


def _decoded(segment: str) -> bytes:
    try:
        return decode_base64url(segment)
    except Malformed as error:
        raise InvalidJson("A part of the token is not base64url.") from error


def _check_media_type(header: Mapping[str, Any]) -> None:
    media_type = header.get("typ", "JWT")
    if not isinstance(media_type, str) or media_type.lower().removeprefix("application/") not in READ_TYPES:
        raise UnsupportedFormat("The token is of a type that holds no credential.")


def _credential_of(claims: Mapping[str, Any]) -> dict[str, Any]:
    if "vp" in claims:
        raise UnsupportedFormat("The token holds a presentation, not a credential.")
    if "vc" not in claims:
        return {name: value for name, value in claims.items() if name not in _CLAIMS_BESIDE_CREDENTIAL}
    credential = claims["vc"]
    if not isinstance(credential, dict):
        raise UnsupportedFormat("The token's vc claim is not a credential.")
    contexts = credential.get("@context")
    if not isinstance(contexts, list) or contexts[:1] != [VC1_CONTEXT]:
        raise UnsupportedFormat("A credential of version 2.0 must not be wrapped in a vc claim.")
    return credential


def _segment(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return encode_base64url(text.encode("utf-8"))
