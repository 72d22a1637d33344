"""Fixtures every test may use: an application on a fresh database, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from badges.demonstration.seed import ensure_demonstration
from issuer.base.db import db
from tests import javascript, quick_starts
from tests.databases import PostgreSQLDatabases, SQLiteDatabases, test_settings
from wsgi import create_app

DATABASES = ("sqlite", "postgresql")

quick_starts.remember_rules()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("both", *DATABASES), default="both", help="which databases to test on")
    parser.addoption("--screenshots", action="store_true", help="make the pictures in docs/images anew")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that reaches the database runs on each of them."""
    if "database_kind" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        kinds = DATABASES if chosen == "both" else (chosen,)
        marked = [pytest.param(kind, marks=pytest.mark.postgresql if kind == "postgresql" else ()) for kind in kinds]
        metafunc.parametrize("database_kind", marked, scope="session")


Databases = SQLiteDatabases | PostgreSQLDatabases


@pytest.fixture(scope="session")
def started_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Databases]]:
    """Kind -> where its databases are made. Kept for the whole run: tests of the two kinds alternate."""
    started: dict[str, Databases] = {}

    def of(kind: str) -> Databases:
        if kind not in started:
            make = SQLiteDatabases if kind == "sqlite" else PostgreSQLDatabases
            started[kind] = make(tmp_path_factory.mktemp(kind))
        return started[kind]

    yield of
    for databases in started.values():
        databases.stop()


@pytest.fixture
def databases(database_kind: str, started_databases: Callable[[str], Databases]) -> Databases:
    return started_databases(database_kind)


@pytest.fixture
def database_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated, empty database."""
    url = databases.make(tmp_path)
    yield url
    databases.drop(url)


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The whole application on a fresh database."""
    app = create_app(test_settings(tmp_path, database_url))
    app.config["TESTING"] = False  # errors are answered, as they are for a user
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def demonstrations(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Databases], tuple[str, Path]]:
    """The URL and the data folder of a database with the demonstration in it; to be copied, never used."""
    seeded: dict[int, tuple[str, Path]] = {}

    def of(databases: Databases) -> tuple[str, Path]:
        if id(databases) not in seeded:
            folder = tmp_path_factory.mktemp("demonstration")
            url = databases.make(folder)
            _seed(create_app(test_settings(folder, url)))
            seeded[id(databases)] = url, folder
        return seeded[id(databases)]

    return of


def _seed(app: Flask) -> None:
    with app.app_context():
        ensure_demonstration()
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def demonstration_app(
    demonstrations: Callable[[Databases], tuple[str, Path]], databases: Databases, tmp_path: Path
) -> Iterator[Flask]:
    """The whole application on a fresh copy of the demonstration, with its keys."""
    url, folder = demonstrations(databases)
    shutil.copytree(folder / "keys", tmp_path / "keys")
    copied = databases.copy(url, tmp_path)
    app = create_app(test_settings(tmp_path, copied))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    databases.drop(copied)


@pytest.fixture
def ctx(app: Flask) -> Iterator[Flask]:
    """An application context with a database session; nothing is committed unless the test does."""
    with app.app_context():
        yield app
        db.session.rollback()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that keeps its cookies."""
    return app.test_client()


@pytest.fixture(scope="session")
def verify_js(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the JavaScript verifier, ready to be asked."""
    return javascript.install(tmp_path_factory.mktemp("verify"))
