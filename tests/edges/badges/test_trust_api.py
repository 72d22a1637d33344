"""Trust over HTTP: kept by administrators for their own organisation, whole or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.people import Person, make_person, make_token
from tests.factories.trust import MEMBERS, known_dids

DID = "did:web:badges.example.org"
ENTRY = {"issuer": DID, "name": "Harbour Sales School", "kind": "id"}


@pytest.fixture
def person(app: Flask) -> Person:
    return make_person(app, "administrator")


@pytest.fixture
def headers(app: Flask, person: Person) -> dict[str, str]:
    return make_token(app, person.account_id, "trust:read", "trust:write")


def trust(person: Person, path: str = "issuers") -> str:
    return f"/api/v1/organisations/{person.organisation}/trust/{path}"


def listed(client: FlaskClient, person: Person, headers: dict[str, str]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get(trust(person), headers=headers).get_json()["items"]
    return items


def test_an_issuer_is_added_changed_and_taken_off(client: FlaskClient, person: Person, headers: dict[str, str]) -> None:
    made = client.post(trust(person), json=ENTRY, headers=headers)
    assert (made.status_code, made.json["issuer"]) == (201, DID)
    place = trust(person, f"issuers/{made.json['id']}")
    changed = client.put(place, json={**ENTRY, "name": "Harbour"}, headers=headers)
    assert (changed.status_code, changed.json["name"]) == (200, "Harbour")
    assert client.delete(place, headers=headers).status_code == 204
    assert client.delete(place, headers=headers).status_code == 404
    assert listed(client, person, headers) == []


def test_an_issuer_stands_on_the_list_once(client: FlaskClient, person: Person, headers: dict[str, str]) -> None:
    client.post(trust(person), json=ENTRY, headers=headers)
    again = client.post(trust(person), json={**ENTRY, "name": "Another name"}, headers=headers)
    assert again.status_code == 409
    assert [each["name"] for each in listed(client, person, headers)] == ["Harbour Sales School"]


@pytest.mark.parametrize(
    "over",
    [
        {"issuer": "no issuer"},
        {"issuer": "did:web:"},
        {"issuer": "https://a.example.org/path", "kind": "domain"},
        {"issuer": "127.0.0.1", "kind": "domain"},
        {"issuer": "z6Mk", "kind": "key"},
        {"kind": "friend"},
        {"name": ""},
        {"name": "A" * 10_000},
        {"name": "Harbour\u202eSchool"},
        {"since": "2026-05-01T00:00:00Z", "until": "2026-04-01T00:00:00Z"},
        {"added_by": "somebody"},
    ],
    ids=str,
)
def test_what_names_no_issuer_is_refused_and_keeps_nothing(
    client: FlaskClient, person: Person, headers: dict[str, str], over: dict[str, Any]
) -> None:
    answer = client.post(trust(person), json={**ENTRY, **over}, headers=headers)
    assert answer.status_code == 422, answer.get_data(as_text=True)
    assert answer.json["detail"].strip()
    assert listed(client, person, headers) == []


def test_a_file_is_taken_over_whole_or_not_at_all(client: FlaskClient, person: Person, headers: dict[str, str]) -> None:
    good = f"issuer,name,kind\n{DID},Harbour,id\nbadges.example.net,North,domain\n"
    looked = client.post(trust(person, "issuers/import"), json={"content": good, "dry_run": True}, headers=headers)
    assert (looked.status_code, looked.json["added"]) == (200, 2)
    assert listed(client, person, headers) == []
    bad = good + "no issuer at all,Nobody,id\n"
    refused = client.post(trust(person, "issuers/import"), json={"content": bad, "dry_run": False}, headers=headers)
    assert refused.status_code == 422
    assert listed(client, person, headers) == []
    taken = client.post(trust(person, "issuers/import"), json={"content": good, "dry_run": False}, headers=headers)
    assert (taken.status_code, taken.json["added"]) == (200, 2)
    assert len(listed(client, person, headers)) == 2


def test_a_registry_is_looked_at_and_then_taken_over_as_it_was_seen(
    client: FlaskClient, person: Person, headers: dict[str, str]
) -> None:
    body = {"name": "Consortium", "content": known_dids().decode()}
    looked = client.post(trust(person, "registries"), json={**body, "dry_run": True}, headers=headers)
    assert (looked.status_code, looked.json["counts"]["added"]) == (200, len(MEMBERS))
    other = client.post(trust(person, "registries"), json={**body, "seen": "0" * 64}, headers=headers)
    assert other.status_code == 409
    made = client.post(trust(person, "registries"), json={**body, "seen": looked.json["digest"]}, headers=headers)
    assert (made.status_code, made.json["issuers"]) == (201, len(MEMBERS))
    again = client.post(trust(person, "registries"), json=body, headers=headers)
    assert again.status_code == 409


@pytest.mark.parametrize("address", ["https://127.0.0.1/list.json", "https://169.254.169.254/", "file:///etc/passwd"])
def test_a_registry_inside_the_house_is_not_asked(
    client: FlaskClient, person: Person, headers: dict[str, str], address: str
) -> None:
    answer = client.post(trust(person, "registries"), json={"name": "Inside", "address": address}, headers=headers)
    assert answer.status_code == 422
    assert client.get(trust(person, "registries"), headers=headers).json["items"] == []


def test_a_rule_says_what_an_outside_badge_counts_as(
    client: FlaskClient, person: Person, headers: dict[str, str]
) -> None:
    rule = {
        "achievement": "https://badges.example.org/achievements/1",
        "requirement_kind": "code",
        "requirement": "ONBOARDING-3",
    }
    made = client.post(trust(person, "equivalences"), json=rule, headers=headers)
    assert (made.status_code, made.json["requirement_name"]) == (201, "ONBOARDING-3")
    assert client.post(trust(person, "equivalences"), json=rule, headers=headers).status_code == 409
    wrong = {**rule, "requirement_kind": "achievement", "requirement": "nothing-of-ours"}
    assert client.post(trust(person, "equivalences"), json=wrong, headers=headers).status_code == 422


def test_another_organisation_sees_nothing_of_it(
    app: Flask, client: FlaskClient, person: Person, headers: dict[str, str]
) -> None:
    made = client.post(trust(person), json=ENTRY, headers=headers).json
    stranger = make_person(app, "administrator")
    theirs = make_token(app, stranger.account_id, "trust:read", "trust:write")
    assert client.get(trust(person), headers=theirs).status_code in (403, 404)
    assert client.delete(trust(person, f"issuers/{made['id']}"), headers=theirs).status_code in (403, 404)
    assert client.delete(trust(stranger, f"issuers/{made['id']}"), headers=theirs).status_code == 404
    assert len(listed(client, person, headers)) == 1


def test_whoever_may_only_read_changes_nothing(app: Flask, client: FlaskClient, person: Person) -> None:
    reading = make_token(app, person.account_id, "trust:read")
    assert client.post(trust(person), json=ENTRY, headers=reading).status_code == 403
    assert client.post(trust(person), json=ENTRY).status_code == 401
    assert listed(client, person, reading) == []
