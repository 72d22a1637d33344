"""An answer in words, for the page that shows what was given and what was right. Pure."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from competencies.learning.answers import Question


def words_of(question: Question, response: Any) -> tuple[str, ...]:
    """A stored response as lines of text; empty when nothing was answered."""
    if response is None:
        return ()
    body = question.body
    if question.kind == "single_choice":
        return _texts(body["options"], [response])
    if question.kind == "multiple_choice":
        chosen = set(response)
        return tuple(option["text"] for option in body["options"] if option["key"] in chosen)
    if question.kind == "true_false":
        return (truth_words(response),)
    if question.kind == "numeric":
        return (f"{response} {body.get('unit', '')}".strip(),)
    if question.kind == "ordering":
        return _texts(body["options"], response)
    if question.kind == "matching":
        rights = {right["key"]: right["text"] for right in body["rights"]}
        return tuple(f"{left['text']}: {rights[response[left['key']]]}" for left in body["lefts"])
    return (str(response),)


def right_words(question: Question) -> tuple[str, ...]:
    """The right answer as lines of text: only for after marking."""
    key = question.key
    if question.kind == "short_text":
        return (key["accept"][0],)
    names = {
        "single_choice": "option",
        "multiple_choice": "options",
        "true_false": "answer",
        "numeric": "answer",
        "ordering": "order",
        "matching": "pairs",
    }
    return words_of(question, key[names[question.kind]])


def truth_words(truth: bool) -> str:
    return str(gettext("True") if truth else gettext("False"))


def _texts(options: list[dict[str, Any]], keys: list[str]) -> tuple[str, ...]:
    texts = {option["key"]: option["text"] for option in options}
    return tuple(texts[key] for key in keys)
