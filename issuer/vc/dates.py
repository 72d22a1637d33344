"""The period in which a credential is valid: how it is written, and whether a moment lies in it. Pure.

Verifiable Credentials Data Model 2.0, section 4.9 (validFrom, validUntil); 1.1, sections 4.6 and 4.7 (issuanceDate,
expirationDate).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from issuer.crypto.errors import Malformed
from issuer.crypto.timestamps import format_timestamp, parse_timestamp
from issuer.vc.identifiers import is_version_1
from issuer.vc.report import RANGE, Check, failed, passed

SECTION = "VC Data Model 2.0, 4.9"
_VERSION_2 = (("validFrom", "validUntil"),)
_VERSION_1 = (("issuanceDate", "expirationDate"), *_VERSION_2)
"""Version 1.1 kept the names of 2.0 free for the same meaning."""

Pair = tuple[str, str]


def _periods(document: Mapping[str, Any]) -> tuple[Pair, ...]:
    return _VERSION_1 if is_version_1(document) else _VERSION_2


def time_of(value: Any) -> datetime | None:
    """A dateTimeStamp as an aware datetime, or None when it is missing or is none."""
    try:
        return parse_timestamp(value)
    except Malformed:
        return None


def malformed_dates(document: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the dates as they are written, as sentences."""
    for names in _periods(document):
        for name in names:
            if name in document and time_of(document[name]) is None:
                yield f"{name} is not a date and time with a time zone."
        start, end = (time_of(document.get(name)) for name in names)
        if start is not None and end is not None and end < start:
            yield f"{names[1]} is before {names[0]}."


def check_period(document: Mapping[str, Any], *, now: datetime) -> Check:
    """Whether the credential is valid at ``now``. Dates that cannot be read are the data model's business."""
    for start_name, end_name in _periods(document):
        start, end = time_of(document.get(start_name)), time_of(document.get(end_name))
        if start is not None and now < start:
            return _outside(f"The credential is valid from {format_timestamp(start)} on.", reason="not_yet_valid")
        if end is not None and now > end:
            return _outside(f"The credential has expired at {format_timestamp(end)}.", reason="expired")
    return passed("period", SECTION)


def _outside(detail: str, *, reason: str) -> Check:
    return failed("period", SECTION, detail, code=RANGE, reason=reason)
