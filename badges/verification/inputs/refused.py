"""Why something handed in is not read. Light: the confined readers import it, and it imports nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

Reader = Callable[[bytes], tuple[Any, Sequence[bytes]]]


class Refused(Exception):
    """``code``: stable, one of `sentences.REFUSALS`. ``reason``: for an engineer, never what was handed in."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


def refusing(reader: Reader) -> Reader:
    """A reader whose refusal is a value too, so that it can leave a child process: {"refused", "reason"}."""

    @wraps(reader)
    def answered(data: bytes) -> tuple[Any, Sequence[bytes]]:
        try:
            return reader(data)
        except Refused as refused:
            return {"refused": refused.code, "reason": refused.reason}, ()

    return answered
