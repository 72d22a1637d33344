"""The page on which anybody checks a badge: what the one sentence says, and that hostile input is only input."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from badges import awards
from issuer.base.db import db
from tests.edges.badges.badge_steps import HTML, HeldBadge, held_badge, old_badge
from tests.factories.people import make_person, submit

NOT_CHANGED = "and not changed since."
ALTERED = "Altered: this is not what the issuer signed."


def pasted(client: FlaskClient, text: str) -> Any:
    return submit(client, "/verify", {"input": text})


def changed(badge: HeldBadge, **members: object) -> str:
    """The badge with members of its credentialSubject's achievement set to something else."""
    document = json.loads(badge.document)
    document["credentialSubject"]["achievement"].update(members)
    return json.dumps(document)


def test_a_genuine_badge_is_said_to_be_so_first(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, public=False, holder=make_person(app, "learner", name="Amara Okafor"))
    answer = pasted(client, badge.document.decode())
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Genuine and valid." in page
    assert f"to Amara Okafor, {NOT_CHANGED}" in page
    assert page.index("Genuine and valid.", page.index("<main")) < page.index("<h1>Target List</h1>")
    assert "Each piece of evidence it names is in the issuer&#39;s ledger, unchanged." in page


def test_the_token_of_a_badge_is_as_good_as_its_json(app: Flask, client: FlaskClient) -> None:
    assert NOT_CHANGED in pasted(client, held_badge(app).jwt.decode()).get_data(as_text=True)


@pytest.mark.parametrize("form", ["json", "jwt"])
def test_a_file_is_checked_like_what_is_pasted(app: Flask, client: FlaskClient, form: str) -> None:
    badge = held_badge(app)
    data = badge.document if form == "json" else badge.jwt
    answer = submit(client, "/verify", {"file": (io.BytesIO(data), f"badge.{form}"), "input": "ignored"})
    assert NOT_CHANGED in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "members",
    [{"name": "Chief Negotiator"}, {"description": "x"}, {"criteria": {"narrative": "None."}}, {"id": "urn:x:y"}],
)
def test_a_changed_badge_is_altered_and_none_of_it_is_shown_as_a_fact(
    app: Flask, client: FlaskClient, members: dict[str, object]
) -> None:
    page = pasted(client, changed(held_badge(app), **members)).get_data(as_text=True)
    assert ALTERED in page
    assert NOT_CHANGED not in page
    assert "<h1>The check</h1>" in page


def test_a_token_with_another_payload_is_altered(app: Flask, client: FlaskClient) -> None:
    head, payload, signature = held_badge(app).jwt.decode().split(".")
    other = held_badge(app).jwt.decode().split(".")[1]
    assert ALTERED in pasted(client, f"{head}.{other}.{signature}").get_data(as_text=True)
    assert NOT_CHANGED in pasted(client, f"{head}.{payload}.{signature}").get_data(as_text=True)


def test_a_badge_without_its_proof_proves_nothing(app: Flask, client: FlaskClient) -> None:
    document = json.loads(held_badge(app).document)
    del document["proof"]
    assert "Not signed: it proves nothing." in pasted(client, json.dumps(document)).get_data(as_text=True)


