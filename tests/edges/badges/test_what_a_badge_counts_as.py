"""Whoever checks a badge for an organisation is told what it counts as there; nobody else learns of its rules."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from badges import awards
from badges.trust import equivalences
from issuer.base.db import db
from issuer.models import Organisation
from tests.edges.badges.badge_steps import HeldBadge, held_badge
from tests.factories.people import Person, csrf_token, make_person, make_token, submit

CODE = "ONBOARDING-3"


@pytest.fixture
def badge(app: Flask) -> HeldBadge:
    return held_badge(app)


@pytest.fixture
def checker(app: Flask, badge: HeldBadge) -> Person:
    """An assessor of another organisation, to which the badge counts as a requirement."""
    person = make_person(app, "assessor")
    make_rule(app, person, badge)
    return person


def make_rule(app: Flask, person: Person, badge: HeldBadge, **over: Any) -> None:
    with app.app_context():
        place = db.session.get_one(Organisation, person.organisation_id)
        url = f"http://localhost:8000/achievements/{badge.achievement_id}"
        facts = {"achievement_url": url, "requirement_kind": "code", "requirement": CODE} | over
        equivalences.add(place, equivalences.wanted(place, **facts), by=None)
        db.session.commit()


def page_for(client: FlaskClient, badge: HeldBadge) -> str:
    answer = submit(client, "/verify", {"input": badge.document.decode()})
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def told_to(client: FlaskClient, badge: HeldBadge, headers: dict[str, str]) -> Any:
    answer = client.post("/api/v1/verifications", json={"input": badge.document.decode()}, headers=headers)
    assert answer.status_code == 200
    return answer.get_json()["countsAs"]


def test_whoever_speaks_for_the_organisation_is_told_on_the_page(checker: Person, badge: HeldBadge) -> None:
    assert f"It counts as {CODE} at " in page_for(checker.client, badge)


def test_a_condition_that_is_not_met_is_said(app: Flask, checker: Person, badge: HeldBadge) -> None:
    make_rule(app, checker, badge, requirement="GRADE-B", minimum_result="Distinction")
    page = page_for(checker.client, badge)
    assert "It would count as GRADE-B at " in page
    assert "it shows no result that is high enough" in page


def test_a_program_is_told_the_same(app: Flask, checker: Person, badge: HeldBadge) -> None:
    headers = make_token(app, checker.account_id, "trust:read")
    (found,) = told_to(app.test_client(), badge, headers)
    assert (found["requirementKind"], found["requirement"]) == ("code", CODE)
    assert (found["counts"], found["missing"]) == (True, [])


def test_visitors_learners_and_other_organisations_are_told_nothing(
    app: Flask, client: FlaskClient, checker: Person, badge: HeldBadge
) -> None:
    learner = make_person(app, "learner", organisation_id=checker.organisation_id)
    other = make_person(app, "administrator")
    for browser in (client, learner.client, other.client):
        assert CODE not in page_for(browser, badge)
    assert told_to(app.test_client(), badge, {"X-CSRFToken": csrf_token(client)}) == []


def test_a_badge_that_was_revoked_counts_for_nothing(app: Flask, checker: Person, badge: HeldBadge) -> None:
    with app.app_context():
        awards.revoke(awards.find_award(badge.award_id), reason="Awarded by mistake.", actor="system")
        db.session.commit()
    assert CODE not in page_for(checker.client, badge)
