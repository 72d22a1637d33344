"""A report as the page shows it: frozen values that a template reads, every word ready."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import format_datetime
from flask_babel import gettext as _

from badges.verification.inputs.addresses import WEB
from badges.verification.open_badges_3.values import text_of
from badges.verification.report import RECEIPT, BadgeFacts, Check, Outcome, Part, Report
from badges.verification.stated import Stated, stated_in
from badges.verification.wording import (
    advice_of,
    host_in,
    kind_of,
    limits_of,
    mark_of,
    more_of,
    proves_of,
    sentence_of,
    title_of,
)
from badges.verification.wording.questions import DECIDING, kind_words, role_words

MOST_EVIDENCE = 50
MOST_PARTS = 50
DEEPEST_PART = 3
LONGEST_RAW = 200_000


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """``detail``: reason, code and section, for an engineer."""

    title: str
    outcome: Outcome
    sentence: str
    detail: str


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A credential inside, with an answer of its own. ``name`` and ``issuer`` only when something vouches for them."""

    role: str
    kind: str
    mark: str
    sentence: str
    name: str
    issuer: str
    checks: tuple[ShownCheck, ...]
    parts: tuple[ShownPart, ...]


@dataclass(frozen=True, slots=True)
class ShownReport:
    """``deciding`` are the checks that a person asks for, ``others`` those behind them; ``others_matter`` when one of
    them did not pass. ``host``: the one that did not answer, or "". ``badge_address``: where the badge lies that a
    receipt is about, so that it can be checked as it stands today; "" for all else, and when no address is named."""

    kind: str
    mark: str
    sentence: str
    more: str
    advice: str
    host: str
    badge_address: str
    is_receipt: bool
    checked_at: str
    standard: str
    facts: BadgeFacts | None
    stated: Stated
    evidence: tuple[dict[str, str], ...]
    deciding: tuple[ShownCheck, ...]
    others: tuple[ShownCheck, ...]
    others_matter: bool
    proves: tuple[str, ...]
    limits: tuple[str, ...]
    parts: tuple[ShownPart, ...]
    raw: str


def shown(report: Report) -> ShownReport:
    """A report in the words of the page. What nothing vouches for is in ``raw`` only."""
    others = tuple(check for check in report.checks if check.name not in DECIDING)
    unsettled = (Outcome.WARN, Outcome.FAIL, Outcome.COULD_NOT_CHECK)
    return ShownReport(
        kind=kind_of(report),
        mark=mark_of(report),
        sentence=sentence_of(report),
        more=more_of(report),
        advice=advice_of(report),
        host=host_in(report),
        badge_address=_badge_address(report),
        is_receipt=report.kind == RECEIPT,
        checked_at=format_datetime(report.checked_at, "long"),
        standard=kind_words(report.kind),
        facts=report.facts,
        stated=stated_in(report.document) if report.facts else Stated(),
        evidence=_chain(report),
        deciding=_deciding(report.checks),
        others=tuple(map(_check, others)),
        others_matter=any(check.outcome in unsettled for check in others),
        proves=proves_of(report),
        limits=limits_of(report),
        parts=_parts(report.parts),
        raw=_raw(report),
    )


def _badge_address(report: Report) -> str:
    named = report.facts.credential_id if report.facts and report.kind == RECEIPT else ""
    return named if named.startswith(WEB) else ""


def _deciding(checks: Sequence[Check]) -> tuple[ShownCheck, ...]:
    wanted = sorted((check for check in checks if check.name in DECIDING), key=lambda each: DECIDING.index(each.name))
    return tuple(map(_check, wanted))


def _check(check: Check) -> ShownCheck:
    detail = "\n".join(line for line in (check.reason, check.code, check.section) if line)
    return ShownCheck(title_of(check.name), check.outcome, str(check.sentence), detail)


def _parts(parts: Sequence[Part], *, depth: int = 1) -> tuple[ShownPart, ...]:
    return tuple(_part(part, depth=depth) for part in parts[:MOST_PARTS])


def _part(part: Part, *, depth: int) -> ShownPart:
    report = part.report
    return ShownPart(
        role=role_words(part.role, report.kind),
        kind=kind_of(report),
        mark=mark_of(report),
        sentence=sentence_of(report),
        name=report.facts.name if report.facts else "",
        issuer=report.facts.issuer_name if report.facts else "",
        checks=tuple(map(_check, report.checks)),
        parts=_parts(report.parts, depth=depth + 1) if depth < DEEPEST_PART else (),
    )


def _chain(report: Report) -> tuple[dict[str, str], ...]:
    """The evidence as the badge itself tells it."""
    entries = report.facts.evidence if report.facts else ()
    return tuple(
        {"title": text_of(entry.get("name")) or _("Evidence"), "text": text_of(entry.get("narrative"))}
        for entry in entries[:MOST_EVIDENCE]
    )


def _raw(report: Report) -> str:
    if report.document is None:
        return ""
    text = json.dumps(report.document, indent=2, ensure_ascii=False)
    return text if len(text) <= LONGEST_RAW else f"{text[:LONGEST_RAW]}\n…"
