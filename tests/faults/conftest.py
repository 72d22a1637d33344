"""A fresh instance with the demonstration in it for each test of this folder, on each database."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.databases import PostgreSQLDatabases, SQLiteDatabases
from tests.learners import load_demonstration
from tests.live import Instance, free_port

Databases = SQLiteDatabases | PostgreSQLDatabases


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Databases], Instance]:
    """The demonstration, loaded once for each kind of database; nobody has been awarded anything yet."""
    instances: dict[int, Instance] = {}

    def of(databases: Databases) -> Instance:
        if id(databases) not in instances:
            data = tmp_path_factory.mktemp("loaded")
            instance = Instance(data, databases.make(data), free_port(), environment="test")
            load_demonstration(instance)
            instances[id(databases)] = instance
        return instances[id(databases)]

    return of


@pytest.fixture
def instance(databases: Databases, loaded: Callable[[Databases], Instance], tmp_path: Path) -> Iterator[Instance]:
    """A copy of the demonstration on a port of its own, in the environment "test", not running yet."""
    original = loaded(databases)
    data = tmp_path / "data"
    shutil.copytree(original.data_dir, data)
    url = databases.copy(original.database_url, data)
    yield Instance(data, url, free_port(), environment="test")
    databases.drop(url)
