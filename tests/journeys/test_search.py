"""Somebody looks for a person's badge and for something to learn, on every kind of window, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

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


def a_listed_badge(server: LiveServer) -> str:
    """The path of a badge that somebody new earned just now and listed."""
    with server.instance.use_cases():
        account = make_account(name="Zoë Åström")
        play(account, demonstration_module("M01"), answers="right", now=utc_now())
        award = db.session.scalars(db.select(Award).filter_by(account_id=account.id).limit(1)).one()
        awards.set_visibility(Actor(account.id, account.public_id), award.public_id, "listed")
        return f"/badges/{award.public_id}"


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.name)
@pytest.mark.parametrize("language", ["en-CA", "fr-CA"])
def test_a_visitor_searches_from_the_head_of_a_page(
    service: Service, browser: Browser, surface: Surface, language: str
) -> None:
    server = service("sqlite")
    badge = a_listed_badge(server)
    with visiting(browser, server.instance.base_url, surface, language=language) as visitor:
        page = visitor.open("/catalog")
        if surface.width < 600:
            page.locator(".nav-fold summary").click()
        field = page.locator(".site-search input:visible")
        field.fill("astrom ZOE")
        with page.expect_navigation():
            field.press("Enter")
        visitor.look()
        assert visitor.path() == "/search"
        assert page.locator(f'.search-result a[href="{badge}"]').count() == 1
        with page.expect_navigation():
            page.locator(f'.search-result a[href="{badge}"]').click()
        assert visitor.path() == badge


@pytest.mark.parametrize("surface", [PHONE, DESKTOP], ids=lambda surface: surface.name)
@pytest.mark.parametrize("language", ["en-CA", "fr-CA"])
def test_results_are_leafed_through_and_narrowed(
    service: Service, browser: Browser, surface: Surface, language: str
) -> None:
    server = service("sqlite")
    with visiting(browser, server.instance.base_url, surface, language=language) as visitor:
        page = visitor.open("/search?q=a")
        assert page.locator(".search-result").count() == 10
        with page.expect_navigation():
            page.locator(".pages [rel=next]").click()
        visitor.look()
        page.locator("#f-kind").select_option("module")
        with page.expect_navigation():
            page.locator(".search-form button").click()
        visitor.look()
        links = [link.get_attribute("href") or "" for link in page.locator(".search-result a").all()]
        assert links and all(re.fullmatch(r"/modules/[\w-]+", href) for href in links)
        visitor.open("/search?q=zzzzzz")
        assert page.locator(".search-result").count() == 0


@pytest.mark.parametrize("surface", [PHONE, NARROW, DESKTOP], ids=lambda surface: surface.name)
@pytest.mark.parametrize("language", ["en-CA", "fr-CA"])
def test_an_issuer_is_found_in_the_directory(
    service: Service, browser: Browser, surface: Surface, language: str
) -> None:
    server = service("sqlite")
    with visiting(browser, server.instance.base_url, surface, language=language) as visitor:
        page = visitor.open("/issuers")
        with page.expect_navigation():
            page.locator(".search-result a").first.click()
        visitor.look()
        assert page.locator("#badges, #keys, #lists, #check").count() == 4
