"""The JSON API of achievements and awards."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from badges import awards
from issuer.base.db import db, utc_now
from issuer.models import Organisation
from tests.edges.badges.badge_steps import HTML, held_badge, pending_badge
from tests.factories.badges import make_achievement
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.people import Person, make_person, make_token

ACHIEVEMENTS, AWARDS = "/api/v1/achievements", "/api/v1/awards"


def author(app: Flask, *scopes: str) -> tuple[Person, dict[str, str], dict[str, Any]]:
    """An author, the headers of a program of theirs, and the body of a new achievement."""
    person = make_person(app, "author")
    with app.app_context():
        organisation = db.session.get_one(Organisation, person.organisation_id)
        competency = make_competency(make_framework(organisation)).public_id
        slug = organisation.slug
        db.session.commit()
    body = {
        "organisation": slug,
        "code": "B-1",
        "name": "Target List",
        "description": "Can say of each name why it is there.",
        "achievement_type": "Competency",
        "criteria": {"competency": competency},
        "criteria_narrative": "Pass the check.",
        "competencies": [competency],
        "monogram": "TL",
        "image_alt": "A rosette.",
        "level": "Foundation",
    }
    return person, make_token(app, person.account_id, *(scopes or ("achievements:write",))), body


def without(body: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in names}


def test_an_author_makes_versions_and_archives(app: Flask, client: FlaskClient) -> None:
    _, headers, body = author(app)
    made = client.post(ACHIEVEMENTS, json=body, headers=headers)
    assert made.status_code == 201
    assert (made.get_json()["version"], made.get_json()["code"]) == (1, "B-1")
    path = f"{ACHIEVEMENTS}/{made.get_json()['id']}"
    same = without(body, "organisation", "code")
    assert client.post(f"{path}/versions", json=same, headers=headers).status_code == 200
    changed = client.post(f"{path}/versions", json=same | {"name": "Better List"}, headers=headers)
    assert (changed.status_code, changed.get_json()["version"]) == (201, 2)
    assert [each["number"] for each in client.get(f"{path}/versions").get_json()["items"]] == [2, 1]
    assert client.get(path).get_json()["name"] == "Better List"
    assert client.post(f"{path}/archive", headers=headers).get_json()["state"] == "archived"
    assert client.get(ACHIEVEMENTS).get_json()["items"] == []
    assert len(client.get(f"{ACHIEVEMENTS}?state=archived").get_json()["items"]) == 1
    refused = client.post(f"{path}/versions", json=same, headers=headers)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "achievement_archived")


def test_a_code_is_taken_once(app: Flask, client: FlaskClient) -> None:
    _, headers, body = author(app)
    client.post(ACHIEVEMENTS, json=body, headers=headers)
    again = client.post(ACHIEVEMENTS, json=body | {"name": "Another"}, headers=headers)
    assert (again.status_code, again.get_json()["code"]) == (409, "code_taken")
    assert client.get(ACHIEVEMENTS).get_json()["items"][0]["name"] == "Target List"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"achievement_type": "Nonsense"},
        {"criteria": {"competency": "somebody else's"}},
        {"criteria": {"all": []}},
        {"competencies": []},
        {"competencies": "abc"},
        {"monogram": "LONG"},
        {"valid_days": 0},
        {"valid_days": "30"},
        {"code": "a b"},
        {"id": "chosen"},
        {"state": "archived"},
    ],
    ids=str,
)
def test_what_is_not_acceptable_is_named_and_changes_nothing(
    app: Flask, client: FlaskClient, wrong: dict[str, Any]
) -> None:
    _, headers, body = author(app)
    answer = client.post(ACHIEVEMENTS, json=body | wrong, headers=headers)
    assert answer.status_code == 422
    assert next(iter(wrong)) in answer.get_json()["fields"]
    assert client.get(ACHIEVEMENTS).get_json()["items"] == []


def test_authors_of_other_organisations_learners_and_small_tokens_write_nothing(
    app: Flask, client: FlaskClient
) -> None:
    owner, headers, body = author(app)
    made = client.post(ACHIEVEMENTS, json=body, headers=headers).get_json()
    same = without(body, "organisation", "code")
    _, other, _ = author(app)
    learner = make_person(app, "learner", organisation_id=owner.organisation_id)
    callers = {
        404: other,
        403: make_token(app, learner.account_id, "achievements:write"),
        401: {},
    }
    small = make_token(app, owner.account_id, "profile:read")
    for status, caller in [*callers.items(), (403, small)]:
        assert client.post(ACHIEVEMENTS, json=body, headers=caller).status_code == status
        assert client.post(f"{ACHIEVEMENTS}/{made['id']}/versions", json=same, headers=caller).status_code == status
        assert client.post(f"{ACHIEVEMENTS}/{made['id']}/archive", headers=caller).status_code == status
    assert client.get(f"{ACHIEVEMENTS}/{made['id']}").get_json() == made


def test_achievements_come_in_pages(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        made = [make_achievement().public_id for _ in range(3)]
        db.session.commit()
    first = client.get(f"{ACHIEVEMENTS}?limit=2").get_json()
    rest = client.get(f"{ACHIEVEMENTS}?limit=2&after={first['next']}").get_json()
    assert [each["id"] for each in first["items"] + rest["items"]] == made
    assert rest["next"] is None
    assert client.get(f"{ACHIEVEMENTS}?limit=0").status_code == 422
    assert client.get(f"{ACHIEVEMENTS}?after=nonsense").get_json()["code"] == "bad_cursor"
    assert client.get(f"{ACHIEVEMENTS}?organisation=nobody").get_json()["items"] == []


def test_a_program_reads_and_publishes_its_owners_awards_only(app: Flask, client: FlaskClient) -> None:
    badge, other = held_badge(app, public=False), held_badge(app, public=False)
    headers = make_token(app, badge.holder.account_id, "awards:read", "awards:publish")
    (listed,) = client.get(AWARDS, headers=headers).get_json()["items"]
    assert (listed["id"], listed["visibility"], listed["standing"]) == (badge.award_id, "private", "valid")
    assert listed["signed"]["sha256"] == badge.sha256
    assert client.get(f"{AWARDS}/{badge.award_id}", headers=headers).get_json() == listed
    published = client.post(f"{AWARDS}/{badge.award_id}/publish", headers=headers).get_json()
    assert published["visibility"] == "public" and published["published_at"]
    assert client.get(badge.path).status_code == 200
    assert client.post(f"{AWARDS}/{badge.award_id}/unpublish", headers=headers).get_json()["visibility"] == "private"
    assert client.get(badge.path).status_code == 404
    for call in (client.get, client.post):
        ends = [""] if call == client.get else ["/publish", "/unpublish"]
        for end in ends:
            theirs = call(f"{AWARDS}/{other.award_id}{end}", headers=headers)
            unknown = call(f"{AWARDS}/{'A' * 22}{end}", headers=headers)
            assert theirs.status_code == unknown.status_code == 404
            assert theirs.get_json()["detail"] == unknown.get_json()["detail"]


def test_reading_is_not_publishing(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, public=False)
    headers = make_token(app, badge.holder.account_id, "awards:read")
    assert client.post(f"{AWARDS}/{badge.award_id}/publish", headers=headers).status_code == 403


def test_a_pending_award_is_listed_and_cannot_be_published(app: Flask, client: FlaskClient) -> None:
    badge = pending_badge(app)
    headers = make_token(app, badge.holder.account_id, "awards:read", "awards:publish")
    (listed,) = client.get(AWARDS, headers=headers).get_json()["items"]
    assert (listed["standing"], listed["signed"], listed["valid_until"]) == ("pending", None, None)
    refused = client.post(f"{AWARDS}/{badge.award_id}/publish", headers=headers)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "award_pending")


def test_an_administrator_of_the_issuer_withdraws_a_badge_for_good(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    administrator = make_person(app, "administrator", organisation_id=badge.holder.organisation_id)
    headers = make_token(app, administrator.account_id, "awards:revoke")
    path = f"{AWARDS}/{badge.award_id}/revoke"
    assert client.post(path, json={"reason": ""}, headers=headers).status_code == 422
    assert client.post(path, json={}, headers=headers).status_code == 422
    assert client.post(path, json={"reason": "x", "when": "now"}, headers=headers).status_code == 422
    first = client.post(path, json={"reason": "Awarded by mistake"}, headers=headers).get_json()
    assert first["reason"] == "Awarded by mistake"
    assert client.post(path, json={"reason": "Another"}, headers=headers).get_json() == first
    with app.app_context():
        assert awards.standing_of(awards.find_award(badge.award_id), now=utc_now()) == "revoked"
        db.session.rollback()
        assert app.test_cli_runner().invoke(args=["jobs", "drain"]).exit_code == 0
    holder = badge.holder.client.get(badge.path, headers=HTML).get_data(as_text=True)
    stranger = client.get(badge.path, headers=HTML).get_data(as_text=True)
    assert "Awarded by mistake" in holder
    assert "Awarded by mistake" not in stranger and "withdrawn by its issuer" in stranger


def test_nobody_else_withdraws_it(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    path, body = f"{AWARDS}/{badge.award_id}/revoke", {"reason": "Envy"}
    elsewhere = make_person(app, "administrator")
    headers = make_token(app, elsewhere.account_id, "awards:revoke")
    foreign = client.post(path, json=body, headers=headers)
    unknown = client.post(f"{AWARDS}/{'A' * 22}/revoke", json=body, headers=headers)
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.get_json()["detail"] == unknown.get_json()["detail"]
    own = make_token(app, badge.holder.account_id, "awards:revoke")
    writer = make_person(app, "author", organisation_id=badge.holder.organisation_id)
    for caller in (own, make_token(app, writer.account_id, "awards:revoke")):
        assert client.post(path, json=body, headers=caller).status_code == 403
    assert client.post(path, json=body).status_code == 401
    assert "Genuine and valid" in client.get(badge.path, headers=HTML).get_data(as_text=True)
