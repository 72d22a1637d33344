"""The documents for strangers: public, cacheable, readable by any site, and never changed by being read."""

from __future__ import annotations

import base64
import hashlib

import pytest
from flask import Flask
from flask.testing import FlaskClient

from issuer.base.db import db, utc_now
from issuer.keys import keystore, life
from issuer.models import StatusList
from issuer.profile import find_organisation
from issuer.status import places, publishing
from tests.factories.keys import make_issuer


@pytest.fixture
def paths(app: Flask) -> dict[str, str]:
    """The address of one document of each kind."""
    with app.app_context():
        organisation = make_issuer(slug="everyday")
        kid = keystore.active_key(organisation, "badge_jwt").kid
        list_id = places.allocate(organisation, "award")[0].public_id
        publishing.publish(list_id)
        db.session.commit()
    return {
        "did": "/issuers/everyday/did.json",
        "did_history": "/issuers/everyday/did/history",
        "did_version": "/issuers/everyday/did/1.json",
        "jwks": "/.well-known/jwks.json",
        "key": f"/keys/{kid}",
        "status_list": f"/status/{list_id}",
    }


KINDS = pytest.mark.parametrize("kind", ["did", "did_history", "did_version", "jwks", "key", "status_list"])
TYPES = {
    "did": "application/did+json",
    "did_history": "application/json",
    "did_version": "application/json",
    "jwks": "application/jwk-set+json",
    "key": "application/jwk+json",
    "status_list": "application/vc",
}


@KINDS
def test_it_has_its_media_type_and_is_for_every_site(client: FlaskClient, paths: dict[str, str], kind: str) -> None:
    answer = client.get(paths[kind])
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == TYPES[kind]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"].startswith("public, max-age=")
    assert "Set-Cookie" not in answer.headers


@KINDS
def test_who_has_it_already_is_told_so(client: FlaskClient, paths: dict[str, str], kind: str) -> None:
    tag = client.get(paths[kind]).headers["ETag"]
    again = client.get(paths[kind], headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        *("/issuers/nobody/did.json", "/issuers/nobody/did/history", "/issuers/nobody/did/1.json"),
        *("/keys/nothing", "/status/nothing", "/keys/..%2f..%2fx"),
    ],
)
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("application/vc", "application/vc"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/json"),
        ("*/*", "application/vc"),
        ("text/html", "application/json"),
    ],
)
def test_a_status_list_is_given_in_the_type_asked_for(
    client: FlaskClient, paths: dict[str, str], accept: str, given: str
) -> None:
    answer = client.get(paths["status_list"], headers={"Accept": accept})
    assert answer.headers["Content-Type"] == given
    assert "Accept" in answer.headers["Vary"]


def test_a_revocation_is_seen_within_a_minute(client: FlaskClient, paths: dict[str, str]) -> None:
    """A copy is good for less than that: what is left is for signing the list anew."""
    assert client.get(paths["status_list"]).headers["Cache-Control"] == "public, max-age=50"


def test_a_list_that_has_run_out_is_still_served_and_reading_it_changes_nothing(
    app: Flask, client: FlaskClient, paths: dict[str, str]
) -> None:
    with app.app_context():
        status_list = db.session.query(StatusList).one()
        status_list.valid_until = utc_now()
        before = status_list.signed
        db.session.commit()
    assert client.get(paths["status_list"]).data == before
    with app.app_context():
        assert db.session.query(StatusList).one().signed == before


def test_a_list_that_was_never_published_is_not_found(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        list_id = places.allocate(make_issuer(), "award")[0].public_id
        db.session.commit()
    assert client.get(f"/status/{list_id}").status_code == 404


def test_an_issuer_without_keys_has_a_document_without_keys(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        organisation = make_issuer(slug="young")
        for key in keystore.keys_of(organisation):
            db.session.delete(key)
        db.session.commit()
    document = client.get("/issuers/young/did.json").get_json()
    assert document["verificationMethod"] == document["assertionMethod"] == []


def test_a_version_of_the_did_document_may_be_kept_for_ever(client: FlaskClient, paths: dict[str, str]) -> None:
    assert client.get(paths["did_version"]).headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999", "-1", "01x", "1.5"])
def test_a_version_that_never_was_is_not_found(client: FlaskClient, paths: dict[str, str], number: str) -> None:
    assert client.get(f"/issuers/everyday/did/{number}.json").status_code == 404


def test_a_version_is_served_byte_for_byte_also_after_the_keys_have_changed(
    app: Flask, client: FlaskClient, paths: dict[str, str]
) -> None:
    before = client.get(paths["did_version"]).data
    with app.app_context():
        organisation = find_organisation("everyday")
        key = keystore.active_key(organisation, "badge_proof")
        life.rotate(key, actor="system", now=utc_now())
        db.session.commit()
    assert client.get(paths["did_version"]).data == before
    listed = client.get(paths["did_history"]).get_json()["versions"]
    assert [entry["versionId"] for entry in listed] == ["2", "1"]
    newest = client.get(listed[0]["id"].removeprefix("http://localhost:8000"))
    assert newest.get_json()["didDocument"] == client.get(paths["did"]).get_json(force=True)
    digest = base64.b64encode(hashlib.sha256(newest.data).digest()).decode()
    assert listed[0]["digestSRI"] == f"sha256-{digest}"
