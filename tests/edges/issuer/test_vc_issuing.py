"""POST /credentials/issue for programs: who may, what a program may not set, and that nothing is lost or doubled."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from issuer import accounts
from issuer.base.db import db
from issuer.keys.keystore import backend
from issuer.models import Organisation, StatusEntry
from issuer.profile import issuer_did
from issuer.vc.models import IssuedCredential
from tests.factories.people import Person, make_member, make_person, make_token
from tests.suites import VC2, plain_credential, plain_credential_1

ISSUE = "/credentials/issue"


@pytest.fixture
def author(app: Flask) -> Person:
    return make_person(app, "author")


@pytest.fixture
def token(app: Flask, author: Person) -> dict[str, str]:
    return make_token(app, author.account_id, "credentials:issue")


def did_of(app: Flask, person: Person) -> str:
    with app.app_context():
        return issuer_did(db.session.get_one(Organisation, person.organisation_id))


def ask(app: Flask, token: dict[str, str], credential: object, *, key: str | None = None, **options: object) -> Any:
    headers = {**token, **({"Idempotency-Key": key} if key else {})}
    body = {"credential": credential} | ({"options": options} if options else {})
    return app.test_client().post(ISSUE, json=body, headers=headers)


def kept(app: Flask) -> list[tuple[str | None, bytes, str]]:
    with app.app_context():
        rows = db.session.scalars(select(IssuedCredential).order_by(IssuedCredential.id)).all()
        return [(row.credential_id, row.document, row.sha256) for row in rows]


def test_a_credential_is_signed_by_the_organisation_and_kept_byte_for_byte(
    app: Flask, author: Person, token: dict[str, str]
) -> None:
    reply = ask(app, token, plain_credential())
    assert reply.status_code == 201
    assert reply.content_type == "application/json"
    issued = reply.get_json()
    did = did_of(app, author)
    assert issued["issuer"] == did
    assert isinstance(issued["proof"], dict)
    assert issued["proof"]["cryptosuite"] == "eddsa-rdfc-2022"
    assert issued["proof"]["verificationMethod"].startswith(f"{did}#z6Mk")
    ((credential_id, document, digest),) = kept(app)
    assert credential_id == plain_credential()["id"]
    assert document == reply.get_data()
    assert digest == hashlib.sha256(reply.get_data()).hexdigest()


def test_a_stranger_can_verify_it_with_what_we_publish(app: Flask, author: Person, token: dict[str, str]) -> None:
    verifying = make_token(app, author.account_id, "credentials:verify")
    issued = ask(app, token, plain_credential()).get_json()
    verify = lambda given: app.test_client().post(  # noqa: E731
        "/credentials/verify", json={"verifiableCredential": given}, headers=verifying
    )
    assert verify(issued).status_code == 200
    issued["credentialSubject"] = {"id": "did:example:somebody-else"}
    assert verify(issued).status_code == 400


def test_a_document_of_1_1_is_issued_too(app: Flask, token: dict[str, str]) -> None:
    issued = ask(app, token, plain_credential_1()).get_json()
    assert issued["@context"][-1] == "https://w3id.org/security/data-integrity/v2"


@pytest.mark.parametrize("role", ["learner", "assessor"])
def test_a_role_that_does_not_issue_is_refused(app: Flask, role: str) -> None:
    person = make_person(app, role)
    reply = ask(app, make_token(app, person.account_id, "credentials:issue"), plain_credential())
    assert reply.status_code == 403
    assert reply.get_json()["errors"]
    assert kept(app) == []


def test_nobody_and_a_browser_and_a_token_for_something_else_are_refused(app: Flask, author: Person) -> None:
    """I04."""
    body = {"credential": plain_credential()}
    nobody = app.test_client().post(ISSUE, json=body)
    assert nobody.status_code == 401
    assert nobody.headers["WWW-Authenticate"].startswith("Bearer")
    assert "json" in nobody.content_type
    browser = author.client.post(ISSUE, json=body)
    assert browser.status_code in (400, 401)
    assert browser.get_json()["errors"]
    assert ask(app, make_token(app, author.account_id, "modules:write"), plain_credential()).status_code == 403
    assert ask(app, {"Authorization": "Bearer rst_nothing"}, plain_credential()).status_code == 401
    assert kept(app) == []


def test_i04_another_organisation_cannot_be_signed_for(app: Flask, author: Person, token: dict[str, str]) -> None:
    elsewhere = make_person(app, "administrator")
    foreign = ask(app, token, plain_credential(issuer=did_of(app, elsewhere)))
    assert foreign.status_code == 403
    assert ask(app, token, plain_credential(), organisation=elsewhere.organisation).status_code == 404
    for issuer in ("did:web:example.org", did_of(app, author) + "x", "https://example.org/", {"id": "did:key:z6Mk"}):
        assert ask(app, token, plain_credential(issuer=issuer)).status_code == 422
    assert kept(app) == []


def test_the_option_or_the_issuer_says_who_signs(app: Flask) -> None:
    person = make_person(app, "author")
    with app.app_context():
        account = accounts.get(person.account_id)
        second = make_member("administrator", account=account).organisation
        second_id, second_did = second.public_id, issuer_did(second)
        db.session.commit()
    token = make_token(app, person.account_id, "credentials:issue")
    first_did = did_of(app, person)
    unsaid = ask(app, token, plain_credential())
    assert (unsaid.status_code, unsaid.get_json()["code"]) == (422, "which_organisation")
    assert ask(app, token, plain_credential(), organisation=second_id).get_json()["issuer"] == second_did
    named = plain_credential(id="urn:uuid:1", issuer={"id": first_did, "name": "A school"})
    assert ask(app, token, named).get_json()["issuer"] == {"id": first_did, "name": "A school"}
    torn = plain_credential(id="urn:uuid:2", issuer=first_did)
    assert ask(app, token, torn, organisation=second_id).status_code == 400


@pytest.mark.parametrize(
    "over",
    [
        {"proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}},
        {"proof": []},
        {"credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}},
        {"credentialStatus": []},
        {"validFrom": "2131-01-01T00:00:00Z"},
        {"id": "http://localhost:8000/badges/AAAAAAAAAAAAAAAAAAAAAA"},
        {"id": "http://localhost:8000/status/AAAAAAAAAAAAAAAAAAAAAA"},
    ],
)
def test_i07_a_program_cannot_set_what_the_issuer_sets(
    app: Flask, token: dict[str, str], over: dict[str, object]
) -> None:
    """I07."""
    reply = ask(app, token, plain_credential(**over))
    assert reply.status_code == 422
    assert reply.get_json()["code"] == "not_yours_to_set"
    assert kept(app) == []


@pytest.mark.parametrize(
    "over",
    [
        {"@context": ["https://example.com/context"]},
        {"@context": [VC2, {"honours": "https://example.com/honours"}]},
        {"@context": [VC2, "https://www.w3.org/ns/credentials/examples/v2"]},
        {"type": ["VerifiableCredential", "UndefinedType"]},
        {"credentialSubject": {}},
        {"credentialSubject": {"id": "did:example:subject", "honours": "first class"}},
        {"issuer": {"name": "Nobody"}},
        {"id": "not a url"},
        {"validFrom": "yesterday"},
        {"type": "\u0000"},
    ],
)
def test_what_is_not_well_formed_is_refused_with_400(
    app: Flask, token: dict[str, str], over: dict[str, object]
) -> None:
    reply = ask(app, token, plain_credential(**over))
    assert reply.status_code == 400
    assert reply.get_json()["problemDetails"]
    assert kept(app) == []


def test_i01_the_same_key_gives_the_same_reply_and_one_credential(app: Flask, token: dict[str, str]) -> None:
    """I01, I02."""
    first = ask(app, token, plain_credential(), key="k-1")
    again = ask(app, token, plain_credential(), key="k-1")
    assert (again.status_code, again.get_data()) == (201, first.get_data())
    assert ask(app, token, plain_credential(id="urn:uuid:2"), key="k-1").status_code == 422
    assert len(kept(app)) == 1


def test_an_id_is_used_once(app: Flask, token: dict[str, str]) -> None:
    assert ask(app, token, plain_credential()).status_code == 201
    reply = ask(app, token, plain_credential())
    assert reply.status_code == 409
    assert reply.get_json()["code"] == "credential_exists"
    assert len(kept(app)) == 1


def test_credentials_without_an_id_are_all_kept(app: Flask, token: dict[str, str]) -> None:
    given = plain_credential()
    del given["id"]
    assert [ask(app, token, given).status_code for _ in range(2)] == [201, 201]
    assert [credential_id for credential_id, _document, _digest in kept(app)] == [None, None]


def test_an_id_that_is_too_long_is_refused(app: Flask, token: dict[str, str]) -> None:
    assert ask(app, token, plain_credential(id="urn:x:" + "a" * 600)).status_code == 422


def test_what_was_issued_is_never_changed(app: Flask, token: dict[str, str]) -> None:
    ask(app, token, plain_credential())
    with app.app_context():
        row = db.session.scalars(select(IssuedCredential)).one()
        row.document = b"{}"
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


def test_a_key_that_cannot_be_used_leaves_nothing_behind(app: Flask, author: Person, token: dict[str, str]) -> None:
    """I18."""
    assert ask(app, token, plain_credential()).status_code == 201
    for path in (app.config["ROSETTE"].data_dir / "keys").iterdir():
        path.chmod(0o644)
    with app.app_context():
        assert backend() is not None
    given = plain_credential(id="urn:uuid:2")
    reply = ask(app, token, given, credentialStatus={"statusPurpose": "revocation"})
    assert reply.status_code == 503
    assert reply.headers["Retry-After"]
    assert len(kept(app)) == 1
    with app.app_context():
        assert db.session.scalars(select(StatusEntry)).all() == []


def test_a_body_that_cannot_be_read_is_400(app: Flask, token: dict[str, str]) -> None:
    for body in (b"", b"{", b"[]", b'{"credential": 5}', json.dumps({"credential": {}, "options": []}).encode()):
        reply = app.test_client().post(ISSUE, data=body, headers=token)
        assert reply.status_code == 400, body
        assert reply.get_json()["errors"]


def test_an_instance_behind_a_tls_front_believes_its_own_keys(conformance_app: Flask) -> None:
    """did:web of https://localhost names an address of http, which is still ours."""
    person = make_person(conformance_app, "author")
    token = make_token(conformance_app, person.account_id, "credentials:issue")
    issued = ask(conformance_app, token, plain_credential(), credentialStatus={}).get_json()
    assert issued["issuer"].startswith("did:web:localhost%3A8443:")
    verify = conformance_app.test_client().post("/credentials/verify", json={"verifiableCredential": issued})
    assert verify.status_code == 200, verify.get_data(as_text=True)
