"""The page of an issuer: all that it awards, leafed through, its dated keys, its lists, and how to check."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from badges.offering import ACHIEVEMENTS_ON_A_PAGE
from issuer.base.db import db
from issuer.keys import history
from tests.factories.badges import earn, make_achievement
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.people import make_account, make_organisation

HTML = {"Accept": "text/html"}


def test_all_achievements_are_on_its_pages_once(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        organisation = make_organisation()
        competency = make_competency(make_framework(organisation))
        made = {
            make_achievement(organisation, competency, name=f"Badge {number}").public_id
            for number in range(ACHIEVEMENTS_ON_A_PAGE + 3)
        }
        archived = make_achievement(organisation, competency, name="Archived")
        archived.state = "archived"
        address: str | None = f"/issuers/{organisation.slug}"
        db.session.commit()
    seen: list[str] = []
    while address:
        page = client.get(address, headers=HTML).text
        seen += re.findall(r'href="/achievements/([^"]+)"', page)
        following = re.search(r'rel="next" href="([^"#]+)', page)
        address = following.group(1) if following else None
    assert sorted(seen) == sorted(made)


def test_a_cursor_that_makes_no_sense_shows_the_first_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        achievement = make_achievement()
        path, public_id = f"/issuers/{achievement.organisation.slug}", achievement.public_id
        db.session.commit()
    for cursor in ("nothing", "%00", "x" * 5_000, ""):
        assert public_id in client.get(f"{path}?after={cursor}", headers=HTML).text


def test_it_leads_to_dated_keys_and_lists_that_are_there(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        achievement = make_achievement()
        earn(make_account(), achievement)
        history.keep(achievement.organisation)
        path = f"/issuers/{achievement.organisation.slug}"
        db.session.commit()
    page = client.get(path, headers=HTML).text
    versions = re.findall(r'href="([^"]+/did/\d+\.json)"', page)
    lists = re.findall(r'href="(/status/[^"]+)"', page)
    assert versions and lists
    assert all(client.get(version).status_code == 200 for version in versions)


def test_an_issuer_that_signed_nothing_says_so(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        slug = make_organisation().slug
        db.session.commit()
    page = client.get(f"/issuers/{slug}", headers=HTML).text
    assert "it has not signed a badge so far" in page
