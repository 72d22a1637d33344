from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import stamp

from issuer.base.db import db
from issuer.keys import keystore
from tests.factories.people import make_organisation


@pytest.fixture(autouse=True)
def newest_schema(app: Flask) -> None:
    """However the test's tables were made, their number is the newest."""
    with app.app_context():
        stamp(directory=str(app.config["ROSETTE"].checkout / "migrations"))


def test_a_process_that_runs_is_alive_without_a_database(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "alive"})


def test_a_process_with_its_database_and_schema_is_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "ready",
        "checks": {"database": "ready", "schema": "ready", "keys": "ready", "erasures": "ready"},
    }


def test_an_old_schema_is_not_ready(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        db.session.execute(db.text("UPDATE alembic_version SET version_num = '0000'"))
        db.session.commit()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert "migrations" in answer.json["checks"]["schema"]


def test_a_missing_table_is_not_ready_and_says_nothing_of_the_inside(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        db.session.execute(db.text("DROP TABLE alembic_version"))
        db.session.commit()
    assert client.get("/readyz").status_code == 503


def test_a_key_that_cannot_be_used_is_told_and_pages_are_still_served(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        keystore.ensure_keys(make_organisation())
        db.session.commit()
    for path in (app.config["ROSETTE"].data_dir / "keys").iterdir():
        path.unlink()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["status"] == "degraded"
    assert "cannot be used" in answer.json["checks"]["keys"]
