"""The signed forms of a badge over HTTP: which one Accept asks for, and that it is what was stored, byte for byte."""

from __future__ import annotations

import hashlib

import pytest
from flask import Flask
from flask.testing import FlaskClient

from issuer.base.db import db
from issuer.models import Organisation
from tests.edges.badges.badge_steps import BROWSER, HTML, HeldBadge, held_badge, pending_badge
from tests.factories.people import make_person, submit

JSON, JWT, PAGE = "json", "jwt", "page"

ASKED = [
    (None, PAGE, "text/html"),
    ("*/*", PAGE, "text/html"),
    ("application/*", JSON, "application/vc"),
    ("application/vc", JSON, "application/vc"),
    ("application/vc+ld+json", JSON, "application/vc+ld+json"),
    ("application/ld+json", JSON, "application/ld+json"),
    ('application/ld+json; profile="http://www.w3.org/ns/json-ld#compacted"', JSON, "application/ld+json"),
    ("application/json", JSON, "application/json"),
    ("application/json, text/plain, */*", JSON, "application/json"),
    ("application/json;q=0.5, application/vc+jwt", JWT, "application/vc+jwt"),
    ("application/vc+jwt", JWT, "application/vc+jwt"),
    ("application/vc+jwt, */*", JWT, "application/vc+jwt"),
    ("application/jwt", JWT, "application/jwt"),
    ("text/plain", JWT, "text/plain"),
    ("application/vc;q=0, */*", PAGE, "text/html"),
    ("application/*;q=0, */*", PAGE, "text/html"),
    ("text/html", PAGE, "text/html"),
    (BROWSER["Accept"], PAGE, "text/html"),
    ("TEXT/HTML", PAGE, "text/html"),
    ("text/html;q=0.4, application/json;q=0.5", JSON, "application/json"),
    ("text/html;q=0, */*", JSON, "application/vc"),
]


