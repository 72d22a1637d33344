"""One badge is revoked, suspended and lifted by an administrator of its issuer, over HTTP and on its page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from badges import awards
from badges.verification.sources import check_award
from issuer.base import jobs
from issuer.base.db import db, utc_now
from issuer.models import OutgoingMail
from tests.edges.badges.badge_steps import HTML, HeldBadge, held_badge
from tests.factories.people import Person, make_person, make_token, submit

REASON = {"reason": "A complaint is being looked into.", "reason_code": "under_review"}


def administrator_of(app: Flask, badge: HeldBadge) -> tuple[Person, dict[str, str]]:
    person = make_person(app, "administrator", organisation_id=badge.holder.organisation_id)
    return person, make_token(app, person.account_id, "awards:revoke")


def standing(app: Flask, badge: HeldBadge) -> str:
    with app.app_context():
        return awards.standing_of(awards.find_award(badge.award_id), now=utc_now()).value


def fault(app: Flask, badge: HeldBadge) -> str:
    """The code of the check that decides, for somebody who verifies the badge."""
    with app.app_context():
        failure = check_award(awards.find_award(badge.award_id)).failure()
        return failure.code if failure else ""


def test_a_badge_is_suspended_and_lifted_and_a_verifier_sees_both(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, may_be_suspended=True)
    _, headers = administrator_of(app, badge)
    path = f"/api/v1/awards/{badge.award_id}"
    suspended = client.post(f"{path}/suspend", json=REASON, headers=headers)
    assert (suspended.status_code, suspended.get_json()["suspended"]) == (200, True)
    assert client.post(f"{path}/suspend", json=REASON | {"reason": "x"}, headers=headers).get_json() == (
        suspended.get_json()
    )
    assert (standing(app, badge), fault(app, badge)) == ("suspended", "suspended")
    jobs.drain(app)
    assert fault(app, badge) == "suspended"
    lifted = client.post(f"{path}/lift", json={"reason": "It was unfounded."}, headers=headers).get_json()
    assert (lifted["suspended"], lifted["reason"]) == (False, "It was unfounded.")
    jobs.drain(app)
    assert (standing(app, badge), fault(app, badge)) == ("valid", "")
    with app.app_context():
        subjects = db.session.scalars(select(OutgoingMail.subject).order_by(OutgoingMail.id)).all()
    assert subjects == ["A badge of yours is suspended", "A badge of yours counts again"]


def test_its_credential_names_a_place_for_each_purpose(app: Flask) -> None:
    badge = held_badge(app, may_be_suspended=True, names_revocation_list=True)
    status = json.loads(badge.document)["credentialStatus"]
    assert [entry.get("statusPurpose") for entry in status] == ["revocation", "suspension", None]
    assert status[0]["statusListCredential"] != status[1]["statusListCredential"]
    assert status[2] == {
        "id": f"http://localhost:8000/issuers/{slug_of(app, badge)}/revocations",
        "type": "1EdTechRevocationList",
    }
    plain = held_badge(app)
    assert json.loads(plain.document)["credentialStatus"]["statusPurpose"] == "revocation"


def slug_of(app: Flask, badge: HeldBadge) -> str:
    with app.app_context():
        return awards.find_award(badge.award_id).achievement_version.achievement.organisation.slug


def test_a_badge_without_a_place_for_it_cannot_be_suspended(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    _, headers = administrator_of(app, badge)
    for verb, body in (("suspend", REASON), ("lift", {"reason": "x"})):
        refused = client.post(f"/api/v1/awards/{badge.award_id}/{verb}", json=body, headers=headers)
        assert (refused.status_code, refused.get_json()["code"]) == (409, "cannot_be_suspended")
        assert "it can be revoked, not suspended" in refused.get_json()["detail"]
    assert standing(app, badge) == "valid"


def test_i17_a_revocation_is_final(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, may_be_suspended=True)
    _, headers = administrator_of(app, badge)
    path = f"/api/v1/awards/{badge.award_id}"
    client.post(f"{path}/suspend", json=REASON, headers=headers)
    body = {"reason": "It was not earned honestly.", "reason_code": "misconduct"}
    assert client.post(f"{path}/revoke", json=body, headers=headers).get_json()["reason_code"] == "misconduct"
    for verb, more in (("suspend", REASON), ("lift", {"reason": "x"})):
        refused = client.post(f"{path}/{verb}", json=more, headers=headers)
        assert (refused.status_code, refused.get_json()["code"]) == (409, "revocation_final")
    jobs.drain(app)
    assert (standing(app, badge), fault(app, badge)) == ("revoked", "revoked")


@pytest.mark.parametrize("verb", ["revoke", "suspend", "lift"])
def test_i16_nobody_else_changes_it(app: Flask, client: FlaskClient, verb: str) -> None:
    badge = held_badge(app, may_be_suspended=True)
    elsewhere = make_token(app, make_person(app, "administrator").account_id, "awards:revoke")
    author = make_person(app, "author", organisation_id=badge.holder.organisation_id)
    body = {"reason": "Envy"}
    for name in (badge.award_id, "A" * 22):
        assert client.post(f"/api/v1/awards/{name}/{verb}", json=body, headers=elsewhere).status_code == 404
    for person in (badge.holder, author):
        token = make_token(app, person.account_id, "awards:revoke")
        assert client.post(f"/api/v1/awards/{badge.award_id}/{verb}", json=body, headers=token).status_code == 403
        assert submit(person.client, f"/admin/badges/{badge.award_id}/{verb}", body).status_code == 403
    assert standing(app, badge) == "valid"


@pytest.mark.parametrize(
    "body", [{}, {"reason": " "}, {"reason": "x", "reason_code": "misconduct"}, {"reason": 1}], ids=str
)
def test_a_suspension_needs_a_reason_of_its_own(app: Flask, client: FlaskClient, body: dict[str, Any]) -> None:
    badge = held_badge(app, may_be_suspended=True)
    _, headers = administrator_of(app, badge)
    assert client.post(f"/api/v1/awards/{badge.award_id}/suspend", json=body, headers=headers).status_code == 422


def test_on_its_page_an_administrator_suspends_lifts_and_revokes_and_reads_what_happened(app: Flask) -> None:
    badge = held_badge(app, may_be_suspended=True, public=False)
    person, _ = administrator_of(app, badge)
    path = f"/admin/badges/{badge.award_id}"

    def page() -> str:
        return person.client.get(path, headers=HTML).get_data(as_text=True)

    assert "Suspend the badge" in page() and "Let it count again" not in page()
    empty = submit(person.client, f"{path}/suspend", REASON | {"reason": ""})
    assert empty.status_code == 422 and 'id="suspend-error"' in empty.get_data(as_text=True)
    submit(person.client, f"{path}/suspend", REASON)
    assert "Let it count again" in page() and "A complaint is being looked into." in page()
    submit(person.client, f"{path}/lift", {"reason": "It was unfounded."})
    submit(person.client, f"{path}/revoke", {"reason": "It was a mistake.", "reason_code": "issued_in_error"})
    shown = page()
    assert "A revocation is final" in shown and "Revoke the badge for good" not in shown
    for sentence in ("A complaint is being looked into.", "It was unfounded.", "It was a mistake."):
        assert sentence in shown
    assert standing(app, badge) == "revoked"


def test_the_badge_page_leads_administrators_of_its_issuer_there_and_nobody_else(
    app: Flask, client: FlaskClient
) -> None:
    badge = held_badge(app)
    person, _ = administrator_of(app, badge)
    there = f"/admin/badges/{badge.award_id}"
    assert there in person.client.get(badge.path, headers=HTML).get_data(as_text=True)
    for browser in (client, badge.holder.client, make_person(app, "administrator").client):
        assert there not in browser.get(badge.path, headers=HTML).get_data(as_text=True)


def test_a_suspended_badge_says_so_and_that_it_may_end(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, may_be_suspended=True)
    person, _ = administrator_of(app, badge)
    submit(person.client, f"/admin/badges/{badge.award_id}/suspend", REASON)
    jobs.drain(app)
    shown = client.get(badge.path, headers=HTML).get_data(as_text=True)
    assert "suspended by its issuer" in shown and "A suspension can be lifted" in shown
    assert REASON["reason"] not in shown
    assert REASON["reason"] in badge.holder.client.get(badge.path, headers=HTML).get_data(as_text=True)
    assert "Suspended" in badge.holder.client.get("/badges", headers=HTML).get_data(as_text=True)


def test_an_author_is_told_what_the_choice_costs(app: Flask, client: FlaskClient) -> None:
    badge, chosen = held_badge(app), held_badge(app, may_be_suspended=True)
    plain = client.get(f"/api/v1/achievements/{badge.achievement_id}").get_json()
    told = client.get(f"/api/v1/achievements/{chosen.achievement_id}").get_json()
    assert (plain["may_be_suspended"], plain["notice"]) == (False, None)
    assert told["may_be_suspended"] is True
    assert "two things about their status" in told["notice"]


def test_commands_suspend_and_lift_as_well(app: Flask) -> None:
    badge = held_badge(app, may_be_suspended=True)

    def run(*args: str) -> int:
        return app.test_cli_runner().invoke(args=["badge", *args]).exit_code

    assert run("suspend", badge.award_id, "--reason", "A complaint.", "--reason-code", "under_review") == 0
    assert standing(app, badge) == "suspended"
    assert run("lift", badge.award_id, "--reason", "It was unfounded.") == 0
    assert standing(app, badge) == "valid"
    assert run("suspend", held_badge(app).award_id, "--reason", "A complaint.") == 2
