"""The player as a browser without a script meets it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from competencies.learning.models import Answer, Attempt, Reading
from issuer.base.db import db, utc_now
from tests.edges.competencies.learning_steps import Question, mixed_items, publish, questions_of
from tests.factories import learning as make
from tests.factories.people import Person, make_person, submit

HTML = {"Accept": "text/html"}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4"/></svg>'


@pytest.fixture
def teacher(app: Flask) -> Person:
    return make_person(app, "administrator", "author")


@pytest.fixture
def learner(app: Flask) -> Person:
    return make_person(app)


def get(person: Person, path: str) -> Any:
    return person.client.get(path, headers=HTML)


def start(person: Person, module_id: str) -> str:
    """Begin the check in the browser; returns the attempt's id."""
    reply = submit(person.client, f"/modules/{module_id}/attempts")
    assert reply.status_code == 303
    return re.fullmatch(r"/attempts/([\w-]+)/items/\d+", reply.location)[1]  # type: ignore[index]


def fields_for(question: Question, response: Any) -> dict[str, Any]:
    """The form as a person fills it in."""
    if question.kind == "ordering":
        return {f"place-{key}": str(place) for place, key in enumerate(response, start=1)}
    if question.kind == "matching":
        return {f"match-{left}": right for left, right in response.items()}
    if question.kind == "true_false":
        return {"answer": "true" if response else "false"}
    return {"answer": response}


