"""POST /credentials/verify and /presentations/verify: who may, what is answered, and that nothing breaks them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from badges import awards
from issuer.base.db import db
from issuer.crypto.strict_json import load_object
from issuer.models import StatusList
from issuer.status import places
from issuer.status.publishing import publish
from tests.factories.badges import make_award
from tests.factories.credentials import (
    HOLDER,
    STRANGER,
    enveloped,
    make_token,
    make_vc,
    make_vc_1,
    make_vp,
    presented,
    secured,
)
from tests.factories.people import make_person
from tests.factories.people import make_token as access_token

CREDENTIALS, PRESENTATIONS = "/credentials/verify", "/presentations/verify"
VC = secured(make_vc())
DEPTH = 70


@pytest.fixture
def token(app: Flask) -> dict[str, str]:
    return access_token(app, make_person(app, "learner").account_id, "credentials:verify")


@pytest.fixture
def open_client(conformance_app: Flask) -> FlaskClient:
    """An instance for test suites asks nobody who they are."""
    return conformance_app.test_client()


def post(client: FlaskClient, path: str, body: Any, **headers: str) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode("utf-8")
    return client.post(path, data=data, content_type="application/json", headers=headers)


def verify(client: FlaskClient, credential: Any, **options: Any) -> Any:
    body = {"verifiableCredential": credential, **({"options": options} if options else {})}
    return post(client, CREDENTIALS, body)


def is_refused(reply: Any) -> bool:
    """400 with the body that the suites and the specifications ask for."""
    body = reply.get_json()
    assert reply.status_code == 400, reply.get_data(as_text=True)
    assert "json" in reply.content_type
    assert body["verified"] is False
    assert body["errors"]
    assert all(isinstance(error, str) and ": " in error for error in body["errors"])
    assert all(problem.keys() >= {"type", "title", "detail"} for problem in body["problemDetails"])
    return True


def test_what_holds_is_answered_200_with_its_checks(open_client: FlaskClient) -> None:
    reply = verify(open_client, VC, checks=["proof"])
    assert reply.status_code == 200
    body = reply.get_json()
    assert body["verified"] is True
    assert body["errors"] == []
    assert {"name": "key_binding", "outcome": "pass"}.items() <= body["checks"][-3].items()
    assert verify(open_client, VC).status_code == 200


def test_what_does_not_hold_is_answered_400_with_the_standards_names(open_client: FlaskClient) -> None:
    reply = verify(open_client, {**VC, "credentialSubject": {"id": "did:example:mallory"}})
    assert is_refused(reply)
    body = reply.get_json()
    assert body["errors"] == ["PROOF_VERIFICATION_ERROR: The signature does not match the document."]
    assert body["problemDetails"][0]["type"] == "https://w3id.org/security#PROOF_VERIFICATION_ERROR"


def test_in_production_a_token_with_the_scope_is_needed(app: Flask, token: dict[str, str]) -> None:
    client = app.test_client()
    body = {"verifiableCredential": VC}
    assert post(client, CREDENTIALS, body, **token).status_code == 200
    nobody = post(client, CREDENTIALS, body)
    assert nobody.status_code == 401
    assert nobody.headers["WWW-Authenticate"].startswith("Bearer")
    assert nobody.get_json()["errors"]
    other = access_token(app, make_person(app, "learner").account_id, "learn")
    assert post(client, CREDENTIALS, body, **other).status_code == 403
    assert post(client, PRESENTATIONS, {"verifiablePresentation": presented(make_vp(VC))}, **token).status_code == 200
    assert post(client, PRESENTATIONS, {"verifiablePresentation": presented(make_vp(VC))}).status_code == 401


def test_a_program_that_asks_too_often_waits(app: Flask, token: dict[str, str]) -> None:
    client = app.test_client()
    replies = [post(client, CREDENTIALS, {"verifiableCredential": None}, **token) for _ in range(61)]
    assert [reply.status_code for reply in replies] == [400] * 60 + [429]
    assert int(replies[-1].headers["Retry-After"]) > 0
    assert replies[-1].get_json()["errors"]


@pytest.mark.parametrize(
    "given", [None, "text", "", 7, True, [], {}, [VC], {"type": ["NonconformingDocument"]}, json.dumps(VC)], ids=str
)
def test_any_json_in_place_of_a_credential_is_refused(open_client: FlaskClient, given: Any) -> None:
    assert is_refused(verify(open_client, given))
    assert is_refused(post(open_client, PRESENTATIONS, {"verifiablePresentation": given}))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="V20 empty"),
        pytest.param(b"   ", id="V20 spaces"),
        pytest.param('{"verifiableCredential": {}}'.encode("utf-16"), id="V20 UTF-16"),
        pytest.param(b"{", id="half an object"),
        pytest.param(b"[]", id="an array"),
        pytest.param(b"null", id="null"),
        pytest.param(b'"text"', id="a text"),
        pytest.param(b"{}", id="no member"),
        pytest.param(b'{"verifiableCredential": NaN}', id="V16 NaN"),
        pytest.param(b'{"verifiableCredential": Infinity}', id="V16 Infinity"),
        pytest.param(b'{"verifiableCredential": 1e999}', id="V16 1e999"),
        pytest.param(b'{"verifiableCredential": ' + b"1" * 5000 + b"}", id="V16 an endless number"),
        pytest.param(b'{"verifiableCredential": {"id": "a", "id": "b"}}', id="a key twice"),
        pytest.param(b'{"verifiableCredential": "\\ud800"}', id="half a surrogate pair"),
        pytest.param(b'{"verifiableCredential": ' + b"[" * DEPTH + b"]" * DEPTH + b"}", id="V17 nested"),
        pytest.param(b'{"verifiableCredential": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", id="V17 nested very deep"),
        pytest.param(b"\xff\xfe\x00", id="no text"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(open_client: FlaskClient, body: bytes) -> None:
    assert is_refused(post(open_client, CREDENTIALS, body))


def test_v20_a_byte_order_mark_is_accepted(open_client: FlaskClient) -> None:
    body = b"\xef\xbb\xbf" + json.dumps({"verifiableCredential": VC}).encode("utf-8")
    assert post(open_client, CREDENTIALS, body).status_code == 200


def test_v20_a_body_that_is_too_large_is_refused_in_the_same_form(open_client: FlaskClient) -> None:
    for size in (1024 * 1024, 3 * 1024 * 1024):
        reply = post(open_client, CREDENTIALS, {"verifiableCredential": "a" * size})
        assert reply.status_code == 413
        assert reply.get_json()["verified"] is False
        assert reply.get_json()["errors"]


@pytest.mark.parametrize("options", [7, "text", [], {"challenge": 7}, {"domain": ["a"]}, {"expectedProofPurpose": {}}])
def test_options_of_the_wrong_kind_are_refused(open_client: FlaskClient, options: Any) -> None:
    assert is_refused(post(open_client, CREDENTIALS, {"verifiableCredential": VC, "options": options}))


def test_options_that_mean_nothing_here_are_ignored(open_client: FlaskClient) -> None:
    assert verify(open_client, VC, checks=[], returnCredential=True).status_code == 200
    body = {"verifiableCredential": VC, "options": None}
    assert post(open_client, CREDENTIALS, body).status_code == 200


def test_no_option_switches_a_check_off(open_client: FlaskClient) -> None:
    expired = secured(make_vc(validUntil="2026-02-01T00:00:00Z"))
    assert is_refused(verify(open_client, expired, checks=["proof"]))
    assert is_refused(verify(open_client, expired, checks=[]))


def test_the_purpose_that_is_asked_for_counts(open_client: FlaskClient) -> None:
    assert is_refused(verify(open_client, VC, expectedProofPurpose="authentication"))


def test_version_1_is_verified_too(open_client: FlaskClient) -> None:
    assert verify(open_client, secured(make_vc_1())).status_code == 200


def test_an_enveloped_credential_is_verified_and_a_broken_envelope_is_not(open_client: FlaskClient) -> None:
    envelope = enveloped(make_token(make_vc()))
    assert verify(open_client, envelope).status_code == 200
    for over in ({"@context": []}, {"type": None}, {"type": "VerifiableCredential"}, {"id": envelope["id"][5:]}):
        assert is_refused(verify(open_client, enveloped(make_token(make_vc()), **over)))


def test_a_presentation_is_verified_with_its_challenge(open_client: FlaskClient) -> None:
    vp = presented(make_vp(VC), challenge="123456789", domain="verifier.example")
    body = {"verifiablePresentation": vp, "options": {"challenge": "123456789", "domain": "verifier.example"}}
    assert post(open_client, PRESENTATIONS, body).status_code == 200
    assert is_refused(post(open_client, PRESENTATIONS, {**body, "options": {"challenge": "other"}}))
    assert is_refused(post(open_client, PRESENTATIONS, {"verifiablePresentation": make_vp(VC)}))
    assert is_refused(post(open_client, PRESENTATIONS, {"verifiablePresentation": presented(make_vp(VC), by=STRANGER)}))


def test_a_get_is_answered_in_json(open_client: FlaskClient) -> None:
    reply = open_client.get(CREDENTIALS)
    assert reply.status_code == 405
    assert "json" in reply.content_type


def published_badge(app: Flask) -> tuple[dict[str, Any], str]:
    """A badge of an organisation of this service, its status list published; and the award's public id."""
    with app.app_context():
        award = make_award()
        publish_lists()
        badge = load_object(awards.credential_of(award).document)
        public_id = award.public_id
        db.session.commit()
        return badge, public_id


