"""Is it in force at a moment: validFrom and validUntil, and the names of version 1.1. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_3.values import time_of
from badges.verification.report import Check, Outcome
from issuer.vc.identifiers import is_version_1

VERSION_1 = "W3C VC Data Model 1.1, 4.6 and 4.7"
VERSION_2 = "W3C VC Data Model 2.0, 4.9"


def check_period(document: Mapping[str, Any], *, now: datetime) -> Check:
    """Within its dates at ``now``? Dates that cannot be read are the data model's business."""
    names = ("issuanceDate", "expirationDate") if is_version_1(document) else ("validFrom", "validUntil")
    section = VERSION_1 if is_version_1(document) else VERSION_2
    start, end = (time_of(document.get(name)) for name in names)
    if start is not None and now < start:
        sentence = _l("It is not valid yet: it begins on %(day)s.", day=_day(start))
        return Check("period", Outcome.FAIL, sentence, section, code="not_yet_valid")
    if end is not None and now > end:
        sentence = _l("It was valid, and expired on %(day)s.", day=_day(end))
        return Check("period", Outcome.FAIL, sentence, section, code="expired")
    if end is not None:
        return Check("period", Outcome.PASS, _l("It is valid until %(day)s.", day=_day(end)), section)
    return Check("period", Outcome.PASS, _l("It does not expire."), section)


def _day(moment: datetime) -> str:
    return str(format_date(moment, "long"))
