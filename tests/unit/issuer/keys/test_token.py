"""Keys in a PKCS#11 token, tried on SoftHSM2."""

from __future__ import annotations

from pathlib import Path

import pkcs11
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from flask import Flask
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters

from issuer import signing
from issuer.base.db import db, utc_now
from issuer.base.key_settings import TokenSettings
from issuer.crypto.multikey import PublicKey, thumbprint
from issuer.crypto.proof_verification import verify_proof
from issuer.crypto.signatures import algorithm_of, verify_signature
from issuer.crypto.strict_json import load_object
from issuer.crypto.verification_method import VerificationMethod
from issuer.keys import keystore
from issuer.keys.backends import LocalBackend
from issuer.keys.key_file import KeyUnusable
from issuer.keys.purposes import BADGE_JWT, BADGE_PROOF, PURPOSES, STATUS_LIST
from issuer.keys.token import TokenKeys
from issuer.models import Organisation
from tests.unit.issuer.keys.signer_steps import BASE, DID, NOW, badge, list_proof_of, proof_of, status_list
from tests.unit.issuer.keys.soft_token import LABEL, PIN, make_token, needs_soft_token
from tests.unit.issuer.signing.test_signatures import SUBJECT, make_document

pytestmark = needs_soft_token


@pytest.fixture
def soft_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TokenSettings:
    """A fresh token, seen by a library that has just been started."""
    settings = make_token(tmp_path / "token", monkeypatch)
    pkcs11.lib(str(settings.module)).reinitialize()
    return settings


@pytest.mark.parametrize(("purpose", "kind"), [(BADGE_PROOF, ed25519.Ed25519PublicKey), (BADGE_JWT, rsa.RSAPublicKey)])
def test_a_key_made_in_the_token_signs_for_its_public_half(
    soft_token: TokenSettings, purpose: str, kind: type[object]
) -> None:
    keys = TokenKeys(soft_token)
    public_key = keys.create(purpose)
    assert isinstance(public_key, kind)
    signature = TokenKeys(soft_token).open(thumbprint(public_key)).signer(b"message")
    assert verify_signature(public_key, signature, b"message", alg=algorithm_of(public_key))
    assert not verify_signature(public_key, signature, b"another", alg=algorithm_of(public_key))


def test_a_p_256_key_of_a_token_without_ed25519_signs_too(soft_token: TokenSettings) -> None:
    public_key = make_p256(soft_token, STATUS_LIST)
    backend = LocalBackend(TokenKeys(soft_token), base_url=BASE)
    secured = backend.sign(list_proof_of(status_list(), public_key, cryptosuite="ecdsa-rdfc-2019"), now=NOW)
    proof = load_object(secured)["proof"][0]
    method = VerificationMethod(proof["verificationMethod"], DID, public_key, frozenset({"assertionMethod"}))
    assert verify_proof(load_object(secured), resolve_key=lambda _name: method, now=NOW).verified


def make_p256(soft_token: TokenSettings, purpose: str) -> PublicKey:
    """A P-256 key in the token, named as TokenKeys names its own."""
    session = pkcs11.lib(str(soft_token.module)).get_token(token_label=LABEL).open(rw=True, user_pin=PIN)
    curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
    parameters = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
    halves = parameters.generate_keypair(label=f"rosette {purpose}", store=True)
    public_key = load_der_public_key(encode_ec_public_key(halves[0]))
    assert isinstance(public_key, ec.EllipticCurvePublicKey)
    for half in halves:
        half[pkcs11.Attribute.ID] = thumbprint(public_key).encode()
    session.close()
    return public_key


def test_a_private_key_cannot_be_taken_out(soft_token: TokenSettings) -> None:
    kid = thumbprint(TokenKeys(soft_token).create(BADGE_PROOF))
    library = pkcs11.lib(str(soft_token.module))
    with library.get_token(token_label=soft_token.label).open() as session:
        key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, id=kid.encode())
        assert key[pkcs11.Attribute.NEVER_EXTRACTABLE] and key[pkcs11.Attribute.SENSITIVE]
        with pytest.raises(pkcs11.exceptions.PKCS11Error):
            key[pkcs11.Attribute.VALUE]


def test_k4_the_token_itself_says_what_a_key_is_for(soft_token: TokenSettings) -> None:
    backend = LocalBackend(TokenKeys(soft_token), base_url=BASE)
    key = backend.create(BADGE_PROOF)
    backend.sign(proof_of(badge(), key), now=NOW)
    with pytest.raises(KeyUnusable) as caught:
        backend.sign(list_proof_of(status_list(), key), now=NOW)
    assert caught.value.code == "key_purpose"


def test_a_key_that_is_not_in_the_token_is_named(soft_token: TokenSettings) -> None:
    with pytest.raises(KeyUnusable) as caught:
        TokenKeys(soft_token).open("no-such-key")
    assert caught.value.code == "key_missing"


def test_a_wrong_pin_is_named_and_tried_once_so_that_the_token_does_not_lock_itself(soft_token: TokenSettings) -> None:
    kid = thumbprint(TokenKeys(soft_token).create(BADGE_PROOF))
    pkcs11.lib(str(soft_token.module)).reinitialize()
    wrong = TokenKeys(TokenSettings(soft_token.module, soft_token.label, "4321-wrong"))
    for _ in range(20):
        with pytest.raises(KeyUnusable) as caught:
            wrong.open(kid)
        assert caught.value.code == "key_locked"
    assert TokenKeys(soft_token).open(kid).purpose == BADGE_PROOF


@pytest.mark.parametrize(
    ("module", "label"), [("/nowhere/libnothing.so", "rosette-test"), ("/usr/lib/softhsm/libsofthsm2.so", "another")]
)
def test_a_token_that_is_not_there_is_named(soft_token: TokenSettings, module: str, label: str) -> None:
    with pytest.raises(KeyUnusable) as caught:
        TokenKeys(TokenSettings(Path(module), label, soft_token.pin)).create(BADGE_PROOF)
    assert caught.value.code == "token_unreachable"


def test_no_key_is_brought_in(soft_token: TokenSettings) -> None:
    with pytest.raises(KeyUnusable) as caught:
        TokenKeys(soft_token).add(ed25519.Ed25519PrivateKey.generate(), purpose=BADGE_PROOF)
    assert caught.value.code == "key_not_kept"


def test_an_organisation_with_its_keys_in_a_token_signs_badges(ctx: Flask, soft_token: TokenSettings) -> None:
    ctx.extensions["rosette_signing_backend"] = LocalBackend(TokenKeys(soft_token), base_url="http://localhost:8000")
    organisation = Organisation(slug="north", name="North")
    db.session.add(organisation)
    db.session.flush()
    keystore.ensure_keys(organisation)
    assert {key.purpose for key in keystore.keys_of(organisation)} <= set(PURPOSES)
    document, now = make_document(organisation), utc_now()
    prepared = signing.prepare_badge(document, organisation=organisation, subject=SUBJECT, now=now)
    signed = signing.sign(prepared, now=now)
    assert signing.refusal(signed.document, signed.jwt, organisation=organisation, now=now) == ""
    assert list((ctx.config["ROSETTE"].data_dir / "keys").glob("*")) == []
