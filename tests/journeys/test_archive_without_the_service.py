"""An issuer's archive, answered by a plain web server under the same address while the service is gone."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from badges import awards
from badges.afterlife.archive_building import build
from badges.verification import sources
from badges.verification.report import Finding
from issuer.base.db import db
from tests.databases import SQLiteDatabases
from tests.factories import log
from tests.factories.badges import make_award
from tests.factories.bulk_checks import publish_lists
from tests.journeys.browsing import DESKTOP, PHONE, Surface, visiting
from tests.live import Instance, free_port

pytestmark = pytest.mark.browser

HOLDS = "It holds on this device: signed by the issuer, unchanged, and not withdrawn."
FAILS = "It does not hold. Do not rely on what this page shows."
PATIENCE = 10_000
START_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Archived:
    """``genuine`` and ``revoked``: paths of two badges."""

    instance: Instance
    folder: Path
    genuine: str
    revoked: str


def empty_instance(folder: Path) -> Instance:
    folder.mkdir()
    return Instance(data_dir=folder, database_url=SQLiteDatabases(folder).make(folder), port=free_port())


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Archived:
    """Two public badges of a service that never runs again."""
    folder = tmp_path_factory.mktemp("archive")
    instance = empty_instance(folder / "data")
    with instance.use_cases():
        genuine, revoked = make_award(), make_award()
        for award in (genuine, revoked):
            award.visibility = "public"
        awards.revoke(revoked, reason="A mistake.", actor="system")
        db.session.commit()
        publish_lists()
        log.keep_up()
        build(folder / "site")
        paths = [f"/badges/{award.public_id}" for award in (genuine, revoked)]
    return Archived(instance, folder / "site", *paths)


@contextmanager
def answered(folder: Path, port: int) -> Iterator[None]:
    """``python -m http.server`` over the folder."""
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "localhost", "--directory", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://localhost:{port}/MANIFEST.json")
        yield
    finally:
        server.terminate()
        server.wait()


def _wait_for(url: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise AssertionError(f"{url} does not answer")


@pytest.mark.parametrize("surface", [PHONE, DESKTOP], ids=lambda surface: surface.name)
def test_a_badge_is_shown_and_checks_in_the_browser(browser: Browser, archived: Archived, surface: Surface) -> None:
    with (
        answered(archived.folder, archived.instance.port),
        visiting(browser, archived.instance.base_url, surface) as visitor,
    ):
        page = visitor.open(archived.genuine)
        assert page.locator("h1").inner_text() == "Target List"
        assert "This page is from an archive of" in page.inner_text("body")
        page.get_by_role("button", name="Check it on this device").click()
        expect(page.locator("[data-answer]")).to_have_text(HOLDS, timeout=PATIENCE)


def test_a_withdrawn_badge_says_so_and_fails_in_the_browser(browser: Browser, archived: Archived) -> None:
    with (
        answered(archived.folder, archived.instance.port),
        visiting(browser, archived.instance.base_url, DESKTOP) as visitor,
    ):
        page = visitor.open(archived.revoked)
        assert "withdrawn by its issuer" in page.locator(".status").first.inner_text()
        page.get_by_role("button", name="Check it on this device").click()
        expect(page.locator("[data-answer]")).to_have_text(FAILS, timeout=PATIENCE)


def test_the_front_page_leads_to_every_badge_and_issuer(browser: Browser, archived: Archived) -> None:
    with (
        answered(archived.folder, archived.instance.port),
        visiting(browser, archived.instance.base_url, PHONE) as visitor,
    ):
        page = visitor.open("/")
        addresses = [link.get_attribute("href") for link in page.get_by_role("main").get_by_role("link").all()]
        assert {archived.genuine, archived.revoked} <= set(addresses)
        for address in addresses:
            visitor.open(str(address))


def test_another_service_verifies_each_badge_from_the_archive_alone(archived: Archived, tmp_path: Path) -> None:
    verifier = empty_instance(tmp_path / "verifier")
    base = archived.instance.base_url
    with answered(archived.folder, archived.instance.port), verifier.use_cases() as app, app.test_request_context():
        good = sources.check(f"{base}{archived.genuine}.json".encode())
        gone = sources.check(f"{base}{archived.revoked}.jwt".encode())
    assert good.finding in (Finding.VALID, Finding.ISSUER_NOT_KNOWN)
    assert gone.finding is Finding.REVOKED


def test_a_badge_that_was_changed_in_the_archive_is_found_out(archived: Archived, tmp_path: Path) -> None:
    verifier = empty_instance(tmp_path / "verifier")
    place = archived.folder / f"{archived.genuine[1:]}.json"
    changed = place.read_bytes().replace(b"Target List", b"Target Lisp")
    with answered(archived.folder, archived.instance.port), verifier.use_cases() as app, app.test_request_context():
        report = sources.check(changed)
    assert report.finding is Finding.ALTERED
