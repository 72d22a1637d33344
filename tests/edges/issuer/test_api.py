"""The JSON API of this floor, as programs and the page's own scripts use it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from issuer.base.db import db
from issuer.base.idempotency import IdempotentReply
from tests.factories.people import Person, csrf_token, make_person, make_token


def as_program(app: Flask, person: Person, *scopes: str) -> dict[str, str]:
    return make_token(app, person.account_id, *(scopes or ("organisation:write", "profile:read", "learn")))


def test_a_program_learns_for_whom_it_acts(app: Flask) -> None:
    person = make_person(app, "author", name="Ann Lee")
    answer = app.test_client().get("/api/v1/me", headers=as_program(app, person, "profile:read"))
    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["id"], answer.json["name"], answer.json["language"]) == (person.public_id, "Ann Lee", "en")
    assert [(place["id"], place["roles"]) for place in answer.json["organisations"]] == [
        (person.organisation, ["author"])
    ]


@pytest.mark.parametrize("header", ["Bearer rst_wrong", "Bearer ", "bearer x", "Bearer rst_ü"])
def test_a_wrong_token_is_nobody_and_never_falls_back_to_the_cookie(app: Flask, header: str) -> None:
    person = make_person(app)
    answer = person.client.get("/api/v1/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_in_the_address_is_not_looked_at(app: Flask) -> None:
    person = make_person(app)
    secret = as_program(app, person)["Authorization"].removeprefix("Bearer ")
    assert app.test_client().get(f"/api/v1/me?access_token={secret}&token={secret}").status_code == 401


def test_a_token_cannot_make_tokens(app: Flask) -> None:
    person = make_person(app)
    headers = as_program(app, person)
    answer = app.test_client().post("/api/v1/tokens", json={"name": "x", "scopes": ["learn"]}, headers=headers)
    assert answer.status_code == 403


def test_a_person_makes_lists_and_revokes_tokens_with_the_form_token_in_a_header(app: Flask) -> None:
    person = make_person(app)
    new = {"name": "Report", "scopes": ["profile:read"]}
    assert person.client.post("/api/v1/tokens", json=new).status_code == 400
    headers = {"X-CSRFToken": csrf_token(person.client)}
    made = person.client.post("/api/v1/tokens", json=new, headers=headers)
    assert made.status_code == 201
    assert made.json is not None
    secret = made.json["token"]
    listed = person.client.get("/api/v1/tokens").json
    assert listed is not None
    assert [token["id"] for token in listed["items"]] == [made.json["id"]]
    assert secret not in str(listed)
    program = {"Authorization": f"Bearer {secret}"}
    assert app.test_client().get("/api/v1/me", headers=program).status_code == 200
    path = f"/api/v1/tokens/{made.json['id']}"
    assert [person.client.delete(path, headers=headers).status_code for _ in range(2)] == [204, 204]
    assert app.test_client().get("/api/v1/me", headers=program).status_code == 401


@pytest.mark.parametrize(
    ("new", "field"),
    [
        ({"name": "x", "scopes": ["learn"], "account_id": 1}, "account_id"),
        ({"name": "x", "scopes": ["account.own"]}, "scopes.0"),
        ({"name": "x", "scopes": []}, "scopes"),
        ({"name": "", "scopes": ["learn"]}, "name"),
        ({"name": 5, "scopes": ["learn"]}, "name"),
        ({"name": "x", "scopes": ["learn"], "days": 2**53 - 1}, "days"),
        ({}, "name"),
    ],
)
def test_bad_input_names_its_field_and_changes_nothing(app: Flask, new: dict[str, object], field: str) -> None:
    person = make_person(app)
    answer = person.client.post("/api/v1/tokens", json=new, headers={"X-CSRFToken": csrf_token(person.client)})
    assert answer.status_code == 422
    assert answer.json is not None
    assert field in answer.json["fields"]
    listed = person.client.get("/api/v1/tokens").json
    assert listed == {"items": [], "next": None}


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"text"', b"\xff\xfe", b'{"name": "a\\ud800"}'])
def test_a_body_that_is_no_object_is_refused(app: Flask, body: bytes) -> None:
    person = make_person(app)
    headers = {"X-CSRFToken": csrf_token(person.client), "Content-Type": "application/json"}
    assert person.client.post("/api/v1/tokens", data=body, headers=headers).status_code in (400, 415, 422)


def test_json_sent_as_a_plain_form_is_refused(app: Flask) -> None:
    person = make_person(app)
    body = '{"name": "x", "scopes": ["learn"]}'
    headers = {"Content-Type": "text/plain"}
    assert person.client.post("/api/v1/tokens", data=body, headers=headers).status_code == 400
    headers["X-CSRFToken"] = csrf_token(person.client)
    assert person.client.post("/api/v1/tokens", data=body, headers=headers).status_code in (415, 422)


def test_a_method_cannot_be_smuggled_in(app: Flask) -> None:
    admin = make_person(app, "administrator")
    path = f"/api/v1/organisations/{admin.organisation}"
    headers = as_program(app, admin) | {"X-HTTP-Method-Override": "PATCH"}
    assert app.test_client().post(f"{path}?_method=PATCH", json={"name": "Stolen"}, headers=headers).status_code == 405


def test_a_profile_is_read_and_changed_with_its_tag(app: Flask) -> None:
    admin = make_person(app, "administrator")
    headers, client = as_program(app, admin), app.test_client()
    path = f"/api/v1/organisations/{admin.organisation}"
    shown = client.get(path, headers=headers)
    tag = shown.headers["ETag"]
    assert client.get(path, headers=headers | {"If-None-Match": tag}).status_code == 304
    changed = client.patch(path, json={"name": "North"}, headers=headers | {"If-Match": tag})
    assert changed.status_code == 200
    assert changed.json is not None and shown.json is not None
    assert changed.json == shown.json | {"name": "North"}
    assert client.patch(path, json={"name": "South"}, headers=headers | {"If-Match": tag}).status_code == 412
    again = client.get(path, headers=headers)
    assert again.json == changed.json
    assert again.headers["ETag"] == changed.headers["ETag"] != tag


@pytest.mark.parametrize(
    "changes", [{"slug": "stolen"}, {"id": "x"}, {"name": ""}, {"url": "javascript:x"}, {"email": "x"}, {"name": None}]
)
def test_what_cannot_change_is_refused(app: Flask, changes: dict[str, object]) -> None:
    admin = make_person(app, "administrator")
    path = f"/api/v1/organisations/{admin.organisation}"
    assert app.test_client().patch(path, json=changes, headers=as_program(app, admin)).status_code == 422


def test_members_come_in_pages_each_once(app: Flask) -> None:
    admin = make_person(app, "administrator")
    made = {make_person(app, "learner", organisation_id=admin.organisation_id).public_id for _ in range(4)}
    headers, client = as_program(app, admin), app.test_client()
    path, seen, after = f"/api/v1/organisations/{admin.organisation}/members", [], ""
    for _ in range(3):
        page = client.get(f"{path}?limit=2{after}", headers=headers).json
        assert page is not None
        seen += [member["id"] for member in page["items"]]
        after = f"&after={page['next']}"
    assert page["next"] is None
    assert len(seen) == 5
    assert set(seen) == made | {admin.public_id}


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=-1", "after=x", "after="])
def test_a_list_that_cannot_be_is_refused(app: Flask, query: str) -> None:
    admin = make_person(app, "administrator")
    path = f"/api/v1/organisations/{admin.organisation}/members?{query}"
    assert app.test_client().get(path, headers=as_program(app, admin)).status_code == 422


def test_a_member_is_added_changed_and_removed(app: Flask) -> None:
    admin = make_person(app, "administrator")
    headers, client = as_program(app, admin), app.test_client()
    path = f"/api/v1/organisations/{admin.organisation}/members"
    added = client.post(path, json={"email": "new@example.org", "roles": ["author"]}, headers=headers)
    assert added.status_code == 201
    assert added.json is not None
    assert (added.json["roles"], added.json["confirmed"]) == (["author"], False)
    one = f"{path}/{added.json['id']}"
    assert client.post(path, json={"email": "NEW@example.org", "roles": ["author"]}, headers=headers).status_code == 409
    changed = client.put(f"{one}/roles", json={"roles": ["learner"]}, headers=headers).json
    assert changed is not None
    assert changed["roles"] == ["learner"]
    assert client.delete(one, headers=headers).status_code == 204
    listed = client.get(path, headers=headers).json
    assert listed is not None
    assert [member["id"] for member in listed["items"]] == [admin.public_id]


def test_the_same_request_with_the_same_key_adds_one_member(app: Flask) -> None:
    admin = make_person(app, "administrator")
    headers = as_program(app, admin) | {"Idempotency-Key": "add-new"}
    path = f"/api/v1/organisations/{admin.organisation}/members"
    new = {"email": "new@example.org", "roles": ["author"]}
    first, second = (app.test_client().post(path, json=new, headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert second.headers["Idempotency-Replayed"] == "true"


def test_the_last_administrator_is_not_removed(app: Flask) -> None:
    admin = make_person(app, "administrator")
    path = f"/api/v1/organisations/{admin.organisation}/members/{admin.public_id}"
    answer = app.test_client().delete(path, headers=as_program(app, admin))
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "last_administrator"


def test_a_learner_takes_a_place_once(app: Flask) -> None:
    admin, person = make_person(app, "administrator"), make_person(app, "learner")
    headers = as_program(app, person)
    path = f"/api/v1/organisations/{admin.organisation}/enrolment"
    first, second = (app.test_client().put(path, headers=headers) for _ in range(2))
    assert first.json == second.json
    assert first.json is not None
    assert first.json["roles"] == ["learner"]
    listed = app.test_client().get("/api/v1/organisations", headers=headers).json
    assert listed is not None
    assert {place["id"] for place in listed["items"]} == {admin.organisation, person.organisation}


def test_things_of_another_organisation_do_not_exist(app: Flask) -> None:
    admin, other = make_person(app, "administrator"), make_person(app, "administrator")
    headers, client = as_program(app, admin), app.test_client()
    path = f"/api/v1/organisations/{other.organisation}"
    answers = [
        client.get(path, headers=headers),
        client.patch(path, json={"name": "Stolen"}, headers=headers),
        client.get(f"{path}/members", headers=headers),
        client.post(f"{path}/members", json={"email": "a@b.ca", "roles": ["administrator"]}, headers=headers),
        client.delete(f"{path}/members/{other.public_id}", headers=headers),
        client.delete(f"/api/v1/organisations/{admin.organisation}/members/{other.public_id}", headers=headers),
        client.get("/api/v1/organisations/no-such-place", headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)


def test_a_reply_that_shows_a_secret_is_never_kept_for_a_second_request(app: Flask) -> None:
    person = make_person(app)
    headers = {"X-CSRFToken": csrf_token(person.client), "Idempotency-Key": "once"}
    answer = person.client.post("/api/v1/tokens", json={"name": "x", "scopes": ["learn"]}, headers=headers)
    assert answer.status_code == 422
    with app.app_context():
        assert db.session.scalars(select(IdempotentReply)).all() == []
