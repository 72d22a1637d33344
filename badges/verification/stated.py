"""What a checked badge says of how it is earned: level, results and criteria, ready to be shown. PURE.

Only ever asked of a document that a signature, or the issuer's own host, covers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _

from badges.award_wording import type_words
from badges.verification.open_badges_3.values import time_of

MOST_ROWS = 20
LONGEST_TEXT = 4000

Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Stated:
    """``rows``: (label, value) of level and conditions of assessment; ``criteria``: what had to be shown, as text;
    ``criteria_url``: where that stands, or ""."""

    rows: tuple[Row, ...] = ()
    criteria: str = ""
    criteria_url: str = ""


def stated_in(document: Mapping[str, Any] | None) -> Stated:
    """Of Open Badges 3.0 (credentialSubject.achievement) and 2.0 (badge); empty for anything else."""
    if document is None:
        return Stated()
    subject = _first(document.get("credentialSubject"))
    achievement = _first(subject.get("achievement")) or _first(document.get("badge"))
    criteria = achievement.get("criteria")
    narrative, url = _first(criteria).get("narrative"), _first(criteria).get("id")
    if isinstance(criteria, str):
        url = criteria
    rows = [*_of_achievement(achievement), *_results(subject, achievement), *_of_subject(subject)]
    return Stated(tuple(rows[:MOST_ROWS]), _text(narrative), _web(url))


def _of_achievement(achievement: Mapping[str, Any]) -> Iterator[Row]:
    if kind := _text(achievement.get("achievementType")):
        yield _("Kind"), type_words(kind)
    tags = [text for tag in _list(achievement.get("tag") or achievement.get("tags")) if (text := _text(tag))]
    if tags:
        yield _("Level and keywords"), ", ".join(tags[:MOST_ROWS])
    if field := _text(achievement.get("fieldOfStudy")):
        yield _("Field"), field
    if available := _number(achievement.get("creditsAvailable")):
        yield _("Credits it is worth"), available


def _of_subject(subject: Mapping[str, Any]) -> Iterator[Row]:
    for member, label in (("role", _("Role")), ("licenseNumber", _("Number of the licence")), ("term", _("Term"))):
        if text := _text(subject.get(member)):
            yield label, text
    if earned := _number(subject.get("creditsEarned")):
        yield _("Credits earned"), earned
    begun, ended = _day(subject.get("activityStartDate")), _day(subject.get("activityEndDate"))
    if begun and ended:
        yield _("Worked on"), begun if begun == ended else _("%(begun)s to %(ended)s", begun=begun, ended=ended)


def _results(subject: Mapping[str, Any], achievement: Mapping[str, Any]) -> Iterator[Row]:
    """Each result with the description that it names (Open Badges 3.0, B.1.20 and B.1.21)."""
    described = {
        _text(each.get("id")): each for item in _list(achievement.get("resultDescription")) if (each := _first(item))
    }
    for item in _list(subject.get("result")):
        result = _first(item)
        description = described.get(_text(result.get("resultDescription")), {})
        value = _text(result.get("value")) or _level(result, description) or _text(result.get("status"))
        if not value:
            continue
        if _text(description.get("resultType")) == "Percent":
            value = _("%(value)s %%", value=value)
        if needed := _text(description.get("requiredValue")):
            value = _("%(value)s (%(needed)s needed)", value=value, needed=needed)
        yield _text(description.get("name")) or _("Result"), value


def _level(result: Mapping[str, Any], description: Mapping[str, Any]) -> str:
    """The name of the rubric's level that was achieved."""
    wanted = _text(result.get("achievedLevel"))
    levels = (_first(item) for item in _list(description.get("rubricCriterionLevel")))
    return next((_text(each.get("name")) for each in levels if wanted and _text(each.get("id")) == wanted), "")


def _first(value: Any) -> Mapping[str, Any]:
    """An object, the first object of a list, or an empty one."""
    return next((item for item in _list(value) if isinstance(item, Mapping)), {})


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""


def _day(value: Any) -> str:
    moment = time_of(value)
    return str(format_date(moment, "long")) if moment else ""


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _web(value: Any) -> str:
    """A web address that may be linked to, or ""."""
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) else ""
