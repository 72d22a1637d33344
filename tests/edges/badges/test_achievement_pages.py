"""The pages of achievements and issuers, the Achievement as a document, and its pictures."""

from __future__ import annotations

import struct

import pytest
from flask import Flask
from flask.testing import FlaskClient

from badges.achievements import archive, ensure_achievement, find_achievement
from badges.models import Achievement
from issuer.base.db import db, utc_now
from issuer.keys import keystore, life
from issuer.keys.compromise import compromise
from issuer.models import Organisation
from tests.edges.badges.badge_steps import BROWSER, HTML, HeldBadge, held_badge
from tests.factories.badges import earn, make_achievement, make_draft
from tests.factories.learning import make_module
from tests.factories.people import make_account, make_organisation


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def address(badge: HeldBadge) -> str:
    return f"/achievements/{badge.achievement_id}"


def make_public(app: Flask, **over: object) -> str:
    """The address of an achievement that a module leads to."""
    with app.app_context():
        module = make_module(make_organisation(slug="northgate", name="Northgate"), summary="Short and to the point.")
        competency = module.current.competencies[0].competency
        achievement = make_achievement(module.organisation, competency, **over)
        db.session.commit()
        return f"/achievements/{achievement.public_id}"


def test_the_page_says_what_it_takes_and_what_leads_there(app: Flask, client: FlaskClient) -> None:
    shown = page(client, make_public(app, valid_days=730))
    for words in ("Target List", "<strong>80 %</strong>", "for 2 years", "Northgate", "Short and to the point."):
        assert words in shown
    assert "/competencies/" in shown and "/frameworks/" in shown


def test_modules_of_a_closed_organisation_are_not_told_to_strangers(app: Flask, client: FlaskClient) -> None:
    path = make_public(app)
    with app.app_context():
        db.session.query(Organisation).filter_by(slug="northgate").one().open_enrolment = False
        db.session.commit()
    assert "Short and to the point." not in page(client, path)


def test_holders_are_counted_only_when_there_are_five(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)

    def more_holders(number: int) -> None:
        with app.app_context():
            for _ in range(number):
                earn(make_account(), find_achievement(badge.achievement_id))
            db.session.commit()

    more_holders(3)
    assert "Earned by" not in page(client, address(badge))
    more_holders(1)
    assert "5 people" in page(client, address(badge))


