"""Checking a credential in a JWT: one frozen result, like that of an embedded proof.

The order: the key may be asked for, resolves, and its own algorithm is the header's; the signature holds; the key is
the issuer's, listed for the purpose and in force; the registered claims repeat the credential. A key in the header
itself (jwk) is only a hint to which of the issuer's listed keys to use, never an authority.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from issuer.crypto.errors import CryptoError, KeyNotBound, SignatureInvalid
from issuer.crypto.multikey import from_jwk, thumbprint
from issuer.crypto.proof_verification import Outcome
from issuer.crypto.signatures import verify_signature
from issuer.crypto.vc_jwt import Jwt, check_claims
from issuer.crypto.verification_method import (
    ResolveKey,
    VerificationMethod,
    check_bound,
    check_in_force,
    check_may_be_asked,
    check_method_id,
    check_purpose,
    issuer_of,
)

# Issuer id -> the keys its own document lists. Raises like ResolveKey.
ListKeys = Callable[[str], Sequence[VerificationMethod]]


@dataclass(frozen=True, slots=True)
class JwtResult:
    """What a token is worth. `code` is "" when verified; `signature_valid` is None when it could not be checked."""

    outcome: Outcome
    code: str
    detail: str
    signature_valid: bool | None
    algorithm: str
    verification_method: str
    method: VerificationMethod | None


def verify_jwt(
    jwt: Jwt,
    *,
    resolve_key: ResolveKey,
    now: datetime,
    list_keys: ListKeys | None = None,
    purpose: str = "assertionMethod",
) -> JwtResult:
    """Check a parsed token. Tokens with a jwk and no kid need `list_keys`, and are refused without it.

    Not done here: whether the issuer is trusted, dates and status of the credential, and its schema.
    """
    signature_valid: bool | None = None
    method: VerificationMethod | None = None
    try:
        issuer = issuer_of(jwt.credential)
        method = _method_of(jwt, issuer, resolve_key, list_keys)
        signature_valid = verify_signature(method.key, jwt.signature, jwt.signing_input, alg=jwt.algorithm)
        if not signature_valid:
            raise SignatureInvalid("The signature does not match the token.")
        check_bound(method, issuer=issuer)
        check_purpose(method, purpose=purpose)
        check_in_force(method, now=now)
        check_claims(jwt)
    except CryptoError as error:
        outcome: Outcome = "invalid" if error.conclusive else "unknown"
        code, detail = error.code, error.detail
    else:
        outcome, code, detail = "verified", "", "The signature is valid."
    kid = jwt.header.get("kid")
    return JwtResult(
        outcome,
        code,
        detail,
        signature_valid,
        algorithm=str(jwt.header["alg"]),
        verification_method=kid if isinstance(kid, str) else "",
        method=method,
    )


def _method_of(jwt: Jwt, issuer: str, resolve_key: ResolveKey, list_keys: ListKeys | None) -> VerificationMethod:
    if "kid" in jwt.header or "jwk" not in jwt.header:
        kid = jwt.header.get("kid")
        named = issuer + kid if isinstance(kid, str) and kid.startswith("#") else kid
        method_id = check_method_id(named)
        check_may_be_asked(method_id, issuer=issuer)
        return resolve_key(method_id)
    wanted = thumbprint(from_jwk(jwt.header["jwk"]))
    for method in list_keys(issuer) if list_keys is not None else ():
        if thumbprint(method.key) == wanted:
            return method
    raise KeyNotBound("The key in the token is not one that the issuer lists as its own.")
