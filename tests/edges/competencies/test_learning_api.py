"""Modules and attempts over JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from competencies.learning.models import Attempt
from issuer.base.db import db, utc_now
from issuer.models import Organisation
from tests.edges.competencies.learning_steps import mixed_items, module_version_item_ids, publish, questions_of
from tests.factories import learning as make
from tests.factories.people import Person, make_person, make_token

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4"/></svg>'


class Caller:
    """A program with a token."""

    def __init__(self, app: Flask, person: Person, *scopes: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.headers = make_token(app, person.account_id, *scopes)

    def send(self, method: str, path: str, **more: Any) -> Any:
        headers = self.headers | more.pop("headers", {})
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **more)

    def start(self, module_id: str) -> Any:
        return self.send("POST", f"/modules/{module_id}/attempts")

    def answer(self, attempt_id: str, item_id: str, response: Any) -> Any:
        return self.send("PUT", f"/attempts/{attempt_id}/answers/{item_id}", json={"response": response})

    def submit(self, attempt_id: str) -> Any:
        return self.send("POST", f"/attempts/{attempt_id}/submit")


@pytest.fixture
def teacher(app: Flask) -> Person:
    return make_person(app, "administrator", "author")


@pytest.fixture
def author(app: Flask, teacher: Person) -> Caller:
    return Caller(app, teacher, "modules:write")


@pytest.fixture
def learner(app: Flask) -> Caller:
    return Caller(app, make_person(app), "learn")


def walk(value: Any) -> Iterator[str]:
    """Every name and every text in a JSON document."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)
    elif isinstance(value, str):
        yield value


def test_whole_check_over_json(app: Flask, teacher: Person, learner: Caller) -> None:
    module_id = publish(app, teacher.organisation_id)
    started = learner.start(module_id)
    attempt = started.get_json()
    assert started.status_code == 201
    assert (attempt["state"], attempt["result"], len(attempt["items"])) == ("open", None, 5)
    for question in questions_of(app, attempt["id"]):
        assert learner.answer(attempt["id"], question.item_id, question.right).status_code == 200
    result = learner.submit(attempt["id"]).get_json()
    assert (result["state"], result["score"], result["passed"], result["right"]) == ("marked", 1, True, 5)
    assert [competency["code"] for competency in result["competencies"]] == ["PRO.1"]
    assert [(each["kind"], each["met"], each["trust"]) for each in result["evidence"]] == [("knowledge_check", True, 2)]
    assert len(result["evidence"][0]["digest"]) == 64


def test_nothing_said_before_marking_holds_a_key_or_feedback(app: Flask, teacher: Person, learner: Caller) -> None:
    module_id = publish(app, teacher.organisation_id, check={"draw": 7, "pass_mark": 0.9, "items": mixed_items()})
    attempt = learner.start(module_id).get_json()
    questions = questions_of(app, attempt["id"])
    replies = [attempt]
    for question in questions:
        replies.append(learner.answer(attempt["id"], question.item_id, question.wrong).get_json())
        replies.append(learner.answer(attempt["id"], question.item_id, {"nonsense": 1}).get_json())
    replies.append(learner.send("GET", f"/attempts/{attempt['id']}").get_json())
    replies.append(learner.start(module_id).get_json())
    replies.append(learner.send("GET", f"/modules/{module_id}").get_json())
    replies.append(learner.send("GET", f"/modules/{module_id}/versions").get_json())
    said = list(walk(replies))
    assert not [text for text in said if "secret" in text]
    assert not {"correct", "feedback", "accept", "tolerance", "pairs", "right"} & set(said)
    assert len({question.kind for question in questions}) > 3, "the walk saw many kinds"


def test_ordering_is_never_shown_in_its_right_order(app: Flask, teacher: Person, learner: Caller) -> None:
    items = [make.ordering(f"O{number}") for number in range(13)]
    module_id = publish(app, teacher.organisation_id, check={"draw": 13, "items": items})
    attempt = learner.start(module_id).get_json()
    for shown, question in zip(attempt["items"], questions_of(app, attempt["id"]), strict=True):
        assert [option["key"] for option in shown["options"]] != question.right


