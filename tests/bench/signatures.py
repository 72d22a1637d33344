"""Signing and verifying a badge in this process, beside the bare signature in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from badges.models import Credential
from issuer.base.db import db
from issuer.crypto.data_integrity import add_proof
from issuer.crypto.jwt_verification import verify_jwt
from issuer.crypto.proof_verification import verify_proof
from issuer.crypto.signatures import local_signer
from issuer.crypto.strict_json import load_object
from issuer.crypto.vc_jwt import issue_jwt, parse_jwt
from issuer.crypto.verification_method import VerificationMethod, issuer_of
from tests.bench.figures import Figure, cpu_microseconds
from tests.bench.limits import Limits
from tests.live import Instance


def measure(instance: Instance, limits: Limits) -> Iterator[Figure]:
    """Sign and verify a badge of the demonstration anew, with keys made here."""
    badge = _unsigned_badge(instance)
    issuer, now = issuer_of(badge), datetime.now(UTC) + timedelta(minutes=1)
    edwards, rivest = ed25519.Ed25519PrivateKey.generate(), rsa.generate_private_key(65537, 2048)
    method = f"{issuer}#bench"
    keys = {
        key_id: VerificationMethod(key_id, issuer, key.public_key(), frozenset({"assertionMethod"}))
        for key_id, key in ((method, edwards), (f"{method}-jwt", rivest))
    }
    edwards_signer, rivest_signer = local_signer(edwards), local_signer(rivest)

    def sign_proof() -> dict[str, object]:
        return add_proof(badge, signer=edwards_signer, verification_method=method, created=now)

    def sign_jwt() -> str:
        return issue_jwt(badge, signer=rivest_signer, kid=f"{method}-jwt", algorithm="RS256")

    secured, token = sign_proof(), sign_jwt()

    def check_proof() -> None:
        if not verify_proof(secured, resolve_key=keys.__getitem__, now=now).verified:
            raise RuntimeError("Our own proof does not verify.")

    def check_jwt() -> None:
        if verify_jwt(parse_jwt(token), resolve_key=keys.__getitem__, now=now).outcome != "verified":
            raise RuntimeError("Our own token does not verify.")

    yield Figure("sign, embedded proof", cpu_microseconds(sign_proof), "us", limits.ed25519_sign, "sign Ed25519")
    yield Figure("verify, embedded proof", cpu_microseconds(check_proof), "us", limits.ed25519_verify, "verify Ed25519")
    yield Figure("sign, JWT", cpu_microseconds(sign_jwt), "us", limits.rs256_sign, "sign RS256")
    yield Figure("verify, JWT", cpu_microseconds(check_jwt), "us", limits.rs256_verify, "verify RS256")


def _unsigned_badge(instance: Instance) -> dict[str, object]:
    with instance.use_cases():
        document = db.session.scalars(db.select(Credential.document).limit(1)).one()
    return {name: value for name, value in load_object(document).items() if name != "proof"}
