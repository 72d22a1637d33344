"""What tools of others take out of every file is accepted by verifiers of others, and not once it was changed."""

from __future__ import annotations

import io
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree
from flask import Flask
from flask.testing import FlaskClient
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob2.verifier import OB2Verifier
from PIL import Image
from pypdf import PdfReader

from issuer.base.db import db
from issuer.models import Organisation
from tests.edges.badges.badge_steps import HeldBadge, held_badge
from tests.edges.badges.test_wallets import path_of, published_for
from tests.factories.bulk_checks import publish_lists
from tests.factories.people import make_person
from tests.javascript import verdict

OPEN_BADGES_3 = "https://purl.imsglobal.org/ob/v3p0"


@pytest.fixture
def badge(app: Flask) -> HeldBadge:
    holder = make_person(app, "learner")
    with app.app_context():
        db.session.get_one(Organisation, holder.organisation_id).email = "badges@issuer.example"
        db.session.commit()
    badge = held_badge(app, holder=holder)
    with app.app_context():
        publish_lists()
    return badge


def out_of_png(data: bytes, keyword: str = "openbadgecredential") -> bytes:
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        return str(picture.text[keyword]).encode()


def out_of_svg(data: bytes) -> bytes:
    (found,) = [each for each in ElementTree.fromstring(data).iter() if each.tag == f"{{{OPEN_BADGES_3}}}credential"]
    return (found.get("verify") or found.text or "").strip().encode()


def out_of_pdf(data: bytes) -> bytes:
    attached = PdfReader(io.BytesIO(data)).attachments
    return next(parts[0] for name, parts in attached.items() if name.endswith(".json"))


def test_a_verifier_of_another_make_accepts_the_badge_of_every_file(
    app: Flask, client: FlaskClient, badge: HeldBadge, verify_js: Path, tmp_path: Path
) -> None:
    public = published_for(app, json.loads(badge.document), json.loads(badge.document))
    for suffix, take in ((".png", out_of_png), (".svg", out_of_svg), (".pdf", out_of_pdf)):
        taken = take(client.get(badge.path + suffix).data)
        assert verdict(verify_js, taken, public, tmp_path)["verified"] is True, suffix
        changed = json.dumps({**json.loads(taken), "name": "Another"}).encode()
        assert verdict(verify_js, changed, public, tmp_path)["verified"] is not True, suffix


def test_a_verifier_of_version_2_accepts_the_twin_hosted_and_signed(client: FlaskClient, badge: HeldBadge) -> None:
    def download(url: str) -> bytes:
        answer = client.get(path_of(url), headers={"Accept": "application/ld+json"})
        if answer.status_code != 200:
            raise LibOpenBadgesException(f"{url} answered {answer.status_code}")
        return bytes(answer.data)

    def accepts(given: Any) -> bool:
        verifier = OB2Verifier(download=download)
        try:
            if isinstance(given, str):
                verifier.verify(given, check_revocation=True)
            else:
                verifier.verify_hosted(given, check_revocation=True)
        except LibOpenBadgesException:
            return False
        return True

    hosted = json.loads(client.get(f"{badge.path}.ob2.json").data)
    signed = client.get(f"{badge.path}.ob2.jws").text
    assert accepts(hosted) and accepts(signed)
    baked = json.loads(out_of_png(client.get(f"{badge.path}.ob2.png").data, "openbadges"))
    assert accepts(baked)
    drawn = client.get(f"{badge.path}.ob2.svg").text
    (address,) = re.findall(r'openbadges:assertion[^>]* verify="([^"]+)"', drawn)
    assert unescape(address) in (hosted["id"], signed)
    head, payload, signature = signed.split(".")
    assert not accepts(f"{head}.{payload[:-2]}AA.{signature}")
    assert not accepts({**hosted, "badge": hosted["badge"] + "x"})
