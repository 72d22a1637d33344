"""What nobody sends in good faith: always a 4xx with a stable code and a sentence, never a failure of ours."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.edges.competencies.learning_steps import publish
from tests.factories.people import make_person, make_token

BODIES = {
    "a number of 6000 digits": (b'{"input": ' + b"9" * 6000 + b"}", 400, "invalid_json"),
    "an integer that no double can hold": (b'{"input": 9007199254740993}', 400, "invalid_json"),
    "a number beyond every double": (b'{"input": 1e999}', 400, "invalid_json"),
    "no number at all": (b'{"input": NaN}', 400, "invalid_json"),
    "a key written twice": (b'{"input": "a", "input": "b"}', 400, "invalid_json"),
    "half of a surrogate pair": (rb'{"input": "\ud800"}', 400, "invalid_json"),
    "another encoding": ('{"input": "a"}'.encode("utf-16"), 400, "invalid_json"),
    "a raw NUL": (b'{"input": "a\x00b"}', 400, "invalid_json"),
    "an escaped NUL": (rb'{"input": "a\u0000b"}', 422, "unstorable"),
    "a NUL in a key": (rb'{"a\u0000b": 1}', 422, "unstorable"),
    "lists in lists": (b'{"input": ' + b"[" * 100_000, 400, "too_deep"),
    "objects in objects": (b'{"a":' * 100_000, 400, "too_deep"),
    "half a document": (b'{"input": ', 400, "invalid_json"),
    "a list": (b"[]", 422, "invalid"),
    "null": (b"null", 422, "invalid"),
    "a field that nobody knows": (b'{"input": "a", "admin": true}', 422, "invalid"),
    "nothing": (b"", 422, "invalid"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_not_plain_json_is_refused_with_a_stable_code(client: FlaskClient, name: str) -> None:
    body, status, code = BODIES[name]
    answer = client.post("/api/v1/verifications", data=body, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.json["detail"].endswith(".")


def test_an_escaped_backslash_before_u0000_is_no_nul(client: FlaskClient) -> None:
    answer = client.post("/api/v1/verifications", data=rb'{"input": "a\\u0000b"}', content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (422, "no_badge_found")
    assert "u0000" not in answer.json["detail"]


def test_json_that_says_it_is_text_is_not_read(app: Flask) -> None:
    person = make_person(app, "administrator")
    headers = make_token(app, person.account_id, "organisation:write")
    path = f"/api/v1/organisations/{person.organisation}"
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a"):
        answer = app.test_client().patch(path, data=b'{"name": "Renamed"}', content_type=kind, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type"), kind
    assert app.test_client().get(path, headers=headers).json["name"] != "Renamed"


NAMES_OF_NOTHING = (
    "%00",
    "a%00b",
    "a%0d%0ab",
    "%7f",
    "a" * 10_000,
    "%ff%fe",
    "%ed%a0%80",
    "%f0%9f%92%a5",
    "..",
    "%2e%2e%2fx",
)


@pytest.mark.parametrize("name", NAMES_OF_NOTHING)
def test_a_name_that_nothing_can_have_is_answered_like_any_other_unknown_one(app: Flask, name: str) -> None:
    person = make_person(app, "administrator", "learner")
    for path in (
        "/modules/{}",
        "/api/v1/modules/{}",
        "/attempts/{}",
        "/attempts/{}/items/1",
        "/api/v1/attempts/{}",
        "/frameworks/{}",
        "/api/v1/frameworks/{}/package",
        "/competencies/{}",
        "/badges/{}",
        "/badges/{}.json",
        "/badges/{}.jwt",
        "/api/v1/awards/{}",
        "/achievements/{}/image.png",
        "/issuers/{}",
        "/issuers/{}/did.json",
        "/keys/{}",
        "/status/{}",
        "/sign-in/link/{}",
        "/admin/organisations/{}",
        "/api/v1/organisations/{}",
        "/static/{}",
    ):
        answer = person.client.get(path.format(name), headers={"Accept": "text/html"})
        assert answer.status_code == 404, path


@pytest.mark.parametrize("number", ["0", "9" * 7, "9223372036854775808", "9" * 26, "9" * 5_000, "-1", "1.0", "%D9%A3"])
def test_a_number_beyond_every_card_is_answered_like_any_other_unknown_one(app: Flask, number: str) -> None:
    person = make_person(app, "learner")
    module_id = publish(app, person.organisation_id)
    for path in (f"/modules/{module_id}/cards/{number}", f"/modules/{module_id}/versions/{number}/figures/a.svg"):
        assert person.client.get(path).status_code == 404, path


FORGED = (
    {"Host": "evil.example"},
    {"Host": "evil.example:99999"},
    {"Host": "[::1"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher", "X-Forwarded-For": "192.0.2.1"},
    {"Forwarded": "host=evil.example;proto=https"},
    {"X-Original-URL": "/admin", "X-Rewrite-URL": "/admin"},
)


@pytest.mark.parametrize("headers", FORGED, ids=str)
def test_a_forged_host_stands_nowhere_in_a_reply(app: Flask, headers: dict[str, str]) -> None:
    person = make_person(app, "learner")
    module_id = publish(app, person.organisation_id)
    for path in (
        "/",
        "/sign-in",
        f"/modules/{module_id}",
        f"/modules//{module_id}",
        "/skills",
        "/.well-known/jwks.json",
    ):
        answer = app.test_client().get(path, headers={"Accept": "text/html"} | headers)
        assert answer.status_code in (200, 303, 308), path
        assert "evil" not in answer.get_data(as_text=True) + str(answer.headers), path


def test_an_address_with_a_slash_too_many_leads_to_the_path_without_a_host(client: FlaskClient) -> None:
    answer = client.get("/catalog//?minutes=5", headers={"Host": "evil.example"})
    assert answer.status_code in (308, 404)
    answer = client.get("/modules//x?a=b%2F%2Fc", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.location) == (308, "/modules/x?a=b%2F%2Fc")
    answer = client.get("/.//evil.example//x")
    assert not (answer.location or "/").startswith("//")
