"""A running service with the demonstration in it, and a Chromium, for the journeys of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.databases import PostgreSQLDatabases, SQLiteDatabases
from tests.journeys.browsing import chromium_path, launch
from tests.journeys.furnished_world import furnish
from tests.learners import load_demonstration
from tests.live import Instance, LiveServer, free_port, running

Service = Callable[[str], LiveServer]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The pictures for the README are made only when asked for."""
    return True if collection_path.name == "test_pictures.py" and not config.getoption("--screenshots") else None


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if chromium_path() is None:
        pytest.skip("there is no chromium on this machine's PATH")
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Service]:
    """Kind of database -> a running service on it with the demonstration loaded; started when first asked for."""
    started: dict[str, LiveServer] = {}
    with ExitStack() as stack:

        def on(kind: str) -> LiveServer:
            if pytestconfig.getoption("--database") not in ("both", kind):
                pytest.skip(f"not asked to test on {kind}")
            if kind not in started:
                started[kind] = _start(kind, tmp_path_factory, stack)
            return started[kind]

        yield on


def _start(kind: str, folders: pytest.TempPathFactory, stack: ExitStack) -> LiveServer:
    folder = folders.mktemp(f"journeys_{kind}")
    databases = SQLiteDatabases(folder) if kind == "sqlite" else PostgreSQLDatabases(folder)
    if isinstance(databases, PostgreSQLDatabases):
        stack.callback(databases.stop)
    data = folder / "data"
    data.mkdir()
    instance = Instance(data_dir=data, database_url=databases.make(data), port=free_port(), trusted_proxies=1)
    load_demonstration(instance)
    return stack.enter_context(running(instance))


@pytest.fixture(scope="package")
def furnished(service: Service) -> tuple[LiveServer, tuple[str, str], list[str]]:
    """The service with something on every page, the cookie of an administrator, and the paths of all pages."""
    server = service("sqlite")
    return server, *furnish(server)
