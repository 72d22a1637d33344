"""Badges, places and revocations of before go on under schema 0004, and the step can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy.exc import IntegrityError

from issuer.base.db import db
from issuer.status import places as status_places
from tests import databases as places
from tests.conftest import Databases
from tests.edges.test_migration_of_keys import ROWS, WHEN, _as_kept
from wsgi import create_app

BEFORE = "0003"
PLACE = {"id": 1, "status_list_id": 1, "index": 7, "subject": "award-1", "is_set": True, "set_at": WHEN, "reason": "A."}
TABLES = ("organisation", "account", "achievement", "achievement_version", "award", "status_list")


@pytest.fixture
def lived_in(databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """An application over a database with one revoked badge, made under the schema before and brought up to date."""
    url = databases.make_empty(tmp_path)
    app = create_app(places.test_settings(tmp_path, url))
    rows = [*((name, values) for name, values in ROWS if name in TABLES), ("status_entry", PLACE)]
    with app.app_context():
        upgrade(revision=BEFORE)
        tables = sa.MetaData()
        tables.reflect(db.engine, only=[name for name, _ in rows])
        with db.engine.begin() as connection:
            for name, values in rows:
                table = tables.tables[name]
                given = {"public_id": f"{name}-1", "created_at": WHEN}
                known = {column: value for column, value in given.items() if column in table.c}
                connection.execute(table.insert().values(**known, **_as_kept(table, values)))
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


def row_of(table: str) -> dict[str, Any]:
    return dict(db.session.execute(sa.text(f"SELECT * FROM {table}")).mappings().one())


def test_what_was_revoked_stays_revoked_with_its_reason_for_the_holder_alone(lived_in: Flask) -> None:
    entry = status_places.entry_of("award-1")
    assert (entry.is_set, entry.index, entry.reason, entry.reason_code) == (True, 7, "A.", None)
    assert entry.reason_is_public is False


def test_achievements_of_before_ask_for_one_place_only(lived_in: Flask) -> None:
    version = row_of("achievement_version")
    assert (bool(version["may_be_suspended"]), bool(version["names_revocation_list"])) == (False, False)


def test_places_of_before_are_guarded_from_now_on(lived_in: Flask) -> None:
    for statement in ("UPDATE status_entry SET is_set = false", "DELETE FROM status_entry"):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(sa.text(statement))


def test_the_step_can_be_taken_back(lived_in: Flask) -> None:
    downgrade(revision=BEFORE)
    assert "reason_code" not in row_of("status_entry")
    assert "may_be_suspended" not in row_of("achievement_version")
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(sa.text("DELETE FROM achievement_version"))
    db.session.execute(sa.text("UPDATE status_entry SET is_set = false"))
    db.session.rollback()
    upgrade()
    assert status_places.entry_of("award-1").is_set
