"""A badge goes into a wallet: the whole protocol, with a small wallet on the other side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from badges import awards
from badges.verification import sources
from badges.verification.report import Report, Verdict
from badges.wallets.models import BoundForm, Handover
from issuer.base.db import db
from issuer.crypto.vc_jwt import parse_jwt
from tests.edges.badges.badge_steps import HeldBadge, held_badge
from tests.factories.wallets import Wallet, offer_badge, path_of, wallet_for
from tests.javascript import verdict
from tests.unit.badges.losing import key_of, lose, publish_lists, sign_again

BOUND = ("OpenBadgeCredential_ldp_vc", "OpenBadgeCredential_jwt_vc_json")
AS_SIGNED = ("OpenBadgeCredential_as_signed_ldp_vc", "OpenBadgeCredential_as_signed_jwt_vc_json")
KEYS = {"EdDSA": ed25519.Ed25519PrivateKey.generate, "ES256": lambda: ec.generate_private_key(ec.SECP256R1())}


def said_by(credential: Any) -> dict[str, Any]:
    """What a credential in either format says, the proof aside."""
    document = dict(parse_jwt(credential).credential) if isinstance(credential, str) else credential
    return {name: value for name, value in document.items() if name != "proof"}


def bytes_of(credential: Any) -> bytes:
    return credential.encode() if isinstance(credential, str) else json.dumps(credential).encode()


def checked(app: Flask, credential: Any) -> Report:
    with app.test_request_context():
        return sources.check(bytes_of(credential))


def fetched(wallet: Wallet, configuration: str) -> Any:
    answer = wallet.fetch(configuration)
    assert answer.status_code == 200, answer.json
    (given,) = answer.json["credentials"]
    return given["credential"]


@pytest.mark.parametrize("configuration", BOUND)
@pytest.mark.parametrize("kind", ["did:key", "did:jwk", "jwk"])
@pytest.mark.parametrize("algorithm", list(KEYS))
def test_a_wallet_fetches_a_private_badge_for_its_key(
    app: Flask, configuration: str, kind: str, algorithm: str
) -> None:
    held = held_badge(app, public=False)
    wallet = wallet_for(app, offer_badge(app, held), key=KEYS[algorithm](), kind=kind)
    credential = fetched(wallet, configuration)
    expected = said_by(json.loads(held.document))
    expected["credentialSubject"]["id"] = wallet.did
    assert said_by(credential) == expected
    report = checked(app, credential)
    assert report.verdict is Verdict.VALID, [(each.name, each.code) for each in report.checks]


@pytest.mark.parametrize("configuration", AS_SIGNED)
def test_a_wallet_without_a_key_gets_the_bytes_that_were_signed(app: Flask, configuration: str) -> None:
    held = held_badge(app, public=False)
    wallet = wallet_for(app, offer_badge(app, held, form="as_signed"))
    answer = wallet.fetch(configuration)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    (given,) = answer.json["credentials"]
    if isinstance(given["credential"], str):
        assert given["credential"].encode() == held.jwt
    else:
        assert held.document in answer.data


def test_every_endpoint_is_found_through_the_metadata(app: Flask) -> None:
    wallet = Wallet(app.test_client()).read(offer_badge(app, held_badge(app)).link)
    assert wallet.offer["credential_configuration_ids"] == list(BOUND)
    (grant,) = wallet.offer["grants"].values()
    assert grant["tx_code"]["input_mode"] == "numeric"
    assert grant["tx_code"]["length"] == 6
    assert wallet.metadata["server"]["pre-authorized_grant_anonymous_access_supported"] is True
    for name in (*BOUND, *AS_SIGNED):
        described = wallet.metadata["credential_configurations_supported"][name]
        is_linked_data = described["format"] == "ldp_vc"
        assert ("@context" in described["credential_definition"]) == is_linked_data
        assert "OpenBadgeCredential" in described["credential_definition"]["type"]
        assert described["credential_signing_alg_values_supported"] == (
            ["eddsa-rdfc-2022"] if is_linked_data else ["RS256"]
        )
        is_bound = name in BOUND
        assert ("proof_types_supported" in described) == is_bound
        assert ("cryptographic_binding_methods_supported" in described) == is_bound


def test_the_metadata_of_another_name_is_not_there(client: FlaskClient) -> None:
    assert client.get("/.well-known/openid-credential-issuer/issuers/nobody").status_code == 404


def test_a_wallet_in_a_browser_of_another_site_may_call(app: Flask) -> None:
    wallet = Wallet(app.test_client()).read(offer_badge(app, held_badge(app)).link)
    asked = wallet.client.options(path_of(wallet.metadata["credential_endpoint"]))
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "authorization" in asked.headers["Access-Control-Allow-Headers"]
    answer = wallet.client.post(
        path_of(wallet.metadata["nonce_endpoint"]), headers={"Origin": "https://wallet.example"}
    )
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_same_key_gets_the_same_bytes_in_both_formats(app: Flask) -> None:
    held = held_badge(app)
    wallet = wallet_for(app, offer_badge(app, held))
    first, again = fetched(wallet, BOUND[0]), fetched(wallet, BOUND[0])
    assert first == again
    assert said_by(fetched(wallet, BOUND[1])) == said_by(first)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(BoundForm)) == 1


def test_a_badge_for_a_wallet_that_somebody_changed_is_no_badge(app: Flask) -> None:
    wallet = wallet_for(app, offer_badge(app, held_badge(app)))
    credential = fetched(wallet, BOUND[0])
    credential["credentialSubject"]["id"] = Wallet(app.test_client()).did
    assert checked(app, credential).verdict is Verdict.INVALID


@pytest.mark.parametrize("configuration", BOUND)
def test_a_stranger_s_verifier_accepts_what_the_wallet_has(
    app: Flask, configuration: str, verify_js: Path, tmp_path: Path
) -> None:
    held = held_badge(app)
    credential = fetched(wallet_for(app, offer_badge(app, held)), configuration)
    public = published_for(app, said_by(credential), credential)
    found = verdict(verify_js, bytes_of(credential), public, tmp_path)
    assert found["verified"] is True, found
    if isinstance(credential, str):
        header, payload, signature = credential.split(".")
        changed: Any = f"{header}.{payload}.{signature[:-6]}AAAAAA"
    else:
        changed = {**credential, "name": "Another"}
    assert verdict(verify_js, bytes_of(changed), public, tmp_path)["verified"] is not True


def published_for(app: Flask, said: dict[str, Any], credential: Any) -> dict[str, Any]:
    """What the public addresses answer with, by address and by DID."""
    client = app.test_client()
    did = said["issuer"]["id"]
    document = client.get(f"/issuers/{did.rpartition(':')[2]}/did.json").json
    listed = said["credentialStatus"]["statusListCredential"]
    public: dict[str, Any] = {did: document, listed: json.loads(client.get(path_of(listed)).data)}
    if isinstance(credential, str):
        kid = parse_jwt(credential).header["kid"]
        public[kid] = client.get(path_of(kid)).json
    return public


def test_a_revocation_reaches_what_the_wallet_has(app: Flask) -> None:
    held = held_badge(app)
    wallet = wallet_for(app, offer_badge(app, held))
    credential = fetched(wallet, BOUND[0])
    revoke(app, held)
    report = checked(app, credential)
    assert (report.verdict, report.failure().code) == (Verdict.INVALID, "revoked")  # type: ignore[union-attr]
    refused = wallet.fetch(BOUND[0])
    assert (refused.status_code, refused.json["error"]) == (400, "credential_request_denied")


def revoke(app: Flask, held: HeldBadge) -> None:
    with app.test_request_context():
        award = awards.find_award(held.award_id)
        awards.revoke(award, reason="Issued by mistake.", actor="system")
        publish_lists()
        db.session.commit()


def test_after_a_lost_key_the_wallet_is_told_that_its_copy_is_old(app: Flask) -> None:
    held = held_badge(app)
    credential = fetched(wallet_for(app, offer_badge(app, held)), BOUND[0])
    with app.test_request_context():
        key = key_of(awards.find_award(held.award_id))
        lose(key)
        sign_again(key)
        db.session.commit()
    report = checked(app, credential)
    assert report.verdict is Verdict.INVALID
    assert "superseded" in {check.code for check in report.checks}
    renewed = fetched(wallet_for(app, offer_badge(app, held)), BOUND[0])
    assert checked(app, renewed).verdict is Verdict.VALID


def test_the_issuer_hears_what_the_wallet_did(app: Flask) -> None:
    wallet = wallet_for(app, offer_badge(app, held_badge(app)))
    notification_id = wallet.fetch(BOUND[0]).json["notification_id"]
    told = {"notification_id": notification_id, "event": "credential_accepted", "event_description": "Stored."}
    assert [wallet.notify(told).status_code for _twice in range(2)] == [204, 204]
    with app.app_context():
        assert db.session.scalars(select(Handover.event)).all() == ["credential_accepted"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"notification_id": "unknown", "event": "credential_accepted"}, "invalid_notification_id"),
        ({"event": "credential_accepted"}, "invalid_notification_request"),
        ({"notification_id": "unknown", "event": "credential_eaten"}, "invalid_notification_request"),
        ({"notification_id": 7, "event": "credential_accepted"}, "invalid_notification_request"),
    ],
)
def test_a_notification_that_means_nothing_is_refused(app: Flask, body: dict[str, Any], error: str) -> None:
    wallet = wallet_for(app, offer_badge(app, held_badge(app)))
    answer = wallet.notify(body)
    assert (answer.status_code, answer.json["error"]) == (400, error)


def test_a_wallet_cannot_speak_of_what_another_was_given(app: Flask) -> None:
    held = held_badge(app)
    first = wallet_for(app, offer_badge(app, held))
    told = {"notification_id": first.fetch(BOUND[0]).json["notification_id"], "event": "credential_deleted"}
    answer = wallet_for(app, offer_badge(app, held)).notify(told)
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_notification_id")
