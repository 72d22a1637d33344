"""The questions of a knowledge check: what an author writes, split into what may be shown and what stays here. Pure.

``body``, ``key`` and ``feedback`` per kind ("prompt" is Markdown, everything else plain text):

================  ==================================================  ==============================  =================
kind              body (may be shown)                                 key                             feedback
================  ==================================================  ==============================  =================
single_choice     prompt, options [{key, text, fixed?}]               {"option": key}                 {key: sentence}
multiple_choice   prompt, options [{key, text, fixed?}]               {"options": [key, ...]}         {key: sentence}
true_false        prompt                                              {"answer": bool}                {"true", "false"}
numeric           prompt, unit                                        {"answer", "tolerance": text}   {"right", "wrong"}
short_text        prompt                                              {"accept": [text, ...]}         {"right", "wrong"}
ordering          prompt, options [{key, text}]                       {"order": [key, ...]}           {"right", "wrong"}
matching          prompt, lefts [{key, text}], rights [{key, text}]   {"pairs": {left: right}}        {"right", "wrong"}
================  ==================================================  ==============================  =================

Authors write the members of an ordering in the right order and both halves of a pair under one key, so those
keys would give the answer away: here they are replaced by marks made from the shown text alone, and sorted by them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from competencies.learning.authored import (
    fields_of,
    list_of,
    number_of,
    refusal,
    text_of,
    truth_of,
    whole_of,
    word_of,
)

KINDS = ("single_choice", "multiple_choice", "true_false", "numeric", "short_text", "ordering", "matching")

LONGEST_PROMPT = 3_000
LONGEST_TEXT = 500
LONGEST_FEEDBACK = 1_000

_KEY = re.compile(r"[a-z0-9]{1,8}")
_CODE = re.compile(r"[A-Za-z0-9._-]{1,32}")
_COMMON = ("key", "kind", "competency", "difficulty", "prompt")
_OWN: Mapping[str, tuple[str, ...]] = {
    "single_choice": ("options",),
    "multiple_choice": ("options",),
    "true_false": ("answer", "feedback"),
    "numeric": ("answer", "feedback"),
    "short_text": ("accept", "feedback"),
    "ordering": ("options", "feedback"),
    "matching": ("pairs", "feedback"),
}


@dataclass(frozen=True, slots=True)
class ParsedItem:
    """An item as it is stored: ``competency`` a human code, ``difficulty`` 1..3, ``card`` the one that teaches it."""

    code: str
    kind: str
    competency: str
    difficulty: int
    card: int | None
    body: dict[str, Any]
    key: dict[str, Any]
    feedback: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Parts:
    body: dict[str, Any]
    key: dict[str, Any]
    feedback: dict[str, Any]


def parse_item(authored: Any, where: str, *, competencies: Sequence[str], cards: int) -> ParsedItem:
    """One authored question -> its shown and its hidden half.

    ``competencies`` are the codes that the module proves, ``cards`` how many cards it has. Raises Invalid.
    """
    kind = authored.get("kind") if isinstance(authored, Mapping) else None
    kind = word_of(kind, f"{where}.kind", words=KINDS)
    optional = ("card", "unit", "tolerance") if kind == "numeric" else ("card",)
    fields = fields_of(authored, where, required=(*_COMMON, *_OWN[kind]), optional=optional)
    code = text_of(fields["key"], f"{where}.key", longest=32)
    if not _CODE.fullmatch(code):
        raise refusal(f"{where}.key", "may hold letters, digits, dots, hyphens and underscores.")
    prompt = text_of(fields["prompt"], f"{where}.prompt", longest=LONGEST_PROMPT)
    card = fields.get("card")
    parts = _PARSERS[kind](fields, where)
    return ParsedItem(
        code=code,
        kind=kind,
        competency=word_of(fields["competency"], f"{where}.competency", words=competencies),
        difficulty=whole_of(fields["difficulty"], f"{where}.difficulty", low=1, high=3),
        card=None if card is None else whole_of(card, f"{where}.card", low=1, high=max(1, cards)),
        body={"prompt": prompt, **parts.body},
        key=parts.key,
        feedback=parts.feedback,
    )


def _choice(fields: Mapping[str, Any], where: str) -> _Parts:
    options: list[dict[str, Any]] = []
    correct: list[str] = []
    feedback: dict[str, Any] = {}
    for index, authored in enumerate(list_of(fields["options"], f"{where}.options", least=2, most=8)):
        at = f"{where}.options[{index}]"
        option = fields_of(authored, at, required=("key", "text", "correct", "feedback"), optional=("fixed",))
        key = _option_key(option["key"], at, taken=feedback)
        shown: dict[str, Any] = {"key": key, "text": text_of(option["text"], f"{at}.text", longest=LONGEST_TEXT)}
        if truth_of(option.get("fixed", False), f"{at}.fixed"):
            shown["fixed"] = True
        options.append(shown)
        feedback[key] = text_of(option["feedback"], f"{at}.feedback", longest=LONGEST_FEEDBACK)
        if truth_of(option["correct"], f"{at}.correct"):
            correct.append(key)
    _distinct([option["text"] for option in options], f"{where}.options")
    if fields["kind"] == "single_choice":
        if len(correct) != 1:
            raise refusal(f"{where}.options", f"must have exactly one correct option, and has {len(correct)}.")
        return _Parts({"options": options}, {"option": correct[0]}, feedback)
    if not 1 <= len(correct) < len(options):
        raise refusal(f"{where}.options", "must have at least one correct option and at least one that is not.")
    return _Parts({"options": options}, {"options": sorted(correct)}, feedback)


def _true_false(fields: Mapping[str, Any], where: str) -> _Parts:
    feedback = _feedback(fields, where, ("true", "false"))
    return _Parts({}, {"answer": truth_of(fields["answer"], f"{where}.answer")}, feedback)


def _numeric(fields: Mapping[str, Any], where: str) -> _Parts:
    answer = number_of(fields["answer"], f"{where}.answer", low=-1e15, high=1e15)
    tolerance = number_of(fields.get("tolerance", 0), f"{where}.tolerance", low=0, high=1e15)
    unit = text_of(fields.get("unit") or "", f"{where}.unit", longest=40, least=0)
    key = {"answer": format(Decimal(str(answer)), "f"), "tolerance": format(Decimal(str(tolerance)), "f")}
    return _Parts({"unit": unit}, key, _feedback(fields, where, ("right", "wrong")))


def _short_text(fields: Mapping[str, Any], where: str) -> _Parts:
    accepted = list_of(fields["accept"], f"{where}.accept", least=1, most=40)
    accept = [text_of(text, f"{where}.accept[{index}]", longest=100) for index, text in enumerate(accepted)]
    if not all(any(mark.isalnum() for mark in text) for text in accept):
        raise refusal(f"{where}.accept", "must hold answers with at least one letter or digit: signs are not compared.")
    return _Parts({}, {"accept": accept}, _feedback(fields, where, ("right", "wrong")))


def _ordering(fields: Mapping[str, Any], where: str) -> _Parts:
    texts = []
    for index, authored in enumerate(list_of(fields["options"], f"{where}.options", least=3, most=8)):
        at = f"{where}.options[{index}]"
        option = fields_of(authored, at, required=("key", "text"))
        texts.append(text_of(option["text"], f"{at}.text", longest=LONGEST_TEXT))
    _distinct(texts, f"{where}.options")
    order = [{"key": _mark_of(text), "text": text} for text in texts]
    body = {"options": sorted(order, key=lambda option: option["key"])}
    return _Parts(body, {"order": [option["key"] for option in order]}, _feedback(fields, where, ("right", "wrong")))


def _matching(fields: Mapping[str, Any], where: str) -> _Parts:
    lefts: list[dict[str, str]] = []
    rights: list[dict[str, str]] = []
    pairs: dict[str, str] = {}
    for index, authored in enumerate(list_of(fields["pairs"], f"{where}.pairs", least=3, most=8)):
        at = f"{where}.pairs[{index}]"
        pair = fields_of(authored, at, required=("key", "left", "right"))
        left = _option_key(pair["key"], at, taken=pairs)
        right = text_of(pair["right"], f"{at}.right", longest=LONGEST_TEXT)
        lefts.append({"key": left, "text": text_of(pair["left"], f"{at}.left", longest=LONGEST_TEXT)})
        rights.append({"key": _mark_of(right), "text": right})
        pairs[left] = _mark_of(right)
    _distinct([left["text"] for left in lefts], f"{where}.pairs (left)")
    _distinct([right["text"] for right in rights], f"{where}.pairs (right)")
    body = {"lefts": lefts, "rights": sorted(rights, key=lambda right: right["key"])}
    return _Parts(body, {"pairs": pairs}, _feedback(fields, where, ("right", "wrong")))


_PARSERS = {
    "single_choice": _choice,
    "multiple_choice": _choice,
    "true_false": _true_false,
    "numeric": _numeric,
    "short_text": _short_text,
    "ordering": _ordering,
    "matching": _matching,
}


def _feedback(fields: Mapping[str, Any], where: str, names: tuple[str, str]) -> dict[str, str]:
    at = f"{where}.feedback"
    authored = fields_of(fields["feedback"], at, required=names)
    return {name: text_of(authored[name], f"{at}.{name}", longest=LONGEST_FEEDBACK) for name in names}


def _option_key(value: Any, where: str, *, taken: Mapping[str, Any]) -> str:
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise refusal(f"{where}.key", 'must be 1 to 8 small letters or digits, in quotes where YAML needs them: "a".')
    if value in taken:
        raise refusal(f"{where}.key", f"{value} is there twice.")
    return value


def _distinct(texts: Sequence[str], where: str) -> None:
    if len({text.casefold() for text in texts}) != len(texts):
        raise refusal(where, "must not hold the same text twice: nobody could tell them apart.")


def _mark_of(text: str) -> str:
    """A name for a shown text that says nothing of its place: 10 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]
