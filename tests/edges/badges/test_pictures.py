"""A logo and a picture of an achievement: handed in, shown, signed into badges, kept as they were."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from badges.afterlife.archive_places import paths_of_issuer
from badges.verification.inputs import png, svg
from issuer.base.db import db
from issuer.models import Organisation
from issuer.pictures.keeping import MOST_BYTES
from issuer.pictures.models import Picture
from issuer.pictures.sentences import SENTENCES, sentence_for
from tests.edges.badges.badge_steps import HeldBadge, held_badge
from tests.factories.people import Person, csrf_token, make_person, make_token, submit
from tests.factories.pictures import drawing, raster

SQUARE = raster(size=(64, 64))


def form(data: bytes | None, name: str = "logo.png", **fields: str) -> dict[str, object]:
    return fields if data is None else {**fields, "picture": (io.BytesIO(data), name)}


def digest_in(client: FlaskClient, address: str) -> str:
    """The digest of the picture that a document names; what is there has that digest."""
    digest = address.rpartition("/pictures/")[2]
    assert hashlib.sha256(client.get(f"/pictures/{digest}").data).hexdigest() == digest
    return digest


@pytest.fixture
def administrator(app: Flask) -> Person:
    return make_person(app, "administrator")


@pytest.fixture
def badge(app: Flask, administrator: Person) -> HeldBadge:
    """A badge of the administrator's organisation, signed before anything was handed in."""
    return held_badge(app, holder=administrator)


def profile_image(client: FlaskClient, achievement_id: str) -> str:
    return str(client.get(f"/achievements/{achievement_id}.json").json["creator"]["image"]["id"])


def test_a_logo_is_shown_and_named_by_what_is_signed_afterwards(
    app: Flask, client: FlaskClient, administrator: Person, badge: HeldBadge
) -> None:
    place = f"/admin/organisations/{administrator.organisation}/logo"
    before = client.get(badge.path + ".json").data
    drawn = profile_image(client, badge.achievement_id)
    assert "image.png" in drawn
    sent = submit(administrator.client, place, form(raster("JPEG", size=(64, 64)), "really-a-jpeg.png"))
    assert (sent.status_code, sent.location) == (303, place)
    digest = digest_in(client, profile_image(client, badge.achievement_id))
    assert f"/pictures/{digest}" in administrator.client.get(place).text
    with app.app_context():
        slug = db.session.get_one(Organisation, administrator.organisation_id).slug
        issuer = db.session.get_one(Organisation, administrator.organisation_id)
        assert f"/pictures/{digest}" in set(paths_of_issuer(issuer))
    assert f"/pictures/{digest}" in client.get(f"/issuers/{slug}", headers={"Accept": "text/html"}).text
    with Image.open(io.BytesIO(client.get(f"/issuers/{slug}/image.png").data)) as shown:
        assert shown.convert("RGB").getpixel((20, 250))[0] > 200  # type: ignore[index]
    assert client.get(badge.path + ".json").data == before
    assert submit(administrator.client, place, {"remove": "1"}).status_code == 303
    assert profile_image(client, badge.achievement_id) == drawn
    assert client.get(f"/pictures/{digest}").status_code == 200


