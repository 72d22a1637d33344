"""People and organisations, and browsers in which somebody is signed in.

In a test that holds an application context, reading a row opens a transaction; commit before a client asks
the application for something, or use ``make_person``, which leaves nothing open.
"""

from __future__ import annotations

import itertools
import re
from contextlib import nullcontext
from dataclasses import dataclass

from flask import Flask, has_app_context
from flask.testing import FlaskClient

from issuer import accounts, organisations, sessions, tokens
from issuer.base.db import db
from issuer.identity import SESSION_TOKEN
from issuer.models import Account, Membership, Organisation

_numbers = itertools.count(1)

PASSWORD = "a quiet walk by the river"


def make_account(**over: object) -> Account:
    """A person with a proven address, without a password; flushed, not committed."""
    number = next(_numbers)
    values = {"email": f"person{number}@example.org", "name": f"Person {number}", "verified": True}
    return accounts.create(**(values | over))  # type: ignore[arg-type]


def make_organisation(**over: object) -> Organisation:
    """An issuer; flushed, not committed."""
    number = next(_numbers)
    open_enrolment = over.pop("open_enrolment", True)
    values = {"slug": f"school-{number}", "name": f"School {number}", "url": "https://school.example"}
    organisation = organisations.create(**(values | over))  # type: ignore[arg-type]
    organisation.open_enrolment = bool(open_enrolment)
    return organisation


def make_member(*roles: str, account: Account | None = None, organisation: Organisation | None = None) -> Membership:
    """A person with these roles (learner if none is given) in an organisation; flushed, not committed."""
    person, place = account or make_account(), organisation or make_organisation()
    membership = organisations.join(person, place, actor="system")
    organisations.change_roles(membership, roles or ("learner",), actor="system")
    return membership


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in: the browser, and plain ids that need no database."""

    client: FlaskClient
    account_id: int
    public_id: str
    email: str
    organisation_id: int
    organisation: str


def make_person(app: Flask, *roles: str, organisation_id: int | None = None, **over: object) -> Person:
    """A person with these roles, signed in in a browser of their own; committed, and nothing is left open.

    ``organisation_id`` (internal) joins an organisation that exists; ``over`` is for make_account.
    """
    with app.app_context():
        place = db.session.get_one(Organisation, organisation_id) if organisation_id else make_organisation()
        account = make_account(**over)
        make_member(*roles, account=account, organisation=place)
        client = app.test_client()
        email = accounts.primary_address(account) or ""
        person = Person(client, account.id, account.public_id, email, place.id, place.public_id)
        sign_in(client, account)
    return person


def sign_in(client: FlaskClient, account: Account) -> FlaskClient:
    """Sign ``account`` in in this browser. Commits, so the application sees the account."""
    app = client.application
    with nullcontext() if has_app_context() else app.app_context():
        token = sessions.start(db.session.merge(account))
        db.session.commit()
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie[SESSION_TOKEN] = token
        cookie.permanent = True
    return client


def csrf_token(client: FlaskClient) -> str:
    """The form token of this browser, taken from a page as a form has it."""
    page = client.get("/sign-up", headers={"Accept": "text/html"}).get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, "The page has a form with a token."
    return found.group(1)


def submit(client: FlaskClient, path: str, data: dict[str, object] | None = None, **more: object):  # type: ignore[no-untyped-def]
    """POST a form as the browser does: with its token, preferring HTML; the redirect is not followed."""
    form = {"csrf_token": csrf_token(client)} | (data or {})
    return client.post(path, data=form, headers={"Accept": "text/html"}, **more)  # type: ignore[arg-type]


def make_token(app: Flask, account_id: int, *scopes: str) -> dict[str, str]:
    """The headers of a program that acts for the person with these scopes."""
    with app.app_context():
        _, secret = tokens.make(accounts.get(account_id), name="Test program", scopes=scopes, days=30)
        db.session.commit()
    return {"Authorization": f"Bearer {secret}"}
