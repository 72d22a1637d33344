"""A change is published at once, many changes together, and what could not be published is not forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from issuer.base import jobs
from issuer.base.audit import AuditEntry
from issuer.base.db import db, utc_now
from issuer.crypto.bitstring import expand, read_status
from issuer.crypto.strict_json import load_object
from issuer.keys import keystore
from issuer.keys.key_file import KeyUnusable
from issuer.models import Organisation, StatusList
from issuer.status import history, many, places, publishing
from issuer.status.reasons import Reason
from tests.factories.keys import make_issuer

REASON = Reason("The check had leaked.", "evidence_not_valid")


def made(count: int, *, organisation: Organisation | None = None) -> StatusList:
    """A published list with so many places: award-0, award-1, ..."""
    organisation = organisation or make_issuer()
    for number in range(count):
        status_list, _ = places.allocate(organisation, f"award-{number}")
    publishing.publish(status_list.public_id)
    db.session.commit()
    return status_list


def requests() -> list[str]:
    """Names of the jobs that were asked for; collected from what goes to the database."""
    asked: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if "workflow_status" in statement and statement.lstrip().upper().startswith("INSERT"):
            asked.extend(str(value) for value in _values(parameters) if str(value).startswith("status.publish:"))

    event.listen(db.engine, "before_cursor_execute", note)
    return asked


def _values(parameters: Any) -> list[Any]:
    return list(parameters.values()) if isinstance(parameters, dict) else list(parameters)


def bit_of(client: Any, list_id: str, subject_index: int) -> int:
    listing = client.get(f"/status/{list_id}").get_json(force=True)
    return read_status(expand(listing["credentialSubject"]["encodedList"]), subject_index)


def test_a_change_is_in_what_a_verifier_fetches_as_soon_as_its_job_ran(app: Flask, client: Any) -> None:
    with app.app_context():
        status_list = made(2)
        list_id, index = status_list.public_id, places.entry_of("award-1").index
        before = client.get(f"/status/{list_id}")
        places.revoke("award-1", reason="A mistake.", actor="a")
        db.session.commit()
    assert bit_of(client, list_id, index) == 0
    jobs.drain(app)
    assert bit_of(client, list_id, index) == 1
    assert client.get(f"/status/{list_id}", headers={"If-None-Match": before.headers["ETag"]}).status_code == 200


def test_a_copy_of_a_list_is_good_for_less_than_a_minute(ctx: Flask, client: Any) -> None:
    status_list = made(1)
    assert status_list.signed is not None
    assert load_object(status_list.signed)["credentialSubject"]["ttl"] == 50_000
    db.session.commit()
    assert client.get(f"/status/{status_list.public_id}").headers["Cache-Control"] == "public, max-age=50"


def test_many_changes_are_one_publication(app: Flask) -> None:
    with app.app_context():
        made(20)
        asked = requests()
        for number in range(20):
            places.revoke(f"award-{number}", reason="A mistake.", actor="a")
            db.session.commit()
        assert len(set(asked)) == 1
        signed_before = db.session.scalars(select(StatusList.signed_at)).one()
        db.session.commit()
    jobs.drain(app)
    with app.app_context():
        published = db.session.scalars(select(AuditEntry).filter_by(action="status_list.published")).all()
        assert len(published) == 2
        status_list = db.session.scalars(select(StatusList)).one()
        assert status_list.signed_at is not None and status_list.signed_at > signed_before  # type: ignore[operator]
        assert status_list.publication_asked_at is None
        assert status_list.signed is not None
        bits = expand(load_object(status_list.signed)["credentialSubject"]["encodedList"])
        assert sum(map(int.bit_count, bits)) == 20


def test_a_change_after_a_publication_asks_for_the_next_one(ctx: Flask) -> None:
    status_list = made(2)
    places.revoke("award-0", reason="A mistake.", actor="a")
    publishing.publish(status_list.public_id)
    assert status_list.publication_asked_at is None
    places.revoke("award-1", reason="A mistake.", actor="a")
    assert status_list.publication_asked_at is not None


def test_a_publication_that_was_asked_for_long_ago_is_asked_for_again(ctx: Flask) -> None:
    status_list = made(2)
    asked = requests()
    places.revoke("award-0", reason="A mistake.", actor="a")
    status_list.publication_asked_at = utc_now() - timedelta(seconds=11)
    places.revoke("award-1", reason="A mistake.", actor="a")
    assert len(set(asked)) == 2


def test_a_list_whose_key_was_locked_is_published_once_the_key_can_be_used(ctx: Flask) -> None:
    status_list = made(1)
    before, list_id = status_list.signed, status_list.public_id
    organisation = db.session.get_one(Organisation, status_list.organisation_id)
    kid = keystore.active_key(organisation, "status_list").kid
    file = ctx.config["ROSETTE"].data_dir / "keys" / f"{kid}.json"
    file.chmod(0o644)
    places.revoke("award-0", reason="A mistake.", actor="a")
    db.session.commit()
    with pytest.raises(KeyUnusable):
        publishing.publish(list_id)
    db.session.rollback()
    assert status_list.signed == before
    assert publishing.publish_what_waits() == 0
    status_list.publication_asked_at = utc_now() - timedelta(minutes=6)
    db.session.commit()
    file.chmod(0o600)
    assert publishing.publish_what_waits() == 1
    assert publishing.publish(list_id)
    assert publishing.publish_what_waits() == 0


def test_of_many_those_that_are_not_revoked_are_and_the_others_keep_their_reason(ctx: Flask) -> None:
    made(4)
    places.revoke("award-1", reason="Misconduct.", actor="a", code="misconduct")
    revoked = many.revoke_many([f"award-{number}" for number in range(3)] + ["nothing"], reason=REASON, actor="b")
    db.session.commit()
    assert revoked == {"award-0", "award-2"}
    assert [places.is_revoked(f"award-{number}") for number in range(4)] == [True, True, True, False]
    assert places.entry_of("award-1").reason_code == "misconduct"
    assert places.entry_of("award-0").reason_code == "evidence_not_valid"
    assert many.revoke_many(["award-0"], reason=REASON, actor="b") == set()
    assert many.revoke_many(["nothing"], reason=REASON, actor="b") == set()
    told = db.session.scalars(select(AuditEntry).filter_by(action="credential.revoked")).all()
    assert sorted(entry.subject for entry in told) == ["award-0", "award-1", "award-2"]


def test_lists_that_say_less_than_is_recorded_are_asked_for_once_each(ctx: Flask) -> None:
    organisation = make_issuer()
    status_list = made(3, organisation=organisation)
    asked = requests()
    many.revoke_many(["award-0", "award-1"], reason=REASON, actor="b")
    assert many.publish_changed_lists(organisation) == 1
    assert len(set(asked)) == 1
    publishing.publish(status_list.public_id)
    assert many.publish_changed_lists(organisation) == 0


def test_the_history_tells_every_change_of_a_place_the_newest_first(ctx: Flask) -> None:
    organisation = make_issuer()
    places.give(organisation, "award", purposes=(places.REVOCATION, places.SUSPENSION))
    places.suspend("award", reason="A complaint.", actor="a", code="under_review")
    places.lift("award", reason="It was unfounded.", actor="b")
    places.revoke("award", reason="It was a mistake.", actor="c", code="issued_in_error")
    told = [
        (purpose, change.is_set, change.actor, change.reason_code) for purpose, change in history.history_of("award")
    ]
    assert told == [
        ("revocation", True, "c", "issued_in_error"),
        ("suspension", False, "b", "lifted"),
        ("suspension", True, "a", "under_review"),
    ]
