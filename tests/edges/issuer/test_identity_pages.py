"""Signing up, signing in, the mailed link and signing out, as a browser does them."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from issuer.base.db import db, utc_now
from issuer.identity import SESSION_TOKEN
from issuer.models import Account, BrowserSession, OneTimeLink, OutgoingMail
from tests.databases import test_settings as settings_of_a_test
from tests.factories.people import PASSWORD, csrf_token, make_account, make_person, submit
from wsgi import create_app

HTML = {"Accept": "text/html"}


def mails(app: Flask) -> list[tuple[str, str]]:
    """(recipient, body), oldest first."""
    with app.app_context():
        rows = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
        return [(mail.recipient, mail.body) for mail in rows]


def newest_link(app: Flask) -> str:
    found = re.search(r"http://localhost:8000(/sign-in/link/[\w-]+)", mails(app)[-1][1])
    assert found, mails(app)[-1]
    return found.group(1)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account", headers=HTML).status_code == 200


def sign_up(client: FlaskClient, email: str = "new@example.org", **over: object) -> TestResponse:
    return submit(client, "/sign-up", {"name": "Noor Ali", "email": email, "password": PASSWORD} | over)


def known_person(app: Flask, email: str = "ann@example.org") -> None:
    with app.app_context():
        make_account(email=email, name="Ann Lee", password=PASSWORD)
        db.session.commit()


def test_a_new_person_signs_up_and_is_let_in_by_the_mailed_link(app: Flask, client: FlaskClient) -> None:
    answer = sign_up(client, next="/catalog")
    assert (answer.status_code, answer.location) == (303, "/sign-in/sent")
    assert mails(app)[0][0] == "new@example.org"
    path = newest_link(app)
    assert client.get(path, headers=HTML).status_code == 200
    assert not is_signed_in(client), "opening the link changes nothing: mail scanners open links too"
    answer = submit(client, path)
    assert (answer.status_code, answer.location) == (303, "/catalog")
    assert is_signed_in(client)


def test_a_password_signs_in_after_the_address_is_proven(app: Flask, client: FlaskClient) -> None:
    sign_up(client)
    form = {"email": "NEW@example.org", "password": PASSWORD, "next": "/account"}
    assert submit(client, "/sign-in", form).status_code == 422
    submit(client, newest_link(app))
    other = app.test_client()
    answer = submit(other, "/sign-in", form)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert is_signed_in(other)


def test_a_link_opened_in_another_browser_drops_the_password_of_the_sign_up(app: Flask, client: FlaskClient) -> None:
    sign_up(client)
    owner = app.test_client()
    answer = submit(owner, newest_link(app))
    assert answer.location == "/account"
    assert is_signed_in(owner)
    assert submit(client, "/sign-in", {"email": "new@example.org", "password": PASSWORD}).status_code == 422


def test_an_account_laid_in_wait_by_a_stranger_is_of_no_use_to_the_stranger(app: Flask) -> None:
    stranger, owner = app.test_client(), app.test_client()
    sign_up(stranger, "victim@example.org")
    sign_up(owner, "victim@example.org", password="the owner's own sentence")
    submit(owner, newest_link(app))
    assert is_signed_in(owner)
    assert submit(stranger, "/sign-in", {"email": "victim@example.org", "password": PASSWORD}).status_code == 422
    assert not is_signed_in(stranger)


def test_signing_up_again_in_the_same_browser_takes_the_later_words(app: Flask, client: FlaskClient) -> None:
    sign_up(client)
    sign_up(client, name="Noor A. Ali", password="a later long sentence")
    submit(client, newest_link(app))
    form = {"email": "new@example.org", "password": "a later long sentence"}
    assert submit(app.test_client(), "/sign-in", form).status_code == 303
    assert "Noor A. Ali" in client.get("/account", headers=HTML).get_data(as_text=True)


def test_signing_up_with_a_known_address_looks_the_same_and_tells_its_owner(app: Flask) -> None:
    known_person(app)
    fresh, taken = app.test_client(), app.test_client()
    first, second = sign_up(fresh, "new@example.org"), sign_up(taken, "ann@example.org")
    assert (first.status_code, first.location, first.data) == (second.status_code, second.location, second.data)
    pages = [browser.get("/sign-in/sent", headers=HTML).get_data(as_text=True) for browser in (fresh, taken)]
    assert pages[0] == pages[1]
    assert [recipient for recipient, _ in mails(app)] == ["new@example.org", "ann@example.org"]
    assert "/sign-in/link/" not in mails(app)[1][1]
    with app.app_context():
        assert db.session.scalars(select(Account.name).order_by(Account.id)).all() == ["Ann Lee", "Noor Ali"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "x" * 201),
        ("name", "Ann\u202eLee"),
        ("email", "not an address"),
        ("email", "a@b.ca\r\nBcc: x@y.ca"),
        ("password", "short"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_sent(
    app: Flask, client: FlaskClient, field: str, value: str
) -> None:
    answer = sign_up(client, **{field: value})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in page
    assert PASSWORD not in page
    assert mails(app) == []


def test_the_same_words_for_a_wrong_password_and_an_unknown_address(app: Flask, client: FlaskClient) -> None:
    known_person(app)
    token = csrf_token(client)
    pages = []
    for email in ("ann@example.org", "who@example.org"):
        form = {"email": email, "password": "a wrong sentence", "csrf_token": token}
        answer = client.post("/sign-in", data=form, headers=HTML)
        assert answer.status_code == 422
        pages.append(answer.get_data(as_text=True).replace(email, "ADDRESS"))
    assert pages[0] == pages[1]


def test_a_link_is_mailed_to_an_account_and_advice_to_anybody_else(app: Flask, client: FlaskClient) -> None:
    known_person(app)
    answers = [
        submit(client, "/sign-in", {"email": email, "way": "link"}) for email in ("ann@example.org", "who@example.org")
    ]
    assert answers[0].location == answers[1].location == "/sign-in/sent"
    (first, with_link), (second, without) = mails(app)
    assert (first, second) == ("ann@example.org", "who@example.org")
    assert "/sign-in/link/" in with_link
    assert "/sign-in/link/" not in without


def test_an_empty_password_means_mail_me_a_link(app: Flask, client: FlaskClient) -> None:
    known_person(app)
    submit(client, "/sign-in", {"email": "ann@example.org", "password": "", "way": "password"})
    submit(client, newest_link(app))
    assert is_signed_in(client)


def test_a_link_works_once(app: Flask, client: FlaskClient) -> None:
    sign_up(client)
    path = newest_link(app)
    submit(client, path)
    other = app.test_client()
    assert other.get(path, headers=HTML).status_code == 410
    assert submit(other, path).status_code == 410
    assert not is_signed_in(other)


def test_a_link_that_is_too_old_lets_nobody_in(app: Flask, client: FlaskClient) -> None:
    sign_up(client)
    with app.app_context():
        db.session.execute(update(OneTimeLink).values(expires_at=utc_now() - timedelta(seconds=1)))
        db.session.commit()
    assert submit(client, newest_link(app)).status_code == 410
    assert not is_signed_in(client)


def test_a_link_that_was_never_made_is_not_found(client: FlaskClient) -> None:
    assert client.get("/sign-in/link/never-made", headers=HTML).status_code == 404
    assert submit(client, "/sign-in/link/never-made").status_code == 404


def test_links_name_our_own_address_whatever_the_host_header_says(app: Flask, client: FlaskClient) -> None:
    known_person(app)
    token = csrf_token(client)
    form = {"email": "ann@example.org", "way": "link", "csrf_token": token}
    client.post("/sign-in", data=form, headers={"X-Forwarded-Host": "evil.example", **HTML})
    assert "evil.example" not in mails(app)[-1][1]
    assert "http://localhost:8000/sign-in/link/" in mails(app)[-1][1]


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
def test_signing_in_never_leads_to_another_site(app: Flask, client: FlaskClient, evil: str) -> None:
    known_person(app)
    form = {"email": "ann@example.org", "password": PASSWORD, "next": evil}
    assert submit(client, "/sign-in", form).location == "/"


def test_a_browser_that_must_sign_in_comes_back_to_the_page(client: FlaskClient) -> None:
    answer = client.get("/account?part=name", headers=HTML)
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/account?part%3Dname"
    assert client.get("/account").status_code == 401


def test_the_session_of_before_is_worth_nothing_after_signing_in(app: Flask, client: FlaskClient) -> None:
    known_person(app)
    with client.session_transaction() as cookie:
        cookie[SESSION_TOKEN] = "fixed-by-somebody-else"
        cookie["planted"] = "value"
    submit(client, "/sign-in", {"email": "ann@example.org", "password": PASSWORD})
    with client.session_transaction() as cookie:
        assert cookie[SESSION_TOKEN] != "fixed-by-somebody-else"
        assert "planted" not in cookie


def test_signing_in_again_ends_the_earlier_session_of_this_browser(app: Flask, client: FlaskClient) -> None:
    known_person(app)
    form = {"email": "ann@example.org", "password": PASSWORD}
    submit(client, "/sign-in", form)
    submit(client, "/sign-in", form)
    with app.app_context():
        ended = db.session.scalars(select(BrowserSession.ended_at).order_by(BrowserSession.id)).all()
        assert [at is not None for at in ended] == [True, False]


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(app: Flask) -> None:
    person = make_person(app)
    with person.client.session_transaction() as cookie:
        stolen = dict(cookie)
    assert is_signed_in(person.client)
    assert submit(person.client, "/sign-out").status_code == 303
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(stolen)
    assert not is_signed_in(thief)


def test_a_session_ends_at_its_time(app: Flask) -> None:
    person = make_person(app)
    with app.app_context():
        db.session.execute(update(BrowserSession).values(expires_at=utc_now() - timedelta(seconds=1)))
        db.session.commit()
    assert not is_signed_in(person.client)


def test_the_cookie_holds_no_name_and_cannot_be_read_by_scripts(app: Flask, client: FlaskClient) -> None:
    known_person(app)
    answer = submit(client, "/sign-in", {"email": "ann@example.org", "password": PASSWORD})
    (cookie,) = [header for header in answer.headers.getlist("Set-Cookie") if header.startswith("rosette=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "ann" not in cookie


def test_ten_tries_then_a_pause_for_this_account_from_this_place_only(app: Flask, client: FlaskClient) -> None:
    known_person(app)
    known_person(app, "ben@example.org")
    token = csrf_token(client)

    def attempt(email: str, password: str, place: str = "192.0.2.1") -> TestResponse:
        form = {"email": email, "password": password, "csrf_token": token}
        return client.post("/sign-in", data=form, headers=HTML, environ_base={"REMOTE_ADDR": place})

    assert [attempt("ann@example.org", "a wrong sentence").status_code for _ in range(10)] == [422] * 10
    refused = attempt("ANN@example.org", PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 300
    assert attempt("ben@example.org", "a wrong sentence").status_code == 422
    assert attempt("ann@example.org", PASSWORD, "192.0.2.2").status_code == 303


def test_a_made_up_forwarding_header_does_not_dodge_the_limit(app: Flask, client: FlaskClient) -> None:
    token = csrf_token(client)
    statuses = []
    for number in range(11):
        form = {"email": "ann@example.org", "password": "a wrong sentence", "csrf_token": token}
        headers = HTML | {"X-Forwarded-For": f"198.51.100.{number}"}
        statuses.append(client.post("/sign-in", data=form, headers=headers).status_code)
    assert statuses[-1] == 429


def test_a_trusted_proxy_is_believed_about_the_client(tmp_path, database_url: str) -> None:  # type: ignore[no-untyped-def]
    app = create_app(settings_of_a_test(tmp_path, database_url, trusted_proxies=1))
    client = app.test_client()
    token = csrf_token(client)
    for number in range(11):
        form = {"email": "ann@example.org", "password": "a wrong sentence", "csrf_token": token}
        headers = HTML | {"X-Forwarded-For": f"10.0.0.{number}, 198.51.100.{number}"}
        assert client.post("/sign-in", data=form, headers=headers).status_code == 422
    with app.app_context():
        db.engine.dispose()


def test_one_address_is_not_flooded_with_links(client: FlaskClient) -> None:
    statuses = [submit(client, "/sign-in", {"email": "ann@example.org", "way": "link"}).status_code for _ in range(6)]
    assert statuses == [303] * 5 + [429]


def test_guessing_links_is_slowed_down(client: FlaskClient) -> None:
    statuses = {client.get(f"/sign-in/link/guess-{number}", headers=HTML).status_code for number in range(61)}
    assert statuses == {404, 429}


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up", "/sign-out", "/account/name"])
def test_a_form_from_another_site_is_refused(app: Flask, path: str) -> None:
    person = make_person(app)
    token = csrf_token(person.client)
    form = {"name": "Eve", "email": "eve@example.org"}
    assert person.client.post(path, data=form, headers=HTML).status_code == 400
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ):
        answer = person.client.post(path, data=form | {"csrf_token": token}, headers=HTML | headers)
        assert answer.status_code == 400, headers
    assert is_signed_in(person.client)


def test_a_form_of_our_own_is_accepted_with_what_browsers_send_along(app: Flask) -> None:
    person = make_person(app)
    form = {"name": "Ann", "csrf_token": csrf_token(person.client)}
    for headers in ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": "http://localhost:8000"}):
        assert person.client.post("/account/name", data=form, headers=HTML | headers).status_code == 303


def test_forms_work_over_https_where_our_pages_send_no_referer(tmp_path, database_url: str) -> None:  # type: ignore[no-untyped-def]
    settings = settings_of_a_test(tmp_path, database_url, base_url="https://badges.example.org")
    app = create_app(settings)
    client = app.test_client()
    page = client.get("/sign-in", base_url="https://badges.example.org", headers=HTML).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    form = {"email": "ann@example.org", "way": "link", "csrf_token": token.group(1)}
    headers = HTML | {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    answer = client.post("/sign-in", base_url="https://badges.example.org", data=form, headers=headers)
    assert answer.status_code == 303
    with app.app_context():
        db.engine.dispose()


def test_a_visitor_chooses_a_language_without_a_session(client: FlaskClient) -> None:
    answer = client.post("/language", data={"locale": "fr", "next": "/sign-in"}, headers=HTML)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert [header.split("=")[0] for header in answer.headers.getlist("Set-Cookie")] == ["rosette_language"]
    assert '<html lang="fr">' in client.get("/sign-in", headers=HTML).get_data(as_text=True)


def test_a_language_chosen_by_an_account_follows_it_to_another_browser(app: Flask) -> None:
    person = make_person(app)
    submit(person.client, "/language", {"locale": "fr"})
    other = app.test_client()
    with person.client.session_transaction() as cookie, other.session_transaction() as copy:
        copy.update(cookie)
    assert '<html lang="fr">' in other.get("/account", headers=HTML).get_data(as_text=True)


def test_the_browser_s_own_language_is_spoken_first(client: FlaskClient) -> None:
    page = client.get("/sign-in", headers=HTML | {"Accept-Language": "fr-CA, en;q=0.5"}).get_data(as_text=True)
    assert '<html lang="fr">' in page
    page = client.get("/sign-in", headers=HTML | {"Accept-Language": "xx"}).get_data(as_text=True)
    assert '<html lang="en">' in page


@pytest.mark.parametrize("form", [{}, {"locale": "xx"}, {"locale": "../../etc"}])
def test_an_unknown_language_is_refused(client: FlaskClient, form: dict[str, str]) -> None:
    assert client.post("/language", data=form, headers=HTML).status_code == 422


def test_the_language_form_of_another_site_is_refused(client: FlaskClient) -> None:
    headers = HTML | {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/language", data={"locale": "fr"}, headers=headers).status_code == 400


def test_the_outbox_shows_links_to_who_sits_at_this_machine_only(app: Flask, client: FlaskClient) -> None:
    sign_up(client)
    page = client.get("/outbox", headers=HTML).get_data(as_text=True)
    assert f'href="http://localhost:8000{newest_link(app)}"' in page
    far = client.get("/outbox", headers=HTML, environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert far.status_code == 404
    app.config["ROSETTE"] = dataclasses.replace(app.config["ROSETTE"], outbox_page=False)
    assert client.get("/outbox", headers=HTML).status_code == 404
