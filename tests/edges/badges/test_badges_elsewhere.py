"""A badge where it is shared: QR code, picture, frame, oEmbed, schema.org; and what its page keeps for visitors."""

from __future__ import annotations

import json
import re
from html import unescape
from io import BytesIO

import pytest
import zxingcpp
from defusedxml import ElementTree
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from badges import awards
from issuer.base.db import db
from tests.edges.badges.badge_steps import HTML, HeldBadge, held_badge
from tests.factories.people import make_person

ELSEWHERE = ("/badges/{}/qr.svg", "/badges/{}/qr.png", "/badges/{}/social.png", "/embed/badges/{}")


def address(app: Flask, badge: HeldBadge) -> str:
    return f"{app.config['ROSETTE'].base_url}{badge.path}"


def revoke(app: Flask, badge: HeldBadge) -> None:
    with app.app_context():
        awards.revoke(awards.find_award(badge.award_id), reason="Awarded by mistake", actor="system")
        db.session.commit()
        assert app.test_cli_runner().invoke(args=["jobs", "drain"]).exit_code == 0


def test_the_code_in_pixels_leads_to_the_page(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    answer = client.get(f"{badge.path}/qr.png")
    assert answer.mimetype == "image/png"
    with Image.open(BytesIO(answer.data)) as picture:
        assert [found.text for found in zxingcpp.read_barcodes(picture.convert("L"))] == [address(app, badge)]
    drawn = ElementTree.fromstring(client.get(f"{badge.path}/qr.svg").data)
    assert drawn.tag.endswith("svg")


def test_the_picture_has_the_size_that_is_announced_and_changes_with_the_standing(
    app: Flask, client: FlaskClient
) -> None:
    badge = held_badge(app)
    pictures = []
    for _before_and_after in range(2):
        shown = client.get(badge.path, headers=HTML).get_data(as_text=True)
        found = re.search(r'property="og:image" content="([^"]+)"', shown)
        assert found
        at = unescape(found.group(1)).removeprefix(app.config["ROSETTE"].base_url)
        answer = client.get(at)
        with Image.open(BytesIO(answer.data)) as picture:
            assert (picture.format, picture.size) == ("PNG", (1200, 630))
        again = client.get(at, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        pictures.append((at, answer.data))
        revoke(app, badge)
    assert pictures[0][0] != pictures[1][0]
    assert pictures[0][1] != pictures[1][1]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_a_private_badge_is_nowhere(app: Flask, client: FlaskClient, path: str) -> None:
    badge = held_badge(app, public=False)
    hidden, unknown = client.get(path.format(badge.award_id)), client.get(path.format("A" * 22))
    assert hidden.status_code == unknown.status_code == 404
    assert badge.holder.client.get("/oembed", query_string={"url": address(app, badge)}).status_code == 404


def test_not_even_its_holder_sees_a_private_badge_in_a_frame(app: Flask) -> None:
    badge = held_badge(app, public=False)
    assert badge.holder.client.get(f"/embed/badges/{badge.award_id}").status_code == 404
    assert badge.holder.client.get(f"{badge.path}/qr.svg").status_code == 200


def test_the_frame_does_nothing_but_show_and_lead_on(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, holder=make_person(app, "learner", name="<b>Amara</b>"))
    answer = client.get(f"/embed/badges/{badge.award_id}", headers=HTML)
    shown = answer.get_data(as_text=True)
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert "Genuine and valid" in shown
    assert "&lt;b&gt;Amara" in shown
    assert shown.count("<a ") == 1
    assert [word for word in ("<form", "<script", "<button", "<input", "csrf") if word in shown] == []


def test_oembed_says_the_same_in_json_and_xml(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, name='Lists "& <more>')
    shown = client.get(badge.path, headers=HTML).get_data(as_text=True)
    links = re.findall(r'type="(?:application/json|text/xml)\+oembed" title="[^"]*" href="([^"]+)"', shown)
    paths = [unescape(link).removeprefix(app.config["ROSETTE"].base_url) for link in links]
    said = client.get(paths[0]).get_json()
    root = ElementTree.fromstring(client.get(paths[1]).data)
    assert {child.tag: child.text for child in root} == {name: str(value) for name, value in said.items()}
    assert (said["version"], said["type"], said["title"]) == ("1.0", "rich", 'Lists "& <more>')
    assert f"/embed/badges/{badge.award_id}" in said["html"]
    assert "<more>" not in said["html"]


def test_oembed_fits_the_room_that_there_is(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    said = client.get("/oembed", query_string={"url": address(app, badge), "maxwidth": "300"}).get_json()
    assert said["width"] == 300
    assert 'width="300"' in said["html"]
    assert "thumbnail_url" not in said


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"url": "https://elsewhere.example/badges/{id}"}, 404),
        ({"url": "http://localhost:8000.evil.example/badges/{id}"}, 404),
        ({"url": "/badges/{id}"}, 404),
        ({"url": "x" * 10_240}, 404),
        ({}, 404),
        ({"url": "{base}/badges/{id}", "format": "yaml"}, 501),
        ({"url": "{base}/badges/{id}", "maxwidth": "-1"}, 400),
        ({"url": "{base}/badges/{id}", "maxheight": "٣٠٠"}, 400),
    ],
)
def test_oembed_answers_for_nothing_else(app: Flask, client: FlaskClient, asked: dict[str, str], status: int) -> None:
    badge, base = held_badge(app), app.config["ROSETTE"].base_url
    query = {name: value.format(id=badge.award_id, base=base) for name, value in asked.items()}
    assert client.get("/oembed", query_string=query).status_code == status


