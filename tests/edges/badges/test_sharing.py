"""Who sees a badge, under which name and by which links: decided by its holder, and nobody gets more."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from badges import awards
from badges.models import Award
from badges.sharing import links
from badges.sharing.human_codes import new_code, written
from badges.sharing.models import ShareLink
from issuer.base.audit import AuditEntry
from issuer.base.db import db, utc_now
from issuer.base.logging import mask
from issuer.policy import Actor
from issuer.secret_text import hash_of, new_secret
from tests.edges.badges.badge_steps import HTML, HeldBadge, held_badge
from tests.factories.people import make_person, make_token, submit

NAME = "Amara Okafor"


def badge_of(app: Flask, *, public: bool = False, **over: Any) -> HeldBadge:
    return held_badge(app, public=public, holder=make_person(app, "learner", name=NAME), **over)


def link_to(app: Flask, *badges: HeldBadge, **over: Any) -> str:
    """The path of a new link."""
    holder = badges[0].holder
    with app.app_context():
        actor = Actor(holder.account_id, holder.public_id)
        _link, secret = links.make(actor, [badge.award_id for badge in badges], **over)
        db.session.commit()
    return f"/s/{secret}"


def award_of(app: Flask, badge: HeldBadge) -> Award:
    return db.session.scalars(select(Award).filter_by(public_id=badge.award_id)).one()


def code_of(app: Flask, badge: HeldBadge) -> str:
    with app.app_context():
        return award_of(app, badge).code


def send(client: FlaskClient, path: str, **form: str) -> TestResponse:
    return submit(client, path, form)


def end(app: Flask, **values: Any) -> None:
    with app.app_context():
        db.session.execute(ShareLink.__table__.update().values(**values))
        db.session.commit()


@pytest.mark.parametrize(("visibility", "status"), [("private", 404), ("link", 404), ("public", 200), ("listed", 200)])
def test_each_visibility_opens_what_it_says_to_a_stranger(
    app: Flask, client: FlaskClient, visibility: str, status: int
) -> None:
    badge = badge_of(app)
    answer = send(badge.holder.client, f"{badge.path}/visibility", visibility=visibility)
    assert answer.status_code == 303
    paths = [
        badge.path,
        f"{badge.path}.json",
        f"{badge.path}.jwt",
        f"/api/v1/badges/{badge.award_id}",
        f"{badge.path}/request-evidence",
        f"{badge.path}/report-problem",
    ]
    assert [client.get(path, headers=HTML).status_code for path in paths] == [status] * len(paths)
    assert client.get(f"/c/{code_of(app, badge)}").status_code == (302 if status == 200 else 404)
    assert badge.holder.client.get(badge.path, headers=HTML).status_code == 200


def test_what_is_not_for_a_stranger_is_like_what_was_never_there(app: Flask, client: FlaskClient) -> None:
    badge, unknown = badge_of(app), "A" * 22
    twins = [
        (badge.path, f"/badges/{unknown}"),
        (f"{badge.path}.json", f"/badges/{unknown}.json"),
        (f"{badge.path}/request-evidence", f"/badges/{unknown}/request-evidence"),
        (f"{badge.path}/report-problem", f"/badges/{unknown}/report-problem"),
        (f"/c/{code_of(app, badge)}", f"/c/{new_code()}"),
        (f"/api/v1/badges/{badge.award_id}", f"/api/v1/badges/{unknown}"),
    ]
    for there, nowhere in twins:
        private, absent = client.get(there), client.get(nowhere)
        assert (private.status_code, absent.status_code) == (404, 404)
        assert private.get_json()["detail"] == absent.get_json()["detail"]
        assert NAME not in private.get_data(as_text=True)


def test_nobody_shares_the_badge_of_another(app: Flask) -> None:
    badge, other = badge_of(app), make_person(app, "learner")
    assert other.client.get(f"{badge.path}/share", headers=HTML).status_code == 404
    assert send(other.client, f"{badge.path}/visibility", visibility="listed").status_code == 404
    assert send(other.client, f"{badge.path}/shown-name", shown_name="hidden").status_code == 404
    assert send(other.client, "/sharing/links", badges=badge.award_id).status_code == 404


@pytest.mark.parametrize(("shown_name", "shown"), [("initials", "A. O."), ("hidden", "")])
def test_the_name_that_was_not_chosen_is_nowhere_for_others(
    app: Flask, client: FlaskClient, shown_name: str, shown: str
) -> None:
    badge = badge_of(app, public=True)
    assert send(badge.holder.client, f"{badge.path}/shown-name", shown_name=shown_name).status_code == 303
    for path in (badge.path, f"{badge.path}.json", f"{badge.path}.jwt", f"/api/v1/badges/{badge.award_id}"):
        answer = client.get(path, headers=HTML if path == badge.path else {})
        assert answer.status_code == 200
        assert "Okafor" not in answer.get_data(as_text=True)
    assert shown in client.get(badge.path, headers=HTML).get_data(as_text=True)
    checked = client.get(f"/verify?badge={badge.award_id}", headers=HTML).get_data(as_text=True)
    assert "Okafor" not in checked and "Genuine" in checked
    assert "Okafor" in badge.holder.client.get(f"{badge.path}.json").get_data(as_text=True)


def test_the_api_says_and_changes_what_the_page_does(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    headers = make_token(app, badge.holder.account_id, "awards:publish", "awards:read")
    path = f"/api/v1/awards/{badge.award_id}"
    changed = client.patch(path, json={"visibility": "listed", "shown_name": "initials"}, headers=headers).get_json()
    assert (changed["visibility"], changed["shown_name"], changed["code"]) == (
        "listed",
        "initials",
        written(code_of(app, badge)),
    )
    for body in ({"visibility": "friends"}, {"shown_name": "nickname"}, {"code": "0000"}):
        assert client.patch(path, json=body, headers=headers).status_code == 422
    assert client.get(path, headers=headers).get_json()["visibility"] == "listed"
    with app.app_context():
        actions = set(db.session.scalars(select(AuditEntry.action).filter_by(subject=badge.award_id)))
        assert {"award.listed", "award.name_chosen", "award.presented"} <= actions


def test_a_link_shows_the_badge_to_whoever_has_it_and_to_no_one_else(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    path = link_to(app, badge)
    answer = client.get(path, headers=HTML)
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Target List" in shown and NAME in shown and "How it was earned" not in shown
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"] and 'content="noindex' in shown
    assert client.get(f"{path}/{badge.award_id}.json").data == badge.document
    assert client.get(f"{path}/{badge.award_id}.jwt").data == badge.jwt
    assert client.get(badge.path).status_code == 404
    assert client.get(path.swapcase().replace("/S/", "/s/")).status_code == 404


def test_a_link_shows_the_name_that_was_chosen_even_to_the_holder(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    path = link_to(app, badge)
    send(badge.holder.client, f"{badge.path}/shown-name", shown_name="hidden")
    for reader in (client, badge.holder.client):
        assert "Okafor" not in reader.get(f"{path}/{badge.award_id}.json").get_data(as_text=True)
    assert "Okafor" not in client.get(path, headers=HTML).get_data(as_text=True)


@pytest.mark.parametrize("suffix", [".pdf", ".png", ".svg"])
def test_a_link_gives_files_with_the_badge_as_its_holder_shows_it_and_keeps_them_nowhere(
    app: Flask, client: FlaskClient, suffix: str
) -> None:
    badge = badge_of(app)
    path = link_to(app, badge)
    send(badge.holder.client, f"{badge.path}/shown-name", shown_name="initials")
    answer = client.get(f"{path}/{badge.award_id}{suffix}")
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Referrer-Policy"] == "no-referrer"
    sent = {"data": answer.data, "content_type": "application/octet-stream"}
    report = client.post("/api/v1/verifications", **sent).get_json()
    assert report["verdict"] == "valid"
    assert "A. O." in str(report) and "Okafor" not in str(report)
    assert client.get(f"{path}/{badge_of(app).award_id}{suffix}").status_code == 404, "another badge"
    end(app, revoked_at=utc_now())
    assert client.get(f"{path}/{badge.award_id}{suffix}").status_code in (404, 410)


def test_a_link_shows_the_evidence_only_when_the_holder_said_so(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    path = link_to(app, badge, shows_evidence=True)
    assert "How it was earned" in client.get(path, headers=HTML).get_data(as_text=True)


def test_a_link_to_several_badges_lists_them_and_nothing_else(app: Flask, client: FlaskClient) -> None:
    one = badge_of(app)
    two, three = (held_badge(app, public=False, holder=one.holder, name=name) for name in ("Opening", "Closing"))
    path = link_to(app, one, two)
    shown = client.get(path, headers=HTML).get_data(as_text=True)
    assert "Target List" in shown and "Opening" in shown and "Closing" not in shown
    assert client.get(f"{path}/{two.award_id}", headers=HTML).status_code == 200
    assert client.get(f"{path}/{three.award_id}", headers=HTML).status_code == 404
    assert client.get(f"{path}/{three.award_id}.json").status_code == 404
    send(one.holder.client, f"{two.path}/visibility", visibility="private")
    assert "Opening" not in client.get(path, headers=HTML).get_data(as_text=True)


def test_a_link_that_has_ended_says_so_and_names_nobody(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    path = link_to(app, badge)
    for ended in ({"expires_at": utc_now() - timedelta(seconds=1)}, {"revoked_at": utc_now()}):
        end(app, **ended)
        for address in (path, f"{path}/{badge.award_id}", f"{path}/{badge.award_id}.json"):
            answer = client.get(address, headers=HTML)
            assert answer.status_code == 410
            said = answer.get_data(as_text=True)
            assert NAME not in said and "Target List" not in said
            assert answer.headers["Cache-Control"] == "no-store"
        end(app, expires_at=utc_now() + timedelta(days=1))


def test_making_the_badge_private_ends_what_its_links_show(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    path = link_to(app, badge)
    send(badge.holder.client, f"{badge.path}/visibility", visibility="private")
    assert client.get(path, headers=HTML).status_code == 410


@pytest.mark.parametrize(
    "token", ["nothing-here", "%00", "%00" * 22, "A" * 10_240, "..", "%C3%A9" * 10, "h" * 43], ids=lambda t: t[:12]
)
def test_a_token_that_was_never_given_is_nothing(app: Flask, client: FlaskClient, token: str) -> None:
    assert client.get(f"/s/{token}", headers=HTML).status_code in (400, 404, 414)


def test_guessing_is_soon_asked_to_wait(app: Flask, client: FlaskClient) -> None:
    answers = [client.get(f"/s/{new_secret()}").status_code for _ in range(61)]
    assert (set(answers[:60]), answers[60]) == ({404}, 429)
    assert client.get(f"/c/{new_code()}").status_code == 429


def test_the_holder_sees_how_often_others_looked(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    path = link_to(app, badge, label="For the agency")
    for reader in (client, client, badge.holder.client):
        assert reader.get(path, headers=HTML).status_code == 200
    with app.app_context():
        link = db.session.scalars(select(ShareLink)).one()
        assert link.seen == 2 and link.last_seen_at is not None
    shown = badge.holder.client.get("/sharing", headers=HTML).get_data(as_text=True)
    assert "For the agency" in shown and "opened 2 times" in shown


def test_a_link_is_made_shown_once_and_ended_in_the_browser(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    made = send(badge.holder.client, "/sharing/links", badges=badge.award_id, days="7", **{"from": "badge"})
    found = re.search(r"/s/([A-Za-z0-9_-]{43})", made.get_data(as_text=True))
    assert found is not None
    assert client.get(found.group(), headers=HTML).status_code == 200
    shown = badge.holder.client.get(f"{badge.path}/share", headers=HTML).get_data(as_text=True)
    assert found.group(1) not in shown
    with app.app_context():
        link = db.session.scalars(select(ShareLink)).one()
        assert link.token_hash == hash_of(found.group(1))
        assert timedelta(days=6, hours=23) < link.expires_at - utc_now() <= timedelta(days=7)
        name = link.public_id
    stranger = make_person(app, "learner")
    assert send(stranger.client, f"/sharing/links/{name}/revoke").status_code == 404
    assert send(badge.holder.client, f"/sharing/links/{name}/revoke").status_code == 303
    assert client.get(found.group(), headers=HTML).status_code == 410


@pytest.mark.parametrize("days", ["0", "366", "-1", "1e3", "٣", "99999"])
def test_a_link_works_for_a_year_at_most(app: Flask, days: str) -> None:
    badge = badge_of(app)
    answer = send(badge.holder.client, "/sharing/links", badges=badge.award_id, days=days)
    assert answer.status_code == 422
    with app.app_context():
        assert db.session.scalars(select(ShareLink)).all() == []
        assert award_of(app, badge).visibility == awards.PRIVATE


def test_the_api_makes_lists_and_ends_links(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    headers = make_token(app, badge.holder.account_id, "awards:publish", "awards:read")
    made = client.post("/api/v1/share-links", json={"badges": [badge.award_id]}, headers=headers)
    assert made.status_code == 201
    url = made.get_json()["url"]
    path = "/s/" + url.rpartition("/")[2]
    assert client.get(path).status_code == 200
    (listed,) = client.get("/api/v1/share-links", headers=headers).get_json()["items"]
    assert listed["badges"] == [badge.award_id] and listed["working"] and "url" not in listed
    ended = client.delete(f"/api/v1/share-links/{listed['id']}", headers=headers).get_json()
    assert ended["working"] is False
    assert client.get(path).status_code == 410
    for body in ({"badges": []}, {"badges": [badge.award_id], "days": 366}, {}):
        assert client.post("/api/v1/share-links", json=body, headers=headers).status_code == 422


def test_a_link_is_never_in_the_log() -> None:
    token = new_secret()
    for said in (f"/s/{token}", f"Referer: https://x.example/s/{token}/A.json", f"GET /s/{token} 200"):
        assert token not in mask(None, "info", {"event": said})["event"]


def test_the_code_is_taken_where_badges_are_checked(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app, public=True)
    code = written(code_of(app, badge))
    for typed in (code, code.lower().replace("-", " "), f"My badge has the code {code}."):
        report = client.post("/api/v1/verifications", json={"input": typed}).get_json()
        assert report["verdict"] == "valid"
    assert "Genuine" in client.get("/verify", query_string={"badge": code}, headers=HTML).get_data(as_text=True)
    result = app.test_cli_runner().invoke(args=["verify", code])
    assert result.exit_code == 0, result.output
    assert client.get(f"/c/{code}").location.endswith(badge.path)


def test_the_code_of_a_private_badge_is_as_one_that_was_never_given(app: Flask, client: FlaskClient) -> None:
    code = written(code_of(app, badge_of(app)))
    said = [
        client.post("/api/v1/verifications", json={"input": each}).get_json() for each in (code, written(new_code()))
    ]
    assert said[0]["code"] == said[1]["code"] and NAME not in str(said[0])