def count(app: Flask, model: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


# --- cards -------------------------------------------------------------------------------------------------


def test_anyone_reads_the_cards_of_an_open_module(app: Flask, teacher: Person) -> None:
    module_id = publish(app, teacher.organisation_id)
    page = app.test_client().get(f"/modules/{module_id}/cards/1", headers=HTML).get_data(as_text=True)
    assert "Every name costs an hour" in page
    assert "<strong>one</strong>" in page
    assert f'rel="next" href="/modules/{module_id}/cards/2"' in page


def test_last_card_leads_to_the_check(app: Flask, teacher: Person, learner: Person) -> None:
    module_id = publish(app, teacher.organisation_id)
    page = get(learner, f"/modules/{module_id}/cards/2").get_data(as_text=True)
    assert f'action="/modules/{module_id}/attempts"' in page
    stranger = app.test_client().get(f"/modules/{module_id}/cards/2", headers=HTML).get_data(as_text=True)
    assert f"/sign-in?next=/modules/{module_id}/cards/2" in stranger


@pytest.mark.parametrize("number", ["0", "3", "999999999999"])
def test_card_that_is_not_there_is_not_found(app: Flask, teacher: Person, number: str) -> None:
    module_id = publish(app, teacher.organisation_id)
    assert app.test_client().get(f"/modules/{module_id}/cards/{number}", headers=HTML).status_code == 404


def test_module_that_is_not_open_is_read_by_its_authors_only(app: Flask, teacher: Person, learner: Person) -> None:
    module_id = publish(app, teacher.organisation_id, state="listed")
    assert get(teacher, f"/modules/{module_id}/cards/1").status_code == 200
    assert get(learner, f"/modules/{module_id}/cards/1").status_code == 409


def test_looking_at_a_card_writes_nothing(app: Flask, teacher: Person, learner: Person) -> None:
    module_id = publish(app, teacher.organisation_id)
    assert get(learner, f"/modules/{module_id}/cards/2").status_code == 200
    assert count(app, Reading) == 0


def test_place_is_kept_when_the_learner_says_so(app: Flask, teacher: Person, learner: Person) -> None:
    module_id = publish(app, teacher.organisation_id)
    for card in ("1", "2", "2"):
        reply = submit(learner.client, f"/modules/{module_id}/reading", {"card": card})
        assert (reply.status_code, reply.location) == (303, f"/modules/{module_id}/cards/{card}")
    with app.app_context():
        assert [reading.card for reading in db.session.scalars(select(Reading))] == [2]
    for card in ("3", "-1", "", "x", "1" * 50):
        assert submit(learner.client, f"/modules/{module_id}/reading", {"card": card}).status_code in (404, 422)


def test_figure_is_kept_for_a_year_and_can_do_nothing(app: Flask, teacher: Person) -> None:
    cards = [{"title": "One", "body": "Look.", "figure": "a.svg", "figure_alt": "A circle in ink."}]
    items = [make.single_choice(f"Q{number}", card=1) for number in range(13)]
    module_id = publish(app, teacher.organisation_id, cards=cards, figures={"a.svg": SVG}, check={"items": items})
    client = app.test_client()
    page = client.get(f"/modules/{module_id}/cards/1", headers=HTML).get_data(as_text=True)
    address = f"/modules/{module_id}/versions/1/figures/a.svg"
    assert f'src="{address}" alt="A circle in ink."' in page
    picture = client.get(address)
    assert (picture.data, picture.mimetype) == (SVG, "image/svg+xml")
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert "script" not in picture.headers["Content-Security-Policy"]
    assert "immutable" in picture.headers["Cache-Control"]
    assert client.get(address, headers={"If-None-Match": picture.headers["ETag"]}).status_code == 304
    assert client.get(f"/modules/{module_id}/versions/2/figures/a.svg").status_code == 404


# --- the check -----------------------------------------------------------------------------------------------


def test_whole_check_by_forms_alone(app: Flask, teacher: Person, learner: Person) -> None:
    module_id = publish(app, teacher.organisation_id, check={"draw": 7, "pass_mark": 1, "items": mixed_items()})
    attempt_id = start(learner, module_id)
    questions = questions_of(app, attempt_id)
    for number, question in enumerate(questions, start=1):
        path = f"/attempts/{attempt_id}/items/{number}"
        reply = submit(learner.client, path, fields_for(question, question.right))
        onward = f"/attempts/{attempt_id}/items/{number + 1}" if number < 7 else f"/attempts/{attempt_id}"
        assert (reply.status_code, reply.location) == (303, onward)
    assert "Every question is answered" in get(learner, f"/attempts/{attempt_id}").get_data(as_text=True)
    reply = submit(learner.client, f"/attempts/{attempt_id}/submit")
    assert (reply.status_code, reply.location) == (303, f"/attempts/{attempt_id}/result")
    with app.app_context():
        assert db.session.scalars(select(Attempt)).one().passed


def test_no_page_before_marking_holds_feedback_or_marks_an_answer(app: Flask, teacher: Person, learner: Person) -> None:
    module_id = publish(app, teacher.organisation_id, check={"draw": 7, "pass_mark": 0.9, "items": mixed_items()})
    said = [get(learner, f"/modules/{module_id}/cards/{number}") for number in (1, 2)]
    attempt_id = start(learner, module_id)
    questions = questions_of(app, attempt_id)
    for number, question in enumerate(questions, start=1):
        path = f"/attempts/{attempt_id}/items/{number}"
        said.append(get(learner, path))
        submit(learner.client, path, fields_for(question, question.wrong))
        said.append(submit(learner.client, path, {"answer": "\x00", "place-x": "1", "match-a": "x"}))
        said.append(get(learner, path))
    said.append(get(learner, f"/attempts/{attempt_id}"))
    assert len({question.kind for question in questions}) > 3
    for page in said:
        text = page.get_data(as_text=True)
        assert not any(secret in text for question in questions for secret in question.secrets)
        assert "is-bad" not in text or page.status_code == 422


def test_saved_answer_is_shown_again_and_back_saves_too(app: Flask, teacher: Person, learner: Person) -> None:
    attempt_id = start(learner, publish(app, teacher.organisation_id))
    path = f"/attempts/{attempt_id}/items/2"
    reply = submit(learner.client, path, {"answer": "c", "go": "back"})
    assert reply.location == f"/attempts/{attempt_id}/items/1"
    assert re.search(r'value="c" checked', get(learner, path).get_data(as_text=True))


def test_starting_again_comes_back_to_the_first_open_question(app: Flask, teacher: Person, learner: Person) -> None:
    module_id = publish(app, teacher.organisation_id)
    attempt_id = start(learner, module_id)
    submit(learner.client, f"/attempts/{attempt_id}/items/1", {"answer": "a"})
    reply = submit(learner.client, f"/modules/{module_id}/attempts")
    assert reply.location == f"/attempts/{attempt_id}/items/2"


def test_going_on_without_an_answer_is_allowed_and_counted(app: Flask, teacher: Person, learner: Person) -> None:
    attempt_id = start(learner, publish(app, teacher.organisation_id))
    assert submit(learner.client, f"/attempts/{attempt_id}/items/1").status_code == 303
    page = get(learner, f"/attempts/{attempt_id}").get_data(as_text=True)
    assert "5 questions have no answer yet" in page


def test_emptied_field_takes_the_answer_back(app: Flask, teacher: Person, learner: Person) -> None:
    items = [make.short_text(f"T{number}") for number in range(13)]
    attempt_id = start(learner, publish(app, teacher.organisation_id, check={"items": items}))
    path = f"/attempts/{attempt_id}/items/1"
    submit(learner.client, path, {"answer": "trigger"})
    assert count(app, Answer) == 1
    submit(learner.client, path, {"answer": "  "})
    assert count(app, Answer) == 0


def test_answer_that_cannot_be_read_is_shown_again_with_the_reason(
    app: Flask, teacher: Person, learner: Person
) -> None:
    items = [make.numeric(f"N{number}") for number in range(13)]
    attempt_id = start(learner, publish(app, teacher.organisation_id, check={"items": items}))
    reply = submit(learner.client, f"/attempts/{attempt_id}/items/1", {"answer": "about <b>twelve</b>"})
    page = reply.get_data(as_text=True)
    assert reply.status_code == 422
    assert "Give a number in digits" in page
    assert 'value="about &lt;b&gt;twelve&lt;/b&gt;"' in page
    assert count(app, Answer) == 0


@pytest.mark.parametrize("places", [["1", "1", "2", "3"], ["1", "2", "3", ""], ["1", "2", "3", "5"], ["x"] * 4])
def test_ordering_with_a_place_missing_or_twice_is_asked_again(
    app: Flask, teacher: Person, learner: Person, places: list[str]
) -> None:
    items = [make.ordering(f"O{number}") for number in range(13)]
    attempt_id = start(learner, publish(app, teacher.organisation_id, check={"items": items}))
    keys = questions_of(app, attempt_id)[0].right
    fields = {f"place-{key}": place for key, place in zip(keys, places, strict=True)}
    reply = submit(learner.client, f"/attempts/{attempt_id}/items/1", fields)
    assert reply.status_code == 422
    assert "Give every line its own place" in reply.get_data(as_text=True)


def test_script_is_told_that_the_answer_is_saved(app: Flask, teacher: Person, learner: Person) -> None:
    attempt_id = start(learner, publish(app, teacher.organisation_id))
    page = get(learner, f"/attempts/{attempt_id}/items/1").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]  # type: ignore[index]
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    path = f"/attempts/{attempt_id}/items/1"
    saved = learner.client.post(path, data={"answer": "a"}, headers=headers)
    assert (saved.status_code, saved.get_json()["answered"]) == (200, True)
    refused = learner.client.post(path, data={"answer": "zz"}, headers=headers)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "answer_not_understood")


