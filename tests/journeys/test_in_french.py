"""The same service for somebody who reads French."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from badges import awards
from badges.demonstration.learning import play
from issuer.base.db import utc_now
from issuer.base.settings import CHECKOUT
from issuer.policy import Actor
from tests.journeys.browsing import DESKTOP_WITHOUT_JAVASCRIPT, PHONE, visiting
from tests.journeys.conftest import Service
from tests.learners import demonstration_module, make_account

CATALOG = CHECKOUT / "templates" / "translations" / "fr" / "LC_MESSAGES" / "messages.mo"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CATALOG.exists(), reason="the French catalog is not compiled; `make test` compiles it"),
]


def test_who_reads_french_is_answered_in_french(browser: Browser, service: Service) -> None:
    instance = service("sqlite").instance
    with instance.use_cases():
        holder = make_account(name="Anaïs Moreau")
        award = play(holder, demonstration_module("M01"), answers="right", now=utc_now()).awards[0]
        awards.publish(Actor(account_id=holder.id, public_id=holder.public_id), award.public_id)
        badge = f"/badges/{award.public_id}"
    seen = {"/": "Parcourir le catalogue", "/catalog": "Catalogue", badge: "Décerné à", "/verify": "Vérifier un badge"}
    with visiting(browser, instance.base_url, PHONE, language="fr-CA") as reader:
        for path, words in seen.items():
            page = reader.open(path)
            expect(page.get_by_role("main")).to_contain_text(words)
            assert page.locator("html").get_attribute("lang") == "fr"


def test_a_language_that_was_chosen_stays_chosen(browser: Browser, service: Service) -> None:
    with visiting(browser, service("sqlite").instance.base_url, DESKTOP_WITHOUT_JAVASCRIPT) as reader:
        page = reader.open("/catalog")
        assert page.locator("html").get_attribute("lang") == "en"
        with page.expect_navigation():
            page.get_by_role("button", name="Français").click()
        assert reader.path() == "/catalog"
        assert reader.open("/").locator("html").get_attribute("lang") == "fr"
