"""The 1EdTechRevocationList of an organisation: served as a verifier of 1EdTech reads it, and never says too much."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from badges import awards
from badges.verification.sources import check_award
from issuer.base import jobs
from issuer.base.db import db
from tests.edges.badges.badge_steps import HeldBadge, held_badge


def path_of(app: Flask, badge: HeldBadge) -> str:
    with app.app_context():
        slug = awards.find_award(badge.award_id).achievement_version.achievement.organisation.slug
        return f"/issuers/{slug}/revocations"


def revoke(app: Flask, badge: HeldBadge, **over: Any) -> None:
    with app.app_context():
        awards.revoke(awards.find_award(badge.award_id), reason="It was a mistake.", actor="system", **over)
        db.session.commit()


def is_revoked(listing: dict[str, Any], credential: dict[str, Any], *, name: str) -> bool:
    """As 1EdTech's own verifier decides: the id is in the list, and ``revoked`` is true or left out."""
    return any(item["id"] == credential["id"] and item.get("revoked", True) for item in listing[name])


@pytest.mark.parametrize("name", ["revokedCredential", "revokedCredentials"])
def test_a_revoked_badge_is_listed_and_no_other(app: Flask, client: FlaskClient, name: str) -> None:
    badge = held_badge(app)
    kept = held_badge(app, holder=badge.holder)
    path = path_of(app, badge)
    credentials = [json.loads(each.document) for each in (badge, kept)]
    before = client.get(path).get_json()
    assert [is_revoked(before, each, name=name) for each in credentials] == [False, False]
    revoke(app, badge)
    after = client.get(path).get_json()
    assert [is_revoked(after, each, name=name) for each in credentials] == [True, False]
    assert after["id"] == f"http://localhost:8000{path}"
    assert after["issuer"] == credentials[0]["issuer"]["id"]


def test_it_is_public_json_with_a_tag_that_changes_with_it(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    path = path_of(app, badge)
    first = client.get(path, headers={"Accept": "application/json"})
    assert (first.status_code, first.content_type) == (200, "application/json")
    assert first.headers["Cache-Control"] == "public, max-age=50"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    tag = {"If-None-Match": first.headers["ETag"]}
    same = client.get(path, headers=tag)
    assert (same.status_code, same.data) == (304, b"")
    revoke(app, badge)
    changed = client.get(path, headers=tag)
    assert changed.status_code == 200 and changed.headers["ETag"] != first.headers["ETag"]
    assert client.get("/issuers/nobody/revocations").status_code == 404


@pytest.mark.parametrize("is_public", [False, True])
def test_the_reason_stands_there_only_when_it_may_be_public(app: Flask, client: FlaskClient, is_public: bool) -> None:
    badge = held_badge(app)
    revoke(app, badge, is_public=is_public)
    (item,) = client.get(path_of(app, badge)).get_json()["revokedCredential"]
    assert item.get("revocationReason") == ("It was a mistake." if is_public else None)


def test_a_suspension_is_not_listed(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, may_be_suspended=True)
    with app.app_context():
        awards.suspend(awards.find_award(badge.award_id), reason="A complaint.", actor="system")
        db.session.commit()
    assert client.get(path_of(app, badge)).get_json()["revokedCredential"] == []


def test_organisations_list_their_own(app: Flask, client: FlaskClient) -> None:
    badge, elsewhere = held_badge(app), held_badge(app)
    revoke(app, badge)
    assert client.get(path_of(app, elsewhere)).get_json()["revokedCredential"] == []


def test_a_badge_that_names_it_is_checked_against_it_too(app: Flask) -> None:
    badge = held_badge(app, names_revocation_list=True)
    with app.app_context():
        assert check_award(awards.find_award(badge.award_id)).failure() is None
    revoke(app, badge)
    jobs.drain(app)
    with app.app_context():
        failure = check_award(awards.find_award(badge.award_id)).failure()
        assert failure is not None and failure.code == "revoked"