def test_what_programs_read_of_the_page_is_the_badge(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, name="</script><b>", valid_days=30, holder=make_person(app, "learner", name="Amara Okafor"))
    shown = client.get(badge.path, headers=HTML).get_data(as_text=True)
    (written,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', shown)
    said = json.loads(written)
    assert said["@type"] == "EducationalOccupationalCredential"
    assert (said["name"], said["url"]) == ("</script><b>", address(app, badge))
    assert said["creativeWorkStatus"] == "Active"
    assert said["expires"] > said["datePublished"]
    assert "Amara" not in written


def test_search_engines_are_let_in_only_by_the_holder(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    assert '<meta name="robots" content="noindex">' in client.get(badge.path, headers=HTML).get_data(as_text=True)
    with app.app_context():
        awards.find_award(badge.award_id).visibility = awards.LISTED
        db.session.commit()
    assert 'name="robots"' not in client.get(badge.path, headers=HTML).get_data(as_text=True)


def test_a_visitor_who_has_the_page_is_not_sent_it_again_until_it_changes(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    first = client.get(badge.path, headers=HTML)
    known = {**HTML, "If-None-Match": first.headers["ETag"]}
    assert client.get(badge.path, headers=known).status_code == 304
    assert {"Accept", "Accept-Language", "Cookie"} <= set(first.headers["Vary"].replace(" ", "").split(","))
    head = client.head(badge.path, headers=HTML)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    french = client.get(badge.path, headers={**known, "Accept-Language": "fr"})
    assert 'lang="fr"' in french.get_data(as_text=True)
    revoke(app, badge)
    after = client.get(badge.path, headers=known)
    assert after.status_code == 200
    assert "withdrawn by its issuer" in after.get_data(as_text=True)


def test_the_holder_never_gets_the_page_of_visitors_nor_they_the_holders(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    for _twice in range(2):
        assert "Make it private" not in client.get(badge.path, headers=HTML).get_data(as_text=True)
        assert "Make it private" in badge.holder.client.get(badge.path, headers=HTML).get_data(as_text=True)
    assert "For the end of your e-mails" not in client.get(badge.path, headers=HTML).get_data(as_text=True)


@pytest.mark.parametrize(
    "path", ["{upper}", "{id}/", "{id}%2f", "%2f{id}", "{id}%00", "%ff%fe", "x" * 10_240, "{id}.JSON", "..%2f{id}"]
)
def test_an_address_that_is_not_quite_one_is_never_an_error_of_ours(app: Flask, client: FlaskClient, path: str) -> None:
    badge = held_badge(app)
    answer = client.get(f"/badges/{path.format(id=badge.award_id, upper=badge.award_id.swapcase())}", headers=HTML)
    assert answer.status_code in (301, 308, 404)


def test_no_header_of_a_request_moves_the_badge_elsewhere(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    moved = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher", "X-Forwarded-Prefix": "/evil"}
    for headers in ({**HTML, "Host": "evil.example"}, {**HTML, **moved}, {**HTML, "Range": "bytes=0-9"}):
        answer = client.get(badge.path, headers=headers)
        assert answer.status_code in (200, 400)
        assert "evil" not in answer.get_data(as_text=True)
        assert "gopher" not in answer.get_data(as_text=True)


def test_evidence_says_honestly_what_nobody_wrote_down(app: Flask, client: FlaskClient) -> None:
    shown = client.get(held_badge(app).path, headers=HTML).get_data(as_text=True)
    assert "Supervised: not recorded. Identity checked: not recorded." in " ".join(shown.split())
    assert "Last demonstrated" in shown