def test_form_of_another_site_saves_nothing(app: Flask, teacher: Person, learner: Person) -> None:
    attempt_id = start(learner, publish(app, teacher.organisation_id))
    reply = learner.client.post(f"/attempts/{attempt_id}/items/1", data={"answer": "a"}, headers=HTML)
    assert reply.status_code == 400
    assert count(app, Answer) == 0


def test_another_learners_attempt_is_not_found(app: Flask, teacher: Person, learner: Person) -> None:
    attempt_id = start(learner, publish(app, teacher.organisation_id))
    stranger = make_person(app)
    assert get(stranger, f"/attempts/{attempt_id}").status_code == 404
    assert get(stranger, f"/attempts/{attempt_id}/items/1").status_code == 404
    assert submit(stranger.client, f"/attempts/{attempt_id}/items/1", {"answer": "a"}).status_code == 404
    assert submit(stranger.client, f"/attempts/{attempt_id}/submit").status_code == 404


def test_marked_attempt_leads_to_its_result(app: Flask, teacher: Person, learner: Person) -> None:
    attempt_id = start(learner, publish(app, teacher.organisation_id))
    submit(learner.client, f"/attempts/{attempt_id}/submit")
    assert get(learner, f"/attempts/{attempt_id}/items/1").location == f"/attempts/{attempt_id}"
    assert get(learner, f"/attempts/{attempt_id}").location == f"/attempts/{attempt_id}/result"
    assert submit(learner.client, f"/attempts/{attempt_id}/items/1", {"answer": "a"}).status_code == 409


