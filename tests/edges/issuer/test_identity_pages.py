"""Signing up, signing in, the mailed link and signing out, as a browser does them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from issuer.base.db import db
from issuer.models import Account, BrowserSession, EmailAddress, OutgoingMail
from tests.factories.people import PASSWORD, csrf_token, make_account, make_person, sign_in, submit

HTML = {"Accept": "text/html"}


def mails(app: Flask) -> list[tuple[str, str]]:
    """(recipient, body), oldest first."""
    with app.app_context():
        rows = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
        return [(mail.recipient, mail.body) for mail in rows]


def link_in(body: str) -> str:
    found = re.search(r"http://localhost:8000(/sign-in/link/[\w-]+)", body)
    assert found, body
    return found.group(1)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account", headers=HTML).status_code == 200


def sign_up(client: FlaskClient, email: str = "new@example.org", **over: object):  # type: ignore[no-untyped-def]
    return submit(client, "/sign-up", {"name": "Noor Ali", "email": email, "password": PASSWORD} | over)


def test_a_new_person_signs_up_and_is_let_in_by_the_mailed_link(app: Flask, client: FlaskClient) -> None:
    answer = sign_up(client)
    assert (answer.status_code, answer.location) == (303, "/sign-in/sent")
    recipient, body = mails(app)[0]
    assert recipient == "new@example.org"
    path = link_in(body)
    assert client.get(path, headers=HTML).status_code == 200
    assert not is_signed_in(client), "opening the link changes nothing: mail scanners open links too"
    assert submit(client, path).status_code == 303
    assert is_signed_in(client)


def test_a_password_signs_in_after_the_address_is_proven(app: Flask, client: FlaskClient) -> None:
    sign_up(client)
    form = {"email": "NEW@example.org", "password": PASSWORD, "next": "/account"}
    assert submit(client, "/sign-in", form).status_code == 422
    submit(client, link_in(mails(app)[0][1]))
    other = app.test_client()
    answer = submit(other, "/sign-in", form)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert is_signed_in(other)


def test_a_link_works_once(app: Flask, client: FlaskClient) -> None:
    sign_up(client)
    path = link_in(mails(app)[0][1])
    submit(client, path)
    other = app.test_client()
    assert other.get(path, headers=HTML).status_code == 410
    assert submit(other, path).status_code == 410
    assert not is_signed_in(other)


def test_a_link_that_was_never_made_is_not_found(client: FlaskClient) -> None:
    assert client.get("/sign-in/link/never-made", headers=HTML).status_code == 404
    assert submit(client, "/sign-in/link/never-made").status_code == 404
