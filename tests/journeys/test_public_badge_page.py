"""The page of a badge as a stranger meets it: on a phone, on paper, at night, in French, without scripts."""

from __future__ import annotations

from io import BytesIO

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from badges import awards
from badges.demonstration.learning import play
from badges.models import Award
from issuer.base.db import db, utc_now
from issuer.policy import Actor
from tests.journeys.browsing import DESKTOP, DESKTOP_AT_NIGHT, DESKTOP_WITHOUT_JAVASCRIPT, PHONE, Surface, visiting
from tests.journeys.conftest import Service
from tests.learners import demonstration_module, make_account
from tests.live import LiveServer

NARROW = Surface("narrow-phone", 320, 640, touch=True)
SURFACES = (PHONE, NARROW, DESKTOP, DESKTOP_AT_NIGHT, DESKTOP_WITHOUT_JAVASCRIPT)


def a_published_badge(server: LiveServer) -> str:
    """The path of a badge of the demonstration's first module, earned just now by somebody new and published."""
    with server.instance.use_cases():
        account = make_account(name="Amara Okafor")
        play(account, demonstration_module("M01"), answers="right", now=utc_now())
        award = db.session.scalars(db.select(Award).filter_by(account_id=account.id).limit(1)).one()
        awards.publish(Actor(account.id, account.public_id), award.public_id)
        return f"/badges/{award.public_id}"


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.name)
@pytest.mark.parametrize("language", ["en-CA", "fr-CA"])
def test_a_stranger_reads_the_badge(service: Service, browser: Browser, surface: Surface, language: str) -> None:
    server = service("sqlite")
    with visiting(browser, server.instance.base_url, surface, language=language) as visitor:
        page = visitor.open(a_published_badge(server))
        assert page.locator("h1").count() == 1
        assert page.locator(".status").is_visible()
        assert page.locator("#evidence, #skills, #criteria, #checks, #share").count() == 5


@pytest.mark.parametrize("surface", [PHONE, DESKTOP], ids=lambda surface: surface.name)
def test_the_first_screen_holds_what_decides_in_this_order(
    service: Service, browser: Browser, surface: Surface
) -> None:
    server = service("sqlite")
    with visiting(browser, server.instance.base_url, surface) as visitor:
        page = visitor.open(a_published_badge(server))
        told = [".status", "h1", ".badge-hero .facts > div:nth-child(1)", ".badge-hero .facts > div:nth-child(2)"]
        told += [".badge-hero .facts > div:nth-child(3)", ".badge-hero .button.primary"]
        boxes = [page.locator(each).first.bounding_box() for each in told]
        tops = [box["y"] for box in boxes if box]
        last = boxes[-1]
        assert last is not None
        assert tops == sorted(tops)
        assert len(tops) == len(told)
        assert last["y"] + last["height"] <= surface.height


def test_it_prints_on_one_page(service: Service, browser: Browser) -> None:
    server = service("sqlite")
    with visiting(browser, server.instance.base_url, DESKTOP) as visitor:
        page = visitor.open(a_published_badge(server))
        for paper in ("A4", "Letter"):
            printed = page.pdf(format=paper, print_background=True)
            assert len(PdfReader(BytesIO(printed)).pages) == 1


def test_the_verify_button_leads_to_the_checks(service: Service, browser: Browser) -> None:
    server = service("sqlite")
    with visiting(browser, server.instance.base_url, DESKTOP_WITHOUT_JAVASCRIPT) as visitor:
        visitor.open(a_published_badge(server))
        page = visitor.follow("Check it yourself")
        assert page.locator(".answer .sentence").is_visible()


def test_what_is_for_copying_can_be_copied_and_the_frame_shows_the_badge(service: Service, browser: Browser) -> None:
    server = service("sqlite")
    path = a_published_badge(server)
    with visiting(browser, server.instance.base_url, DESKTOP) as visitor:
        page = visitor.open(path)
        assert page.locator("#page-address").input_value().endswith(path)
        page.get_by_text("On a web page").click()
        assert "<iframe" in page.locator("#frame-html").input_value()
        name = page.locator("h1").inner_text()
        framed = visitor.open(f"/embed{path}")
        assert framed.locator("h1").inner_text() == name
