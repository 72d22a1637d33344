"""Readers of this room at work in a child process: their answers, and their refusals as such."""

from __future__ import annotations

from badges.verification.inputs.refused import Refused
from issuer.base import confined

ROOM = "badges.verification.inputs"


def ask(reader: str, data: bytes) -> confined.Answer:
    """ "module:function" of this room, with ``data``. Raises Refused; and TooMuchWork, Unreadable and Unavailable as
    `confined.run`."""
    answer = confined.run(f"{ROOM}.{reader}", data)
    if "refused" in answer.value:
        raise Refused(answer.value["refused"], answer.value["reason"])
    return answer