def test_a_picture_is_at_an_address_that_never_says_anything_else(client: FlaskClient, administrator: Person) -> None:
    place = f"/admin/organisations/{administrator.organisation}/logo"
    submit(administrator.client, place, form(drawing(), "drawing.svg"))
    with client.application.app_context():
        digest = db.session.scalars(select(Picture.sha256)).one()
    answer = client.get(f"/pictures/{digest}")
    assert answer.content_type == "image/svg+xml"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "public" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    again = client.get(f"/pictures/{digest}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    head = client.head(f"/pictures/{digest}")
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", answer.headers["ETag"])
    for other in ("0" * 64, digest.upper(), digest[:-1], "..%2f"):
        assert client.get(f"/pictures/{other}").status_code == 404


def test_a_picture_of_an_achievement_makes_a_version(
    app: Flask, client: FlaskClient, administrator: Person, badge: HeldBadge
) -> None:
    page = f"/achievements/{badge.achievement_id}"
    old = client.get(badge.path + ".json").data
    sent = submit(administrator.client, f"{page}/picture", form(SQUARE, image_alt="Half red, half blue"))
    assert sent.status_code == 303
    said = client.get(f"{page}.json").json
    digest = digest_in(client, said["image"]["id"])
    assert (said["version"], said["image"]["caption"]) == ("2", "Half red, half blue")
    assert f"/pictures/{digest}" in client.get(page, headers={"Accept": "text/html"}).text
    assert "/pictures/" not in client.get(f"{page}?version=1", headers={"Accept": "text/html"}).text
    assert client.get(badge.path + ".json").data == old
    # The same again makes no version, and without it the rosette is back.
    submit(administrator.client, f"{page}/picture", form(SQUARE, image_alt="Half red, half blue"))
    assert client.get(f"{page}.json").json["version"] == "2"
    submit(administrator.client, f"{page}/picture", {"remove": "1"})
    assert "/pictures/" not in client.get(f"{page}.json").json["image"]["id"]


def test_badges_awarded_with_a_picture_hold_it_in_their_files(
    app: Flask, client: FlaskClient, administrator: Person
) -> None:
    token = make_token(app, administrator.account_id, "organisation:write", "achievements:write")
    digest = client.post(
        f"/api/v1/organisations/{administrator.organisation}/logo", data=form(SQUARE), headers=token
    ).json["sha256"]
    badge = held_badge(app, holder=administrator, picture=digest)
    signed: Any = json.loads(badge.document)
    achievement = signed["credentialSubject"]["achievement"]
    assert digest_in(client, achievement["image"]["id"]) == digest
    assert digest_in(client, signed["issuer"]["image"]["id"]) == digest
    baked = client.get(badge.path + ".png").data
    assert png.credentials(baked)[1] == [badge.document]
    with Image.open(io.BytesIO(baked)) as shown:
        left, right = (shown.convert("RGB").getpixel((x, 250)) for x in (20, 490))
    assert left[0] > 200 > right[0]  # type: ignore[index]
    assert svg.credentials(client.get(badge.path + ".svg").data)[1] == [badge.document]
    assert PdfReader(io.BytesIO(client.get(badge.path + ".pdf").data)).pages
    assert client.get(badge.path + "/social.png").status_code == 200
    verdict = client.post("/api/v1/verifications", data=baked, content_type="application/octet-stream").json
    assert verdict["verdict"] == "valid"


def test_what_is_not_taken_is_answered_with_one_sentence_on_the_page_and_in_the_api(
    app: Flask, client: FlaskClient, administrator: Person
) -> None:
    place = f"/admin/organisations/{administrator.organisation}/logo"
    api = f"/api/v1/organisations/{administrator.organisation}/logo"
    token = make_token(app, administrator.account_id, "organisation:write")
    files = {
        "picture_missing": (422, None, b""),
        "picture_kind": (422, b"<!DOCTYPE html><script>alert(1)</script>"),
        "picture_damaged": (422, SQUARE[: len(SQUARE) // 2]),
        "picture_too_large": (413, SQUARE.ljust(MOST_BYTES + 1, b"\x00")),
        "picture_svg_element": (422, drawing("<script>alert(1)</script>")),
    }
    for code, (status, *sent) in files.items():
        for data in sent:
            told = client.post(api, data=form(data), headers=token)
            assert (told.status_code, told.json["code"]) == (status, code)
            assert told.content_type == "application/problem+json"
            page = submit(administrator.client, place, form(data))
            assert page.status_code == status
            sentence = sentence_for(code, "script" if code == "picture_svg_element" else "")
            assert sentence in page.text
            assert told.json["detail"] == sentence
            assert 'aria-invalid="true"' in page.text
    assert all(len(str(sentence)) > 20 for sentence in SENTENCES.values())
    with app.app_context():
        assert db.session.scalars(select(Picture)).all() == []


def test_only_the_own_administrators_and_authors_hand_in_and_only_from_our_forms(
    app: Flask, client: FlaskClient, administrator: Person, badge: HeldBadge
) -> None:
    logo = f"/admin/organisations/{administrator.organisation}/logo"
    picture = f"/achievements/{badge.achievement_id}/picture"
    stranger = make_person(app, "administrator")
    author = make_person(app, "author", organisation_id=administrator.organisation_id)
    assert submit(stranger.client, logo, form(SQUARE)).status_code == 404
    assert submit(stranger.client, picture, form(SQUARE)).status_code == 404
    assert submit(author.client, logo, form(SQUARE)).status_code in (403, 404)
    assert submit(author.client, picture, form(SQUARE)).status_code == 303
    wrong = administrator.client.post(logo, data=form(SQUARE, csrf_token=csrf_token(client)))
    assert wrong.status_code in (400, 403)
    with app.app_context():
        kept = db.session.scalars(select(Picture)).one()
        assert kept.organisation_id == administrator.organisation_id
        for change in (update(Picture).values(width=1), delete(Picture)):
            with pytest.raises(IntegrityError):
                db.session.execute(change)
            db.session.rollback()


def test_a_picture_of_others_cannot_be_named(app: Flask, client: FlaskClient, administrator: Person) -> None:
    stranger = make_person(app, "administrator")
    submit(stranger.client, f"/admin/organisations/{stranger.organisation}/logo", form(SQUARE))
    badge = held_badge(app, holder=administrator)
    headers = make_token(app, administrator.account_id, "achievements:write")
    address = f"/api/v1/achievements/{badge.achievement_id}"
    written = client.get(address).json
    with app.app_context():
        foreign = db.session.scalars(select(Picture.sha256)).one()
    ours = ("id", "url", "code", "organisation", "state", "version", "digest", "notice")
    body = {name: value for name, value in written.items() if name not in ours} | {"picture": foreign}
    refused = client.post(f"{address}/versions", json=body, headers=headers)
    assert (refused.status_code, list(refused.json["fields"])) == (422, ["picture"])