@pytest.mark.parametrize(("accept", "form", "media_type"), ASKED)
def test_accept_chooses_the_form(
    app: Flask, client: FlaskClient, accept: str | None, form: str, media_type: str
) -> None:
    badge = held_badge(app)
    answer = client.get(badge.path, headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert "Accept" in answer.headers["Vary"]
    if form == PAGE:
        assert b'<h1 lang="en">Target List</h1>' in answer.data
    else:
        assert answer.data == (badge.document if form == JSON else badge.jwt)


@pytest.mark.parametrize("accept", ["application/xml", "image/webp", "text/html;q=0", "*/*;q=0"])
def test_what_cannot_be_given_is_refused(app: Flask, client: FlaskClient, accept: str) -> None:
    answer = client.get(held_badge(app).path, headers={"Accept": accept})
    assert answer.status_code == 406
    assert answer.get_json()["code"] == "not_acceptable"


@pytest.mark.parametrize(
    ("suffix", "accept", "media_type"),
    [
        (".json", None, "application/ld+json"),
        (".json", "application/vc", "application/vc"),
        (".json", "application/json", "application/json"),
        (".json", BROWSER["Accept"], "application/ld+json"),
        (".json", "application/vc+jwt", "application/ld+json"),
        (".jwt", None, "text/plain"),
        (".jwt", "application/vc+jwt", "application/vc+jwt"),
        (".jwt", "application/json", "text/plain"),
    ],
)
def test_an_address_with_a_suffix_names_its_form(
    app: Flask, client: FlaskClient, suffix: str, accept: str | None, media_type: str
) -> None:
    badge = held_badge(app)
    answer = client.get(badge.path + suffix, headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert answer.data == (badge.document if suffix == ".json" else badge.jwt)


def test_the_stored_bytes_are_those_that_were_hashed_and_the_api_gives_the_same(
    app: Flask, client: FlaskClient
) -> None:
    badge = held_badge(app)
    served = client.get(f"{badge.path}.json").data
    assert hashlib.sha256(served).hexdigest() == badge.sha256
    assert client.get(f"/api/v1/badges/{badge.award_id}").data == served


def test_whoever_has_it_already_is_told_so(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    first = client.get(f"{badge.path}.json")
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    again = client.get(f"{badge.path}.json", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(f"{badge.path}.jwt", headers={"If-None-Match": tag}).status_code == 200


def test_nothing_signed_is_kept_without_asking(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    for suffix in ("", ".json", ".jwt"):
        answer = client.get(badge.path + suffix, headers={"Accept": "application/json, text/plain"})
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(badge.path, headers=HTML).headers["Cache-Control"] == "private, no-cache"


def test_head_says_what_get_would_without_the_body(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    got, head = client.get(f"{badge.path}.json"), client.head(f"{badge.path}.json")
    assert head.data == b""
    for name in ("ETag", "Content-Type", "Content-Length", "Cache-Control"):
        assert head.headers[name] == got.headers[name]


def answers_to(client: FlaskClient, award_id: str) -> list[tuple[int, object]]:
    """What is told of a badge under each of its addresses, but for the number of the request."""
    told: list[tuple[int, object]] = []
    for path in (
        f"/badges/{award_id}",
        f"/badges/{award_id}.json",
        f"/badges/{award_id}.jwt",
        f"/api/v1/badges/{award_id}",
    ):
        for accept in ("application/json", "application/vc+jwt", "image/png"):
            answer = client.get(path, headers={"Accept": accept})
            told.append((answer.status_code, answer.get_json() | {"request_id": ""}))
        told.append((client.get(path, headers=HTML).status_code, client.head(path).status_code))
    return told


@pytest.mark.parametrize("make", [lambda app: held_badge(app, public=False), pending_badge], ids=["private", "pending"])
def test_a_badge_that_is_not_public_is_as_one_that_does_not_exist(app: Flask, client: FlaskClient, make) -> None:  # type: ignore[no-untyped-def]
    badge: HeldBadge = make(app)
    unknown = answers_to(client, "A" * 22)
    assert {status for status, _ in unknown} == {404}
    assert answers_to(client, badge.award_id) == unknown
    stranger = make_person(app, "administrator", organisation_id=badge.holder.organisation_id)
    assert answers_to(stranger.client, badge.award_id) == unknown
    page = client.get(badge.path, headers=HTML).get_data(as_text=True)
    assert "Target List" not in page and "Person" not in page


def test_its_holder_sees_a_private_badge_in_every_form(app: Flask) -> None:
    badge = held_badge(app, public=False)
    assert badge.holder.client.get(f"{badge.path}.json").data == badge.document
    assert badge.holder.client.get(f"{badge.path}.jwt").data == badge.jwt
    assert "Only you see this page" in badge.holder.client.get(badge.path, headers=HTML).get_data(as_text=True)


def test_its_holder_is_told_that_a_badge_is_being_signed(app: Flask) -> None:
    badge = pending_badge(app)
    page = badge.holder.client.get(badge.path, headers=HTML)
    assert page.status_code == 200
    assert "Being signed." in page.get_data(as_text=True)
    assert "Publish</button>" not in page.get_data(as_text=True)
    assert badge.holder.client.get(f"{badge.path}.json").status_code == 409


def test_a_badge_made_private_again_is_gone_at_once(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    tag = client.get(f"{badge.path}.json").headers["ETag"]
    submit(badge.holder.client, f"{badge.path}/unpublish")
    assert client.get(f"{badge.path}.json", headers={"If-None-Match": tag}).status_code == 404


HOSTILE_IDS = [
    "A" * 10_240,
    "%00",
    "a%00b",
    "..%2f..%2fetc",
    "a%2fb",
    "%ff%fe",
    "%e2%80%ae",
    "' OR 1=1 --",
    "a.json.jwt",
]


@pytest.mark.parametrize("name", HOSTILE_IDS, ids=range(len(HOSTILE_IDS)))
@pytest.mark.parametrize(
    "path",
    [
        "/badges/{}",
        "/badges/{}.json",
        "/badges/{}.jwt",
        "/achievements/{}",
        "/achievements/{}.json",
        "/achievements/{}/image.svg",
        "/achievements/{}/image.png",
        "/issuers/{}",
        "/api/v1/badges/{}",
        "/api/v1/achievements/{}",
    ],
)
def test_a_hostile_name_finds_nothing(client: FlaskClient, path: str, name: str) -> None:
    assert client.get(path.format(name), headers=HTML).status_code == 404
    assert client.get(path.format(name)).status_code == 404


def test_ids_are_not_case_folded(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    with app.app_context():
        slug = db.session.get_one(Organisation, badge.holder.organisation_id).slug
    for place, name in (("badges", badge.award_id), ("achievements", badge.achievement_id)):
        assert client.get(f"/{place}/{name}", headers=HTML).status_code == 200
        assert client.get(f"/{place}/{name.swapcase()}", headers=HTML).status_code == 404
    assert client.get(f"/issuers/{slug.upper()}", headers=HTML).status_code == 404


def test_a_tampered_file_is_called_altered(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    genuine = client.post("/api/v1/verifications", json={"input": badge.document.decode()}).get_json()
    assert genuine["verdict"] == "valid"
    tampered = badge.document.replace(b"Target List", b"Target Lust")
    assert tampered != badge.document
    report = client.post("/api/v1/verifications", json={"input": tampered.decode()}).get_json()
    assert report["verdict"] == "invalid"
    assert {check["name"]: check["outcome"] for check in report["checks"]}["signature"] == "fail"
