"""Makes the pictures of the README: run with ``--screenshots``."""

from __future__ import annotations

from dataclasses import replace

from playwright.sync_api import Browser

from badges import awards
from badges.demonstration.learning import play
from issuer.base.db import utc_now
from issuer.base.settings import CHECKOUT
from issuer.policy import Actor
from tests.journeys.answering import answer_this, written_questions
from tests.journeys.browsing import DESKTOP, PHONE, visiting
from tests.journeys.conftest import Service
from tests.journeys.people import begin_check, sign_up
from tests.learners import demonstration_module, make_account

IMAGES = CHECKOUT / "docs" / "images"


def test_a_public_badge_on_a_desktop(browser: Browser, service: Service) -> None:
    instance = service("sqlite").instance
    with instance.use_cases():
        holder = make_account(name="Amara Okafor")
        award = play(holder, demonstration_module("M01"), answers="right", now=utc_now()).awards[0]
        awards.publish(Actor(account_id=holder.id, public_id=holder.public_id), award.public_id)
        path = f"/badges/{award.public_id}"
    with visiting(browser, instance.base_url, DESKTOP) as employer:
        employer.open(path).screenshot(path=IMAGES / "badge.png")


def test_a_question_on_a_phone(browser: Browser, service: Service) -> None:
    with visiting(browser, service("sqlite").instance.base_url, replace(PHONE, pixels=2)) as learner:
        sign_up(learner, name="Amara Okafor")
        begin_check(learner, "Who belongs on your list")
        answer_this(learner, written_questions("M01"), right=True)
        learner.page.locator(".save-state[data-state=saved]").wait_for()
        learner.page.screenshot(path=IMAGES / "player.png")
