"""Signing what was prepared. What was signed is read back as a stranger would read it, with the keys that we publish,
and only then returned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from issuer.base.faults import fault_point
from issuer.crypto.errors import CryptoError
from issuer.crypto.jwt_verification import verify_jwt
from issuer.crypto.multikey import PublicKey, from_jwk
from issuer.crypto.proof_verification import verify_proof
from issuer.crypto.signatures import verify_signature
from issuer.crypto.strict_json import load_object
from issuer.crypto.vc_jwt import parse_jwt
from issuer.keys.key_file import KeyUnusable
from issuer.keys.keystore import backend
from issuer.keys.statements import NotSigned
from issuer.models import Organisation
from issuer.profile import key_resolver
from issuer.signing.intents import Prepared, PreparedCheckpoint


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed, byte for byte: UTF-8 JSON with an embedded proof, and the same as a compact JWS if asked for.

    ``unsigned`` is what both say: the document without its proof.
    """

    document: bytes
    jwt: bytes | None
    unsigned: Mapping[str, Any]
    proof_kid: str
    jwt_kid: str | None
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class CheckpointSignature:
    """The raw signature over the body of a checkpoint, 64 bytes of Ed25519, and the key that made it."""

    kid: str
    public_key: PublicKey
    signature: bytes
    signed_at: datetime


def sign(prepared: Prepared, *, now: datetime) -> Signed:
    """Sign, and verify what came out before anybody else sees it.

    Raises KeyUnusable, after which the same can be signed later, and NotSigned, after which it cannot.
    """
    organisation = prepared.intent.organisation
    assert organisation is not None
    document, *tokens = _signatures(prepared, now=now)
    signed = Signed(
        document=document,
        jwt=tokens[0] if tokens else None,
        unsigned=load_object(prepared.intent.content),
        proof_kid=prepared.intent.proof_key.kid,
        jwt_kid=prepared.intent.jwt_key.kid if prepared.intent.jwt_key else None,
        signed_at=now,
    )
    refused = refusal(signed.document, signed.jwt, organisation=organisation, now=now)
    if refused or _without_proof(load_object(signed.document)) != signed.unsigned:
        raise _refused_by_ourselves(prepared)
    return signed


def sign_checkpoint(prepared: PreparedCheckpoint, *, now: datetime) -> CheckpointSignature:
    """Sign the body of a checkpoint with the log's own key. Raises KeyUnusable, NotSigned."""
    key = prepared.intent.proof_key
    public_key = from_jwk(key.public_jwk)
    (signature,) = _signatures(prepared, now=now)
    if not verify_signature(public_key, signature, prepared.intent.content, alg=key.algorithm):
        raise _refused_by_ourselves(prepared)
    return CheckpointSignature(key.kid, public_key, signature, now)


def _signatures(prepared: Prepared, *, now: datetime) -> list[bytes]:
    prepared.redeem(now=now)
    fault_point("signing.before_sign")
    try:
        made = [backend().sign(statement, now=now) for statement in prepared.statements]
    except KeyUnusable as error:
        prepared.give_back(error.code)
        raise
    except NotSigned as error:
        prepared.give_up(error.code)
        raise
    fault_point("signing.after_sign")
    return made


def _refused_by_ourselves(prepared: Prepared) -> NotSigned:
    prepared.give_up("own_signature_refused")
    return NotSigned("own_signature_refused", "Our own check refused the signature, so it was thrown away.")


def refusal(document: bytes, jwt: bytes | None, *, organisation: Organisation, now: datetime) -> str:
    """Why a stranger who has our published keys would refuse what we signed; "" when nothing is wrong.

    Bytes in, because bytes are what is stored and served: codes such as "signature" or "claim_mismatch".
    """
    resolve_key = key_resolver(organisation)
    try:
        secured = load_object(document)
        report = verify_proof(secured, resolve_key=resolve_key, now=now)
        if not report.verified or jwt is None:
            return report.code
        token = parse_jwt(jwt)
        result = verify_jwt(token, resolve_key=resolve_key, now=now)
    except CryptoError as error:
        return error.code
    if result.outcome != "verified":
        return result.code
    return "" if token.credential == _without_proof(secured) else "forms_differ"


def _without_proof(secured: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in secured.items() if name != "proof"}
