"""Checking many badges over HTTP: for one's own organisation, once, and safely exported."""

from __future__ import annotations

import csv
import io
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from badges.bulk_checks.results import digest_of
from issuer.base import jobs
from issuer.base.db import db
from issuer.models import Account, Organisation
from tests.edges.badges.badge_steps import HTML
from tests.factories.badges import earn, make_achievement
from tests.factories.bulk_checks import publish_lists
from tests.factories.people import Person, make_account, make_person, make_token, submit

API = "/api/v1/verification-jobs"


@dataclass(frozen=True, slots=True)
class Scene:
    person: Person
    outsider: Person
    badge: str


@pytest.fixture
def scene(app: Flask) -> Scene:
    person = make_person(app, "assessor")
    outsider = make_person(app, "administrator")
    with app.app_context():
        achievement = make_achievement(db.session.get_one(Organisation, person.organisation_id))
        award = earn(make_account(), achievement)
        award.visibility = "public"
        publish_lists()
        return Scene(person, outsider, award.public_id)


def caller(app: Flask, person: Person) -> dict[str, str]:
    return make_token(app, person.account_id, "checks:read", "checks:write")


def begun(client: FlaskClient, headers: dict[str, str], **body: Any) -> dict[str, Any]:
    answer = client.post(API, json=body, headers=headers)
    assert answer.status_code == 202, answer.get_data(as_text=True)
    told: dict[str, Any] = answer.get_json()
    return told


def test_a_table_comes_back_with_its_columns_and_without_formulas(
    app: Flask, client: FlaskClient, scene: Scene
) -> None:
    headers = caller(app, scene.person)
    table = f"name,badge,=note\n=HYPERLINK(1),{scene.badge},+1\n@ada,nonsense,-2\n"
    made = begun(client, headers, csv=table, name="Summer")
    assert (made["state"], made["total"], made["columns"]) == ("waiting", 2, ["name", "badge", "=note"])
    jobs.drain(app, timeout=60)
    done = client.get(f"{API}/{made['id']}", headers=headers).get_json()
    assert (done["state"], done["done"]) == ("done", 2)
    assert (done["counts"]["valid"], done["counts"]["not_a_badge"]) == (1, 1)
    sent = client.get(f"{API}/{made['id']}/results.csv", headers=headers)
    rows = list(csv.DictReader(io.StringIO(sent.get_data().decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == ["'=HYPERLINK(1)", "'@ada"]
    assert [row["'=note"] for row in rows] == ["'+1", "'-2"]
    assert [row["check_finding"] for row in rows] == ["valid", "not_a_badge"]
    only = client.get(f"{API}/{made['id']}/results?finding=valid", headers=headers).get_json()
    assert [row["row"] for row in only["items"]] == [1]


def test_the_results_are_signed_when_the_check_is_done(app: Flask, client: FlaskClient, scene: Scene) -> None:
    headers = caller(app, scene.person)
    made = begun(client, headers, inputs=[scene.badge])
    path = f"{API}/{made['id']}/results.json"
    assert client.get(path, headers=headers).get_json()["code"] == "check_not_done"
    jobs.drain(app, timeout=60)
    signed = client.get(path, headers=headers).get_json()
    verified = client.post("/api/v1/verifications", json={"input": signed["statement"]})
    assert verified.status_code == 200
    assert digest_of(signed["results"]) in _claims_of(signed["statement"])


def _claims_of(token: str) -> str:
    part = token.split(".")[1]
    return urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()


def test_a_check_of_another_organisation_is_not_there(app: Flask, client: FlaskClient, scene: Scene) -> None:
    made = begun(client, caller(app, scene.person), inputs=[scene.badge])
    others = caller(app, scene.outsider)
    for path in ("", "/results", "/results.csv", "/results.json"):
        assert client.get(f"{API}/{made['id']}{path}", headers=others).status_code == 404
    assert client.post(f"{API}/{made['id']}/cancel", headers=others).status_code == 404
    assert client.delete(f"{API}/{made['id']}", headers=others).status_code == 404
    assert client.get(API, headers=others).get_json()["items"] == []
    assert scene.outsider.client.get(f"/checks/{made['id']}", headers=HTML).status_code == 404


def test_the_same_key_begins_one_check(app: Flask, client: FlaskClient, scene: Scene) -> None:
    headers = caller(app, scene.person) | {"Idempotency-Key": "once"}
    assert begun(client, headers, inputs=[scene.badge])["id"] == begun(client, headers, inputs=[scene.badge])["id"]
    assert len(client.get(API, headers=headers).get_json()["items"]) == 1


def test_a_form_sent_twice_begins_one_check(app: Flask, scene: Scene) -> None:
    form = {"badges": scene.badge, "form_key": "shown-once"}
    first = submit(scene.person.client, "/checks/new", dict(form))
    second = submit(scene.person.client, "/checks/new", dict(form))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    page = scene.person.client.get(first.location, headers=HTML)
    assert page.status_code == 200 and page.headers["Refresh"] == "5"
    jobs.drain(app, timeout=60)
    page = scene.person.client.get(first.location, headers=HTML)
    assert "Genuine and valid" in page.get_data(as_text=True) and "Refresh" not in page.headers


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "empty"),
        ({"inputs": [" "]}, 422, "empty"),
        ({"inputs": ["a"] * 10_001}, 422, "invalid"),
        ({"csv": "badge\n" + "https://a.example\n" * 10_001}, 413, "too_many_rows"),
        ({"csv": "name,age\nAda,36\nZoe,4\n"}, 422, "no_badge_column"),
        ({"inputs": ["a"], "csv": "badge\na"}, 422, "invalid"),
    ],
)
def test_what_cannot_be_checked_is_refused_with_a_reason(
    app: Flask, client: FlaskClient, scene: Scene, body: dict[str, Any], status: int, code: str
) -> None:
    answer = client.post(API, json=body, headers=caller(app, scene.person))
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_a_file_is_sent_as_a_form(app: Flask, client: FlaskClient, scene: Scene) -> None:
    form = {"file": (io.BytesIO(f"badge\n{scene.badge}\n".encode()), "badges.csv")}
    answer = client.post(API, data=form, headers=caller(app, scene.person), content_type="multipart/form-data")
    assert (answer.status_code, answer.get_json()["total"]) == (202, 1)


