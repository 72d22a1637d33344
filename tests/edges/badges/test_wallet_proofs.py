"""The key proof: each thing that is wrong with one is refused by its name, and gives the wallet nothing."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from sqlalchemy import func, select

from badges.wallets.models import BoundForm, Handover, SpentNonce
from issuer.base.db import db
from issuer.crypto.did import did_key_for, did_key_method_id
from issuer.crypto.multibase import encode_base64url
from issuer.crypto.multikey import to_jwk
from tests.edges.badges.badge_steps import held_badge
from tests.factories.wallets import Wallet, jws, offer_badge, wallet_for

CONFIGURATION = "OpenBadgeCredential_ldp_vc"
OTHER = ed25519.Ed25519PrivateKey.generate()


@pytest.fixture
def wallet(app: Flask) -> Wallet:
    return wallet_for(app, offer_badge(app, held_badge(app)))


def refusal(answer: Any) -> tuple[int, str]:
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.json["error"]


def with_public_key_as_secret(wallet: Wallet) -> str:
    """HS256 with the public key for a secret: what a careless verifier takes for a signature."""
    public = wallet.key.public_key()
    secret = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    unsigned = jws({**wallet.header(), "alg": "HS256"}, wallet.claims(), None)
    tag = hmac.digest(secret, unsigned.removesuffix(".").encode(), hashlib.sha256)
    return unsigned + encode_base64url(tag)


def with_private_key_inside(wallet: Wallet) -> str:
    assert isinstance(wallet.key, ed25519.Ed25519PrivateKey)
    jwk = {**to_jwk(wallet.key.public_key()), "d": encode_base64url(wallet.key.private_bytes_raw())}
    return wallet.proof(header={"kid": None, "jwk": jwk})


def with_rsa(wallet: Wallet) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    header = {**wallet.header(), "alg": "RS256", "jwk": to_jwk(key.public_key())}
    header.pop("kid")
    return jws(header, wallet.claims(), key)  # type: ignore[arg-type]


def of_another_key(wallet: Wallet) -> str:
    return jws(wallet.header(), wallet.claims(), OTHER)


def by_another_curve(wallet: Wallet) -> str:
    """ES256 in the header of a key that is for EdDSA."""
    return jws({**wallet.header(), "alg": "ES256"}, wallet.claims(), ec.generate_private_key(ec.SECP256R1()))


FORGED: dict[str, Callable[[Wallet], str]] = {
    "no signature": lambda it: jws({**it.header(), "alg": "none"}, it.claims(), None),
    "the signature cut off": lambda it: it.proof().rpartition(".")[0] + ".",
    "public key as secret": with_public_key_as_secret,
    "private key inside": with_private_key_inside,
    "an algorithm that is not offered": with_rsa,
    "a key that somebody else holds": of_another_key,
    "the algorithm of another kind of key": by_another_curve,
    "another typ": lambda it: it.proof(header={"typ": "JWT"}),
    "no typ": lambda it: it.proof(header={"typ": None}),
    "an extension to be understood": lambda it: it.proof(header={"crit": ["b64"], "b64": False}),
    "two keys": lambda it: it.proof(header={"jwk": to_jwk(it.key.public_key())}),
    "no key": lambda it: it.proof(header={"kid": None}),
    "a certificate": lambda it: it.proof(header={"kid": None, "x5c": ["MII"]}),
    "a key at an address": lambda it: it.proof(header={"kid": "did:web:wallet.example#key"}),
    "a key of no standard": lambda it: it.proof(header={"kid": "my-key"}),
    "another fragment": lambda it: it.proof(header={"kid": f"{it.did}#other"}),
    "an endless identifier": lambda it: it.proof(header={"kid": "did:jwk:" + "e" * 5000}),
    "another audience": lambda it: it.proof(aud="https://other.example"),
    "several audiences": lambda it: it.proof(aud=[it.issuer, "https://other.example"]),
    "no audience": lambda it: it.proof(aud=None),
    "an issuer": lambda it: it.proof(iss="wallet"),
    "no time": lambda it: it.proof(iat=None),
    "a time in words": lambda it: it.proof(iat="now"),
    "true for a time": lambda it: it.proof(iat=True),
    "an old proof": lambda it: it.proof(iat=int(time.time()) - 400),
    "a proof of tomorrow": lambda it: it.proof(iat=int(time.time()) + 86_400),
    "a proof that has run out": lambda it: it.proof(exp=int(time.time()) - 1),
    "no nonce": lambda it: it.proof(nonce=None),
    "a nonce that is a number": lambda it: it.proof(nonce=7),
    "no token at all": lambda _it: "proof",
    "a long token": lambda it: it.proof(more="a" * 20_000),
}


@pytest.mark.parametrize("fault", FORGED)
def test_a_proof_that_proves_nothing_is_refused(app: Flask, wallet: Wallet, fault: str) -> None:
    answer = wallet.fetch(CONFIGURATION, proof=FORGED[fault](wallet))
    assert refusal(answer) == (400, "invalid_proof")
    assert answer.json["error_description"].isascii()
    assert made(app) == 0
    assert wallet.fetch(CONFIGURATION).status_code == 200


@pytest.mark.parametrize("nonce", ["", "guessed", "AAAAAAAAAAAAAAAAAAAAAA.9999999999." + "A" * 43])
def test_a_nonce_of_nobody_is_refused(app: Flask, wallet: Wallet, nonce: str) -> None:
    assert refusal(wallet.fetch(CONFIGURATION, proof=wallet.proof(nonce=nonce))) == (400, "invalid_nonce")
    assert made(app) == 0


def test_a_proof_is_used_once(wallet: Wallet) -> None:
    proof = wallet.proof()
    assert wallet.fetch(CONFIGURATION, proof=proof).status_code == 200
    assert refusal(wallet.fetch(CONFIGURATION, proof=proof)) == (400, "invalid_nonce")


def test_a_nonce_is_used_once_by_whichever_key(app: Flask, wallet: Wallet) -> None:
    nonce = wallet.nonce()
    assert wallet.fetch(CONFIGURATION, proof=wallet.proof(nonce=nonce)).status_code == 200
    other = wallet_for(app, offer_badge(app, held_badge(app)))
    assert refusal(other.fetch(CONFIGURATION, proof=other.proof(nonce=nonce))) == (400, "invalid_nonce")


def test_asking_for_nonces_stores_nothing(app: Flask, wallet: Wallet) -> None:
    assert len({wallet.nonce() for _ in range(3)}) == 3
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SpentNonce)) == 0


def test_a_key_may_be_named_by_its_identifier_alone(app: Flask, wallet: Wallet) -> None:
    answer = wallet.fetch(CONFIGURATION, proof=wallet.proof(header={"kid": wallet.did}))
    assert answer.json["credentials"][0]["credential"]["credentialSubject"]["id"] == wallet.did


def test_a_wallet_that_gave_its_name_may_sign_with_it(app: Flask) -> None:
    offered = offer_badge(app, held_badge(app))
    wallet = Wallet(app.test_client()).read(offered.link)
    wallet.redeem(offered.transaction_code, client_id="wallet.example")
    other = wallet.fetch(CONFIGURATION, proof=wallet.proof(iss="another.example"))
    assert refusal(other) == (400, "invalid_proof")
    assert wallet.fetch(CONFIGURATION, proof=wallet.proof(iss="wallet.example")).status_code == 200


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "invalid_credential_request"),
        ({"credential_configuration_id": 7}, "invalid_credential_request"),
        (
            {"credential_configuration_id": CONFIGURATION, "credential_identifier": "other"},
            "invalid_credential_request",
        ),
        ({"credential_configuration_id": "UniversityDegree"}, "unknown_credential_configuration"),
        ({"credential_identifier": "other"}, "unknown_credential_identifier"),
        ({"credential_configuration_id": "OpenBadgeCredential_as_signed_ldp_vc"}, "credential_request_denied"),
        ({"credential_configuration_id": CONFIGURATION}, "invalid_proof"),
        ({"credential_configuration_id": CONFIGURATION, "proofs": []}, "invalid_proof"),
        ({"credential_configuration_id": CONFIGURATION, "proofs": {}}, "invalid_proof"),
        ({"credential_configuration_id": CONFIGURATION, "proofs": {"ldp_vp": [{}]}}, "invalid_proof"),
        ({"credential_configuration_id": CONFIGURATION, "proofs": {"jwt": []}}, "invalid_credential_request"),
        ({"credential_configuration_id": CONFIGURATION, "proofs": {"jwt": ["a", "b"]}}, "invalid_credential_request"),
        ({"credential_configuration_id": CONFIGURATION, "proofs": {"jwt": [7]}}, "invalid_credential_request"),
        ({"credential_configuration_id": CONFIGURATION, "proof": {"jwt": "a"}}, "invalid_credential_request"),
        (
            {"credential_configuration_id": CONFIGURATION, "credential_response_encryption": {"enc": "A256GCM"}},
            "invalid_encryption_parameters",
        ),
    ],
)
def test_a_credential_request_is_refused_by_its_name(wallet: Wallet, body: dict[str, Any], error: str) -> None:
    assert refusal(wallet.ask(body)) == (400, error)


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"a":1,"a":2}', b'"' + b"a" * 70_000 + b'"'])
def test_a_body_that_is_no_object_is_refused(wallet: Wallet, data: bytes) -> None:
    headers = {"Authorization": f"Bearer {wallet.token}"}
    answer = wallet.client.post("/wallets/credential", data=data, content_type="application/json", headers=headers)
    assert refusal(answer) == (400, "invalid_credential_request")


def test_the_bytes_as_they_were_signed_are_not_given_for_a_key(app: Flask) -> None:
    wallet = wallet_for(app, offer_badge(app, held_badge(app), form="as_signed"))
    body = {"credential_configuration_id": "OpenBadgeCredential_as_signed_ldp_vc", "proofs": {"jwt": [wallet.proof()]}}
    assert refusal(wallet.ask(body)) == (400, "invalid_credential_request")


def test_a_token_is_no_licence_to_have_signed_without_end(app: Flask, wallet: Wallet) -> None:
    for _ in range(8):
        wallet.key = ed25519.Ed25519PrivateKey.generate()
        assert wallet.fetch(CONFIGURATION).status_code == 200
    wallet.key = ed25519.Ed25519PrivateKey.generate()
    assert refusal(wallet.fetch(CONFIGURATION)) == (400, "credential_request_denied")
    assert made(app) == 8


def test_what_was_signed_for_a_wallet_is_never_changed(app: Flask, wallet: Wallet) -> None:
    kid = did_key_method_id(did_key_for(wallet.key.public_key()))
    document = wallet.fetch(CONFIGURATION, proof=wallet.proof(header={"kid": kid})).json["credentials"][0]["credential"]
    with app.app_context():
        form = db.session.scalars(select(BoundForm)).one()
        assert (form.holder, json.loads(form.document)) == (wallet.did, document)
        form.holder = "did:key:other"
        with pytest.raises(Exception, match="bound_form"):
            db.session.flush()
        db.session.rollback()


def made(app: Flask) -> int:
    """How many credentials were handed over."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Handover)) or 0
