"""Answers a knowledge check in the browser as its author's file says, rightly or wrongly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from playwright.sync_api import Page

from badges.demonstration.catalog import CONTENT
from competencies.learning.content_files import read_folder
from tests.journeys.browsing import Visitor

Question = Mapping[str, Any]
Questions = Mapping[str, Question]
"""By the bare letters of their prompt."""


def written_questions(code: str) -> Questions:
    """The questions of a module of the demonstration, as its author wrote them."""
    return by_prompt(read_folder(CONTENT / code)["check"]["items"])


def by_prompt(items: Iterable[Question]) -> Questions:
    return {_letters(item["prompt"]): item for item in items}


def answer_all(visitor: Visitor, questions: Questions, *, right: bool) -> None:
    """From the question shown to the overview."""
    while visitor.page.locator("#prompt").count():
        answer_this(visitor, questions, right=right)
        visitor.press(onward(visitor.page))


def onward(page: Page) -> str:
    """What the button to the next question says; after the last question it leads to the overview."""
    return "To the overview" if page.get_by_role("button", name="To the overview", exact=True).count() else "Next"


def answer_this(visitor: Visitor, questions: Questions, *, right: bool) -> None:
    """Fill in the question that is shown."""
    question = questions[_letters(visitor.page.locator("#prompt").inner_text())]
    _FILL[question["kind"]](visitor, question, right)


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def _choose(visitor: Visitor, question: Question, right: bool) -> None:
    wanted = [option["text"] for option in question["options"] if option["correct"] is right]
    for text in wanted if right and question["kind"] == "multiple_choice" else wanted[:1]:
        visitor.page.get_by_label(text, exact=True).check()


def _judge(visitor: Visitor, question: Question, right: bool) -> None:
    truth = question["answer"] is right
    visitor.page.get_by_label("True" if truth else "False", exact=True).check()


def _write(visitor: Visitor, question: Question, right: bool) -> None:
    words = question["accept"][0] if question["kind"] == "short_text" else str(question["answer"])
    wrong = "none of it" if question["kind"] == "short_text" else "987654321"
    visitor.page.get_by_label("Your answer").fill(words if right else wrong)


def _order(visitor: Visitor, question: Question, right: bool) -> None:
    texts = [option["text"] for option in question["options"]]
    wanted = texts if right else texts[::-1]
    if not visitor.surface.javascript:
        for place, text in enumerate(wanted, start=1):
            visitor.page.get_by_label(f"Place of: {text}", exact=True).select_option(str(place))
        return
    for place, text in enumerate(wanted):
        while _shown_order(visitor.page).index(text) > place:
            visitor.page.get_by_role("button", name=f"Move up: {text}", exact=True).click()


def _shown_order(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("[data-order] .option > span").all_inner_texts()]


def _match(visitor: Visitor, question: Question, right: bool) -> None:
    pairs = [(pair["left"], pair["right"]) for pair in question["pairs"]]
    rights = [words for _, words in pairs]
    for (left, _), words in zip(pairs, rights if right else rights[1:] + rights[:1], strict=True):
        visitor.page.get_by_label(left, exact=True).select_option(label=words)


_FILL: Mapping[str, Callable[[Visitor, Question, bool], None]] = {
    "single_choice": _choose,
    "multiple_choice": _choose,
    "true_false": _judge,
    "short_text": _write,
    "numeric": _write,
    "ordering": _order,
    "matching": _match,
}
