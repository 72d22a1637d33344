"""Signing and verifying a badge in this process, in each form, beside the bare signature that is in it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from badges.models import Credential
from issuer.base.db import db
from issuer.crypto import sd_jwt, selective_disclosure, vc_jose
from issuer.crypto.data_integrity import add_proof
from issuer.crypto.jwt_verification import verify_jwt
from issuer.crypto.proof_verification import verify_proof
from issuer.crypto.signatures import PrivateKey, algorithm_of, local_signer, verify_signature
from issuer.crypto.strict_json import load_object
from issuer.crypto.vc_jwt import issue_jwt, parse_jwt
from issuer.crypto.verification_method import VerificationMethod, issuer_of
from tests.bench.figures import Figure, cpu_microseconds
from tests.bench.limits import SAMPLE
from tests.live import Instance

MORE_THAN_ARE_REMEMBERED = 300


@dataclass(frozen=True, slots=True)
class Form:
    """One way to sign: ``sign`` gives what ``is_valid`` accepts; the bare signature of ``key`` is the limit."""

    name: str
    key: PrivateKey
    sign: Callable[[], Any]
    is_valid: Callable[[Any], bool]


def measure(instance: Instance) -> Iterator[Figure]:
    """Sign and verify a badge of the demonstration anew in every form, with keys made here."""
    for form in _forms(_unsigned_badge(instance)):
        yield from _figures_of(form)


def _figures_of(form: Form) -> Iterator[Figure]:
    signed = form.sign()
    if not form.is_valid(signed):
        raise RuntimeError(f"{form.name}: our own signature does not verify.")
    algorithm, signer, public = algorithm_of(form.key), local_signer(form.key), form.key.public_key()
    bare = signer(SAMPLE)
    limit_sign = cpu_microseconds(lambda: signer(SAMPLE))
    limit_verify = cpu_microseconds(lambda: verify_signature(public, bare, SAMPLE, alg=algorithm))
    yield Figure(f"sign, {form.name}", cpu_microseconds(form.sign), "us", limit_sign, f"sign {algorithm}")
    verifying = cpu_microseconds(lambda: form.is_valid(signed))
    yield Figure(f"verify, {form.name}", verifying, "us", limit_verify, f"verify {algorithm}")


def _forms(badge: dict[str, Any]) -> Iterator[Form]:
    edwards, rivest = ed25519.Ed25519PrivateKey.generate(), rsa.generate_private_key(65537, 2048)
    small, large = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())
    for suite, key in (
        ("eddsa-rdfc-2022", edwards),
        ("eddsa-jcs-2022", edwards),
        ("ecdsa-rdfc-2019", small),
        ("ecdsa-rdfc-2019", large),
        ("ecdsa-jcs-2019", small),
        ("ecdsa-jcs-2019", large),
    ):
        yield _embedded(badge, suite, key)
    yield _disclosed(badge, small)
    for key in (rivest, small):
        yield _token(badge, key)
    for key in (edwards, small, large):
        yield _jose(badge, key)
    yield _selective(badge, small)


def _embedded(badge: dict[str, Any], suite: str, key: PrivateKey) -> Form:
    method, now, numbers = _method(badge, key), _now(), count()
    signer = local_signer(key)

    def sign() -> dict[str, Any]:
        # Another badge each time: what was canonicalized a moment ago is remembered.
        return add_proof(
            {**badge, "id": f"urn:uuid:{next(numbers)}"},
            signer=signer,
            verification_method=method.id,
            created=now,
            cryptosuite=suite,
            algorithm=algorithm_of(key),
        )

    several = cycle([sign() for _ in range(MORE_THAN_ARE_REMEMBERED)])

    def is_valid(_: dict[str, Any]) -> bool:
        return verify_proof(next(several), resolve_key=lambda _: method, now=now).verified

    return Form(f"{suite} {algorithm_of(key)}", key, sign, is_valid)


def _disclosed(badge: dict[str, Any], key: ec.EllipticCurvePrivateKey) -> Form:
    """Signed statement by statement; what is verified is a part that shows everything."""
    method, now, proof_key = _method(badge, key), _now(), ec.generate_private_key(ec.SECP256R1())
    everything = [f"/{name}" for name in badge if name != "@context"]

    def sign() -> dict[str, Any]:
        secured = selective_disclosure.add_base_proof(
            badge,
            signer=local_signer(key),
            public_key=key.public_key(),
            verification_method=method.id,
            created=now,
            hmac_key=secrets.token_bytes(32),
            proof_key=proof_key,
        )
        return {**secured, "proof": secured["proof"][0]}

    def is_valid(secured: dict[str, Any]) -> bool:
        return verify_proof(secured, resolve_key=lambda _: method, now=now).verified

    def derived() -> dict[str, Any]:
        return selective_disclosure.derive(sign(), selective_pointers=everything)

    return Form("ecdsa-sd-2023 ES256, issued and derived", key, derived, is_valid)


def _jose(badge: dict[str, Any], key: PrivateKey) -> Form:
    method = _method(badge, key)
    signer, algorithm = local_signer(key), algorithm_of(key)

    def sign() -> str:
        return vc_jose.secure(badge, signer=signer, kid=method.id, algorithm=algorithm)

    def is_valid(token: str) -> bool:
        vc_jose.check_signature(vc_jose.parse(token, typ=vc_jose.CREDENTIAL), key.public_key())
        return True

    return Form(f"vc+jwt {algorithm}", key, sign, is_valid)


def _selective(badge: dict[str, Any], key: PrivateKey) -> Form:
    method = _method(badge, key)
    signer, algorithm = local_signer(key), algorithm_of(key)

    def sign() -> str:
        return sd_jwt.secure(
            badge,
            signer=signer,
            kid=method.id,
            algorithm=algorithm,
            disclosable=("name", "credentialSubject.achievement.description", "evidence"),
            salts=lambda: secrets.token_urlsafe(16),
        )

    def is_valid(token: str) -> bool:
        vc_jose.check_signature(sd_jwt.parse(token, typ=vc_jose.SD_CREDENTIAL).token, key.public_key())
        return True

    return Form(f"vc+sd-jwt {algorithm}", key, sign, is_valid)


def _token(badge: dict[str, Any], key: PrivateKey) -> Form:
    method, now = _method(badge, key), _now()
    signer = local_signer(key)

    def sign() -> str:
        return issue_jwt(badge, signer=signer, kid=method.id, algorithm=algorithm_of(key))

    def is_valid(token: str) -> bool:
        return verify_jwt(parse_jwt(token), resolve_key=lambda _: method, now=now).outcome == "verified"

    return Form(f"JWT {algorithm_of(key)}", key, sign, is_valid)


def _method(badge: dict[str, Any], key: PrivateKey) -> VerificationMethod:
    issuer = issuer_of(badge)
    return VerificationMethod(f"{issuer}#bench", issuer, key.public_key(), frozenset({"assertionMethod"}))


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)


def _unsigned_badge(instance: Instance) -> dict[str, Any]:
    with instance.use_cases():
        document = db.session.scalars(db.select(Credential.document).limit(1)).one()
    return {name: value for name, value in load_object(document).items() if name != "proof"}