def test_submitting_again_gives_the_same_result(app: Flask, teacher: Person, learner: Caller) -> None:
    attempt = learner.start(publish(app, teacher.organisation_id)).get_json()
    first, second = (learner.submit(attempt["id"]) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.get_json() == second.get_json()
    assert len(second.get_json()["evidence"]) == 1


def test_starting_again_answers_the_open_attempt(app: Flask, teacher: Person, learner: Caller) -> None:
    module_id = publish(app, teacher.organisation_id)
    first, second = learner.start(module_id), learner.start(module_id)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.get_json() == second.get_json()


def test_what_cannot_be_done_with_an_attempt_is_refused_by_code(app: Flask, teacher: Person, learner: Caller) -> None:
    module_id = publish(app, teacher.organisation_id)
    stranger = Caller(app, make_person(app), "learn")
    attempt = learner.start(module_id).get_json()
    item = attempt["items"][0]["id"]
    drawn = {each["id"] for each in attempt["items"]}
    undrawn = next(each for each in module_version_item_ids(app, module_id) if each not in drawn)

    def refusal(reply: Any) -> tuple[int, str]:
        return reply.status_code, reply.get_json()["code"]

    assert refusal(stranger.send("GET", f"/attempts/{attempt['id']}")) == (404, "no_such_attempt")
    assert refusal(stranger.answer(attempt["id"], item, "a")) == (404, "no_such_attempt")
    assert refusal(stranger.submit(attempt["id"])) == (404, "no_such_attempt")
    assert refusal(learner.answer(attempt["id"], undrawn, "a")) == (404, "unknown_item")
    assert refusal(learner.answer(attempt["id"], item, "zz")) == (422, "answer_not_understood")
    assert refusal(learner.answer(attempt["id"], item, "x" * 1024 * 1024)) == (422, "answer_too_large")
    assert refusal(learner.send("PUT", f"/attempts/{attempt['id']}/answers/{item}", json={"answer": "a"})) == (
        422,
        "invalid",
    )
    learner.submit(attempt["id"])
    assert refusal(learner.answer(attempt["id"], item, "a")) == (409, "attempt_closed")
    again = learner.start(module_id)
    assert refusal(again) == (409, "cooldown")
    assert 0 < int(again.headers["Retry-After"]) <= 4 * 3600


def test_answer_after_the_deadline_is_refused_and_submitting_expires(
    app: Flask, teacher: Person, learner: Caller
) -> None:
    attempt = learner.start(publish(app, teacher.organisation_id)).get_json()
    with app.app_context():
        row = db.session.query(Attempt).filter_by(public_id=attempt["id"]).one()
        row.deadline_at = utc_now() - timedelta(seconds=1)
        db.session.commit()
    late = learner.answer(attempt["id"], attempt["items"][0]["id"], "a")
    assert (late.status_code, late.get_json()["code"]) == (409, "deadline_passed")
    result = learner.submit(attempt["id"]).get_json()
    assert (result["state"], result["passed"], result["evidence"], result["items"]) == ("expired", None, [], [])


@pytest.mark.parametrize("state", ["listed", "archived"])
def test_module_that_is_not_open_cannot_be_started(app: Flask, teacher: Person, learner: Caller, state: str) -> None:
    reply = learner.start(publish(app, teacher.organisation_id, state=state))
    expected = {"listed": (409, "module_not_open"), "archived": (404, "no_such_module")}
    assert (reply.status_code, reply.get_json()["code"]) == expected[state]


def test_same_idempotency_key_submits_once(app: Flask, teacher: Person, learner: Caller) -> None:
    attempt = learner.start(publish(app, teacher.organisation_id)).get_json()
    replies = [
        learner.send("POST", f"/attempts/{attempt['id']}/submit", headers={"Idempotency-Key": "k-1"}) for _ in range(2)
    ]
    assert replies[0].get_json() == replies[1].get_json()


def test_endlessly_nested_answer_does_not_break_the_service(app: Flask, teacher: Person, learner: Caller) -> None:
    attempt = learner.start(publish(app, teacher.organisation_id)).get_json()
    body = '{"response": ' + "[" * 30_000 + "]" * 30_000 + "}"
    path = f"/attempts/{attempt['id']}/answers/{attempt['items'][0]['id']}"
    reply = learner.send("PUT", path, data=body, content_type="application/json")
    assert 400 <= reply.status_code < 500


def test_right_answers_are_withheld_until_they_cannot_help(app: Flask, teacher: Person, learner: Caller) -> None:
    items = [make.numeric(f"N{number}") for number in range(13)]
    module_id = publish(app, teacher.organisation_id, check={"max_attempts": 2, "cooldown_hours": 0, "items": items})
    results = []
    for _ in range(2):
        attempt = learner.start(module_id).get_json()
        for question in questions_of(app, attempt["id"]):
            learner.answer(attempt["id"], question.item_id, question.wrong)
        results.append(learner.submit(attempt["id"]).get_json())
    first, last = results
    assert all(item["right"] == [] and item["feedback"] == [] and item["card"] == 1 for item in first["items"])
    assert all(item["right"] == ["65 names"] and "secret" in item["feedback"][0] for item in last["items"])
    assert (first["attempts_left"], last["attempts_left"]) == (1, 0)


# --- modules -----------------------------------------------------------------------------------------------


def with_competencies(app: Flask, teacher: Person) -> dict[str, Any]:
    """A publishable document, in an organisation that has its competencies."""
    publish(app, teacher.organisation_id, state="archived", code="OLD")
    with app.app_context():
        organisation = db.session.get_one(Organisation, teacher.organisation_id)
        return {"organisation": organisation.slug, **make.make_content(code="NEW")}


def test_author_publishes_opens_and_archives_a_module(app: Flask, teacher: Person, author: Caller) -> None:
    body = with_competencies(app, teacher)
    body["cards"][0] |= {"figure": "a.svg", "figure_alt": "A circle."}
    body["figures"] = {"a.svg": base64.b64encode(SVG).decode()}
    made = author.send("POST", "/modules", json=body)
    assert made.status_code == 201
    module_id = made.get_json()["module"]
    assert author.send("GET", f"/modules/{module_id}").get_json()["state"] == "listed"
    for state in ("open", "archived", "listed"):
        changed = author.send("PUT", f"/modules/{module_id}/state", json={"state": state})
        assert (changed.status_code, changed.get_json()["state"]) == (200, state)
    picture = author.client.get(f"/modules/{module_id}/versions/1/figures/a.svg", headers=author.headers)
    assert (picture.status_code, picture.data) == (200, SVG)


def test_same_content_again_makes_no_version_and_changed_content_makes_one(
    app: Flask, teacher: Person, author: Caller
) -> None:
    body = with_competencies(app, teacher)
    module_id = author.send("POST", "/modules", json=body).get_json()["module"]
    del body["organisation"]
    same = author.send("POST", f"/modules/{module_id}/versions", json=body)
    assert (same.status_code, same.get_json()["is_new"]) == (200, False)
    changed = author.send("POST", f"/modules/{module_id}/versions", json={**body, "minutes": 13})
    assert (changed.status_code, changed.get_json()["version"]["number"]) == (201, 2)
    numbers = [each["number"] for each in author.send("GET", f"/modules/{module_id}/versions").get_json()["items"]]
    assert numbers == [2, 1]


def test_faults_of_a_document_are_named_by_their_place(app: Flask, teacher: Person, author: Caller) -> None:
    body = with_competencies(app, teacher)
    body["cards"][1]["body"] = "<script>alert(1)</script>"
    body["check"]["items"][0]["options"][0]["correct"] = True
    refused = author.send("POST", "/modules", json=body)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "bad_content")
    assert set(refused.get_json()["fields"]) == {"cards[1].body", "check.items[0].options"}


