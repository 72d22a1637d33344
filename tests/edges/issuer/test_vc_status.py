"""POST /credentials/status: revoked for ever, suspended for a while, by nobody but the organisation."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from issuer.base.db import db
from issuer.models import StatusEntry, StatusList
from issuer.status import publishing
from tests.factories.people import Person, make_person, make_token
from tests.suites import plain_credential

BOTH = [{"type": "BitstringStatusListEntry", "statusPurpose": purpose} for purpose in ("revocation", "suspension")]
IDENTIFIER = plain_credential()["id"]


@pytest.fixture
def author(app: Flask) -> Person:
    return make_person(app, "author")


@pytest.fixture
def token(app: Flask, author: Person) -> dict[str, str]:
    return make_token(app, author.account_id, "credentials:issue", "credentials:verify")


def issue(app: Flask, token: dict[str, str], status: object = None, **options: object) -> Any:
    body = {"credential": plain_credential(), "options": {"credentialStatus": status or BOTH} | options}
    return app.test_client().post("/credentials/issue", json=body, headers=token)


def change(app: Flask, token: dict[str, str], *, purpose: str, status: bool, credential_id: str = IDENTIFIER) -> Any:
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": purpose}
    body = {"credentialId": credential_id, "credentialStatus": entry, "status": status}
    return app.test_client().post("/credentials/status", json=body, headers=token)


def verdict(app: Flask, token: dict[str, str], issued: dict[str, Any]) -> int:
    """What a stranger finds after the worker has published the lists."""
    with app.app_context():
        for status_list in db.session.scalars(select(StatusList)).all():
            publishing.publish(status_list.public_id)
        db.session.commit()
    reply = app.test_client().post("/credentials/verify", json={"verifiableCredential": issued}, headers=token)
    return reply.status_code


def test_it_gets_the_places_that_were_asked_for(app: Flask, token: dict[str, str]) -> None:
    issued = issue(app, token).get_json()
    entries = issued["credentialStatus"]
    assert [entry["statusPurpose"] for entry in entries] == ["revocation", "suspension"]
    assert entries[0]["statusListCredential"] != entries[1]["statusListCredential"]
    for entry in entries:
        listing = app.test_client().get(entry["statusListCredential"].removeprefix("http://localhost:8000"))
        assert listing.status_code == 200
    assert verdict(app, token, issued) == 200


def test_one_place_is_an_object(app: Flask, token: dict[str, str]) -> None:
    issued = issue(app, token, {"statusPurpose": "suspension"}).get_json()
    assert issued["credentialStatus"]["statusPurpose"] == "suspension"


@pytest.mark.parametrize(
    "wanted",
    [True, "revocation", {"statusPurpose": "message"}, {"type": "Other"}, [None], [{"statusPurpose": ["revocation"]}]],
)
def test_a_status_that_is_not_offered_is_refused(app: Flask, token: dict[str, str], wanted: object) -> None:
    assert issue(app, token, wanted).status_code == 400


def test_i17_a_revocation_is_final(app: Flask, token: dict[str, str]) -> None:
    """I16, I17."""
    issued = issue(app, token).get_json()
    for _ in range(2):
        assert change(app, token, purpose="revocation", status=True).status_code == 200
    assert verdict(app, token, issued) == 400
    undo = change(app, token, purpose="revocation", status=False)
    assert (undo.status_code, undo.get_json()["code"]) == (409, "revocation_final")
    assert verdict(app, token, issued) == 400


def test_clearing_what_was_never_set_changes_nothing(app: Flask, token: dict[str, str]) -> None:
    issued = issue(app, token).get_json()
    assert change(app, token, purpose="revocation", status=False).status_code == 200
    assert change(app, token, purpose="suspension", status=False).status_code == 200
    assert verdict(app, token, issued) == 200


def test_a_suspension_is_lifted_again(app: Flask, token: dict[str, str]) -> None:
    """I17."""
    issued = issue(app, token).get_json()
    assert change(app, token, purpose="suspension", status=True).status_code == 200
    assert verdict(app, token, issued) == 400
    assert change(app, token, purpose="suspension", status=False).status_code == 200
    assert verdict(app, token, issued) == 200


def test_i16_somebody_elses_and_unknown_credentials_are_not_found(app: Flask, token: dict[str, str]) -> None:
    """I16."""
    issue(app, token)
    stranger = make_person(app, "administrator")
    theirs = make_token(app, stranger.account_id, "credentials:issue")
    assert change(app, theirs, purpose="revocation", status=True).status_code == 404
    assert change(app, token, purpose="revocation", status=True, credential_id="urn:uuid:nobody").status_code == 404
    with app.app_context():
        assert not any(db.session.scalars(select(StatusEntry.is_set)).all())


def test_a_place_that_was_not_asked_for_is_not_there(app: Flask, token: dict[str, str]) -> None:
    issue(app, token, BOTH[0])
    assert change(app, token, purpose="suspension", status=True).status_code == 404


def test_the_name_for_the_status_may_be_given_beside(app: Flask, token: dict[str, str]) -> None:
    given = plain_credential()
    del given["id"]
    body = {"credential": given, "options": {"credentialStatus": BOTH[0], "credentialId": "our-number-7"}}
    reply = app.test_client().post("/credentials/issue", json=body, headers=token)
    assert reply.status_code == 201
    assert "id" not in reply.get_json()
    assert change(app, token, purpose="revocation", status=True, credential_id="our-number-7").status_code == 200


def test_a_status_without_any_name_is_refused(app: Flask, token: dict[str, str]) -> None:
    given = plain_credential()
    del given["id"]
    body = {"credential": given, "options": {"credentialStatus": BOTH[0]}}
    assert app.test_client().post("/credentials/issue", json=body, headers=token).status_code == 400
