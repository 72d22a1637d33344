"""The holder's own token at the end of an SD-JWT: it binds what is shown to a key, a verifier and a moment (RFC 9901,
sections 4.3 and 7.3). The key is the one that the issuer put into the credential, as its claim ``cnf``. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from issuer.crypto import strict_json
from issuer.crypto.errors import (
    CryptoError,
    KeyNotFound,
    ProofTime,
    SignatureInvalid,
    UnsupportedFormat,
)
from issuer.crypto.multibase import encode_base64url
from issuer.crypto.multikey import from_jwk
from issuer.crypto.proof_verification import CLOCK_SKEW
from issuer.crypto.signatures import verify_signature
from issuer.crypto.vc_jwt import signing_algorithm, split_token
from issuer.vc.proofs import not_passed
from issuer.vc.report import Check, passed

SECTION = "RFC 9901, 7.3"
TYPE = "kb+jwt"


@dataclass(frozen=True, slots=True)
class Presented:
    """An SD-JWT up to its key binding token, that token or "", and the key that the issuer bound it to (cnf)."""

    text: str
    key_binding: str
    confirmation: Any


def check_key_binding(presented: Presented, *, now: datetime) -> tuple[tuple[Check, ...], Mapping[str, Any]]:
    """The check "holder_binding", and the claims of the holder's token if it holds."""
    try:
        claims = _verify(presented, now=now)
    except CryptoError as error:
        outcome = "invalid" if error.conclusive else "unknown"
        check = not_passed("holder_binding", SECTION, outcome=outcome, reason=error.code, detail=error.detail)
        return (check,), {}
    return (passed("holder_binding", SECTION),), claims


def _verify(presented: Presented, *, now: datetime) -> Mapping[str, Any]:
    protected, payload, signature, signing_input = split_token(presented.key_binding)
    header, claims = strict_json.load_object(protected), strict_json.load_object(payload)
    algorithm = signing_algorithm(header)
    if header.get("typ") != TYPE:
        raise UnsupportedFormat(f"The holder's token is not of the type {TYPE}.")
    jwk = presented.confirmation.get("jwk") if isinstance(presented.confirmation, Mapping) else None
    if not isinstance(jwk, dict):
        raise KeyNotFound("The credential names no key of its holder.")
    if not verify_signature(from_jwk(jwk), signature, signing_input, alg=algorithm):
        raise SignatureInvalid("The signature of the holder's token does not match.")
    digest = encode_base64url(hashlib.sha256(presented.text.encode("ascii")).digest())
    if claims.get("sd_hash") != digest:
        raise SignatureInvalid("The holder's token was made for something else than what is shown.")
    made = claims.get("iat")
    if isinstance(made, bool) or not isinstance(made, int | float) or made > (now + CLOCK_SKEW).timestamp():
        raise ProofTime("The holder's token has no date, or one in the future.")
    return claims
