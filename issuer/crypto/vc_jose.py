"""Credentials and presentations as compact JWS: Securing Verifiable Credentials using JOSE and COSE 1.0, section 3.1.

The payload is the document itself, and the type in the header says what it is. Open Badges has its own form of token,
see `vc_jwt`. RFC 7515 (JWS), RFC 7518 and 8037 (algorithms).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from issuer.crypto import strict_json
from issuer.crypto.errors import AlgorithmRefused, ClaimMismatch, Malformed, SignatureInvalid, UnsupportedFormat
from issuer.crypto.multibase import encode_base64url
from issuer.crypto.multikey import PublicKey
from issuer.crypto.signatures import Signer, verify_signature
from issuer.crypto.vc_jwt import signing_algorithm, split_token
from issuer.crypto.verification_method import issuer_of

CREDENTIAL, PRESENTATION = "vc+jwt", "vp+jwt"
SD_CREDENTIAL, SD_PRESENTATION = "vc+sd-jwt", "vp+sd-jwt"
ALGORITHMS = ("EdDSA", "ES256", "ES384", "ES512")
_CONTENT_OF = MappingProxyType({CREDENTIAL: "vc", PRESENTATION: "vp", SD_CREDENTIAL: "vc", SD_PRESENTATION: "vp"})
# Claims of the form that went before (VC Data Model 1.1, 6.3.1): here they must not appear (section 3.1.1).
_REFUSED_CLAIMS = frozenset({"vc", "vp"})


@dataclass(frozen=True, slots=True)
class JoseToken:
    """A parsed and still unverified token. `payload` is the whole claims set; `algorithm` the key's name for alg."""

    header: Mapping[str, Any]
    payload: Mapping[str, Any]
    algorithm: str
    signing_input: bytes
    signature: bytes


def secure(document: Mapping[str, Any], *, signer: Signer, kid: str, algorithm: str, typ: str = CREDENTIAL) -> str:
    """A credential (typ vc+jwt) or presentation (vp+jwt) -> compact JWS, with the document as it is for its payload.

    Raises Malformed, ClaimMismatch, AlgorithmRefused, UnsupportedFormat.
    """
    strict_json.check_json(dict(document))
    check_claims(document)
    return sign_payload(document, signer=signer, kid=kid, algorithm=algorithm, typ=typ)


def sign_payload(payload: Mapping[str, Any], *, signer: Signer, kid: str, algorithm: str, typ: str) -> str:
    """A claims set that is already checked -> compact JWS. Raises AlgorithmRefused, UnsupportedFormat, Malformed."""
    if algorithm not in ALGORITHMS:
        raise AlgorithmRefused(f"Credentials are not secured with the algorithm {algorithm!r}.")
    if typ not in _CONTENT_OF:
        raise UnsupportedFormat(f"Credentials are not secured in tokens of the type {ascii(typ)[:40]}.")
    if not kid:
        raise Malformed("Nobody could find the key of a token that does not name it.")
    header = {"alg": algorithm, "kid": kid, "typ": typ, "cty": _CONTENT_OF[typ]}
    signing_input = ".".join((_segment(header), _segment(payload))).encode("ascii")
    return f"{signing_input.decode('ascii')}.{encode_base64url(signer(signing_input))}"


def parse(token: str | bytes, *, typ: str) -> JoseToken:
    """Compact JWS of the type `typ` -> its parts, with nothing trusted yet.

    Raises UnsupportedFormat for another type, TooLarge, AlgorithmRefused, InvalidJson, TooDeep, Malformed.
    """
    protected, payload, signature, signing_input = split_token(token)
    header = strict_json.load_object(protected)
    claims = strict_json.load_object(payload)
    algorithm = signing_algorithm(header)
    _check_media_types(header, typ)
    return JoseToken(MappingProxyType(header), MappingProxyType(claims), algorithm, signing_input, signature)


def check_signature(token: JoseToken, key: PublicKey) -> None:
    """The token was signed with `key`, by that key's own algorithm. Raises SignatureInvalid, AlgorithmRefused."""
    if not verify_signature(key, token.signature, token.signing_input, alg=token.algorithm):
        raise SignatureInvalid("The signature does not match the token.")


def check_claims(claims: Mapping[str, Any]) -> None:
    """What stands beside the document does not contradict it (section 3.1.1). Raises Malformed, ClaimMismatch."""
    if _REFUSED_CLAIMS & claims.keys():
        raise Malformed("The document stands in a vc or vp claim, where it is the payload itself.")
    if "iss" in claims and claims["iss"] != issuer_of(claims):
        raise ClaimMismatch("The claim iss is not the issuer or holder of the document.")


def _check_media_types(header: Mapping[str, Any], typ: str) -> None:
    for name, expected in (("typ", typ), ("cty", _CONTENT_OF.get(typ))):
        value = header.get(name)
        if value is None and name == "cty":
            continue
        if not isinstance(value, str) or value.lower().removeprefix("application/") != expected:
            raise UnsupportedFormat(f"The token's {name} is not {expected}.")


def _segment(value: Mapping[str, Any]) -> str:
    text = json.dumps(dict(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return encode_base64url(text.encode("utf-8"))