def test_a_check_is_planned_kept_and_only_then_deleted(app: Flask, client: FlaskClient, scene: Scene) -> None:
    headers = caller(app, scene.person)
    path = f"{API}/{begun(client, headers, inputs=[scene.badge])['id']}"
    planned = client.post(f"{path}/schedule", json={"every": "daily"}, headers=headers)
    assert planned.status_code == 201
    assert client.post(f"{path}/schedule", json={"every": "daily"}, headers=headers).status_code == 409
    assert client.delete(path, headers=headers).get_json()["code"] == "scheduled"
    assert client.delete(f"{API}/schedules/{planned.get_json()['id']}", headers=headers).status_code == 204
    assert client.delete(path, headers=headers).status_code == 204
    assert client.get(path, headers=headers).status_code == 404


def test_a_holder_answers_on_the_page_and_sees_who_watches(app: Flask, client: FlaskClient) -> None:
    holder, watcher = make_person(app, "learner"), make_person(app, "administrator")
    with app.app_context():
        award = earn(db.session.get_one(Account, holder.account_id), make_achievement())
        award.visibility = "public"
        badge = award.public_id
        db.session.commit()
    headers = make_token(app, watcher.account_id, "watches:write", "webhooks:write")
    asked = client.post("/api/v1/watches", json={"badge": badge, "purpose": "Night shift."}, headers=headers)
    assert (asked.status_code, asked.get_json()["state"]) == (201, "asked")
    watch_id = asked.get_json()["id"]
    assert "Night shift." in holder.client.get("/badges/watchers", headers=HTML).get_data(as_text=True)
    assert "asks to watch" in holder.client.get("/badges", headers=HTML).get_data(as_text=True)
    assert submit(watcher.client, f"/badges/watchers/{watch_id}/accept").status_code == 404
    assert submit(holder.client, f"/badges/watchers/{watch_id}/accept").status_code == 303
    assert client.get(f"/api/v1/watches/{watch_id}", headers=headers).get_json()["state"] == "accepted"
    assert submit(holder.client, f"/badges/watchers/{watch_id}/refuse").status_code == 303
    assert client.get(f"/api/v1/watches/{watch_id}", headers=headers).get_json()["state"] == "stopped"


def test_a_webhook_to_a_private_address_is_refused(app: Flask, client: FlaskClient) -> None:
    person = make_person(app, "administrator")
    headers = make_token(app, person.account_id, "webhooks:write")
    for url in ("https://192.168.0.1/", "https://metadata.google.internal/", "https://[::ffff:10.0.0.1]/"):
        answer = client.post("/api/v1/webhooks", json={"url": url}, headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (422, "url_not_allowed")
