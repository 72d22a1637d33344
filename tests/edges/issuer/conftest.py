"""An instance for test suites."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from issuer.base.db import db
from tests.databases import test_settings
from tests.suites import BASE_URL, Suite
from wsgi import create_app


@pytest.fixture
def conformance_app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The whole application, started for test suites, on a fresh database."""
    app = create_app(test_settings(tmp_path, database_url, conformance=True, base_url=BASE_URL))
    app.config["TESTING"] = False
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def suite(conformance_app: Flask) -> Suite:
    return Suite(conformance_app.test_client())
