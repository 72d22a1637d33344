"""The main journey: from nobody to somebody whose badge a stranger has checked."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.answering import answer_all, written_questions
from tests.journeys.browsing import DESKTOP, DESKTOP_WITHOUT_JAVASCRIPT, PHONE, Surface, Visitor, visiting
from tests.journeys.conftest import Service
from tests.journeys.people import open_module, read_all_cards, sign_up

NAME = "Élodie Baptiste"
OTHER_NAME = "Élodie Baptista"
MODULE = "Who belongs on your list"
BADGE = "Target List"
CARDS = 8


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
@pytest.mark.parametrize("surface", [PHONE, DESKTOP_WITHOUT_JAVASCRIPT], ids=lambda surface: surface.name)
def test_a_learner_earns_publishes_and_shows_a_badge(
    browser: Browser, service: Service, surface: Surface, kind: str
) -> None:
    base_url = service(kind).instance.base_url
    held = replace(surface, looked_at=kind == "sqlite")
    with visiting(browser, base_url, held) as learner, visiting(browser, base_url, held) as stranger:
        sign_up(learner, name=NAME)
        badge = earn(learner)

        stranger.open(badge, status=404)
        publish(learner)
        see_in_public(stranger, badge)
        signed, token = download(stranger)

        assert verdict(stranger, signed).startswith("Genuine and valid.")
        assert verdict(stranger, token).startswith("Genuine and valid.")
        assert verdict(stranger, signed.replace(NAME, OTHER_NAME)).startswith("Altered")
        assert verdict(stranger, with_another_letter(token)).startswith("Altered")
        assert verdict(stranger, stranger.url(badge)).startswith("Genuine and valid.")
        stranger.open(badge)
        stranger.follow("Check it yourself")

        see_the_evidence(learner)


def earn(learner: Visitor) -> str:
    """Read the module, pass its check, see what came of it; the path of the badge."""
    learner.open("/")
    learner.follow("Browse the catalog")
    learner.follow(MODULE)
    assert read_all_cards(learner) == CARDS
    learner.press("Start the check")
    answer_all(learner, written_questions("M01"), right=True)
    page = learner.press("Submit")
    expect(page.get_by_role("main")).to_contain_text(BADGE)
    expect(page.get_by_role("main")).to_contain_text(NAME)
    expect(page.get_by_role("main")).to_contain_text("Nobody can see it but you")
    learner.follow("See the badge")
    return learner.path()


def publish(learner: Visitor) -> None:
    page = learner.press("Publish")
    expect(page.get_by_text("Published. Whoever has the address of this page can see")).to_be_visible()


def see_in_public(stranger: Visitor, badge: str) -> None:
    """What an employer sees, signed in nowhere."""
    page = stranger.open(badge)
    main = page.get_by_role("main")
    for words in ("Genuine and valid.", BADGE, NAME, "Northbridge Sales Institute", "nowledge check"):
        expect(main).to_contain_text(words)


def download(stranger: Visitor) -> tuple[str, str]:
    """The two signed forms that the badge's page offers."""
    texts = []
    for name in ("Signed document (JSON-LD)", "Signed token (JWT)"):
        with stranger.page.expect_download() as download:
            stranger.page.get_by_role("link", name=name, exact=True).click()
        texts.append(download.value.path().read_text(encoding="utf-8"))
    return texts[0], texts[1]


def verdict(stranger: Visitor, given: str) -> str:
    """What the page for checking badges says of what is pasted into it."""
    page = stranger.open("/verify")
    page.get_by_label("The badge, or its address").fill(given)
    stranger.press("Check it")
    return page.locator(".answer .sentence").inner_text()


def with_another_letter(token: str) -> str:
    """The token with one letter of its holder's name changed, and its old signature."""
    header, payload, signature = token.split(".")
    claims = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
    assert NAME in claims
    changed = base64.urlsafe_b64encode(claims.replace(NAME, OTHER_NAME).encode()).decode().rstrip("=")
    return f"{header}.{changed}.{signature}"


def see_the_evidence(learner: Visitor) -> None:
    """The profile shows the skill, and behind it the check that proved it."""
    page = learner.open("/skills")
    main = page.get_by_role("main")
    expect(main).to_contain_text("PRO.1")
    expect(main).to_contain_text(MODULE)
    expect(main).to_contain_text("1 piece of evidence")


@pytest.mark.browser
def test_every_page_a_visitor_reaches_first_is_sound_on_a_wide_screen(browser: Browser, service: Service) -> None:
    with visiting(browser, service("sqlite").instance.base_url, DESKTOP) as visitor:
        for path in ("/", "/catalog", "/catalog?minutes=15", "/verify", "/sign-in", "/sign-up", "/api/docs"):
            visitor.open(path)
        visitor.open("/nothing/here", status=404)
        open_module(visitor, MODULE)
        visitor.follow("Start reading")
