"""Verification as JSON: 200 with a verdict for whatever is handed in, and a problem for what cannot be asked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from badges import awards
from badges.verification.reading import MAX_BYTES
from issuer.base.db import db
from tests.edges.badges.badge_steps import held_badge

ORDER = [
    "format",
    "data_model",
    "open_badge",
    "schema",
    "signature",
    "issuer",
    "period",
    "status",
    "trust",
    "authority",
    "evidence",
    "criteria",
]


def ask(client: FlaskClient, given: Any) -> Any:
    return client.post("/api/v1/verifications", json={"input": given})


def outcomes(answer: Any) -> dict[str, str]:
    return {check["name"]: check["outcome"] for check in answer.json["checks"]}


def test_a_genuine_badge_is_valid_with_every_check_in_order(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, public=False)
    for data in (badge.document, badge.jwt):
        answer = ask(client, data.decode())
        assert (answer.status_code, answer.json["verdict"]) == (200, "valid")
        found = outcomes(answer)
        assert found.pop("log") == "not-applicable"  # until the next checkpoint
        assert found.pop("terms", "pass") == "pass"  # only a proof over JSON-LD depends on them
        assert list(found.items()) == [(name, "pass") for name in ORDER]
        assert answer.json["checkedAt"].endswith("Z")
        assert (answer.json["finding"], answer.json["kind"]) == ("valid", "open_badge_3")
        assert answer.json["sentence"].startswith("Genuine and valid.")
        assert answer.headers["Cache-Control"] == "no-store"


def test_every_check_says_where_its_rule_stands(app: Flask, client: FlaskClient) -> None:
    checks = ask(client, held_badge(app).document.decode()).json["checks"]
    assert all(check["section"] and check["sentence"] and check["reason"] for check in checks)


def test_a_changed_badge_is_invalid_because_of_its_signature(app: Flask, client: FlaskClient) -> None:
    document = json.loads(held_badge(app).document)
    document["validFrom"] = "2020-01-01T00:00:00Z"
    answer = ask(client, json.dumps(document))
    assert (answer.status_code, answer.json["verdict"]) == (200, "invalid")
    assert outcomes(answer)["signature"] == "fail"
    assert "evidence" not in outcomes(answer)


def test_a_withdrawn_badge_is_invalid_although_its_signature_holds(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    with app.app_context():
        awards.revoke(awards.find_award(badge.award_id), reason="Awarded by mistake.", actor="system")
        db.session.commit()
    answer = ask(client, badge.document.decode())
    status = next(check for check in answer.json["checks"] if check["name"] == "status")
    assert answer.json["verdict"] == "invalid"
    assert (outcomes(answer)["signature"], status["outcome"], status["code"]) == ("pass", "fail", "revoked")


def test_an_address_of_a_public_badge_is_read_and_of_a_private_one_is_not_found(
    app: Flask, client: FlaskClient
) -> None:
    public, private = held_badge(app), held_badge(app, public=False)
    base = app.config["ROSETTE"].base_url
    assert ask(client, f"{base}{public.path}").json["verdict"] == "valid"
    hidden, unknown = ask(client, f"{base}{private.path}"), ask(client, f"{base}/badges/AAAAAAAAAAAAAAAAAAAAAA")
    assert hidden.status_code == unknown.status_code == 404
    assert {**hidden.json, "request_id": ""} == {**unknown.json, "request_id": ""}


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ("hello", 422, "no_badge_found"),
        ("example.org/badges/nobody", 422, "no_badge_found"),
        ("badge.pdf", 422, "no_badge_found"),
        ("Zx81-Qm4_Tt7b", 422, "no_badge_found"),
        ('"Well done", said Ada', 422, "no_badge_found"),
        ("{}", 422, "no_badge_found"),
        ("null", 422, "no_badge_found"),
        ("[]", 422, "no_badge_found"),
        ("   ", 400, "invalid_json"),
        ("{", 400, "invalid_json"),
        ('{"@context": NaN}', 400, "invalid_json"),
        ('{"@context": 1e999}', 400, "invalid_json"),
        ('{"@context": ' + "9" * 5000 + "}", 400, "invalid_json"),
        ("[" * 9000, 400, "too_deep"),
        ("eyJhIjoxfQ.b", 400, "unsupported_format"),
        ("eyJhIjoxfQ.b.c.d.e", 400, "unsupported_format"),
        ("x" * (MAX_BYTES + 1), 413, "too_large"),
        ("https://127.0.0.1/badge", 422, "url_not_allowed"),
        ("https://169.254.169.254/latest/meta-data", 422, "url_not_allowed"),
        ("https://trusted@evil.example/", 422, "url_malformed"),
    ],
)
def test_what_is_no_badge_is_a_problem_with_its_code(client: FlaskClient, given: str, status: int, code: str) -> None:
    answer = ask(client, given)
    assert (answer.status_code, answer.json.get("code")) == (status, code)
    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"]


def test_broken_json_is_told_where_it_breaks(client: FlaskClient) -> None:
    answer = ask(client, '{"@context": [],\n  "type": ]}')
    assert (answer.status_code, answer.json["code"]) == (400, "invalid_json")
    assert "line 2, column 11" in answer.json["detail"]


def test_plain_words_are_told_what_can_be_pasted(client: FlaskClient) -> None:
    said = ask(client, "hello").json["detail"]
    assert said.startswith("This is not a badge")
    assert all(word in said for word in ("JSON", "token", "https://", "number"))


def test_json_that_says_it_is_something_else_is_unsupported(client: FlaskClient) -> None:
    answer = ask(client, '{"@context": "https://schema.org", "type": "Person", "name": "Ada"}')
    assert (answer.status_code, answer.json["verdict"]) == (200, "unsupported")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"input": ""}, 422),
        ({"input": 5}, 422),
        ({"input": None}, 422),
        ({"input": "x", "trust": "me"}, 422),
        ({"input": "https://127.0.0.1/badge"}, 422),
        ({"input": "http://example.org/badge"}, 422),
        ({"input": "https://[bad"}, 422),
    ],
)
def test_what_cannot_be_asked_is_a_problem(client: FlaskClient, body: dict[str, object], status: int) -> None:
    answer = client.post("/api/v1/verifications", json=body)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_a_program_of_nobody_needs_no_form_token_and_may_not_ask_without_end(client: FlaskClient) -> None:
    answers = [ask(client, "hello") for _ in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {422}
    assert answers[60].status_code == 429
    assert int(answers[60].headers["Retry-After"]) >= 1
