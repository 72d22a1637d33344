"""A worker checks what was handed in: each row once, whatever happens in between."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from badges import awards
from badges.bulk_checks import carrying_out, jobs
from badges.bulk_checks.models import BulkCheck, BulkRow
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, NotFound
from tests.factories.bulk_checks import (
    carry_out,
    findings_of,
    make_check,
    make_public_awards,
    organisation_of,
    publish_lists,
)
from tests.factories.revoking import make_administrator


def test_each_row_gets_its_finding(ctx: Flask) -> None:
    valid, revoked = make_public_awards(2)
    awards.revoke(revoked, reason="A mistake.", actor="system")
    publish_lists()
    altered = valid.credential.document.replace(b"Target List", b"Target Lost")
    given = [valid.public_id, f"http://localhost:8000/badges/{revoked.public_id}", altered.decode(), "nonsense"]
    check = make_check(organisation_of(valid), given)
    carry_out(check)
    assert findings_of(check) == ["valid", "revoked", "altered", "not_a_badge"]
    assert jobs.find(check.public_id).state == "done"
    row = db.session.scalars(select(BulkRow).filter_by(check_id=check.id, number=1)).one()
    assert row.facts["achievement"] == "Target List"
    assert row.facts["issuer"] == organisation_of(valid).name


def test_what_a_broken_signature_covers_is_not_shown(ctx: Flask) -> None:
    (award,) = make_public_awards(1)
    altered = award.credential.document.replace(b"Target List", b"Target Lost")
    check = make_check(organisation_of(award), [altered.decode()])
    carry_out(check)
    assert db.session.scalars(select(BulkRow.facts).filter_by(check_id=check.id)).one() == {}


def test_a_private_badge_is_as_good_as_none_to_others(ctx: Flask) -> None:
    (award,) = make_public_awards(1)
    award.visibility = "private"
    db.session.commit()
    check = make_check(organisation_of(award), [award.public_id])
    carry_out(check)
    assert findings_of(check) == ["not_a_badge"]


def test_what_was_begun_is_gone_on_with_and_not_done_again(ctx: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying_out, "BATCH", 2)
    given = [award.public_id for award in make_public_awards(1)] * 5
    check = make_check(organisation_of(make_public_awards(1)[0]), given)
    begun = carrying_out.carry_out(check.public_id, "run")
    for _part in range(3):  # one batch is stored: then the process is gone
        next(begun)
        db.session.commit()
    begun.close()
    first = findings_of(check)
    assert (first[:2], first[2:]) == (["valid", "valid"], [None, None, None])
    stamps = select(BulkRow.checked_at).filter_by(check_id=check.id).where(BulkRow.number <= 2)
    before = list(db.session.scalars(stamps))
    carry_out(check)
    assert findings_of(check) == ["valid"] * 5
    assert list(db.session.scalars(stamps)) == before


def test_a_second_worker_leaves_alone_what_a_first_is_at(ctx: Flask) -> None:
    (award,) = make_public_awards(1)
    check = make_check(organisation_of(award), [award.public_id])
    begun = carrying_out.carry_out(check.public_id, "first")
    next(begun)
    db.session.commit()
    carry_out(check, run="second")
    assert findings_of(check) == [None]
    carry_out(check, run="first")
    assert findings_of(check) == ["valid"]


def test_a_cancelled_check_stops_between_batches(ctx: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying_out, "BATCH", 1)
    (award,) = make_public_awards(1)
    check = make_check(organisation_of(award), [award.public_id] * 3)
    begun = carrying_out.carry_out(check.public_id, "run")
    while findings_of(check)[0] is None:
        next(begun)
        db.session.commit()
    jobs.cancel(check.public_id, by=make_administrator(organisation_of(award)))
    db.session.commit()
    for _part in begun:
        db.session.commit()
    assert findings_of(check) == ["valid", None, None]
    assert jobs.find(check.public_id).state == "cancelled"


def test_a_host_that_does_not_answer_is_asked_again_and_then_named(ctx: Flask) -> None:
    (award,) = make_public_awards(1)
    closed = "http://localhost:1/badge.json"
    check = make_check(organisation_of(award), [closed, award.public_id])
    for tries in (1, 2, 3):
        carry_out(check)
        assert findings_of(check) == [None, "valid"]
        row = db.session.scalars(select(BulkRow).filter_by(check_id=check.id, number=1)).one()
        assert (row.tries, row.due_at > utc_now()) == (tries, True)
        db.session.execute(update(BulkRow).where(BulkRow.id == row.id).values(due_at=utc_now()))
        db.session.commit()
    carry_out(check)
    assert findings_of(check) == ["could_not_check", "valid"]
    row = db.session.scalars(select(BulkRow).filter_by(check_id=check.id, number=1)).one()
    assert "localhost" in row.sentence
    assert jobs.find(check.public_id).state == "done"


def test_the_same_form_sent_twice_makes_one_check(ctx: Flask) -> None:
    (award,) = make_public_awards(1)
    place = organisation_of(award)
    by = make_administrator(place)
    first = make_check(place, [award.public_id], by=by, form_key="form")
    assert make_check(place, [award.public_id], by=by, form_key="form").id == first.id


def test_a_check_is_forgotten_with_its_input_after_thirty_days(ctx: Flask) -> None:
    (award,) = make_public_awards(1)
    check = make_check(organisation_of(award), [award.public_id])
    check.expires_at = utc_now() - timedelta(seconds=1)
    db.session.commit()
    with pytest.raises(NotFound):
        jobs.find(check.public_id)
    assert jobs.forget_old() == 1
    assert db.session.scalars(select(BulkRow)).all() == db.session.scalars(select(BulkCheck)).all() == []


def test_a_check_that_is_done_is_not_cancelled(ctx: Flask) -> None:
    (award,) = make_public_awards(1)
    check = make_check(organisation_of(award), [award.public_id])
    carry_out(check)
    with pytest.raises(Conflict):
        jobs.cancel(check.public_id, by=make_administrator(organisation_of(award)))
