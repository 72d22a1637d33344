"""What we sign, in the hands of other people's verifiers: one in Python, and one in JavaScript where installed."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from flask.testing import FlaskClient
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

from badges import awards
from issuer.base.db import db
from issuer.crypto.multikey import from_jwk
from issuer.crypto.strict_json import load_object
from issuer.keys import keystore
from issuer.status import publishing
from tests.factories.badges import make_achievement, make_award
from tests.factories.people import make_account
from tests.javascript import verdict

BASE = "http://localhost:8000"
NAME = "Zoë O'Neill 🎓 مريم"


@dataclass(frozen=True, slots=True)
class Issued:
    """A badge in both forms, and every public document that a stranger may fetch, by its URL or DID."""

    document: bytes
    jwt: bytes
    public: dict[str, Any]
    pems: dict[str, bytes]
    award_id: str


@pytest.fixture
def issued(app: Flask, client: FlaskClient) -> Issued:
    with app.app_context():
        award = make_award(make_account(name=NAME), make_achievement(valid_days=730))
        organisation = award.achievement_version.achievement.organisation
        document, jwt, award_id, slug = (
            award.credential.document,
            award.credential.jwt,
            award.public_id,
            organisation.slug,
        )
        pems = {key.purpose: pem_of(key.public_jwk) for key in keystore.keys_of(organisation)}
        db.session.commit()
    return Issued(document, jwt, public_documents(client, slug, document), pems, award_id)


def pem_of(jwk: dict[str, Any]) -> bytes:
    return from_jwk(jwk).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def public_documents(client: FlaskClient, slug: str, document: bytes) -> dict[str, Any]:
    def read(url: str) -> dict[str, Any]:
        return load_object(client.get(url.removeprefix(BASE)).get_data())

    did_document = read(f"{BASE}/issuers/{slug}/did.json")
    kids = [key["kid"] for key in read(f"{BASE}/.well-known/jwks.json")["keys"]]
    list_url = load_object(document)["credentialStatus"]["statusListCredential"]
    return {did_document["id"]: did_document, **{url: read(url) for url in [*kids, list_url]}}


def tampered(document: bytes) -> bytes:
    return json.dumps(load_object(document) | {"name": "Chief Seller"}).encode()


def tampered_jwt(jwt: bytes) -> bytes:
    header, payload, signature = jwt.decode().split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    claims["name"] = "Chief Seller"
    changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{header}.{changed}.{signature}".encode()


def test_another_library_verifies_the_embedded_proof(issued: Issued) -> None:
    found = OB3LdpVerifier(issued.pems["badge_proof"]).verify(issued.document)
    assert found.id == f"{BASE}/badges/{issued.award_id}"


def test_another_library_refuses_a_changed_badge(issued: Issued) -> None:
    with pytest.raises(OB3VerificationError):
        OB3LdpVerifier(issued.pems["badge_proof"]).verify(tampered(issued.document))


def test_another_library_refuses_the_key_of_another_purpose(issued: Issued) -> None:
    with pytest.raises(OB3VerificationError):
        OB3LdpVerifier(issued.pems["status_list"]).verify(issued.document)


def test_another_library_verifies_the_jwt(issued: Issued) -> None:
    found = OB3Verifier(issued.pems["badge_jwt"]).verify(issued.jwt.decode())
    assert found.id == f"{BASE}/badges/{issued.award_id}"


def test_another_library_refuses_a_changed_jwt(issued: Issued) -> None:
    with pytest.raises(OB3VerificationError):
        OB3Verifier(issued.pems["badge_jwt"]).verify(tampered_jwt(issued.jwt).decode())


@pytest.mark.parametrize("engine", ["db", "dcc"])
def test_a_javascript_verifier_finds_the_embedded_proof_genuine(
    verify_js: Path, issued: Issued, tmp_path: Path, engine: str
) -> None:
    found = verdict(verify_js, issued.document, issued.public, tmp_path, engine=engine)
    assert (found["verified"], found["errors"]) == (True, [])
    assert [status["set"] for status in found["checks"]["status"]] == [False]


def test_a_javascript_verifier_finds_the_jwt_genuine_and_its_key_the_issuers(
    verify_js: Path, issued: Issued, tmp_path: Path
) -> None:
    found = verdict(verify_js, issued.jwt, issued.public, tmp_path)
    assert (found["verified"], found["errors"]) == (True, [])
    assert found["checks"]["keyBoundToIssuer"] is True


def test_a_javascript_verifier_refuses_changed_ones(verify_js: Path, issued: Issued, tmp_path: Path) -> None:
    assert not verdict(verify_js, tampered(issued.document), issued.public, tmp_path)["verified"]
    assert not verdict(verify_js, tampered_jwt(issued.jwt), issued.public, tmp_path)["verified"]


def test_a_javascript_verifier_sees_the_revocation(
    verify_js: Path, app: Flask, client: FlaskClient, issued: Issued, tmp_path: Path
) -> None:
    list_url = load_object(issued.document)["credentialStatus"]["statusListCredential"]
    with app.app_context():
        awards.revoke(awards.find_award(issued.award_id), reason="Issued in error.", actor="system")
        publishing.publish(list_url.rsplit("/", 1)[1])
        db.session.commit()
    renewed = load_object(client.get(list_url.removeprefix(BASE)).get_data())
    found = verdict(verify_js, issued.document, issued.public | {list_url: renewed}, tmp_path)
    assert not found["verified"]
    assert [status["set"] for status in found["checks"]["status"]] == [True]
