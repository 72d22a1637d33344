"""Does a checked badge meet the conditions of a rule "this counts as that"? PURE.

A rule only ever speaks of a badge that was found valid. Results are those of Open Badges 3.0, B.1.24 (Result) and
B.1.25 (ResultDescription): a number is compared as a number, another value by its place among the ordered values, and
a rubric level by its points.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from badges.verification.report import Outcome, Report, Verdict


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a rule asks besides the achievement itself; empty and None ask nothing. Days are of 24 hours."""

    trusted_only: bool = True
    minimum_result: str = ""
    result_type: str = ""
    most_days_old: int | None = None
    days_left: int | None = None


def missing(report: Report, conditions: Conditions, *, now: datetime) -> tuple[str, ...]:
    """Which conditions a report does not meet; none is what counts.

    not_valid, issuer_unproven, issuer_unknown, not_entitled (nothing shows that the issuer may award the achievement),
    result_too_low, too_old, too_short. What is missing from a badge is not met.
    """
    if report.verdict is not Verdict.VALID or report.facts is None or report.document is None:
        return ("not_valid",)
    found = [name for name, holds in _about_the_issuer(report, conditions) if not holds]
    if conditions.minimum_result and not _reaches(report.document, conditions):
        found.append("result_too_low")
    awarded, ends = report.facts.issued_at, report.facts.valid_until
    if conditions.most_days_old is not None:
        oldest = now - timedelta(days=conditions.most_days_old)
        found += [] if awarded is not None and awarded >= oldest else ["too_old"]
    if conditions.days_left is not None and ends is not None and ends < now + timedelta(days=conditions.days_left):
        found.append("too_short")
    return tuple(found)


def _about_the_issuer(report: Report, conditions: Conditions) -> Iterator[tuple[str, bool]]:
    """Anybody can name an achievement: without trust, the issuer has to be entitled to it."""
    is_known = _outcome(report, "trust") is Outcome.PASS
    yield "issuer_unproven", is_known or _outcome(report, "issuer") is Outcome.PASS
    if conditions.trusted_only:
        yield "issuer_unknown", is_known
    else:
        yield "not_entitled", is_known or _outcome(report, "authority") is Outcome.PASS


def _outcome(report: Report, name: str) -> Outcome | None:
    check = report.check(name)
    return check.outcome if check is not None else None


def _reaches(document: Mapping[str, Any], conditions: Conditions) -> bool:
    subject = _object(document.get("credentialSubject"))
    descriptions = {
        description.get("id"): description
        for description in _objects(_object(subject.get("achievement")).get("resultDescription"))
        if isinstance(description.get("id"), str)
    }
    return any(
        _is_enough(result, description, conditions.minimum_result)
        for result in _objects(subject.get("result"))
        for description in [_object(descriptions.get(_text(result.get("resultDescription"))))]
        if not conditions.result_type or description.get("resultType") == conditions.result_type
    )


def _is_enough(result: Mapping[str, Any], description: Mapping[str, Any], wanted: str) -> bool:
    value = _text(result.get("value"))
    number, least = _number(value), _number(wanted)
    if number is not None and least is not None:
        return number >= least
    ordered = [_text(each).casefold() for each in _list(description.get("allowedValue"))]
    if value.casefold() in ordered and wanted.casefold() in ordered:
        return ordered.index(value.casefold()) >= ordered.index(wanted.casefold())
    return _reaches_level(_text(result.get("achievedLevel")), description, wanted)


def _reaches_level(achieved: str, description: Mapping[str, Any], wanted: str) -> bool:
    """By name the same level, or one of as many points at least."""
    levels = _objects(description.get("rubricCriterionLevel"))
    held = next((level for level in levels if achieved and level.get("id") == achieved), None)
    named = [
        level
        for level in levels
        if _text(level.get("name")).casefold() == wanted.casefold() or level.get("id") == wanted
    ]
    if held is None or not named:
        return False
    if held in named:
        return True
    points, least = _number(_text(held.get("points"))), _number(_text(named[0].get("points")))
    return points is not None and least is not None and points >= least


def _number(text: str) -> float | None:
    """A plain number, "%" allowed behind it."""
    text = text.strip().removesuffix("%").strip()
    if not text or len(text) > 40 or not text.isascii() or not set(text) <= set("0123456789.-+"):
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in _list(value) if isinstance(each, Mapping)]