def test_an_archived_achievement_keeps_its_page_and_says_so(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    with app.app_context():
        archive(find_achievement(badge.achievement_id), actor="system")
        db.session.commit()
    assert "No longer awarded." in page(client, address(badge))


@pytest.mark.parametrize("asked", ["0", "2", "x", "99999999999999999999"])
def test_a_version_that_was_never_made_is_not_found(app: Flask, client: FlaskClient, asked: str) -> None:
    path = address(held_badge(app))
    assert client.get(f"{path}?version=1", headers=HTML).status_code == 200
    assert client.get(f"{path}?version={asked}", headers=HTML).status_code == 404


def test_the_document_is_the_one_inside_the_badge_but_for_the_results(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    signed = client.get(f"/badges/{badge.award_id}.json").get_json()["credentialSubject"]["achievement"]
    document = client.get(f"{address(badge)}.json").get_json()
    assert document.pop("@context")[0] == "https://www.w3.org/ns/credentials/v2"
    assert document == signed
    assert document["id"].endswith(address(badge))


def test_the_document_is_of_the_current_version(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    with app.app_context():
        achievement: Achievement = find_achievement(badge.achievement_id)
        draft = make_draft(achievement.current.competencies[0].competency, name="Renamed")
        ensure_achievement(achievement.organisation, achievement.code, draft, actor="system")
        db.session.commit()
    document = client.get(address(badge), headers={"Accept": "application/ld+json"})
    assert (document.mimetype, document.get_json(force=True)["name"]) == ("application/ld+json", "Renamed")
    assert document.get_json(force=True)["version"] == "2"
    assert client.get(f"{address(badge)}.json?version=1").get_json()["name"] == "Target List"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "text/html"),
        ("*/*", "text/html"),
        (BROWSER["Accept"], "text/html"),
        ("application/json", "application/json"),
        ("application/ld+json, text/html;q=0.5", "application/ld+json"),
        ("text/html;q=0, */*", "application/json"),
    ],
)
def test_accept_chooses_page_or_document(app: Flask, client: FlaskClient, accept: str | None, media_type: str) -> None:
    answer = client.get(address(held_badge(app)), headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert "Accept" in answer.headers["Vary"]


def test_what_an_achievement_cannot_be_given_as_is_refused(app: Flask, client: FlaskClient) -> None:
    assert client.get(address(held_badge(app)), headers={"Accept": "image/png"}).status_code == 406


def test_the_picture_comes_in_both_forms_for_everybody(app: Flask, client: FlaskClient) -> None:
    path = address(held_badge(app))
    drawing = client.get(f"{path}/image.svg")
    assert drawing.mimetype == "image/svg+xml"
    assert "sandbox" in drawing.headers["Content-Security-Policy"]
    assert b"<title" in drawing.data and b"Target List" in drawing.data
    for query, size in (("", 512), ("?size=512", 512), ("?size=1200", 1200)):
        picture = client.get(f"{path}/image.png{query}")
        assert struct.unpack(">II", picture.data[16:24]) == (size, size)
    for answer in (drawing, picture):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "max-age=86400" in answer.headers["Cache-Control"]


def test_a_picture_one_has_is_not_sent_again(app: Flask, client: FlaskClient) -> None:
    path = address(held_badge(app))
    for name in ("image.svg", "image.png"):
        tag = client.get(f"{path}/{name}").headers["ETag"]
        assert client.get(f"{path}/{name}", headers={"If-None-Match": tag}).status_code == 304
        assert client.head(f"{path}/{name}").data == b""


@pytest.mark.parametrize("size", ["0", "-1", "513", "100000", "x", "", "512.0"])
def test_a_picture_comes_in_two_sizes_only(app: Flask, client: FlaskClient, size: str) -> None:
    answer = client.get(f"{address(held_badge(app))}/image.png?size={size}")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad_size")


def test_the_picture_in_the_badge_can_be_fetched(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    image = client.get(f"/badges/{badge.award_id}.json").get_json()["credentialSubject"]["achievement"]["image"]["id"]
    picture = client.get(image.removeprefix(app.config["ROSETTE"].base_url))
    assert picture.data.startswith(b"\x89PNG")


def test_the_issuer_page_says_who_vouches_for_what(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        place = make_organisation(slug="northgate", name="Northgate <b>", description="We teach selling.")
        make_achievement(place, name="Small One")
        make_achievement(place, name="Large One", achievement_type="MicroCredential")
        archive(make_achievement(place, name="Old One"), actor="system")
        db.session.commit()
    shown = page(client, "/issuers/northgate")
    assert "<h1>Northgate &lt;b&gt;</h1>" in shown
    for words in ("We teach selling.", "https://school.example", ":issuers:northgate", "did.json", "jwks.json"):
        assert words in shown
    assert "Signs badges (JSON)" in shown and "Signs badges (JWT)" in shown
    assert shown.index("Large One") < shown.index("Small One")
    assert "Old One" not in shown


def test_the_issuer_page_says_of_each_key_what_it_is_worth(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        place = make_achievement(make_organisation(slug="northgate")).organisation
        now = utc_now()
        life.rotate(keystore.active_key(place, "status_list"), actor="system", now=now)
        life.replace_now(keystore.active_key(place, "badge_proof"), actor="system", now=now)
        compromise(keystore.active_key(place, "badge_jwt"), since=now, actor="system", now=now)
        db.session.commit()
    shown = page(client, "/issuers/northgate")
    for words in (
        "published; not in use yet",
        "in use",
        "retired; still checks older badges",
        "proves nothing any more",
    ):
        assert words in shown
    assert "/issuers/northgate/did/history" in shown


def test_an_issuer_that_awards_nothing_yet_has_a_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_organisation(slug="new-school")
        db.session.commit()
    assert "Nothing yet." in page(client, "/issuers/new-school")
    assert client.get("/issuers/no-school", headers=HTML).status_code == 404
