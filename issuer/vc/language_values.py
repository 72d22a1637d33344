"""Names and descriptions: a text, a text with its language, or several (VC Data Model 2.0, section 4.6, 11.1). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_MEMBERS = frozenset({"@value", "@language", "@direction"})
_DIRECTIONS = ("ltr", "rtl", None)
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


def is_language_value(value: Any) -> bool:
    """A text, a language value object, or an array of language value objects."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, Mapping) and _is_object(item) for item in value)
    return isinstance(value, str) or (isinstance(value, Mapping) and _is_object(value))


def _is_object(value: Mapping[str, Any]) -> bool:
    language = value.get("@language", "und")
    return (
        value.keys() <= _MEMBERS
        and isinstance(value.get("@value"), str)
        and (language is None or (isinstance(language, str) and _LANGUAGE_TAG.fullmatch(language) is not None))
        and value.get("@direction") in _DIRECTIONS
    )
