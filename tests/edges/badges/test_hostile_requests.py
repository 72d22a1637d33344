"""Requests that want to move a badge, poison what others get, or break the service: none of them changes a byte."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from badges.models import Achievement, Award
from badges.sharing import links
from issuer.base.db import db
from issuer.models import Organisation
from issuer.policy import Actor
from tests.edges.badges.badge_steps import HTML, HeldBadge, held_badge
from tests.factories.people import make_person, submit
from tests.journeys.foreign_issuer import foreign_issuer

FORGED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Port": "6379",
    "X-Forwarded-For": "203.0.113.9, evil",
    "X-Original-URL": "/admin",
    "X-Rewrite-URL": "/admin",
    "X-HTTP-Method-Override": "DELETE",
    "Forwarded": "host=evil.example;proto=http",
    "Origin": "https://evil.example",
}
FORMS = (".json", ".jwt", ".png", ".svg", ".pdf", ".ob2.json", ".ob2.png", "/qr.svg", "/qr.png", "/social.png")


@pytest.fixture
def badge(app: Flask) -> HeldBadge:
    holder = make_person(app, "learner")
    with app.app_context():
        db.session.get_one(Organisation, holder.organisation_id).email = "badges@issuer.example"
        db.session.commit()
    return held_badge(app, holder=holder)


def addresses(badge: HeldBadge) -> list[str]:
    return [badge.path, f"/embed{badge.path}", *(badge.path + form for form in FORMS)]


def test_forged_headers_change_no_byte_of_any_form_for_anybody(app: Flask, badge: HeldBadge) -> None:
    for address in addresses(badge):
        forged = app.test_client().get(address, headers={**HTML, **FORGED})
        plain = app.test_client().get(address, headers=HTML)
        again = app.test_client().get(address, headers={**HTML, "Host": "evil.example"})
        assert plain.status_code == forged.status_code == 200, address
        assert plain.data == forged.data == again.data, address
        assert b"evil" not in plain.data and b"gopher" not in plain.data


def test_head_says_of_every_form_what_get_does_and_a_range_is_answered_rightly(app: Flask, badge: HeldBadge) -> None:
    for address in addresses(badge):
        client = app.test_client()
        whole, head = client.get(address, headers=HTML), client.head(address, headers=HTML)
        assert head.data == b"" and head.status_code == 200
        for name in ("Content-Type", "Content-Length", "ETag", "Vary", "Cache-Control"):
            assert head.headers.get(name) == whole.headers.get(name), (address, name)
        for asked in ("bytes=0-9", "bytes=5-2", "bytes=99999999-", "bytes=-", "lines=1-2", "bytes=0-0," * 500):
            part = client.get(address, headers={**HTML, "Range": asked})
            assert part.status_code in (200, 206, 416), (address, asked)
            if part.status_code == 206:
                assert part.data == whole.data[:10]
            if part.status_code == 200:
                assert part.data == whole.data


def test_what_is_not_quite_its_address_is_nothing(app: Flask, client: FlaskClient, badge: HeldBadge) -> None:
    name = badge.award_id
    for path in (
        f"/badges/{name.swapcase()}",
        f"/badges/{name}%2F..%2F{name}",
        f"/badges/..%2fbadges%2f{name}",
        f"/badges/%252e%252e%252f{name}",
        f"/badges/{name}%00.json",
        f"/badges/{name}%0d%0aSet-Cookie:a=b",
        f"/badges/{name}.json/..",
        f"/badges/{'x' * 10_240}",
        f"/badges/%ff%fe{name}",
        f"/badges/{name};jsessionid=1",
    ):
        answer = client.get(path, headers={"Accept": "application/json"})
        assert answer.status_code in (400, 404, 414), (path[:80], answer.status_code)
        assert badge.document not in answer.data and "Set-Cookie" not in answer.headers


def test_an_accept_header_of_any_kind_gets_a_form_or_a_refusal(client: FlaskClient, badge: HeldBadge) -> None:
    for accept in (
        ", ".join(f"application/x-{number};q=0.{number:03}" for number in range(1000)),
        "text/html;q=NaN",
        "text/html;q=1e999, application/vc;q=-1",
        "*/*" * 500,
        ";;;,,,",
        "application/vc; " + "a=b; " * 500,
    ):
        assert client.get(badge.path, headers={"Accept": accept}).status_code in (200, 400, 406, 431), accept[:60]


def test_a_share_link_leaves_no_trace_where_it_leads(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, public=False)
    with app.app_context():
        actor = Actor(badge.holder.account_id, badge.holder.public_id)
        _link, token = links.make(actor, [badge.award_id], shows_evidence=True)
        db.session.commit()
    answer = client.get(f"/s/{token}", headers=HTML)
    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.text and 'src="http' not in answer.text
    assert "no-store" in answer.headers["Cache-Control"] or "private" in answer.headers["Cache-Control"]


def test_what_was_awarded_can_be_archived_and_never_removed(app: Flask, client: FlaskClient, badge: HeldBadge) -> None:
    administrator = make_person(app, "administrator", organisation_id=badge.holder.organisation_id)
    address = f"/api/v1/achievements/{badge.achievement_id}"
    refused: Any = administrator.client.delete(address)
    assert refused.status_code in (404, 405)
    with app.app_context():
        for gone in (
            delete(Achievement).where(Achievement.public_id == badge.achievement_id),
            delete(Award).where(Award.public_id == badge.award_id),
        ):
            with pytest.raises(IntegrityError), db.session.begin_nested():
                db.session.execute(gone)
    assert client.get(f"{badge.path}.json").data == badge.document


def test_links_in_the_evidence_of_a_stranger_are_neither_links_nor_followed(client: FlaskClient) -> None:
    with foreign_issuer() as issuer:
        places = ("javascript:alert(1)", "data:text/html,x", "http://127.0.0.1:1/secret", f"{issuer.base_url}/evidence")
        evidence = [
            {
                "id": place,
                "type": ["Evidence"],
                "name": f"Piece {number}",
                "narrative": f"See [it]({place}) <b>now</b>.",
            }
            for number, place in enumerate(places)
        ]
        badge = issuer.badge(evidence=evidence)
        page = submit(client, "/verify", {"input": json.dumps(badge)}).text
        assert "Genuine and not altered." in page and "Piece 3" in page
        for place in places:
            assert f'href="{place}' not in page and f'src="{place}' not in page
        assert "<b>now</b>" not in page
        assert "/evidence" not in issuer.asked