def test_author_of_another_organisation_sees_nothing_to_change(app: Flask, teacher: Person) -> None:
    module_id = publish(app, teacher.organisation_id)
    other = Caller(app, make_person(app, "administrator"), "modules:write")
    for method, path, body in (
        ("PUT", "state", {"state": "archived"}),
        ("POST", "versions", make.make_content()),
    ):
        reply = other.send(method, f"/modules/{module_id}/{path}", json=body)
        assert reply.status_code == 404


def test_token_without_the_scope_changes_nothing(app: Flask, teacher: Person) -> None:
    module_id = publish(app, teacher.organisation_id)
    weak = Caller(app, teacher, "learn")
    assert weak.send("PUT", f"/modules/{module_id}/state", json={"state": "archived"}).status_code == 403


def test_module_that_cannot_be_completed_here_cannot_be_opened(app: Flask, teacher: Person, author: Caller) -> None:
    body = with_competencies(app, teacher)
    body["completion_rule"] = {"all": [{"kind": "knowledge_check"}, {"kind": "facilitator_rubric", "min_trust": 3}]}
    module_id = author.send("POST", "/modules", json=body).get_json()["module"]
    refused = author.send("PUT", f"/modules/{module_id}/state", json={"state": "open"})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "module_not_ready")


def test_catalog_is_read_page_by_page_by_anyone(app: Flask, teacher: Person) -> None:
    for number in range(1, 6):
        publish(app, teacher.organisation_id, code=f"M0{number}", state="archived" if number == 3 else "open")
    client, seen, after = app.test_client(), [], ""
    while True:
        page = client.get(f"/api/v1/modules?limit=2&after={after}" if after else "/api/v1/modules?limit=2").get_json()
        seen += [module["code"] for module in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == ["M01", "M02", "M04", "M05"]
    assert "progress" in page["items"][0]
    assert page["items"][0]["progress"] is None


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "mode=never", "max_minutes=-1", "after=nothing"])
def test_query_that_makes_no_sense_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/api/v1/modules?{query}").status_code == 422


