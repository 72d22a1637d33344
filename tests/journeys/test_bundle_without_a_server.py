"""A bundle that was unpacked into a folder, opened from there in a real browser, with no service and no network."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from badges import awards
from badges.models import Award
from issuer.base.db import db
from tests.edges.badges.badge_steps import HeldBadge
from tests.edges.badges.test_bundle import badge_of, opened
from tests.factories import log
from tests.factories.bulk_checks import publish_lists

pytestmark = pytest.mark.browser

HOLDS = "Genuine: signed by its issuer, unchanged, and not withdrawn on the day it was saved."
ALTERED = "Not genuine: it was changed, or its issuer has not signed it."
REVOKED = "Genuine once, but withdrawn by its issuer."
PATIENCE = 10_000


def unpacked(badge: HeldBadge, folder: Path) -> Path:
    bundle = opened(badge.holder)
    bundle.extractall(folder)
    return folder


def look(browser: Browser, folder: Path, *, page: str = "index.html", width: int = 360, dark: bool = False) -> Page:
    """The viewer, with everything that it asked of the world or the console had to say against it refused."""
    context = browser.new_context(
        viewport={"width": width, "height": 740}, color_scheme="dark" if dark else "light", offline=True
    )
    opened_page = context.new_page()
    asked: list[str] = []
    opened_page.on("request", lambda request: asked.append(request.url))
    opened_page.on("pageerror", lambda error: asked.append(str(error)))
    opened_page.goto((folder / page).as_uri())
    expect(opened_page.locator("[data-answer]").first).to_be_visible(timeout=PATIENCE)
    assert {urlsplit(url).scheme for url in asked} == {"file"}, asked
    return opened_page


def verdict(page: Page) -> str:
    return page.locator("[data-answer]").first.inner_text()


def outcomes(page: Page) -> list[str]:
    return [each.strip() for each in page.locator(".checks .outcome").all_inner_texts()]


@pytest.mark.parametrize(("width", "dark"), [(320, False), (360, True), (1280, False)])
def test_a_badge_is_genuine_without_any_server_and_the_page_can_be_used_by_everybody(
    app: Flask, browser: Browser, tmp_path: Path, width: int, dark: bool
) -> None:
    page = look(browser, unpacked(badge_of(app), tmp_path), width=width, dark=dark)
    assert verdict(page) == HOLDS
    assert outcomes(page) == ["Passed"] * 6
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page).response["violations"] == []


def test_it_speaks_french_too(app: Flask, browser: Browser, tmp_path: Path) -> None:
    page = look(browser, unpacked(badge_of(app), tmp_path), page="index.fr.html")
    assert page.locator("html").get_attribute("lang") == "fr"
    assert verdict(page).startswith("Authentique")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('"jwt": "ey', '"jwt": "eyJ', id="another header"),
        pytest.param("Target List", "Target Lisp", id="another name in the file beside the token"),
    ],
)
def test_a_changed_badge_is_seen(app: Flask, browser: Browser, tmp_path: Path, old: str, new: str) -> None:
    folder = unpacked(badge_of(app), tmp_path)
    data = folder / "viewer" / "data.js"
    assert old in data.read_text()
    data.write_text(data.read_text().replace(old, new, 1))
    assert verdict(look(browser, folder)) == ALTERED


def test_a_signature_of_somebody_else_is_seen(app: Flask, browser: Browser, tmp_path: Path) -> None:
    badge = badge_of(app)
    folder = unpacked(badge, tmp_path)
    data = folder / "viewer" / "data.js"
    header, payload, signature = badge.jwt.decode().split(".")
    forged = f"{header}.{payload}.{'A' * len(signature)}"
    data.write_text(data.read_text().replace(badge.jwt.decode(), forged))
    assert verdict(look(browser, folder)) == ALTERED


def test_a_badge_that_was_withdrawn_is_said_to_be(app: Flask, browser: Browser, tmp_path: Path) -> None:
    badge = badge_of(app)
    with app.app_context():
        awards.revoke(db.session.scalars(select(Award)).one(), reason="A mistake.", actor="system")
        publish_lists()
        db.session.commit()
    assert verdict(look(browser, unpacked(badge, tmp_path))) == REVOKED


def test_a_proof_of_another_log_does_not_hold(app: Flask, browser: Browser, tmp_path: Path) -> None:
    badge = badge_of(app)
    with app.app_context():
        log.keep_up()
    folder = unpacked(badge, tmp_path)
    data = folder / "viewer" / "data.js"
    text = data.read_text()
    start = text.index('"blinding": "') + len('"blinding": "')
    data.write_text(text[:start] + ("B" if text[start] != "B" else "C") + text[start + 1 :])
    page = look(browser, folder)
    assert verdict(page) == ALTERED
    assert "The proof that it is in the log does not hold." in page.locator(".checks").inner_text()


def test_what_somebody_wrote_is_shown_and_never_run(app: Flask, browser: Browser, tmp_path: Path) -> None:
    badge = badge_of(app, name="<img src=x onerror=document.title='run'>")
    page = look(browser, unpacked(badge, tmp_path))
    assert page.title() != "run"
    assert "<img src=x" in page.locator('[data-fact="holder"]').inner_text()
