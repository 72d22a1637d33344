"""Which badges are to be revoked, as somebody asks for them. PURE.

Every criterion that is given must hold. A list of badges comes as CSV: the first column holds the badge's number or
the address of its page, and a first line that says "badge", "id" or "address" is a heading.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from issuer.base.errors import Invalid, Malformed, TooLarge
from issuer.crypto.errors import CryptoError
from issuer.crypto.timestamps import parse_timestamp

MOST_ROWS = 100_000
LONGEST_NAME = 300

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_HEADINGS = frozenset({"badge", "id", "address", "award", "url"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A badge that was named: ``row`` counts from 1, ``value`` is what stood there."""

    row: int
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """``achievement``, ``evidence``: public ids; ``module``: its code or public id; ``version``: of the achievement.

    ``awarded_from`` belongs to the time asked for, ``awarded_before`` not any more. ``kid``: a key that signed it.
    """

    achievement: str = ""
    version: int | None = None
    awarded_from: datetime | None = None
    awarded_before: datetime | None = None
    kid: str = ""
    module: str = ""
    evidence: str = ""
    named: tuple[Named, ...] = ()

    def __post_init__(self) -> None:
        if self.version is not None and not self.achievement:
            raise _wrong("version", _("Say of which achievement."))
        if not any(getattr(self, each.name) for each in fields(self)):
            raise Invalid("no_criteria", _("Say which badges: by achievement, date, key, evidence or a list."))
        if self.awarded_from and self.awarded_before and self.awarded_before <= self.awarded_from:
            raise _wrong("awarded_until", _("The end is before the beginning."))

    def as_json(self) -> dict[str, Any]:
        """What was asked, to be kept and shown; of a list its length."""
        told: dict[str, Any] = {
            name: value
            for name in ("achievement", "version", "kid", "module", "evidence")
            if (value := getattr(self, name))
        }
        for name in ("awarded_from", "awarded_before"):
            if (moment := getattr(self, name)) is not None:
                told[name] = moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return told | ({"named": len(self.named)} if self.named else {})


def asked(
    *,
    achievement: str = "",
    version: int | None = None,
    awarded_from: str = "",
    awarded_until: str = "",
    key: str = "",
    module: str = "",
    evidence: str = "",
    named: tuple[Named, ...] = (),
) -> Criteria:
    """The criteria as a form, a program or a command gives them; a day given as the end belongs to the time.

    Raises Invalid naming what makes no sense.
    """
    return Criteria(
        achievement=achievement.strip(),
        version=version,
        awarded_from=read_moment(awarded_from.strip(), field="awarded_from", end=False),
        awarded_before=read_moment(awarded_until.strip(), field="awarded_until", end=True),
        kid=key.strip(),
        module=module.strip(),
        evidence=evidence.strip(),
        named=named,
    )


def read_moment(text: str, *, field: str, end: bool) -> datetime | None:
    """A day (YYYY-MM-DD, in UTC) or a moment with its zone; of a day as the ``end``, the midnight after it. "" is None.

    Raises Invalid naming ``field``.
    """
    if not text:
        return None
    try:
        if _DAY.fullmatch(text):
            midnight = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
            return midnight + timedelta(days=1) if end else midnight
        return parse_timestamp(text)
    except (ValueError, OverflowError, CryptoError) as error:
        raise _wrong(field, _("Write a day like 2026-01-31, or a moment like 2026-01-31T09:00:00Z.")) from error


def read_names(data: bytes) -> tuple[Named, ...]:
    """The badges that a CSV file, or lines typed in a form, name; empty lines are left out.

    Raises Malformed for what is no text, Invalid for what is no list, TooLarge for more than 100,000 rows.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed("not_text", _("The list of badges is not text in UTF-8.")) from error
    named: list[Named] = []
    try:
        for row, cells in enumerate(csv.reader(io.StringIO(text), strict=True), start=1):
            value = cells[0].strip() if cells else ""
            if not value or (row == 1 and value.lower() in _HEADINGS):
                continue
            if len(named) == MOST_ROWS:
                raise TooLarge("too_many_rows", _("Name at most %(most)s badges at once.", most=MOST_ROWS))
            named.append(_named(row, value))
    except csv.Error as error:
        raise _wrong("badges", _("The list of badges cannot be read as CSV.")) from error
    return tuple(named)


def named_in(values: list[str]) -> tuple[Named, ...]:
    """The same from a list of numbers or addresses."""
    return tuple(_named(row, value.strip()) for row, value in enumerate(values, start=1))


def public_id_in(value: str, *, base_url: str) -> str:
    """The number in the address of a badge's page, or the number as it is."""
    name = value.removeprefix(f"{base_url}/badges/")
    return name.removesuffix(".json").removesuffix(".jwt")


def _named(row: int, value: str) -> Named:
    if len(value) > LONGEST_NAME or not value.isprintable():
        raise _wrong("badges", _("Row %(row)s of the list of badges is not the number of a badge.", row=row))
    return Named(row=row, value=value)


def _wrong(field: str, sentence: str) -> Invalid:
    fields_: Mapping[str, list[str]] = {field: [sentence]}
    return Invalid("invalid", sentence, fields=fields_)