def test_a_withdrawn_badge_is_told_from_a_forged_one(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    with app.app_context():
        awards.revoke(awards.find_award(badge.award_id), reason="Awarded by mistake.", actor="system")
        db.session.commit()
    page = pasted(client, badge.document.decode()).get_data(as_text=True)
    assert "Genuine once, but withdrawn by its issuer." in page
    assert "<h1>Target List</h1>" in page


def test_an_expired_badge_is_still_genuine(app: Flask, client: FlaskClient) -> None:
    badge = old_badge(app, days=40, valid_days=30)
    assert "Genuine, but expired on " in pasted(client, badge.document.decode()).get_data(as_text=True)


@pytest.mark.parametrize(
    "given", ["{id}", "http://localhost:8000/badges/{id}", "http://localhost:8000/badges/{id}.jwt"]
)
def test_a_badge_of_this_service_is_checked_by_its_number_or_address(
    app: Flask, client: FlaskClient, given: str
) -> None:
    text = given.format(id=held_badge(app).award_id)
    assert NOT_CHANGED in pasted(client, text).get_data(as_text=True)
    linked = client.get("/verify", query_string={"badge": text}, headers=HTML)
    assert linked.status_code == 200
    assert NOT_CHANGED in linked.get_data(as_text=True)


def test_a_private_badge_is_checked_by_address_for_its_holder_only(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, public=False)
    unknown = client.get("/verify?badge=AAAAAAAAAAAAAAAAAAAAAA", headers=HTML)
    stranger = client.get(f"/verify?badge={badge.award_id}", headers=HTML)
    assert (unknown.status_code, stranger.status_code) == (404, 404)
    assert unknown.get_data(as_text=True).replace("A" * 22, "") == stranger.get_data(as_text=True).replace(
        badge.award_id, ""
    )
    assert badge.holder.client.get(f"/verify?badge={badge.award_id}", headers=HTML).status_code == 200


def test_the_page_of_a_private_badge_is_not_named_to_a_stranger(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, public=False)
    link = f'href="{badge.path}"'
    assert link not in pasted(client, badge.document.decode()).get_data(as_text=True)
    assert link in pasted(badge.holder.client, badge.document.decode()).get_data(as_text=True)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("hello", "This is not a badge: it is no credential in JSON"),
        ("{}", "This is not a badge"),
        ("[1, 2]", "This is not a badge"),
        ('{"@context": [], "a": 1, "a": 2}', "This cannot be read"),
        ("[" * 100_000, "nested too deeply"),
        ("a.b.c", "This is not a badge"),
        ('{"@context": "\x00"}', "This cannot be read"),
        ('{"@context": "\\ud800", "type": "x"}', "This cannot be read"),
    ],
)
def test_what_is_no_badge_is_said_to_be_none(client: FlaskClient, given: str, sentence: str) -> None:
    answer = pasted(client, given)
    assert answer.status_code == 200
    assert sentence in answer.get_data(as_text=True)


def test_nothing_given_is_said_at_the_field(client: FlaskClient) -> None:
    answer = pasted(client, "  ")
    assert answer.status_code == 422
    assert 'href="#f-input"' in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("http://example.org/badge.json", 422),
        ("https://127.0.0.1/badge.json", 422),
        ("https://[::1]/x", 422),
        ("https://169.254.169.254/latest/meta-data", 422),
        ("https://user:secret@example.org/", 422),
        ("http://localhost:8000/account", 404),
        ("http://localhost:8000/badges/../account", 404),
        ("http://localhost:8000/badges/%00", 404),
        ("http://localhost:8000/badges/" + "a" * 1900, 404),
        ("http://localhost:8000/badges/nothing-here", 404),
    ],
)
def test_an_address_that_may_not_be_read_is_not(client: FlaskClient, address: str, status: int) -> None:
    for answer in (pasted(client, address), client.get("/verify", query_string={"badge": address}, headers=HTML)):
        assert answer.status_code == status
        assert 'id="f-input-error"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("given", ["%00", "%FF", "a%2Fb", "..%2F..", "x" * 10_240, "%22%3E%3Cscript%3E"])
def test_a_hostile_number_is_only_unknown(client: FlaskClient, given: str) -> None:
    answer = client.get(f"/verify?badge={given}", headers=HTML)
    assert "Genuine" not in answer.get_data(as_text=True)
    assert "<script>" not in answer.get_data(as_text=True).replace('<script type="module"', "")


def test_what_a_badge_says_is_shown_as_text(app: Flask, client: FlaskClient) -> None:
    hostile = "<img src=x onerror=alert(1)>\"'&{{7*7}}"
    badge = held_badge(app, name=hostile, description=hostile)
    page = pasted(client, badge.document.decode()).get_data(as_text=True)
    assert NOT_CHANGED in page
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "49" not in page.split("<h1>")[1].split("</h1>")[0]


def test_the_form_works_for_whoever_has_no_account_and_says_nothing_is_kept(client: FlaskClient) -> None:
    page = client.get("/verify", headers=HTML).get_data(as_text=True)
    assert "It is checked and not kept." in page
    assert "<script" not in page.split("<main")[1].split("</main>")[0]
