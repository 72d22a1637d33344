"""The page and the API about one's own skills and evidence."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from competencies.frameworks.models import Competency
from issuer.base.db import db, utc_now
from issuer.models import Account, Organisation
from tests.factories.evidence import make_evidence
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.learning import make_marked_attempt, make_module
from tests.factories.people import Person, make_organisation, make_person, make_token

HTML = {"Accept": "text/html"}
HOSTILE = "<script>alert(1)</script>"


def learner_with_module(app: Flask, *, right: int = 5) -> Person:
    """A learner who took the one module of the own organisation."""
    person = make_person(app, "learner")
    with app.app_context():
        module = make_module(db.session.get_one(Organisation, person.organisation_id))
        account = db.session.get_one(Account, person.account_id)
        make_marked_attempt(account, module, right=right, now=utc_now())
        db.session.commit()
    return person


def show(app: Flask, person: Person, competency: Competency | None = None, **over: Any) -> None:
    with app.app_context():
        make_evidence(db.session.get_one(Account, person.account_id), competency, **over)
        db.session.commit()


def page(person: Person) -> str:
    answer = person.client.get("/skills", headers=HTML)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_page_says_in_words_what_the_bar_shows(app: Flask) -> None:
    shown = page(learner_with_module(app))
    assert "1 of 1 modules done: 100 %" in shown
    assert "1 piece of evidence" in shown
    assert "<table" in shown
    for words in (
        "Knowledge check: Who belongs on your list, version 1",
        "Passed with 100 of 100",
        "Marked by the server",
    ):
        assert words in shown


def test_the_digest_of_each_piece_is_shown(app: Flask) -> None:
    person = learner_with_module(app)
    entry = person.client.get("/api/v1/evidence").get_json()["items"][0]
    assert entry["digest"] in page(person)


def test_a_failed_try_leaves_the_page_without_a_skill(app: Flask) -> None:
    shown = page(learner_with_module(app, right=1))
    assert "No skill yet" in shown


def test_a_skill_not_shown_for_long_says_so_and_stays(app: Flask) -> None:
    person = make_person(app, "learner")
    show(app, person, earned_at=utc_now() - timedelta(days=100))
    shown = page(person)
    assert "Long ago" in shown and "may be forgotten" in shown
    assert "Foundation: mastered" in shown


def test_words_of_a_framework_are_shown_as_words(app: Flask) -> None:
    person = make_person(app, "learner")
    with app.app_context():
        competency = make_competency(make_framework(title=HOSTILE), full_statement=HOSTILE, level=HOSTILE)
        make_evidence(db.session.get_one(Account, person.account_id), competency)
        db.session.commit()
    shown = page(person)
    assert HOSTILE not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize("path", ["/skills", "/api/v1/profile", "/api/v1/evidence"])
def test_nobody_sees_a_profile_without_signing_in(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 401


def test_the_profile_comes_as_json_too(app: Flask) -> None:
    person = learner_with_module(app)
    profile = person.client.get("/api/v1/profile").get_json()
    (skill,) = profile["skills"]
    assert (skill["code"], skill["value"], skill["level_words"]) == ("PRO.1", 1.0, "Mastered")
    assert skill["freshness"]["state"] == "fresh"
    assert skill["evidence"][0]["trust"] == 2
    assert [(each["done"], each["total"], each["percent"]) for each in profile["progress"]] == [(1, 1, 100)]
    assert profile["next_step"] is None


def test_the_record_of_an_entry_hashes_to_its_digest(app: Flask) -> None:
    person = learner_with_module(app)
    (entry,) = person.client.get("/api/v1/evidence").get_json()["items"]
    assert hashlib.sha256(entry["record"].encode()).hexdigest() == entry["digest"]
    assert json.loads(entry["record"])["account"] == person.public_id
    assert entry["module_code"] == "M01"
    assert [(each["code"], each["weight"]) for each in entry["competencies"]] == [("PRO.1", 1.0)]


def test_evidence_comes_in_pages_newest_first(app: Flask) -> None:
    person = make_person(app, "learner")
    for number in range(3):
        show(app, person, score=number / 10, met=False)
    first = person.client.get("/api/v1/evidence?limit=2").get_json()
    rest = person.client.get(f"/api/v1/evidence?limit=2&after={first['next']}").get_json()
    assert [each["score"] for each in first["items"] + rest["items"]] == [0.2, 0.1, 0.0]
    assert rest["next"] is None


def test_a_token_reads_the_profile_of_its_owner_with_the_scope_only(app: Flask) -> None:
    person = learner_with_module(app)
    reading = make_token(app, person.account_id, "profile:read")
    learning = make_token(app, person.account_id, "learn")
    program = app.test_client()
    assert len(program.get("/api/v1/profile", headers=reading).get_json()["skills"]) == 1
    assert program.get("/api/v1/profile", headers=learning).status_code == 403


def test_the_evidence_of_others_is_not_in_the_list(app: Flask) -> None:
    person, other = make_person(app, "learner"), make_person(app, "learner")
    show(app, other)
    assert person.client.get("/api/v1/evidence").get_json() == {"items": [], "next": None}
    cursor = other.client.get("/api/v1/evidence").get_json()["items"][0]["id"]
    assert person.client.get(f"/api/v1/evidence?after={cursor}").get_json()["items"] == []


def test_the_shortest_way_on_is_named(app: Flask) -> None:
    person = make_person(app, "learner")
    with app.app_context():
        organisation = db.session.get_one(Organisation, person.organisation_id)
        make_module(organisation, code="M01", minutes=30)
        make_module(organisation, code="M02", minutes=7, title="The short one")
        make_module(make_organisation(), code="M03", minutes=2, title="Elsewhere")
        db.session.commit()
    shown = page(person)
    assert "The short one" in shown and "(7 minutes)" in shown
    assert "Elsewhere" not in shown
    assert person.client.get("/api/v1/profile").get_json()["next_step"]["code"] == "M02"
