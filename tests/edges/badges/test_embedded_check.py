"""The check in a frame on somebody else's page: seen everywhere, without cookies, actions or secrets."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from badges import awards
from issuer.base.db import db
from tests.edges.badges.badge_steps import HTML, held_badge

EMBED = "/embed/verify"


def test_the_answer_the_time_and_a_link_are_all_there_is(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    answer = client.get(EMBED, query_string={"badge": badge.award_id}, headers=HTML)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Genuine and valid" in page
    assert "<time " in page
    assert page.count("<a ") == 1
    assert [word for word in ("<form", "<script", "<button", "<input", "csrf") if word in page] == []


def test_any_page_may_frame_it_and_no_other_page_may_be_framed(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    framed = client.get(EMBED, query_string={"badge": badge.award_id}, headers=HTML)
    policy = framed.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "form-action 'none'" in policy
    assert "X-Frame-Options" not in framed.headers
    for path in ("/verify", f"/verify?badge={badge.award_id}", badge.path):
        other = client.get(path, headers=HTML)
        assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]
        assert other.headers["X-Frame-Options"] == "DENY"


def test_it_is_kept_for_a_minute_and_never_listed(app: Flask, client: FlaskClient) -> None:
    answer = client.get(EMBED, query_string={"badge": held_badge(app).award_id}, headers=HTML)
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert '<meta name="robots" content="noindex">' in answer.get_data(as_text=True)


def test_it_sets_no_cookie(app: Flask) -> None:
    answer = app.test_client().get(EMBED, query_string={"badge": held_badge(app).award_id}, headers=HTML)
    assert "Set-Cookie" not in answer.headers


def test_a_private_badge_is_as_little_there_as_one_that_never_was_even_for_its_holder(
    app: Flask, client: FlaskClient
) -> None:
    badge = held_badge(app, public=False)
    replies = [
        client.get(EMBED, query_string={"badge": badge.award_id}, headers=HTML),
        badge.holder.client.get(EMBED, query_string={"badge": badge.award_id}, headers=HTML),
        client.get(EMBED, query_string={"badge": "A" * 22}, headers=HTML),
        client.get(EMBED, headers=HTML),
    ]
    assert {reply.status_code for reply in replies} == {404}
    assert len({reply.get_data(as_text=True) for reply in replies}) == 1
    assert {reply.headers["Cache-Control"] for reply in replies} == {"no-store"}


def test_a_withdrawn_badge_says_so_in_words(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    with app.app_context():
        awards.revoke(awards.find_award(badge.award_id), reason="A mistake.", actor="system")
        db.session.commit()
    page = client.get(EMBED, query_string={"badge": badge.award_id}, headers=HTML).get_data(as_text=True)
    assert "Withdrawn" in page
    assert "withdrawn by its issuer" in page


@pytest.mark.parametrize(
    "address", ["https://127.0.0.1/b", "https://169.254.169.254/", "http://localhost:8000/account", "x" * 5000, "%00"]
)
def test_what_may_not_be_read_is_not_shown(client: FlaskClient, address: str) -> None:
    answer = client.get(EMBED, query_string={"badge": address}, headers=HTML)
    assert answer.status_code in (404, 422)
    assert "There is no badge here that can be shown." in answer.get_data(as_text=True)


def test_what_a_badge_is_called_is_text(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, name="<script>alert(1)</script>")
    page = client.get(EMBED, query_string={"badge": badge.award_id}, headers=HTML).get_data(as_text=True)
    assert "&lt;script&gt;alert(1)" in page


def test_the_page_to_check_a_badge_gives_the_snippet(app: Flask, client: FlaskClient) -> None:
    page = client.get("/verify", headers=HTML).get_data(as_text=True)
    assert f"&lt;iframe src=&#34;{app.config['ROSETTE'].base_url}{EMBED}?badge=" in page


def test_only_the_page_with_the_form_may_ask_for_the_camera(app: Flask, client: FlaskClient) -> None:
    assert "camera=(self)" in client.get("/verify", headers=HTML).headers["Permissions-Policy"]
    for path in (f"/verify?badge={held_badge(app).award_id}", "/catalog", EMBED):
        assert "camera=()" in client.get(path, headers=HTML).headers["Permissions-Policy"]
