"""Every file of a badge over HTTP: it holds the badge byte for byte, and whoever checks it gets the right answer."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from badges import awards
from badges.models import Award
from badges.verification.inputs import png, svg
from issuer.base.db import db
from issuer.crypto.strict_json import load_object
from issuer.models import Organisation
from tests.edges.badges.badge_steps import HeldBadge, held_badge, old_badge
from tests.factories.people import make_person

CHECKS = "/api/v1/verifications"
SUFFIXES = (".png", ".svg", ".pdf", ".ob2.json", ".ob2.jws", ".ob2.png", ".ob2.svg")


def get(client: FlaskClient, address: str, **headers: str) -> Any:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, (address, answer.status_code, answer.data[:300])
    return answer


def verdict(client: FlaskClient, data: bytes) -> Any:
    return client.post(CHECKS, data=data, content_type="application/octet-stream").json


@pytest.fixture
def badge(app: Flask) -> HeldBadge:
    holder = make_person(app, "learner")
    with app.app_context():
        db.session.get_one(Organisation, holder.organisation_id).email = "badges@issuer.example"
        db.session.commit()
    return held_badge(app, holder=holder, valid_days=365)


@pytest.mark.parametrize(("address", "is_token"), [(".png", False), (".png?form=jwt", True)])
def test_the_picture_holds_the_stored_bytes_once_and_its_pixels_are_the_achievements(
    client: FlaskClient, badge: HeldBadge, address: str, is_token: bool
) -> None:
    baked = get(client, badge.path + address).data
    plain = get(client, f"/achievements/{badge.achievement_id}/image.png").data
    assert png.credentials(baked) == (
        {"keywords": ["openbadgecredential"], "animated": False},
        [badge.jwt if is_token else badge.document],
    )
    with Image.open(io.BytesIO(baked)) as one, Image.open(io.BytesIO(plain)) as other:
        one.load()
        assert (one.mode, one.size, one.tobytes()) == (other.mode, other.size, other.tobytes())
        assert one.text["openbadgecredential"].encode() == (badge.jwt if is_token else badge.document)


@pytest.mark.parametrize(("address", "is_token"), [(".svg", False), (".svg?form=jwt", True)])
def test_the_drawing_holds_the_stored_bytes_in_its_first_child(
    client: FlaskClient, badge: HeldBadge, address: str, is_token: bool
) -> None:
    baked = get(client, badge.path + address)
    said, texts = svg.credentials(baked.data)
    assert (said, texts) == (
        {"found": [{"keyword": "openbadgecredential", "verify": is_token}]},
        [badge.jwt if is_token else badge.document],
    )
    assert baked.data.index(b"<openbadges:credential") < baked.data.index(b"<title")
    assert "sandbox" in baked.headers["Content-Security-Policy"]
    assert baked.headers["Content-Disposition"].startswith("attachment;")


def test_the_certificate_is_one_tagged_page_with_the_badge_attached(client: FlaskClient, badge: HeldBadge) -> None:
    reader = PdfReader(io.BytesIO(get(client, f"{badge.path}.pdf").data))
    root = reader.trailer["/Root"]
    assert len(reader.pages) == 1
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en", True)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None and "Target List" in str(reader.metadata.title)
    document = root["/StructTreeRoot"]["/K"][0].get_object()
    kinds = [each.get_object()["/S"] for each in document["/K"]]
    assert (kinds[0], kinds.count("/H1"), kinds.count("/Link")) == ("/Figure", 1, 1)
    for each in _elements(document):
        assert each.get("/Alt") or each["/S"] not in ("/Figure", "/Link")
    assert reader.attachments["badge.json"] == [badge.document]
    assert root["/AF"][0].get_object()["/AFRelationship"] == "/Source"
    printed = reader.pages[0].extract_text()
    assert "Target List" in printed and badge.award_id in printed


def test_the_certificate_names_the_skills_and_says_what_became_of_the_badge(
    app: Flask, client: FlaskClient, badge: HeldBadge
) -> None:
    skills = [
        each["targetName"] for each in load_object(badge.document)["credentialSubject"]["achievement"]["alignment"]
    ]
    before = printed_words(client, badge)
    assert skills and skills[0] in before
    assert "withdrawn" not in before
    with app.app_context():
        award = db.session.scalars(select(Award).filter_by(public_id=badge.award_id)).one()
        awards.revoke(award, reason="The evidence was another person's.", actor="system")
        db.session.commit()
    after = printed_words(client, badge)
    assert "This badge was withdrawn. It does not count any more." in after
    assert "evidence was another" not in after, "why is for the page to say"


def test_the_certificate_of_an_expired_badge_says_so(app: Flask, client: FlaskClient) -> None:
    assert "This badge has expired." in printed_words(client, old_badge(app, days=40, valid_days=30))


def printed_words(client: FlaskClient, badge: HeldBadge) -> str:
    reader = PdfReader(io.BytesIO(get(client, f"{badge.path}.pdf").data))
    assert len(reader.pages) == 1
    return " ".join(reader.pages[0].extract_text().split())


def _elements(element: Any) -> list[Any]:
    """Every element of a structure tree below this one."""
    kids = [kid.get_object() for kid in element.get("/K", []) if not isinstance(kid, int)]
    found = [kid for kid in kids if "/S" in kid]
    return found + [each for kid in found for each in _elements(kid)]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_form_verifies_as_valid(client: FlaskClient, badge: HeldBadge, suffix: str) -> None:
    report = verdict(client, get(client, badge.path + suffix).data)
    assert report["verdict"] == "valid", json.dumps(report, indent=1)[:3000]
