"""The key proof of a wallet: a JWT by which it shows that it holds a private key. PURE.

OpenID for Verifiable Credential Issuance 1.0, appendix F.1 (proof type jwt) and F.4 (how it is verified).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from badges.wallets.configurations import PROOF_ALGORITHMS
from badges.wallets.refusing import INVALID_PROOF, Refused
from issuer.crypto.controller_documents import resolve_verification_method
from issuer.crypto.did import did_jwk_for
from issuer.crypto.errors import CryptoError, KeyNotFound
from issuer.crypto.multikey import PublicKey, from_jwk
from issuer.crypto.signatures import verify_signature
from issuer.crypto.strict_json import load_object
from issuer.crypto.vc_jwt import signing_algorithm, split_token

TYPE = "openid4vci-proof+jwt"
LONGEST_PROOF = 16 * 1024
LONGEST_DID = 500
OLDEST = timedelta(minutes=5)
AHEAD = timedelta(minutes=1)
"""How far the clock of a wallet may be before ours."""

_KEY_NAMES = ("kid", "jwk", "x5c", "trust_chain")
_OWN_NAMES = ("did:key:", "did:jwk:")


@dataclass(frozen=True, slots=True)
class KeyProof:
    """``holder`` is the DID of the key; ``nonce`` the c_nonce, which is still to be spent."""

    holder: str
    nonce: str


def check_proof(token: str, *, audience: str, client_id: str, now: datetime) -> KeyProof:
    """Check everything but the nonce. ``audience`` is the Credential Issuer Identifier. Raises Refused."""
    if len(token) > LONGEST_PROOF:
        raise _refused("The proof is too long.")
    try:
        protected, payload, signature, signed = split_token(token)
        header, claims = load_object(protected), load_object(payload)
        algorithm = signing_algorithm(header)
        _check_header(header, algorithm)
        holder, key = _holder_in(header)
        holds = verify_signature(key, signature, signed, alg=algorithm)
    except CryptoError as error:
        raise _refused(error.detail) from error
    if not holds:
        raise _refused("The signature of the proof does not fit its key.")
    return KeyProof(holder, _checked_claims(claims, audience=audience, client_id=client_id, now=now))


def _check_header(header: Mapping[str, Any], algorithm: str) -> None:
    if header.get("typ") != TYPE:
        raise _refused(f"The typ of a proof is {TYPE}.")
    if algorithm not in PROOF_ALGORITHMS:
        raise _refused("The algorithm of a proof is EdDSA or ES256.")
    if len([name for name in _KEY_NAMES if name in header]) != 1:
        raise _refused("The header of a proof names exactly one key.")


def _holder_in(header: Mapping[str, Any]) -> tuple[str, PublicKey]:
    """The DID and the key that the header names: a key without a DID gets the did:jwk that is made of it."""
    if "jwk" in header:
        key = from_jwk(header["jwk"])
        return did_jwk_for(key), key
    named = header.get("kid")
    if not isinstance(named, str) or not named.startswith(_OWN_NAMES):
        raise _refused("The key of a proof is a did:key, a did:jwk or a jwk.")
    holder = named.partition("#")[0]
    if len(holder) > LONGEST_DID:
        raise _refused("The identifier of the key is too long.")
    method = resolve_verification_method(named, fetch=_fetch_nothing)
    return holder, method.key


def _fetch_nothing(_url: str) -> dict[str, Any]:
    raise KeyNotFound("The identifier does not hold its own key.")


def _checked_claims(claims: Mapping[str, Any], *, audience: str, client_id: str, now: datetime) -> str:
    """The nonce, when the other claims are as they must be."""
    if claims.get("aud") not in (audience, [audience]):
        raise _refused("The proof is for another audience: aud is the credential_issuer.")
    if "iss" in claims and (not client_id or claims["iss"] != client_id):
        raise _refused("The iss of a proof is the client_id, and is left out by a wallet that gave none.")
    _check_times(claims, now=now)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str):
        raise _refused("The proof has no nonce.")
    return nonce


def _check_times(claims: Mapping[str, Any], *, now: datetime) -> None:
    times = {name: claims[name] for name in ("iat", "exp", "nbf") if name in claims}
    if "iat" not in times or not all(type(each) in (int, float) for each in times.values()):
        raise _refused("The proof does not say in seconds when it was made.")
    moment = now.timestamp()
    if not moment - OLDEST.total_seconds() <= times["iat"] <= moment + AHEAD.total_seconds():
        raise _refused("The proof is too old, or the clock of the wallet is wrong.")
    if times.get("exp", moment + 1) <= moment or times.get("nbf", moment) > moment + AHEAD.total_seconds():
        raise _refused("The proof has run out, or does not hold yet.")


def _refused(detail: str) -> Refused:
    return Refused(INVALID_PROOF, detail)
