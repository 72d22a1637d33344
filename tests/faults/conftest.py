"""A fresh instance with the demonstration in it for each test of this folder, on each database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import PostgreSQLDatabases, SQLiteDatabases
from tests.learners import load_demonstration
from tests.live import Instance, free_port

Databases = SQLiteDatabases | PostgreSQLDatabases


@pytest.fixture(scope="session")
def demonstration(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """The demonstration, loaded once for each kind of database; nobody has been awarded anything yet."""
    data = tmp_path_factory.mktemp("demonstration")
    instance = Instance(data, databases.make(data), free_port(), environment="test")
    load_demonstration(instance)
    yield instance
    databases.drop(instance.database_url)


@pytest.fixture
def instance(databases: Databases, demonstration: Instance, tmp_path: Path) -> Iterator[Instance]:
    """A copy of the demonstration on a port of its own, in the environment "test", not running yet."""
    data = tmp_path / "data"
    shutil.copytree(demonstration.data_dir, data)
    url = databases.copy(demonstration.database_url, data)
    yield Instance(data, url, free_port(), environment="test")
    databases.drop(url)
