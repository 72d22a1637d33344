"""The edge: one commit a request, one form of errors, the headers of every page, exactly once by key."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from issuer.access import requires
from issuer.base.db import db
from issuer.base.errors import Conflict, Gone, Invalid, NotFound, ServiceError, TooMany, Unavailable
from issuer.models import Organisation
from tests.factories.people import make_account, make_token

ERRORS: dict[str, ServiceError] = {
    "conflict": Conflict("taken", "It is taken."),
    "gone": Gone("gone", "It is gone."),
    "invalid": Invalid("bad", "It is bad.", fields={"name": ["Too long."]}),
    "not_found": NotFound("not_found", "It is not here."),
    "many": TooMany("many", "Too many.", retry_after=7),
    "down": Unavailable("down", "It is down.", retry_after=3),
}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application with four more views, marked as every view is."""

    @requires("public.read")
    def found(slug: str) -> object:
        db.session.add(Organisation(slug=slug, name=slug))
        db.session.flush()
        return {"slug": slug}, 201

    @requires("public.read")
    def found_and_fail(slug: str) -> object:
        found(slug)
        raise ERRORS["conflict"]

    @requires("public.read")
    def found_and_refuse(slug: str) -> object:
        found(slug)
        return {"no": True}, 422

    @requires("public.read")
    def fail(name: str) -> object:
        if name == "bug":
            raise ZeroDivisionError("the secret is 42")
        raise ERRORS[name]

    app.add_url_rule("/api/test/found/<slug>", "test_found", found, methods=["POST"])
    app.add_url_rule("/api/test/fail/<slug>", "test_found_fail", found_and_fail, methods=["POST"])
    app.add_url_rule("/api/test/refuse/<slug>", "test_found_refuse", found_and_refuse, methods=["POST"])
    app.add_url_rule("/test/error/<name>", "test_error", fail)
    app.add_url_rule("/test/unmarked", "test_unmarked", lambda: "never")
    return app.test_client(use_cookies=False)


@pytest.fixture
def program(client: FlaskClient) -> FlaskClient:
    """The same, acting for somebody by a token."""
    with client.application.app_context():
        account_id = make_account().id
        db.session.commit()
    headers = make_token(client.application, account_id, "learn")
    client.environ_base["HTTP_AUTHORIZATION"] = headers["Authorization"]
    return client


def _slugs(client: FlaskClient) -> list[str]:
    with client.application.app_context():
        return sorted(db.session.scalars(db.select(Organisation.slug)))


def test_a_change_is_stored_when_the_reply_says_so(client: FlaskClient) -> None:
    assert client.post("/api/test/found/north").status_code == 201
    assert _slugs(client) == ["north"]


@pytest.mark.parametrize("path", ["fail", "refuse"])
def test_a_refused_request_stores_nothing(client: FlaskClient, path: str) -> None:
    assert client.post(f"/api/test/{path}/north").status_code in (409, 422)
    assert _slugs(client) == []


def test_the_same_key_again_gets_the_same_reply_and_changes_nothing(program: FlaskClient) -> None:
    first = program.post("/api/test/found/north", headers={"Idempotency-Key": "k1"})
    again = program.post("/api/test/found/north", headers={"Idempotency-Key": "k1"})
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert _slugs(program) == ["north"]


def test_a_key_used_for_another_request_is_refused(program: FlaskClient) -> None:
    program.post("/api/test/found/north", headers={"Idempotency-Key": "k1"})
    other = program.post("/api/test/found/south", headers={"Idempotency-Key": "k1"})
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_mismatch")
    assert _slugs(program) == ["north"]


def test_a_refusal_is_not_remembered_under_its_key(program: FlaskClient) -> None:
    program.post("/api/test/fail/north", headers={"Idempotency-Key": "k1"})
    again = program.post("/api/test/fail/north", headers={"Idempotency-Key": "k1"})
    assert "Idempotency-Replayed" not in again.headers


def test_a_key_of_nobody_in_particular_is_not_kept(client: FlaskClient) -> None:
    assert client.post("/api/test/found/north", headers={"Idempotency-Key": "k1"}).status_code == 201
    other = client.post("/api/test/found/south", headers={"Idempotency-Key": "k1"})
    assert (other.status_code, other.get_json()) == (201, {"slug": "south"})


@pytest.mark.parametrize("key", ["", "x" * 256, "é"])
def test_a_key_that_is_no_key_is_refused(client: FlaskClient, key: str) -> None:
    reply = client.post("/api/test/found/north", headers={"Idempotency-Key": key})
    assert reply.get_json()["code"] == "bad_idempotency_key"


@pytest.mark.parametrize(
    ("name", "status"),
    [("conflict", 409), ("gone", 410), ("invalid", 422), ("not_found", 404), ("many", 429), ("down", 503)],
)
def test_an_error_is_a_problem_document_with_its_code_and_sentence(client: FlaskClient, name: str, status: int) -> None:
    reply = client.get(f"/test/error/{name}", headers={"Accept": "application/json"})
    body = reply.get_json(force=True)
    assert (reply.status_code, reply.mimetype) == (status, "application/problem+json")
    assert (body["code"], body["detail"], body["status"]) == (ERRORS[name].code, ERRORS[name].detail, status)
    assert body["request_id"] == reply.headers["X-Request-Id"]


def test_retry_after_says_when_to_come_back(client: FlaskClient) -> None:
    assert client.get("/test/error/many").headers["Retry-After"] == "7"


def test_fields_of_bad_input_are_named(client: FlaskClient) -> None:
    assert client.get("/test/error/invalid").get_json(force=True)["fields"] == {"name": ["Too long."]}


def test_an_unknown_error_tells_the_caller_nothing(client: FlaskClient) -> None:
    reply = client.get("/test/error/bug")
    assert reply.status_code == 500
    assert reply.get_json(force=True)["code"] == "internal_error"
    assert b"secret" not in reply.data
    assert b"Zero" not in reply.data


def test_a_person_gets_a_page_that_says_the_same(client: FlaskClient) -> None:
    reply = client.get("/test/error/conflict", headers={"Accept": "text/html"})
    assert (reply.status_code, reply.mimetype) == (409, "text/html")
    assert "It is taken." in reply.text


def test_a_view_without_a_permission_is_refused(client: FlaskClient) -> None:
    reply = client.get("/test/unmarked")
    assert reply.status_code == 403
    assert b"never" not in reply.data


def test_every_reply_carries_the_security_headers(client: FlaskClient) -> None:
    for path in ("/healthz", "/nothing-here", "/sign-in"):
        headers = client.get(path, headers={"Accept": "text/html"}).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path",
    ["/%00", "/badges/%2e%2e%2f", "/%ff%fe", "/" + "a" * 10_000, "/badges/" + "%F0%9F%98%80" * 50],
)
def test_a_hostile_address_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in (400, 404)


def test_a_method_nobody_serves_is_answered_with_those_that_are(client: FlaskClient) -> None:
    reply = client.delete("/api/test/found/north")
    assert reply.status_code == 405
    assert "POST" in reply.headers["Allow"]


def test_the_host_header_decides_nothing(client: FlaskClient) -> None:
    reply = client.get("/", headers={"Host": "evil.example", "Accept": "text/html"})
    assert b"evil.example" not in reply.data
