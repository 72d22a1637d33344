"""A badge goes into a wallet: the whole protocol, with a small wallet on the other side."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from flask import Flask

from badges.verification import sources
from badges.verification.report import Verdict
from issuer.crypto.vc_jwt import parse_jwt
from tests.edges.badges.badge_steps import held_badge
from tests.factories.wallets import offer_badge, wallet_for

BOUND = ("OpenBadgeCredential_ldp_vc", "OpenBadgeCredential_jwt_vc_json")
AS_SIGNED = ("OpenBadgeCredential_as_signed_ldp_vc", "OpenBadgeCredential_as_signed_jwt_vc_json")
KEYS = {"EdDSA": ed25519.Ed25519PrivateKey.generate, "ES256": lambda: ec.generate_private_key(ec.SECP256R1())}


def said_by(credential: Any) -> dict[str, Any]:
    """What a credential in either format says, the proof aside."""
    document = dict(parse_jwt(credential).credential) if isinstance(credential, str) else credential
    return {name: value for name, value in document.items() if name != "proof"}


@pytest.mark.parametrize("configuration", BOUND)
@pytest.mark.parametrize("kind", ["did:key", "did:jwk", "jwk"])
@pytest.mark.parametrize("algorithm", list(KEYS))
def test_a_wallet_fetches_a_private_badge_for_its_key(
    app: Flask, configuration: str, kind: str, algorithm: str
) -> None:
    held = held_badge(app, public=False)
    wallet = wallet_for(app, offer_badge(app, held), key=KEYS[algorithm](), kind=kind)
    answer = wallet.fetch(configuration)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store"), answer.json
    (given,) = answer.json["credentials"]
    said = said_by(given["credential"])
    assert said["credentialSubject"]["id"] == wallet.did
    original = said_by(json.loads(held.document))
    original["credentialSubject"]["id"] = wallet.did
    assert said == original
    credential = given["credential"]
    data = credential.encode() if isinstance(credential, str) else json.dumps(credential).encode()
    with app.test_request_context():
        report = sources.check(data)
    assert report.verdict is Verdict.VALID, [(each.name, each.code) for each in report.checks]
