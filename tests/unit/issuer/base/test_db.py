"""The database is durable, keeps its references, and takes writers one after the other."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError, StatementError

from issuer.base.db import db, new_public_id
from issuer.models import Membership, OneTimeLink, Organisation


def test_sqlite_opens_durable(ctx: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PRAGMAs are SQLite's")
    found = {
        name: db.session.execute(db.text(f"PRAGMA {name}")).scalar_one()
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


def test_a_reference_to_nothing_is_refused(ctx: Flask) -> None:
    db.session.add(Membership(account_id=10_000, organisation_id=10_000, subject_urn="urn:uuid:x"))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_times_come_back_in_utc_to_the_microsecond(ctx: Flask) -> None:
    local = datetime(2026, 11, 22, 13, 45, 30, 123456, tzinfo=timezone(timedelta(hours=-5)))
    db.session.add(OneTimeLink(token_hash="x", purpose="sign_in", lookup="a@b.ca", expires_at=local))
    db.session.commit()
    found = db.session.scalar(db.select(OneTimeLink.expires_at))
    assert found == local
    assert found.tzinfo is UTC


def test_a_time_without_a_zone_cannot_be_stored(ctx: Flask) -> None:
    naive = datetime(2026, 11, 22)
    db.session.add(OneTimeLink(token_hash="x", purpose="sign_in", lookup="a@b.ca", expires_at=naive))
    with pytest.raises(StatementError, match="zone"):
        db.session.flush()


def test_two_writers_wait_for_each_other_and_both_succeed(app: Flask) -> None:
    """Each reads before it writes: on SQLite that would be refused without saying so at the beginning."""
    barrier, failures = threading.Barrier(8), []

    def found(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                count = db.session.scalar(db.select(db.func.count()).select_from(Organisation))
                db.session.add(Organisation(slug=f"o{number}", name=f"{count}"))
                db.session.commit()
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=found, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert failures == []
        assert db.session.scalar(db.select(db.func.count()).select_from(Organisation)) == 8


def test_public_ids_are_long_random_and_no_command_line_option() -> None:
    ids = {new_public_id() for _ in range(20_000)}
    assert len(ids) == 20_000
    assert {len(name) for name in ids} == {22}
    assert not any(name.startswith("-") for name in ids)
