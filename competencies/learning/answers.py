"""A learner's answer: read it, mark it, and say how likely a blind guess is. Pure.

A response, per kind: single_choice an option key; multiple_choice a list of option keys; true_false a boolean;
numeric a number or its text; short_text text; ordering the list of all option keys; matching {left key: right key}.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from flask_babel import gettext

from issuer.base.errors import Invalid
from issuer.plain_text import is_plain

LARGEST_RESPONSE = 64 * 1024
LONGEST_SHORT_TEXT = 200

_NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{1,12})?", re.ASCII)
_PERHAPS_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)


class Question(Protocol):
    """What marking needs of an item; the stored Item and ParsedItem both have it."""

    @property
    def kind(self) -> str: ...
    @property
    def body(self) -> dict[str, Any]: ...
    @property
    def key(self) -> dict[str, Any]: ...
    @property
    def feedback(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Marked:
    """``feedback``: the author's sentences for exactly this answer, in the order of the options."""

    correct: bool
    feedback: tuple[str, ...]


def read_response(question: Question, raw: Any) -> Any:
    """``raw`` from outside -> the response in its one stored form.

    Raises Invalid: answer_too_large above 64 KiB of JSON, else answer_not_understood with what to give instead.
    """
    _refuse_large(raw)
    return _READERS[question.kind](question, raw)


def mark(question: Question, response: Any) -> Marked:
    """Mark a response that ``read_response`` gave; None, for no answer, is wrong and has no feedback."""
    if response is None:
        return Marked(correct=False, feedback=())
    correct = _MARKERS[question.kind](question.key, response)
    if question.kind in ("single_choice", "multiple_choice"):
        chosen = {response} if isinstance(response, str) else set(response)
        keys = [option["key"] for option in question.body["options"] if option["key"] in chosen]
    elif question.kind == "true_false":
        keys = ["true" if response else "false"]
    else:
        keys = ["right" if correct else "wrong"]
    return Marked(correct=correct, feedback=tuple(question.feedback[key] for key in keys))


def explains_solution(kind: str) -> bool:
    """Whether the sentence for a wrong answer of this kind is about the whole solution, not the option chosen.

    Such a sentence gives the right answer away, so it is shown when right answers are.
    """
    return kind in ("numeric", "short_text", "ordering", "matching")


def guess_probability(question: Question) -> float:
    """How likely a blind answer is right, 0..1.

    A guesser knows that a multiple choice has at least one right option, that an ordering is never shown in its
    right order and that each right side of a matching is used once. Numbers and words are not hit blindly: 0.
    """
    if question.kind == "single_choice":
        return 1 / len(question.body["options"])
    if question.kind == "multiple_choice":
        return float(1 / (2 ** len(question.body["options"]) - 1))
    if question.kind == "true_false":
        return 0.5
    if question.kind == "ordering":
        return 1 / (math.factorial(len(question.body["options"])) - 1)
    if question.kind == "matching":
        return 1 / math.factorial(len(question.body["lefts"]))
    return 0.0


def _refuse_large(raw: Any) -> None:
    try:
        size = len(json.dumps(raw).encode())
    except (TypeError, ValueError, RecursionError):
        raise _not_understood(gettext("This answer could not be read.")) from None
    if size > LARGEST_RESPONSE:
        raise Invalid("answer_too_large", gettext("An answer may have at most 64 KiB."), fields={"response": []})


def _not_understood(sentence: str) -> Invalid:
    return Invalid("answer_not_understood", sentence, fields={"response": [sentence]})


# --- reading ---------------------------------------------------------------------------------------------


def _keys_of(members: list[dict[str, Any]]) -> set[str]:
    return {member["key"] for member in members}


def _read_single(question: Question, raw: Any) -> str:
    if not isinstance(raw, str) or raw not in _keys_of(question.body["options"]):
        raise _not_understood(gettext("Choose one of the answers."))
    return raw


