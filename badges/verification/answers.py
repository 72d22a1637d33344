"""A report as programs get it, or the problem that is said instead when there was nothing to check."""

from __future__ import annotations

from typing import Any

from badges.verification.inputs.sentences import error_of
from badges.verification.report import Outcome, Report, as_json
from badges.verification.wording import sentence_of
from issuer.base.errors import Invalid

FORBIDDEN_PLACES = frozenset({"url_not_allowed", "url_malformed"})
"""Codes of an address that must not be asked, wherever in a badge it stands: no check could be made of it."""

ADDRESS_FAULTS = FORBIDDEN_PLACES | {"not_found", "too_many_links"}

NO_PROBLEMS = frozenset({"unsupported_type"})
"""It was read well, and is no badge: that is a verdict (unsupported)."""


def as_answer(report: Report) -> dict[str, Any]:
    """The report with its sentence. Raises what `refuse` raises."""
    refuse(report)
    return {"sentence": sentence_of(report), **as_json(report)}


def leads_nowhere(report: Report) -> None:
    """Raise Invalid or NotFound for an address that must not be asked, or where there is nothing."""
    check = report.check("format")
    if check is not None and check.code in ADDRESS_FAULTS and (error := error_of(check)) is not None:
        raise error


def refuse(report: Report) -> None:
    """Raise Malformed, TooLarge, Invalid or NotFound, with the code of the check, when nothing could be checked."""
    for check in report.checks:
        if check.outcome is Outcome.FAIL and check.code in FORBIDDEN_PLACES:
            raise Invalid(check.code, str(check.sentence))
        if check.code not in NO_PROBLEMS and (error := error_of(check)) is not None:
            raise error