def publish_lists() -> None:
    for status_list in db.session.scalars(select(StatusList)).all():
        publish(status_list.public_id)


def test_a_badge_of_our_own_is_verified_without_a_request_to_ourselves(app: Flask, token: dict[str, str]) -> None:
    badge, public_id = published_badge(app)
    client = app.test_client()
    reply = post(client, CREDENTIALS, {"verifiableCredential": badge}, **token)
    assert reply.status_code == 200, reply.get_data(as_text=True)
    tampered = {**badge, "credentialSubject": {**badge["credentialSubject"], "id": HOLDER.did}}
    assert is_refused(post(client, CREDENTIALS, {"verifiableCredential": tampered}, **token))
    with app.app_context():
        places.revoke(public_id, reason="Given by mistake.", actor="system")
        publish_lists()
        db.session.commit()
    revoked = post(client, CREDENTIALS, {"verifiableCredential": badge}, **token)
    assert is_refused(revoked)
    assert revoked.get_json()["errors"] == ["CREDENTIAL_REVOKED: The issuer has revoked the credential."]


@pytest.mark.parametrize("path", ["/status/%00", "/status/nothing", "/issuers/%00/did.json", "/keys/%0a", "/", ""])
def test_an_address_of_ours_at_which_nothing_is_gives_no_verdict(conformance_app: Flask, path: str) -> None:
    listing = conformance_app.config["ROSETTE"].base_url + path
    reply = verify(conformance_app.test_client(), secured(make_vc(credentialStatus=entry_in(listing))))
    assert is_refused(reply)
    assert reply.get_json()["errors"][0].startswith("STATUS_RETRIEVAL_ERROR: ")


def entry_in(listing: str) -> dict[str, str]:
    return {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "1",
        "statusListCredential": listing,
    }


@pytest.mark.parametrize(
    "address",
    ["https://127.0.0.1/list", "https://169.254.169.254/latest", "http://example.org/list", "https://user@10.0.0.1/"],
)
def test_v45_a_status_list_at_a_forbidden_address_is_not_asked_for(open_client: FlaskClient, address: str) -> None:
    reply = verify(open_client, secured(make_vc(credentialStatus=entry_in(address))))
    assert is_refused(reply)
    assert reply.get_json()["errors"][0].startswith("STATUS_RETRIEVAL_ERROR: ")