def _read_multiple(question: Question, raw: Any) -> list[str]:
    known = _keys_of(question.body["options"])
    if not isinstance(raw, list) or not raw or any(not isinstance(key, str) or key not in known for key in raw):
        raise _not_understood(gettext("Choose at least one of the answers."))
    return sorted(set(raw))


def _read_truth(_question: Question, raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise _not_understood(gettext("Choose true or false."))
    return raw


def _read_number(question: Question, raw: Any) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise _not_understood(gettext("Give a number."))
    plain = _plain_number(raw if isinstance(raw, str) else json.dumps(raw), question.body.get("unit", ""))
    if _PERHAPS_THOUSANDS.fullmatch(plain):  # English and French read this comma differently: ask, do not guess
        raise _not_understood(gettext("Write thousands without a comma (1200) and fractions with a point (1.2)."))
    plain = plain.replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        raise _not_understood(gettext("Give a number in digits, such as 65 or 2.5."))
    return format(Decimal(plain), "f")


def _plain_number(text: str, unit: str) -> str:
    """Without the unit, the spaces between thousands, and the many forms of digits and minus signs."""
    plain = unicodedata.normalize("NFKC", text).replace("\N{MINUS SIGN}", "-").strip().casefold()
    folded_unit = unicodedata.normalize("NFKC", unit).strip().casefold()
    if folded_unit:
        plain = plain.removesuffix(folded_unit).removeprefix(folded_unit)
    return "".join(plain.split())


def _read_text(_question: Question, raw: Any) -> str:
    text = unicodedata.normalize("NFC", raw).strip() if isinstance(raw, str) else ""
    if not text:
        raise _not_understood(gettext("Write your answer."))
    if len(text) > LONGEST_SHORT_TEXT or not is_plain(text):
        raise _not_understood(
            gettext("Write your answer in at most %(number)s plain characters.", number=LONGEST_SHORT_TEXT)
        )
    return text


def _read_order(question: Question, raw: Any) -> list[str]:
    known = _keys_of(question.body["options"])
    if (
        not isinstance(raw, list)
        or len(raw) != len(known)
        or any(not isinstance(key, str) for key in raw)
        or set(raw) != known
    ):
        raise _not_understood(gettext("Give every line its own place, each number once."))
    return list(raw)


def _read_pairs(question: Question, raw: Any) -> dict[str, str]:
    lefts, rights = _keys_of(question.body["lefts"]), _keys_of(question.body["rights"])
    if (
        not isinstance(raw, dict)
        or set(raw) != lefts
        or any(not isinstance(right, str) or right not in rights for right in raw.values())
    ):
        raise _not_understood(gettext("Choose a match for every line."))
    return {left: raw[left] for left in sorted(raw)}


_READERS: Mapping[str, Callable[[Question, Any], Any]] = {
    "single_choice": _read_single,
    "multiple_choice": _read_multiple,
    "true_false": _read_truth,
    "numeric": _read_number,
    "short_text": _read_text,
    "ordering": _read_order,
    "matching": _read_pairs,
}


# --- marking ---------------------------------------------------------------------------------------------


def fold(text: str) -> str:
    """What two spellings of one short answer have in common: letters and digits without case, accents and signs."""
    spread = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(mark for mark in spread if not unicodedata.combining(mark) and mark not in "'’‘`´")
    return " ".join(re.sub(r"[\W_]+", " ", letters).split())


def _within(key: Mapping[str, Any], response: str) -> bool:
    return abs(Decimal(response) - Decimal(key["answer"])) <= Decimal(key["tolerance"])


_MARKERS: Mapping[str, Callable[[Mapping[str, Any], Any], bool]] = {
    "single_choice": lambda key, response: response == key["option"],
    "multiple_choice": lambda key, response: set(response) == set(key["options"]),
    "true_false": lambda key, response: response is key["answer"],
    "numeric": _within,
    "short_text": lambda key, response: fold(response) in {fold(text) for text in key["accept"]},
    "ordering": lambda key, response: list(response) == list(key["order"]),
    "matching": lambda key, response: dict(response) == dict(key["pairs"]),
}
