"""What the certification of 1EdTech asks of an Issuer and a Displayer of Open Badges 3.0, carried out over HTTP.

Issuer 1 and 2: a valid badge to conformance@imsglobal.org, and how its recipient gets it. Displayer 1 and 2: three
badges by their addresses (valid, expired, revoked) with what has to be shown of each, when the viewer asks. Displayer
3 and 4: the same with badges of the older data model.
"""

from __future__ import annotations

import base64
import html
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from badges.documents.baking import OPEN_BADGES_3, bake_png
from issuer.base.db import db
from issuer.crypto.contexts import (
    DATA_INTEGRITY_V2_CONTEXT,
    OB3_CONTEXT,
    OB3_EXTENSIONS_CONTEXT,
    VC1_CONTEXT,
    VC2_CONTEXT,
)
from issuer.models import OutgoingMail
from tests.edges.badges.badge_steps import HTML, held_badge
from tests.factories.people import make_person, submit
from tests.journeys.foreign_issuer import NAME, ForeignIssuer, foreign_issuer

RECIPIENT = "conformance@imsglobal.org"
EXPIRED = "2024-02-01T09:30:00Z"
NAMES = {"2.0": ("validFrom", "validUntil"), "1.1": ("issuanceDate", "expirationDate")}


@pytest.fixture
def elsewhere() -> Iterator[ForeignIssuer]:
    with foreign_issuer() as issuer:
        yield issuer


def words_of(page: str) -> str:
    """What a person reads in the main part of a page."""
    main = page[page.index("<main") : page.index("</main>")]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)))


def test_issuer_1_and_2_a_valid_badge_reaches_its_recipient_in_every_form(app: Flask, client: FlaskClient) -> None:
    holder = make_person(app, "learner", name="Conformance", email=RECIPIENT)
    badge = held_badge(app, holder=holder)
    wall = words_of(holder.client.get("/badges", headers=HTML).text)
    assert "Target List" in wall
    page = holder.client.get(badge.path, headers=HTML).text
    offered = [each for each in re.findall(r'href="([^"]+)" download=', page) if badge.path + "." in each]
    assert {name.rsplit(".", 1)[-1] for name in offered} >= {"json", "jwt", "png", "svg", "pdf"}
    document = json.loads(client.get(f"{badge.path}.json").data)
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert {proof["cryptosuite"] for proof in document["proof"]} == {"eddsa-rdfc-2022"}
    assert RECIPIENT not in json.dumps(document), "an address is nobody's business"
    for path in offered:
        data = client.get(re.sub(r"^https?://[^/]+", "", path)).data
        name = path.rsplit("/", 1)[-1]
        said = words_of(submit(client, "/verify", {"file": (io.BytesIO(data), name), "input": ""}).text)
        assert said.split("Checked")[0].count("Genuine"), (name, said[:200])
    with app.app_context():
        assert RECIPIENT not in str([mail.subject for mail in db.session.query(OutgoingMail)])


def standing_of(issuer: ForeignIssuer, version: str, standing: str) -> dict[str, Any]:
    """A badge of another issuer at its address: valid, expired or revoked, in the names of either data model."""
    begins, ends = NAMES[version]
    dates: dict[str, Any] = {"validFrom": None, "validUntil": None, begins: "2024-01-31T08:00:00Z"}
    dates[ends] = EXPIRED if standing == "expired" else "2040-02-01T09:30:00Z"
    if version == "1.1":
        dates["@context"] = [VC1_CONTEXT, OB3_CONTEXT, DATA_INTEGRITY_V2_CONTEXT]
    place, listing = f"/credentials/{version}-{standing}", f"/revocations/{version}-{standing}"
    status = {"id": f"{issuer.base_url}{listing}", "type": "1EdTechRevocationList"}
    dates["@context"] = [*dates.get("@context", [VC2_CONTEXT, OB3_CONTEXT]), OB3_EXTENSIONS_CONTEXT]
    badge = issuer.badge(**dates, id=f"{issuer.base_url}{place}", credentialStatus=status)
    revoked = [{"id": badge["id"], "revoked": True}] if standing == "revoked" else []
    issuer.documents[listing] = {"id": status["id"], "issuer": issuer.did, "revokedCredential": revoked}
    issuer.documents[place] = badge
    return badge


@pytest.mark.parametrize("version", ["2.0", "1.1"])
def test_displayer_1_to_4_each_status_is_shown_with_the_facts_when_the_viewer_asks(
    client: FlaskClient, elsewhere: ForeignIssuer, version: str
) -> None:
    status = {
        "valid": ("Genuine and not altered.", "Has it been withdrawn?"),
        "expired": ("Genuine, but expired on February 1, 2024", ""),
        "revoked": ("withdrawn by its issuer", ""),
    }
    for standing, sentences in status.items():
        badge = standing_of(elsewhere, version, standing)
        page = words_of(submit(client, "/verify", {"input": badge["id"]}).text)
        for shown in (*sentences, "Listening before proposing", "Asks open questions", NAME, "January 31, 2024"):
            assert shown in page, (version, standing, shown, page[:600])


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 64), "#4a7").save(made, "PNG")
    return made.getvalue()


def test_displayer_1_the_picture_of_a_baked_badge_is_shown(client: FlaskClient, elsewhere: ForeignIssuer) -> None:
    badge = standing_of(elsewhere, "2.0", "valid")
    baked = bake_png(picture(), json.dumps(badge).encode(), mould=OPEN_BADGES_3)
    page = submit(client, "/verify", {"file": (io.BytesIO(baked), "badge.png"), "input": ""}).text
    assert "Genuine and not altered." in words_of(page)
    shown = re.findall(r'<img[^>]+src="data:image/png;base64,([^"]+)"', page)
    assert shown and base64.b64decode(shown[0]).startswith(b"\x89PNG")


def test_displayer_a_badge_that_was_changed_is_never_shown_as_valid(
    client: FlaskClient, elsewhere: ForeignIssuer
) -> None:
    for version in NAMES:
        badge = standing_of(elsewhere, version, "valid")
        elsewhere.documents[f"/credentials/{version}-valid"] = {**badge, "name": "Something better"}
        page = words_of(submit(client, "/verify", {"input": badge["id"]}).text)
        assert "Altered" in page and "Genuine" not in page
