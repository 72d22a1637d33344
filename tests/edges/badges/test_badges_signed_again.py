"""A badge whose key was compromised, seen from outside: its address stays, and serves the newest edition."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from badges import awards
from badges.verification import sources
from issuer.base import jobs
from issuer.base.db import db, utc_now
from issuer.crypto.vc_jwt import parse_jwt
from issuer.keys import life
from issuer.keys.compromise import compromise
from tests.edges.badges.badge_steps import BROWSER, HeldBadge, held_badge


@pytest.fixture
def badge(app: Flask) -> HeldBadge:
    """A public badge whose key was lost a moment ago; no worker has been there yet."""
    held = held_badge(app)
    with app.app_context():
        credential = awards.credential_of(awards.find_award(held.award_id))
        key = life.find_key(credential.proof_kid)
        compromise(key, since=utc_now(), actor="system", now=utc_now())
        db.session.commit()
    return held


def page(client: FlaskClient, badge: HeldBadge) -> str:
    answer = client.get(badge.path, headers=BROWSER)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def test_until_it_is_signed_again_the_page_says_why_it_cannot_be_relied_on(
    app: Flask, client: FlaskClient, badge: HeldBadge
) -> None:
    shown = page(client, badge)
    assert "the key that signed it was compromised" in shown
    assert "Its issuer is signing it again" in shown


def test_afterwards_the_same_address_gives_the_new_edition_in_every_form(
    app: Flask, client: FlaskClient, badge: HeldBadge
) -> None:
    jobs.drain(app)
    document, token = client.get(f"{badge.path}.json").data, client.get(f"{badge.path}.jwt").data
    assert document != badge.document and token != badge.jwt
    assert json.loads(document)["id"] == json.loads(badge.document)["id"]
    assert json.loads(document)["credentialStatus"] == parse_jwt(token).credential["credentialStatus"]
    assert "Genuine and valid" in page(client, badge)


def test_a_reader_who_kept_the_old_copy_gets_the_new_one(app: Flask, client: FlaskClient, badge: HeldBadge) -> None:
    """The ETag is that of the edition."""
    kept = client.get(f"{badge.path}.json").headers["ETag"]
    assert client.get(f"{badge.path}.json", headers={"If-None-Match": kept}).status_code == 304
    jobs.drain(app)
    assert client.get(f"{badge.path}.json", headers={"If-None-Match": kept}).status_code == 200


def test_the_old_file_is_called_an_older_copy_and_the_new_one_is_valid(
    app: Flask, client: FlaskClient, badge: HeldBadge
) -> None:
    jobs.drain(app)
    old, new = _verified(client, badge.document), _verified(client, client.get(f"{badge.path}.json").data)
    codes = {check["name"]: check["code"] for check in old["checks"]}
    assert (old["verdict"], codes["status"], codes["issuer"]) == ("invalid", "superseded", "key_compromised")
    assert new["verdict"] == "valid"


def _verified(client: FlaskClient, data: bytes) -> Any:
    return client.post("/api/v1/verifications", json={"input": data.decode()}).get_json()


def test_a_badge_that_is_private_stays_private(app: Flask, client: FlaskClient) -> None:
    held = held_badge(app, public=False)
    with app.app_context():
        award = awards.find_award(held.award_id)
        key = life.find_key(awards.credential_of(award).proof_kid)
        compromise(key, since=utc_now(), actor="system", now=utc_now())
        db.session.commit()
    jobs.drain(app)
    assert client.get(held.path, headers=BROWSER).status_code == 404
    assert held.holder.client.get(held.path, headers=BROWSER).status_code == 200
    with app.test_request_context():
        assert sources.check_award(awards.find_award(held.award_id)).verdict == "valid"