def test_timed_attempt_says_until_when_and_closes_by_itself(app: Flask, teacher: Person, learner: Person) -> None:
    module_id = publish(app, teacher.organisation_id, check={"minutes_allowed": 10})
    attempt_id = start(learner, module_id)
    path = f"/attempts/{attempt_id}/items/1"
    assert "Answers are taken until" in get(learner, path).get_data(as_text=True)
    with app.app_context():
        db.session.scalars(select(Attempt)).one().deadline_at = utc_now() - timedelta(seconds=1)
        db.session.commit()
    assert submit(learner.client, path, {"answer": "a"}).status_code == 409
    assert get(learner, path).location == f"/attempts/{attempt_id}"
    assert "The time for this attempt is over" in get(learner, f"/attempts/{attempt_id}").get_data(as_text=True)
    assert submit(learner.client, f"/attempts/{attempt_id}/submit").status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Attempt)).one().state == "expired"


def test_last_card_says_when_to_try_again(app: Flask, teacher: Person, learner: Person) -> None:
    module_id = publish(app, teacher.organisation_id)
    attempt_id = start(learner, module_id)
    submit(learner.client, f"/attempts/{attempt_id}/submit")
    page = get(learner, f"/modules/{module_id}/cards/2").get_data(as_text=True)
    assert "you can try again from" in page
    assert f'action="/modules/{module_id}/attempts"' not in page


# --- authors -------------------------------------------------------------------------------------------------


def test_authors_see_state_pool_and_guessing_of_their_own_modules(app: Flask, teacher: Person) -> None:
    publish(app, teacher.organisation_id)
    publish(app, make_person(app, "author").organisation_id, code="ELSE")
    page = get(teacher, "/admin/catalog").get_data(as_text=True)
    assert "M01 Who belongs on your list" in page
    assert "5 of 13, 4 to pass" in page
    assert "0.0461" in page, "1 - (1 - 0.015625) ** 3"
    assert "ELSE" not in page


def test_author_changes_the_state(app: Flask, teacher: Person) -> None:
    module_id = publish(app, teacher.organisation_id, state="listed")
    reply = submit(teacher.client, f"/admin/catalog/{module_id}/state", {"state": "open"})
    assert reply.status_code == 303
    assert app.test_client().get(f"/modules/{module_id}/cards/1", headers=HTML).status_code == 200
    assert submit(teacher.client, f"/admin/catalog/{module_id}/state", {"state": "gone"}).status_code == 422


def test_learners_and_other_authors_do_not_change_the_state(app: Flask, teacher: Person, learner: Person) -> None:
    module_id = publish(app, teacher.organisation_id)
    other = make_person(app, "author")
    assert get(learner, "/admin/catalog").status_code == 403
    assert submit(learner.client, f"/admin/catalog/{module_id}/state", {"state": "archived"}).status_code == 403
    assert submit(other.client, f"/admin/catalog/{module_id}/state", {"state": "archived"}).status_code == 404
