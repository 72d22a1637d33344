"""The player: every kind of question, a failed check, another device, no network."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from competencies.learning import authoring
from tests.factories.learning import EVERY_KIND, make_content
from tests.journeys.answering import answer_all, answer_this, by_prompt, onward, written_questions
from tests.journeys.browsing import DESKTOP_WITHOUT_JAVASCRIPT, PHONE, Surface, Visitor, visiting
from tests.journeys.conftest import Service
from tests.journeys.people import begin_check, open_module, sign_in_by_mail, sign_up
from tests.learners import demonstration_module

MODULE = "Who belongs on your list"
EVERY_ITEM = [make(f"Q{number}", card=1) for number, make in enumerate(EVERY_KIND, start=1)]
EVERY_TITLE = "Every kind of question"


@pytest.fixture
def every_kind(service: Service) -> str:
    """The address of the service, with a module in it whose check asks one question of every kind."""
    instance = service("sqlite").instance
    with instance.use_cases():
        organisation = demonstration_module("M01").organisation
        check = {"items": [*EVERY_ITEM, *more_items()], "draw": 13, "pass_mark": 1.0}
        content = make_content(code="EVERY", title=EVERY_TITLE, check=check)
        module = authoring.publish_version(organisation, "EVERY", content=content, actor="system").module
        authoring.open_module(module, actor="system")
    return instance.base_url


def more_items() -> list[dict[str, object]]:
    """A check needs more questions than seven: six more, of the kinds that need most from the page."""
    kinds = {make.__name__: make for make in EVERY_KIND}
    wanted = ("ordering", "matching", "multiple_choice") * 2
    return [kinds[kind](f"Q{number}", card=1) for number, kind in enumerate(wanted, start=8)]


@pytest.mark.browser
@pytest.mark.parametrize("surface", [PHONE, DESKTOP_WITHOUT_JAVASCRIPT], ids=lambda surface: surface.name)
def test_every_kind_of_question_can_be_answered_rightly(browser: Browser, every_kind: str, surface: Surface) -> None:
    with visiting(browser, every_kind, surface) as learner:
        sign_up(learner, name="Wei Chen")
        begin_check(learner, EVERY_TITLE)
        answer_all(learner, by_prompt([*EVERY_ITEM, *more_items()]), right=True)
        page = learner.press("Submit")
        expect(page.get_by_role("main")).to_contain_text("13 of 13 right")


@pytest.mark.browser
def test_a_failed_check_gives_no_badge_no_answers_and_says_when_to_come_back(
    browser: Browser, service: Service
) -> None:
    with visiting(browser, service("sqlite").instance.base_url, PHONE) as learner:
        sign_up(learner, name="Tomás Varga")
        begin_check(learner, MODULE)
        asked = answer_wrongly(learner)
        page = learner.press("Submit")

        main = page.get_by_role("main")
        expect(main).to_contain_text("0 of 5 right")
        shown = main.inner_text()
        assert all(right not in shown for right in right_answers(asked))
        expect(main).to_contain_text("you can try again from")
        expect(learner.open("/badges").get_by_role("main")).to_contain_text("No badge yet")
        open_module(learner, MODULE)
        expect(learner.page.get_by_role("button", name="Answer the check")).to_have_count(0)


def answer_wrongly(learner: Visitor) -> list[str]:
    """Answer every question wrongly; the words of the questions asked, in their bare letters."""
    questions, asked = written_questions("M01"), []
    while learner.page.locator("#prompt").count():
        answer_this(learner, questions, right=False)
        asked.append("".join(letter for letter in learner.page.locator("#prompt").inner_text() if letter.isalnum()))
        learner.press(onward(learner.page))
    return asked


def right_answers(asked: list[str]) -> list[str]:
    """The right options of the questions asked that offer a choice."""
    questions = [written_questions("M01")[letters] for letters in asked]
    return [
        option["text"]
        for question in questions
        if question["kind"] in ("single_choice", "multiple_choice")
        for option in question["options"]
        if option["correct"]
    ]


@pytest.mark.browser
def test_another_device_goes_on_where_the_first_stopped(browser: Browser, service: Service) -> None:
    base_url = service("sqlite").instance.base_url
    questions = written_questions("M01")
    with visiting(browser, base_url, PHONE) as phone, visiting(browser, base_url, DESKTOP_WITHOUT_JAVASCRIPT) as desk:
        email = sign_up(phone, name="Noor Rahman")
        open_module(phone, MODULE)
        phone.follow("Start reading")
        phone.follow("Next")
        third = phone.follow("Next")
        expect(third.locator(".save-state")).to_have_text("Saved")

        sign_in_by_mail(desk, email)
        open_module(desk, MODULE)
        desk.follow("Go on reading")
        assert desk.path() == phone.path()

        begin_check(phone, MODULE)
        answer_this(phone, questions, right=True)
        phone.press("Next")
        second = prompt(phone.page)

        open_module(desk, MODULE)
        desk.press("Resume the attempt")
        assert prompt(desk.page) == second
        answer_all(desk, questions, right=True)
        page = desk.press("Submit")
        expect(page.get_by_role("main")).to_contain_text("5 of 5 right")


def prompt(page: Page) -> str:
    return page.locator("#prompt").inner_text()


@pytest.mark.browser
def test_an_answer_given_without_a_network_is_kept_and_saved_when_it_is_back(
    browser: Browser, service: Service
) -> None:
    questions = written_questions("M01")
    with visiting(browser, service("sqlite").instance.base_url, PHONE) as learner:
        sign_up(learner, name="Aroha Ngata")
        begin_check(learner, MODULE)
        page, first = learner.page, prompt(learner.page)
        with learner.offline():
            answer_this(learner, questions, right=True)
            expect(page.locator("[data-note]")).to_contain_text("You are offline. Your answer is kept on this device")
            expect(page.locator(".save-state")).to_have_text("Offline")
            page.get_by_role("button", name="Next", exact=True).click()
            assert prompt(page) == first, "without a network the question stays"
        expect(page.locator(".save-state")).to_have_text("Saved")
        expect(page.locator("[data-note]")).to_be_hidden()
        learner.press("Next")
        answer_all(learner, questions, right=True)
        expect(learner.page.get_by_role("main")).to_contain_text("Every question is answered")
        page = learner.press("Submit")
        expect(page.get_by_role("main")).to_contain_text("5 of 5 right")
