"""The page on which a person looks after the own account."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from issuer.base.db import db
from issuer.models import EmailAddress, OutgoingMail
from tests.factories.people import PASSWORD, make_account, make_person, sign_in, submit

HTML = {"Accept": "text/html"}
NEW = "another long sentence"


def page_of(client: FlaskClient) -> str:
    return client.get("/account", headers=HTML).get_data(as_text=True)


def newest_link(app: Flask) -> str:
    with app.app_context():
        body = db.session.scalars(select(OutgoingMail.body).order_by(OutgoingMail.id.desc())).first() or ""
    found = re.search(r"http://localhost:8000(/sign-in/link/[\w-]+)", body)
    assert found, body
    return found.group(1)


def test_a_new_name_is_shown_as_it_was_typed_and_never_as_markup(app: Flask) -> None:
    person = make_person(app)
    assert submit(person.client, "/account/name", {"name": "<b>Zoë</b> محمد"}).status_code == 303
    page = page_of(person.client)
    assert "&lt;b&gt;Zoë&lt;/b&gt; محمد" in page
    assert "<b>Zoë" not in page


def test_a_bad_name_is_refused_at_its_field_and_nothing_changes(app: Flask) -> None:
    person = make_person(app, name="Ann Lee")
    answer = submit(person.client, "/account/name", {"name": "a\u202eb"})
    assert answer.status_code == 422
    assert 'id="f-name-error"' in answer.get_data(as_text=True)
    assert 'value="Ann Lee"' in page_of(person.client)


def test_a_second_address_is_added_by_its_link_and_can_become_the_main_one(app: Flask) -> None:
    person = make_person(app, email="work@example.org")
    submit(person.client, "/account/addresses", {"email": "Home@example.org"})
    assert "home@example.org" not in page_of(person.client).lower()
    assert submit(person.client, newest_link(app)).status_code == 303
    assert "home@example.org" in page_of(person.client)
    submit(person.client, "/account/addresses/primary", {"email": "home@example.org"})
    submit(person.client, "/account/addresses/remove", {"email": "work@example.org"})
    assert "work@example.org" not in page_of(person.client)


def test_the_link_for_a_second_address_needs_the_account_it_is_for(app: Flask) -> None:
    person = make_person(app)
    submit(person.client, "/account/addresses", {"email": "home@example.org"})
    path = newest_link(app)
    stranger = app.test_client()
    answer = submit(stranger, path)
    assert answer.location == f"/sign-in?next={path}"
    assert stranger.get("/account", headers=HTML).status_code == 303
    assert submit(person.client, path).status_code == 303, "the link was not used up"


def test_adding_the_address_of_another_person_looks_the_same_and_tells_its_owner(app: Flask) -> None:
    person, other = make_person(app), make_person(app, email="other@example.org")
    free = submit(person.client, "/account/addresses", {"email": "free@example.org"})
    taken = submit(person.client, "/account/addresses", {"email": "other@example.org"})
    assert (free.status_code, free.location) == (taken.status_code, taken.location)
    with app.app_context():
        bodies = db.session.scalars(select(OutgoingMail.body).order_by(OutgoingMail.id)).all()
        owners = db.session.scalars(select(EmailAddress.account_id).filter_by(lookup="other@example.org")).all()
    assert ["/sign-in/link/" in body for body in bodies] == [True, False]
    assert owners == [other.account_id]


def test_the_main_address_cannot_be_removed_and_the_page_says_why(app: Flask) -> None:
    person = make_person(app, email="work@example.org")
    answer = submit(person.client, "/account/addresses/remove", {"email": "work@example.org"})
    assert answer.status_code == 303
    page = page_of(person.client)
    assert "Make another address the main one first." in page
    assert "work@example.org" in page


def test_a_new_password_signs_every_other_browser_out(app: Flask) -> None:
    person = make_person(app, password=PASSWORD)
    other = app.test_client()
    with person.client.session_transaction() as cookie, other.session_transaction() as copy:
        copy.update(cookie)
    wrong = submit(person.client, "/account/password", {"current": "a wrong sentence", "password": NEW})
    assert wrong.status_code == 422
    assert submit(person.client, "/account/password", {"current": PASSWORD, "password": NEW}).status_code == 303
    assert person.client.get("/account", headers=HTML).status_code == 200
    assert other.get("/account", headers=HTML).status_code == 303
    assert submit(app.test_client(), "/sign-in", {"email": person.email, "password": NEW}).status_code == 303


def test_a_forgotten_password_is_replaced_after_signing_in_by_mail(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_account(email="ann@example.org", password=PASSWORD)
        db.session.commit()
    submit(client, "/sign-in", {"email": "ann@example.org", "way": "link"})
    submit(client, newest_link(app))
    assert submit(client, "/account/password", {"password": NEW}).status_code == 303
    assert submit(app.test_client(), "/sign-in", {"email": "ann@example.org", "password": NEW}).status_code == 303


def test_who_only_finds_a_browser_signed_in_cannot_set_the_password(app: Flask) -> None:
    person = make_person(app, password=PASSWORD)
    assert submit(person.client, "/account/password", {"password": NEW}).status_code == 422


def test_a_token_is_shown_once_and_works_until_it_is_revoked(app: Flask) -> None:
    person = make_person(app)
    form = {"token_name": "Report", "scopes": ["profile:read"], "days": "30"}
    made = submit(person.client, "/account/tokens", form).get_data(as_text=True)
    secret = re.search(r"rst_[\w-]{43}", made)
    assert secret
    assert secret.group(0) not in page_of(person.client)
    headers = {"Authorization": f"Bearer {secret.group(0)}"}
    program = app.test_client()
    assert program.get("/api/v1/me", headers=headers).status_code == 200
    revoke = re.search(r"/account/tokens/[\w-]+/revoke", page_of(person.client))
    assert revoke
    submit(person.client, revoke.group(0))
    assert program.get("/api/v1/me", headers=headers).status_code == 401


def test_a_token_without_a_choice_is_refused_at_its_field(app: Flask) -> None:
    person = make_person(app)
    for form, field in (
        ({"token_name": "Report", "days": "30"}, "scopes"),
        ({"token_name": "", "scopes": ["learn"], "days": "30"}, "token_name"),
        ({"token_name": "Report", "scopes": ["learn"], "days": "٣"}, "days"),
    ):
        answer = submit(person.client, "/account/tokens", form)
        assert answer.status_code == 422
        assert f'id="f-{field}-error"' in answer.get_data(as_text=True)


def test_nobody_sees_or_revokes_the_token_of_another(app: Flask) -> None:
    owner, other = make_person(app), make_person(app)
    form = {"token_name": "Secret plan", "scopes": ["learn"], "days": "30"}
    submit(owner.client, "/account/tokens", form)
    revoke = re.search(r"/account/tokens/[\w-]+/revoke", page_of(owner.client))
    assert revoke
    assert submit(other.client, revoke.group(0)).status_code == 404
    assert "Secret plan" not in page_of(other.client)
    assert "Secret plan" in page_of(owner.client)


def test_a_page_about_oneself_is_not_kept_by_caches(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        sign_in(client, make_account())
    assert client.get("/account", headers=HTML).headers["Cache-Control"] == "no-store"