def test_program_without_a_token_cannot_learn(app: Flask, teacher: Person) -> None:
    module_id = publish(app, teacher.organisation_id)
    reply = app.test_client().post(f"/api/v1/modules/{module_id}/attempts", headers={"Authorization": "Bearer rst_no"})
    assert reply.status_code == 401


def test_unicode_answer_survives_the_journey(app: Flask, teacher: Person, learner: Caller) -> None:
    items = [make.short_text(f"T{number}", accept=["Überraschung 🎯"]) for number in range(13)]
    module_id = publish(app, teacher.organisation_id, check={"items": items})
    attempt = learner.start(module_id).get_json()
    item = attempt["items"][0]["id"]
    assert learner.answer(attempt["id"], item, "überraschung 🎯").get_json()["response"] == "überraschung 🎯"
    broken = learner.send(
        "PUT",
        f"/attempts/{attempt['id']}/answers/{item}",
        data=json.dumps({"response": "\ud800"}),
        content_type="application/json",
    )
    assert broken.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/modules/a%00b/cards/1",
        "/modules/a%00b/versions/1/figures/x",
        "/api/v1/modules/a%00b",
        "/api/v1/modules?text=%00",
        "/api/v1/modules?competency=%00",
        "/api/v1/modules?organisation=%00",
        "/api/v1/modules?after=%00",
        "/api/v1/attempts/%00",
        "/attempts/%00",
        "/attempts/%ff/items/1",
        "/modules/%F0%9F%8E%AF/cards/99999999999999999999",
    ],
)
def test_name_that_no_database_can_hold_is_no_accident(app: Flask, path: str) -> None:
    assert make_person(app).client.get(path).status_code in (200, 404, 422)
