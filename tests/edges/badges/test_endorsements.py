"""Endorsements: asked for by mail, signed as credentials of their own, and shown as holders and endorsers decide."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from badges.endorsements.models import Endorsement, EndorsementInvitation
from badges.verification import sources
from badges.verification.report import Finding
from issuer.base.db import db
from issuer.crypto.strict_json import load_object
from issuer.models import OutgoingMail
from tests.edges.badges.badge_steps import HTML, HeldBadge, held_badge
from tests.factories.people import make_person, submit

WORDS = "She prepares every call of our team with care."


def asked(app: Flask, *, public: bool = False, kind: str = "comment") -> tuple[HeldBadge, str]:
    """A badge whose holder has asked a manager, and the path of the mailed link."""
    badge = held_badge(app, public=public, holder=make_person(app, "learner", name="Amara Okafor"))
    form = {"email": "boss@example.org", "relation": "manager", "kind": kind, "locale": "en"}
    assert submit(badge.holder.client, f"{badge.path}/endorsements/ask", form).status_code == 303
    with app.app_context():
        body = db.session.scalars(select(OutgoingMail.body).filter_by(recipient="boss@example.org")).one()
    found = re.search(r"/endorse/\S+", body)
    assert found
    return badge, found.group(0)


def answered(client: FlaskClient, path: str, **over: str) -> int:
    form = {"name": "Jean Roy", "naming": "full", "relation": "manager", "comment": WORDS} | over
    return submit(client, path, form).status_code


def id_of(app: Flask) -> str:
    with app.app_context():
        return db.session.scalars(select(Endorsement.public_id)).one()


def finding_of(app: Flask, document: bytes) -> Finding:
    with app.test_request_context():
        return sources.check(document).finding


def test_an_answer_becomes_a_credential_that_verifies_and_a_changed_one_does_not(
    app: Flask, client: FlaskClient
) -> None:
    badge, path = asked(app, public=True)
    assert answered(client, path) == 303
    name = id_of(app)
    assert submit(badge.holder.client, f"/endorsements/{name}/show").status_code == 303
    document = client.get(f"/endorsements/{name}.json").data
    said = load_object(document)
    assert said["credentialSubject"]["id"].endswith(badge.path)
    assert WORDS in said["credentialSubject"]["endorsementComment"]
    assert finding_of(app, document) in (Finding.VALID, Finding.ISSUER_NOT_KNOWN)
    assert finding_of(app, document.replace(b"every call", b"no call")) is Finding.ALTERED
    assert finding_of(app, client.get(f"/endorsements/{name}.jwt").data) in (Finding.VALID, Finding.ISSUER_NOT_KNOWN)
    assert client.get(f"/endorsements/{name}", headers=HTML).status_code == 200


def test_nobody_but_the_holder_sees_it_before_the_holder_shows_it(app: Flask, client: FlaskClient) -> None:
    badge, path = asked(app, public=True)
    answered(client, path)
    address = f"/endorsements/{id_of(app)}"
    assert client.get(address).status_code == 404
    assert badge.holder.client.get(address, headers=HTML).status_code == 200


def test_an_endorsement_of_a_private_badge_is_nowhere_for_others_even_if_shown(app: Flask, client: FlaskClient) -> None:
    badge, path = asked(app)
    answered(client, path)
    name = id_of(app)
    submit(badge.holder.client, f"/endorsements/{name}/show")
    assert [client.get(f"/endorsements/{name}{end}").status_code for end in ("", ".json", ".jwt")] == [404] * 3


@pytest.mark.parametrize(("naming", "signed"), [("full", "Jean Roy"), ("initials", "J. R."), ("role", "")])
def test_no_more_of_a_name_is_signed_than_its_owner_allowed(
    app: Flask, client: FlaskClient, naming: str, signed: str
) -> None:
    badge, path = asked(app)
    answered(client, path, naming=naming)
    document = badge.holder.client.get(f"/endorsements/{id_of(app)}.json").get_data(as_text=True)
    assert signed in document
    assert ("Jean" in document) is (naming == "full")
    assert "boss@example.org" not in document


def test_a_link_is_answered_once_and_the_address_is_forgotten_then(app: Flask, client: FlaskClient) -> None:
    _badge, path = asked(app)
    assert answered(client, path) == 303
    assert answered(client, path) == 410
    with app.app_context():
        assert db.session.scalars(select(EndorsementInvitation.email)).one() is None


def test_whoever_answered_takes_it_back_by_the_same_link_for_ever(app: Flask, client: FlaskClient) -> None:
    badge, path = asked(app)
    answered(client, path)
    assert submit(client, f"{path}/withdraw").status_code == 303
    document = badge.holder.client.get(f"/endorsements/{id_of(app)}.json").data
    with app.app_context():
        from_record = db.session.scalars(select(Endorsement.withdrawn_at)).one()
    assert from_record is not None
    assert document


def test_nobody_endorses_themselves(app: Flask, client: FlaskClient) -> None:
    badge, path = asked(app)
    assert answered(badge.holder.client, path) == 403
    own = {"email": badge.holder.email.upper(), "relation": "manager", "kind": "comment", "locale": "en"}
    assert submit(badge.holder.client, f"{badge.path}/endorsements/ask", own).status_code == 422


def test_no_more_than_five_are_asked_about_one_badge_at_a_time(app: Flask) -> None:
    badge, _path = asked(app)
    codes = [
        submit(
            badge.holder.client,
            f"{badge.path}/endorsements/ask",
            {"email": f"person{n}@example.net", "relation": "colleague", "kind": "comment", "locale": "en"},
        ).status_code
        for n in range(5)
    ]
    assert codes == [303] * 4 + [422]


def test_what_was_applied_at_work_is_signed_with_how_often_and_with_what_result(
    app: Flask, client: FlaskClient
) -> None:
    badge, path = asked(app, kind="applied")
    assert answered(client, path, what="Call plans", often="weekly", result="Two more visits") == 303
    document = badge.holder.client.get(f"/endorsements/{id_of(app)}.json").get_data(as_text=True)
    assert all(words in document for words in ("Call plans", "every week", "Two more visits"))


def test_the_page_of_a_badge_shows_what_its_holder_shows_and_stops_at_once(app: Flask, client: FlaskClient) -> None:
    badge, path = asked(app, public=True)
    answered(app.test_client(), path)
    name = id_of(app)
    assert WORDS not in client.get(badge.path, headers=HTML).text
    submit(badge.holder.client, f"/endorsements/{name}/show")
    shown = client.get(badge.path, headers=HTML).text
    assert WORDS in shown and f"/endorsements/{name}" in shown
    submit(badge.holder.client, f"/endorsements/{name}/hide")
    assert WORDS not in client.get(badge.path, headers=HTML).text
