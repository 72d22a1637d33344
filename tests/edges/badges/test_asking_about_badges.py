"""Visitors ask a holder for the evidence and report problems to the issuer; neither form tells anything."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from badges.sharing import evidence_requests
from badges.sharing.models import EvidenceRequest, ProblemReport
from issuer.base.db import db, utc_now
from issuer.models import OutgoingMail
from tests.edges.badges.badge_steps import HTML, HeldBadge, held_badge
from tests.factories.people import make_person, make_token, submit

QUESTION = {"email": "agency@example.org", "sentence": "We hire for the north and would like to see it."}
PROBLEM = {"kind": "impersonation", "words": "A man in Lyon shows this\nbadge as his own.", "email": "who@example.org"}


def badge_of(app: Flask, *, public: bool = True) -> HeldBadge:
    return held_badge(app, public=public, holder=make_person(app, "learner", name="Amara Okafor"))


def mails(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        return [(mail.recipient, mail.body) for mail in db.session.scalars(select(OutgoingMail))]


def ask(client: FlaskClient, badge: HeldBadge, **over: str) -> int:
    return submit(client, f"{badge.path}/request-evidence", QUESTION | over).status_code


def request_id(app: Flask) -> str:
    with app.app_context():
        return db.session.scalars(select(EvidenceRequest.public_id)).one()


def test_the_holder_is_asked_and_the_mail_repeats_nothing_a_stranger_typed(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    assert ask(client, badge) == 303
    ((_recipient, body),) = mails(app)
    assert "/sharing" in body and "agency" not in body and "north" not in body
    shown = badge.holder.client.get("/sharing", headers=HTML).get_data(as_text=True)
    assert QUESTION["sentence"] in shown and QUESTION["email"] in shown


def test_who_agrees_sends_a_link_that_shows_the_evidence(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    ask(client, badge)
    path = f"/sharing/requests/{request_id(app)}/agree"
    assert submit(make_person(app, "learner").client, path, {}).status_code == 404
    assert submit(badge.holder.client, path, {}).status_code == 303
    recipient, body = mails(app)[-1]
    assert recipient == QUESTION["email"] and "Okafor" not in body
    found = re.search(r"/s/\S+", body)
    assert found is not None
    assert "How it was earned" in client.get(found.group(), headers=HTML).get_data(as_text=True)
    submit(badge.holder.client, path, {})
    assert len(mails(app)) == 2


def test_whoever_is_declined_is_told_nothing(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    ask(client, badge)
    assert submit(badge.holder.client, f"/sharing/requests/{request_id(app)}/decline", {}).status_code == 303
    assert QUESTION["email"] not in [recipient for recipient, _body in mails(app)]


@pytest.mark.parametrize(
    "over", [{"email": "nobody"}, {"email": ""}, {"sentence": "Why?"}, {"sentence": "x" * 501}, {"sentence": "a\0" * 9}]
)
def test_a_question_that_cannot_be_answered_is_not_asked(app: Flask, client: FlaskClient, over: dict[str, str]) -> None:
    assert ask(client, badge_of(app), **over) == 422
    assert mails(app) == []


def test_asking_again_and_again_is_soon_asked_to_wait(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    assert [ask(client, badge) for _ in range(11)] == [303] * 10 + [429]


def test_what_strangers_wrote_is_forgotten_after_90_days(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    ask(client, badge)
    with app.app_context():
        assert evidence_requests.forget_old() == 0
        db.session.execute(EvidenceRequest.__table__.update().values(created_at=utc_now() - timedelta(days=91)))
        assert evidence_requests.forget_old() == 1


def test_a_private_badge_takes_neither(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app, public=False)
    assert ask(client, badge) == 404
    assert submit(client, f"{badge.path}/report-problem", PROBLEM).status_code == 404
    program = app.test_client()
    assert program.post(f"/api/v1/badges/{badge.award_id}/problems", json=PROBLEM).status_code == 404
    assert program.post(f"/api/v1/badges/{badge.award_id}/evidence-requests", json=QUESTION).status_code == 404
    assert mails(app) == []


def test_a_report_reaches_the_issuer_under_a_number_and_is_answered(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    administrator = make_person(app, "administrator", organisation_id=badge.holder.organisation_id)
    assert submit(client, f"{badge.path}/report-problem", PROBLEM).status_code == 303
    with app.app_context():
        report = db.session.scalars(select(ProblemReport)).one()
        ticket, path = report.ticket, f"/admin/problems/{report.public_id}/close"
    assert ticket in client.get(badge.path, headers=HTML).get_data(as_text=True)
    assert any(ticket in body for _recipient, body in mails(app))
    assert "Lyon" not in str(mails(app))
    shown = administrator.client.get("/admin/problems", headers=HTML).get_data(as_text=True)
    assert ticket in shown and "A man in Lyon" in shown
    stranger = make_person(app, "administrator")
    assert ticket not in stranger.client.get("/admin/problems", headers=HTML).get_data(as_text=True)
    assert submit(stranger.client, path, {"answer": "No."}).status_code == 404
    assert submit(administrator.client, path, {"answer": "We have written to him."}).status_code == 303
    assert (PROBLEM["email"], True) in [(to, "We have written to him." in body) for to, body in mails(app)]
    with app.app_context():
        report = db.session.scalars(select(ProblemReport)).one()
        assert (report.state, report.email) == ("closed", None)


@pytest.mark.parametrize("over", [{"kind": "spam"}, {"words": "Bad"}, {"words": "x" * 2001}, {"email": "nobody"}])
def test_a_report_that_says_nothing_is_not_taken(app: Flask, client: FlaskClient, over: dict[str, str]) -> None:
    badge = badge_of(app)
    assert submit(client, f"{badge.path}/report-problem", PROBLEM | over).status_code == 422
    with app.app_context():
        assert db.session.scalars(select(ProblemReport)).all() == []


def test_the_api_takes_both_and_lets_the_holder_answer(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    base = f"/api/v1/badges/{badge.award_id}"
    assert client.post(f"{base}/evidence-requests", json=QUESTION).status_code == 202
    assert len(client.post(f"{base}/problems", json=PROBLEM).get_json()["ticket"]) == 8
    headers = make_token(app, badge.holder.account_id, "awards:publish", "awards:read")
    (asked,) = client.get("/api/v1/evidence-requests", headers=headers).get_json()["items"]
    assert asked["sentence"] == QUESTION["sentence"]
    answered = client.post(f"/api/v1/evidence-requests/{asked['id']}/agree", headers=headers)
    assert answered.get_json()["state"] == "agreed"
    again = client.post(f"/api/v1/evidence-requests/{asked['id']}/decline", headers=headers)
    assert again.status_code == 409
