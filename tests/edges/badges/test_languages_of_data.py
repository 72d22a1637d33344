"""On a French page what is kept in English says so, for whoever has the page read aloud."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from badges import awards
from badges.demonstration.learning import play
from badges.models import Award
from competencies.learning.models import Attempt, Module
from issuer.base.db import db, utc_now
from issuer.policy import Actor
from tests.factories.people import make_account, sign_in

FRENCH = {"Accept": "text/html", "Accept-Language": "fr"}


def in_english(page: str) -> str:
    """The words of the page that stand directly in an element with lang="en"."""
    return " | ".join(re.findall(r'lang="en"[^>]*>([^<]+)', page))


@pytest.fixture
def award_id(demonstration_app: Flask) -> str:
    """A public badge of the demonstration's first module."""
    with demonstration_app.app_context():
        account = make_account(name="Amara Okafor", locale="fr")
        module = db.session.scalars(select(Module).filter_by(code="M01")).one()
        play(account, module, answers="right", now=utc_now())
        award = db.session.scalars(select(Award).filter_by(account_id=account.id).limit(1)).one()
        awards.publish(Actor(account.id, account.public_id), award.public_id)
        public_id = award.public_id
        db.session.commit()
        return public_id


def test_pages_of_the_badges_floor_mark_english_data(demonstration_app: Flask, award_id: str) -> None:
    client = demonstration_app.test_client()
    with demonstration_app.app_context():
        award = awards.find_award(award_id)
        module = db.session.scalars(select(Module).filter_by(code="M01")).one()
        achievement, slug = award.achievement_version.achievement, module.organisation.slug
        attempt = db.session.scalars(select(Attempt).filter_by(account_id=award.account_id)).one()
        name, title = award.achievement_version.name, module.current.title
        expected = {
            f"/badges/{award_id}": name,
            f"/achievements/{achievement.public_id}": name,
            f"/issuers/{slug}": "Cold-Call Opener",
            f"/modules/{module.public_id}": title,
            "/catalog": title,
            f"/attempts/{attempt.public_id}/result": name,
        }
        account = award.account
        db.session.commit()
        sign_in(client, account)
    for path, words in expected.items():
        page = client.get(path, headers=FRENCH)
        assert page.status_code == 200
        assert '<html lang="fr"' in page.text
        assert words in in_english(page.text), path
    assert name in in_english(client.get("/badges", headers=FRENCH).text)
    assert client.get("/", headers=FRENCH).status_code == 200
