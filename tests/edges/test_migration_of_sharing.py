"""Badges of before go on under schema 0011: as visible as they were, with a code, and the step can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy.exc import IntegrityError

from badges.sharing import human_codes
from issuer.base.db import db
from tests import databases as places
from tests.conftest import Databases
from tests.edges.test_migration_of_keys import ROWS, WHEN, _as_kept
from wsgi import create_app

BEFORE = "0010"
TABLES = ("organisation", "account", "achievement", "achievement_version", "award", "status_list", "credential")
FIRST = "0001"


@pytest.fixture
def lived_in(databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """An application over a database with one signed badge, made under the first schema and brought up to date."""
    url = databases.make_empty(tmp_path)
    app = create_app(places.test_settings(tmp_path, url))
    rows = [(name, values) for name, values in ROWS if name in TABLES]
    with app.app_context():
        upgrade(revision=FIRST)
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


def award() -> dict[str, Any]:
    return dict(db.session.execute(sa.text("SELECT * FROM award")).mappings().one())


def test_a_badge_of_before_is_as_visible_as_it_was_and_has_a_code(lived_in: Flask) -> None:
    row = award()
    assert row["shown_name"] == "full"
    assert human_codes.read(row["code"]) == row["code"]


def test_what_was_signed_still_belongs_to_its_badge(lived_in: Flask) -> None:
    signed = db.session.execute(sa.text("SELECT award_id FROM credential")).scalar_one()
    assert signed == award()["id"]
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(sa.text("DELETE FROM award"))


@pytest.mark.parametrize("change", ["visibility = 'everybody'", "shown_name = 'other'"])
def test_the_database_refuses_what_nobody_can_choose(lived_in: Flask, change: str) -> None:
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(sa.text(f"UPDATE award SET {change}"))


@pytest.mark.parametrize(("now", "then"), [("listed", "public"), ("link", "private"), ("private", "private")])
def test_the_step_can_be_taken_back_and_nobody_sees_more(lived_in: Flask, now: str, then: str) -> None:
    db.session.execute(sa.text("UPDATE award SET visibility = :now"), {"now": now})
    db.session.commit()
    downgrade(revision=BEFORE)
    row = award()
    assert (row["visibility"], "code" in row, "shown_name" in row) == (then, False, False)
    db.session.rollback()
    upgrade()
    assert award()["visibility"] == then
