"""Reading what an author wrote, value by value. Pure; every refusal is an Invalid with a sentence saying where.

``where`` is a path such as ``check.items[3].options[0]``: the field under which the sentence is reported.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from issuer.base.errors import Invalid
from issuer.plain_text import is_plain

CODE = "bad_content"


def refusal(where: str, sentence: str) -> Invalid:
    """The refusal of one value of the content."""
    return Invalid(CODE, f"{where}: {sentence}", fields={where: [sentence]})


def fields_of(value: Any, where: str, *, required: Sequence[str], optional: Sequence[str] = ()) -> Mapping[str, Any]:
    """A mapping with all of ``required`` and nothing beside ``optional``; a misspelt field is never ignored."""
    if not isinstance(value, Mapping):
        raise refusal(where, "must be a mapping of fields.")
    if missing := [name for name in required if name not in value]:
        raise refusal(where, f"lacks {', '.join(missing)}.")
    known = {*required, *optional}
    if unknown := sorted(str(name) for name in value if name not in known):
        raise refusal(where, f"has a field that is not known: {', '.join(unknown)[:100]}.")
    return value


def list_of(value: Any, where: str, *, least: int, most: int) -> Sequence[Any]:
    """A list of ``least`` to ``most`` members."""
    if not isinstance(value, list | tuple):
        raise refusal(where, "must be a list.")
    if not least <= len(value) <= most:
        raise refusal(where, f"must have {least} to {most} members, and has {len(value)}.")
    return value


def text_of(value: Any, where: str, *, longest: int, least: int = 1) -> str:
    """Text of ``least`` to ``longest`` characters, trimmed, NFC, without what ``issuer.plain_text`` refuses."""
    if not isinstance(value, str):
        raise refusal(where, 'must be text; put it in quotes: "…".')
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
    if not least <= len(text) <= longest:
        raise refusal(where, f"must have {least} to {longest} characters, and has {len(text)}.")
    if not is_plain(text):
        raise refusal(where, "holds characters that cannot be shown.")
    return text


def whole_of(value: Any, where: str, *, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise refusal(where, f"must be a whole number from {low} to {high}.")
    return value


def number_of(value: Any, where: str, *, low: float, high: float) -> float | int:
    """A finite number in the range; NaN is in no range."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise refusal(where, f"must be a number from {low:g} to {high:g}.")
    return value


def truth_of(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise refusal(where, "must be true or false.")
    return value


def word_of(value: Any, where: str, *, words: Sequence[str]) -> str:
    """One of ``words``."""
    if not isinstance(value, str) or value not in words:
        raise refusal(where, f"must be one of {', '.join(words)}.")
    return value


class Faults:
    """Collects the refusals of a document, so that an author mends them in one go."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}

    def add(self, where: str, sentence: str) -> None:
        self.fields.setdefault(where, []).append(sentence)

    def read(self, reader: Callable[..., Any], *values: Any, **limits: Any) -> Any:
        """What ``reader`` makes of the values; None, and the refusal kept, when it raises Invalid."""
        try:
            return reader(*values, **limits)
        except Invalid as error:
            for where, sentences in (error.fields or {"": [error.detail]}).items():
                for sentence in sentences:
                    self.add(where, sentence)
            return None

    def raise_if_any(self) -> None:
        """Raise one Invalid: the first fault in words, all of them in its fields."""
        if not self.fields:
            return
        where, sentences = next(iter(self.fields.items()))
        count = sum(len(found) for found in self.fields.values())
        more = f" (and {count - 1} more)" if count > 1 else ""
        raise Invalid(CODE, f"{where}: {sentences[0]}{more}", fields=self.fields)
