"""What a verification found: ordered checks, and the verdict that follows from them.

A check is a value. The verdict is a pure function of the checks, so nobody can make a green tick without
the checks behind it, and trouble on the network never counts as valid nor as revoked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """How one check ended."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    WARN = "warn"
    FAIL = "fail"
    COULD_NOT_CHECK = "could-not-check"
    NOT_APPLICABLE = "not-applicable"


class Verdict(StrEnum):
    """What may be said of the whole: the words that programs read."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"
    UNSUPPORTED = "unsupported"


EXIT_CODES = {Verdict.VALID: 0, Verdict.INVALID: 1, Verdict.UNKNOWN: 3, Verdict.UNSUPPORTED: 2}


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer.

    ``name``      stable: format, data_model, open_badge, signature, issuer, trust, period, status, evidence,
                log.
    ``sentence``  for a person; ``reason`` for an engineer, empty when there is nothing to add.
    ``code``      stable word for what is wrong, empty for a pass.
    ``section``   where the rule stands.
    """

    name: str
    outcome: Outcome
    sentence: str
    section: str
    code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BadgeFacts:
    """What the proof covers, ready to be shown; times are UTC. Empty strings for what is not said."""

    credential_id: str
    name: str
    description: str
    holder: str
    issuer_id: str
    issuer_name: str
    achievement_id: str
    achievement_type: str
    issued_at: datetime | None
    valid_until: datetime | None
    skills: tuple[str, ...] = ()
    evidence: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The checks in order, and what was read. ``facts`` is None when nothing can be shown as signed."""

    checks: tuple[Check, ...]
    checked_at: datetime
    facts: BadgeFacts | None = None
    document: dict[str, Any] | None = field(default=None, repr=False)

    @property
    def verdict(self) -> Verdict:
        return verdict_of(self.checks)

    def check(self, name: str) -> Check | None:
        """The first check of that name, or None."""
        return next((check for check in self.checks if check.name == name), None)

    def failure(self) -> Check | None:
        """The check that decides a verdict other than valid."""
        wanted = {Verdict.INVALID: Outcome.FAIL, Verdict.UNKNOWN: Outcome.COULD_NOT_CHECK}.get(self.verdict)
        if wanted is None:
            return self.checks[-1] if self.verdict is Verdict.UNSUPPORTED and self.checks else None
        return next(check for check in self.checks if check.outcome is wanted)


def verdict_of(checks: Sequence[Check]) -> Verdict:
    """Unsupported if it is no badge we read; invalid if any check failed; unknown if one could not be made; else valid.

    An empty sequence proves nothing and is unsupported.
    """
    if not checks or any(check.name == "format" and check.outcome is Outcome.FAIL for check in checks):
        return Verdict.UNSUPPORTED
    outcomes = {check.outcome for check in checks}
    if Outcome.FAIL in outcomes:
        return Verdict.INVALID
    if Outcome.COULD_NOT_CHECK in outcomes:
        return Verdict.UNKNOWN
    return Verdict.VALID


def as_json(report: Report) -> dict[str, Any]:
    """The report for programs: {"verdict", "checkedAt", "checks": [{"name", "outcome", "sentence", "reason", ...}]}."""
    return {
        "verdict": report.verdict.value,
        "checkedAt": report.checked_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "checks": [
            {
                "name": check.name,
                "outcome": check.outcome.value,
                "sentence": str(check.sentence),
                "reason": check.reason or str(check.sentence),
                "code": check.code or None,
                "section": check.section,
            }
            for check in report.checks
        ],
    }
