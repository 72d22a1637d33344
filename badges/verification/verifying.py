"""From bytes to a report: what was handed in is read, and goes to the room that knows its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.receipts import checking as receipts
from badges.verification.inputs.following import follow
from badges.verification.open_badges_2 import checking as open_badges_2
from badges.verification.open_badges_3 import checking as open_badges_3
from badges.verification.reading import Given, Link, read
from badges.verification.report import Check, Outcome, Report
from badges.verification.world import World


@dataclass(frozen=True, slots=True)
class Room:
    """Who checks which documents."""

    is_mine: Callable[[Mapping[str, Any]], bool]
    check: Callable[[Given, Check, World], Report]


ROOMS = (
    Room(receipts.is_mine, receipts.check),
    Room(open_badges_3.is_mine, open_badges_3.check_credential),
    Room(open_badges_2.is_mine, open_badges_2.check),
)
"""In the order in which they are asked; the first whose document it is checks it."""


def verify(data: bytes, world: World, *, name: str = "", address: str = "") -> Report:
    """Check what a person handed in. Never raises for anything in ``data``.

    ``name``: what the file was called; ``address``: the URL at which the data was found, if it was.
    """
    found, form = read(data, name=name, address=address)
    given, form = follow(found, world) if isinstance(found, Link) else (found, form)
    if given is None:
        return Report((form,), world.now, kind="")
    return verify_given(given, form, world)


def verify_given(given: Given, form: Check, world: World) -> Report:
    """Check what was already read; ``form`` is the check "format" that came of it."""
    if given.fault is not None:
        return Report((form, given.fault), world.now, document=given.document, kind="")
    for room in ROOMS:
        if room.is_mine(given.document):
            return room.check(given, form, world)
    sentence = _l("This is JSON, but no badge and no credential of a kind that is read here.")
    unread = Check("format", Outcome.FAIL, sentence, form.section, code="unsupported_type")
    return Report((unread,), world.now, document=given.document, kind="")
