"""Hostile bytes to JSON values that every reader understands alike (RFC 8259; I-JSON, RFC 7493)."""

import codecs
import json
from collections.abc import Iterator
from math import isfinite
from typing import Any, NoReturn

from issuer.crypto.errors import InvalidJson, Malformed, TooDeep, TooLarge

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 64
# Integers beyond these change silently in readers that hold numbers as doubles (RFC 7493, 2.2).
MAX_INTEGER = 2**53 - 1
_MAX_INTEGER_DIGITS = len(str(MAX_INTEGER))


def load_json(data: bytes | str, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Any:
    """UTF-8 bytes (a byte order mark is accepted) or text -> JSON value.

    Refused: empty input, other encodings, NaN and infinities, numbers beyond a double, integers beyond +/-(2**53 - 1),
    duplicate keys, lone surrogates. Raises TooLarge, TooDeep, InvalidJson.
    """
    if len(data) > max_bytes:
        raise TooLarge(f"The JSON is larger than {max_bytes} bytes.")
    text = _decode(data)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise InvalidJson(f"This is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from error
    except RecursionError as error:
        raise TooDeep("The JSON is nested too deeply.") from error
    # Nothing but an escape, or text that never was bytes, can hold half of a pair.
    may_hold_halves = isinstance(data, str) or "\\u" in text
    for depth, items, keys in _levels(value):
        if depth > max_depth:
            raise TooDeep(f"The JSON is nested deeper than {max_depth} levels.")
        if may_hold_halves and any(isinstance(item, str) and _has_lone_surrogate(item) for item in (*items, *keys)):
            raise InvalidJson("A text contains half of a surrogate pair.")
    return value


def load_object(data: bytes | str, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> dict[str, Any]:
    """As `load_json`, and the value must be a JSON object."""
    value = load_json(data, max_bytes=max_bytes, max_depth=max_depth)
    if not isinstance(value, dict):
        raise InvalidJson("The JSON is not an object.")
    return value


def check_json(value: Any, *, max_depth: int = MAX_DEPTH) -> None:
    """Refuse a Python value that could not have come from `load_json`: other types, NaN, huge integers, surrogates,
    or more than `max_depth` levels. Raises Malformed, TooDeep."""
    for depth, items, keys in _levels(value):
        if depth > max_depth:
            raise TooDeep(f"The document is nested deeper than {max_depth} levels.")
        for item in items:
            # Nearly all are texts that every reader spells alike, or have been opened: only others are looked into.
            if type(item) is not dict and (type(item) is not str or not item.isascii()):
                _check_scalar(item)
        for key in keys:
            if not isinstance(key, str):
                raise Malformed("An object key is not a string.")
            if not key.isascii():
                _check_scalar(key)


def _levels(value: Any) -> Iterator[tuple[int, list[Any], list[Any]]]:
    """Level by level: in how many arrays and objects something of it lies, or which it is; the values; the keys of the
    objects among them."""
    depth, items = 0, [value]
    while items:
        inner: list[Any] = []
        keys: list[Any] = []
        nests = False
        for item in items:
            if isinstance(item, dict):
                keys.extend(item)
                inner.extend(item.values())
                nests = True
            elif isinstance(item, list):
                inner.extend(item)
                nests = True
        yield depth + nests, items, keys
        depth, items = depth + 1, inner


def _check_scalar(item: Any) -> None:
    if isinstance(item, str):
        if _has_lone_surrogate(item):
            raise Malformed("A text contains half of a surrogate pair.")
    elif isinstance(item, bool) or item is None or isinstance(item, dict | list):
        return
    elif isinstance(item, int):
        if abs(item) > MAX_INTEGER:
            raise Malformed("An integer is too large to be read alike everywhere.")
    elif isinstance(item, float):
        if not isfinite(item):
            raise Malformed("A number is not finite.")
    else:
        raise Malformed(f"A value of type {type(item).__name__} is not JSON.")


def _decode(data: bytes | str) -> str:
    if isinstance(data, str):
        text = data.removeprefix("\ufeff")
    else:
        try:
            text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
        except UnicodeDecodeError as error:
            raise InvalidJson("The JSON is not UTF-8 text.") from error
    if "\x00" in text:
        raise InvalidJson("The JSON is not UTF-8 text.")
    if not text.strip():
        raise InvalidJson("The JSON is empty.")
    return text


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise InvalidJson("An object has the same key twice.")
    return members


def _safe_integer(digits: str) -> int:
    if len(digits.lstrip("-")) > _MAX_INTEGER_DIGITS or abs(int(digits)) > MAX_INTEGER:
        raise InvalidJson("An integer is too large to be read alike everywhere.")
    return int(digits)


def _finite_number(digits: str) -> float:
    number = float(digits)
    if not isfinite(number):
        raise InvalidJson("A number is too large.")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidJson(f"{name} is not a JSON number.")


def _has_lone_surrogate(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object_without_duplicates,
    parse_int=_safe_integer,
    parse_float=_finite_number,
    parse_constant=_refuse_constant,
)
