"""One badge handed in over HTTP in every form that programs send: JSON, a form with a file, the file itself."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.edges.badges.badge_steps import held_badge

PATH = "/api/v1/verifications"


def test_an_object_is_as_good_as_its_text(app: Flask, client: FlaskClient) -> None:
    answer = client.post(PATH, json={"input": json.loads(held_badge(app).document)})
    assert (answer.status_code, answer.json["verdict"]) == (200, "valid")


@pytest.mark.parametrize("media_type", ["application/vc", "application/ld+json", "application/octet-stream"])
def test_the_body_may_be_the_badge_itself_whatever_it_is_called(
    app: Flask, client: FlaskClient, media_type: str
) -> None:
    answer = client.post(PATH, data=held_badge(app).document, content_type=media_type)
    assert (answer.status_code, answer.json["verdict"]) == (200, "valid")


@pytest.mark.parametrize("media_type", ["application/vc+jwt", "application/jwt", "text/plain"])
def test_the_body_may_be_a_token(app: Flask, client: FlaskClient, media_type: str) -> None:
    answer = client.post(PATH, data=held_badge(app).jwt, content_type=media_type)
    assert (answer.status_code, answer.json["verdict"]) == (200, "valid")


@pytest.mark.parametrize("fields", [{}, {"recipient": ""}, {"input": "ignored"}])
def test_a_form_may_carry_a_file(app: Flask, client: FlaskClient, fields: dict[str, str]) -> None:
    file = (io.BytesIO(held_badge(app).document), "badge.json")
    answer = client.post(PATH, data={"file": file, **fields}, content_type="multipart/form-data")
    assert (answer.status_code, answer.json["verdict"]) == (200, "valid")


def test_a_form_may_carry_a_text(app: Flask, client: FlaskClient) -> None:
    data = {"input": held_badge(app).jwt.decode()}
    assert client.post(PATH, data=data, content_type="multipart/form-data").json["verdict"] == "valid"


def test_a_changed_file_is_invalid(app: Flask, client: FlaskClient) -> None:
    changed = held_badge(app).document.replace(b"Target List", b"Chief Lister")
    answer = client.post(PATH, data=changed, content_type="application/octet-stream")
    assert (answer.json["verdict"], answer.json["finding"]) == ("invalid", "altered")


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 400, "invalid_json"),
        (b"  \n", 400, "invalid_json"),
        ("{}".encode("utf-16"), 400, "invalid_json"),
        (b"\x89PNG\r\n\x1a\n", 422, "bad_image"),
        (b"\x1f\x8b\x08\x00" + b"\x00" * 40, 422, "compressed_file"),
        (b"<html><body>Hello</body></html>", 422, "no_badge_found"),
    ],
)
def test_a_file_without_a_badge_is_a_problem(client: FlaskClient, data: bytes, status: int, code: str) -> None:
    answer = client.post(PATH, data=data, content_type="application/octet-stream")
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_more_than_any_badge_needs_is_too_large(client: FlaskClient) -> None:
    answer = client.post(PATH, data=b"a" * (11 * 1024 * 1024), content_type="application/octet-stream")
    assert answer.status_code == 413


def test_only_this_door_takes_so_much(client: FlaskClient) -> None:
    answer = client.post("/api/v1/tokens", data=b"a" * (3 * 1024 * 1024), content_type="application/json")
    assert answer.status_code in (401, 413)
    form = client.post("/sign-in", data={"email": "a" * (3 * 1024 * 1024)})
    assert form.status_code in (400, 403, 413)


def test_a_byte_order_mark_is_accepted(app: Flask, client: FlaskClient) -> None:
    data = b"\xef\xbb\xbf" + held_badge(app).document
    assert client.post(PATH, data=data, content_type="application/octet-stream").json["verdict"] == "valid"


def test_a_recipient_that_is_too_long_is_refused_by_name(app: Flask, client: FlaskClient) -> None:
    body: dict[str, Any] = {"input": "x", "recipient": "a" * 321}
    asked = [
        client.post(PATH, json=body),
        client.post(PATH, data=body, content_type="multipart/form-data"),
    ]
    assert [answer.status_code for answer in asked] == [422, 422]
    assert all("recipient" in answer.json["fields"] for answer in asked)


def test_the_description_tells_every_form(client: FlaskClient) -> None:
    paths = client.get("/api/openapi.json").json["paths"]
    content = paths["/api/v1/verifications"]["post"]["requestBody"]["content"]
    assert {"application/json", "multipart/form-data", "image/png", "application/vc+jwt"} <= content.keys()
    assert "$ref" in content["application/json"]["schema"]
