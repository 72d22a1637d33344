"""A verification that is asked for now and answered later: 202, progress, and forgotten after a day."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from badges.verification import later
from badges.verification.asking import Asked
from badges.verification.models import AskedVerification
from issuer.base.db import db, utc_now
from issuer.identity import actor_of
from tests.edges.badges.badge_steps import held_badge
from tests.factories.people import make_person

PATH = "/api/v1/verifications"
LATER = {"Prefer": "respond-async, wait=10"}


def asked(client: FlaskClient, given: str, **more: Any) -> Any:
    return client.post(PATH, json={"input": given, **more}, headers=LATER)


def worked_off(app: Flask) -> None:
    """What the worker does with everything that waits."""
    with app.app_context():
        for public_id in db.session.scalars(select(AskedVerification.public_id)):
            later.answer_asked(public_id)
        db.session.commit()


def test_the_answer_is_where_the_202_says(app: Flask, client: FlaskClient) -> None:
    accepted = asked(client, held_badge(app).document.decode())
    assert (accepted.status_code, accepted.headers["Preference-Applied"]) == (202, "respond-async")
    where = accepted.headers["Location"]
    assert where == f"{PATH}/{accepted.json['id']}"
    waiting = client.get(where).json
    assert (waiting["state"], waiting["done"], waiting["of"], waiting["report"]) == ("waiting", 0, 1, None)
    worked_off(app)
    done = client.get(where).json
    assert (done["state"], done["done"], done["problem"]) == ("done", 1, None)
    assert (done["report"]["verdict"], done["report"]["finding"]) == ("valid", "valid")


def test_it_may_be_asked_for_in_the_body_too(app: Flask, client: FlaskClient) -> None:
    body = {"input": held_badge(app).jwt.decode(), "async": True}
    assert client.post(PATH, json=body).status_code == 202


def test_a_worker_finds_the_job(app: Flask, client: FlaskClient) -> None:
    where = asked(client, held_badge(app).jwt.decode()).headers["Location"]
    assert app.test_cli_runner().invoke(args=["jobs", "drain"]).exit_code == 0
    assert client.get(where).json["state"] == "done"


def test_what_was_handed_in_is_forgotten_with_the_answer(app: Flask, client: FlaskClient) -> None:
    asked(client, held_badge(app).document.decode())
    worked_off(app)
    with app.app_context():
        row = db.session.scalars(select(AskedVerification)).one()
        assert row.data is None
        assert "credentialSubject" not in json.dumps(row.answer)


def test_what_is_no_badge_fails_with_its_problem(app: Flask, client: FlaskClient) -> None:
    where = asked(client, "https://127.0.0.1/badge").headers["Location"]
    worked_off(app)
    failed = client.get(where).json
    assert (failed["state"], failed["report"]) == ("failed", None)
    assert (failed["problem"]["status"], failed["problem"]["code"]) == (422, "url_not_allowed")


def test_nobody_else_gets_the_answer_of_an_account(app: Flask, client: FlaskClient) -> None:
    owner, other = make_person(app, "learner"), make_person(app, "learner")
    badge = held_badge(app)
    with app.app_context():
        actor = actor_of(owner.account_id)
        with app.test_request_context():
            row = later.ask(Asked(badge.document), actor)
        public_id = row.public_id
        db.session.commit()
    where = f"{PATH}/{public_id}"
    assert owner.client.get(where).status_code == 200
    assert other.client.get(where).status_code == client.get(where).status_code == 404


def test_after_a_day_it_is_not_there_any_more(app: Flask, client: FlaskClient) -> None:
    where = asked(client, held_badge(app).jwt.decode()).headers["Location"]
    with app.app_context():
        db.session.execute(update(AskedVerification).values(expires_at=utc_now() - timedelta(seconds=1)))
        db.session.commit()
    assert client.get(where).status_code == 404
    with app.app_context():
        assert later.forget_asked() == 1
        db.session.commit()
        assert db.session.scalars(select(AskedVerification)).all() == []


@pytest.mark.parametrize("more", [{"recipient": "Ada"}, {"receipt": True}])
def test_nobody_s_name_is_kept_for_later(app: Flask, client: FlaskClient, more: dict[str, object]) -> None:
    answer = asked(client, "x", **more)
    assert (answer.status_code, answer.json["code"]) == (422, "not_asynchronous")


@pytest.mark.parametrize("name", ["x", "A" * 22, "%00", "A" * 500])
def test_an_id_that_was_never_given_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"{PATH}/{name}").status_code in (404, 422)
