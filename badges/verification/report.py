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


class Finding(StrEnum):
    """What a person is told: finer than the verdict, and following from the same checks."""

    VALID = "valid"
    ISSUER_NOT_KNOWN = "issuer_not_known"
    ISSUER_UNPROVEN = "issuer_unproven"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    ALTERED = "altered"
    NOT_VALID = "not_valid"
    COULD_NOT_CHECK = "could_not_check"
    NOT_A_BADGE = "not_a_badge"


EXIT_CODES = {Verdict.VALID: 0, Verdict.INVALID: 1, Verdict.UNKNOWN: 3, Verdict.UNSUPPORTED: 2}


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer.

    ``name``      stable: format, data_model, open_badge, schema, signature, issuer, trust, authority, refresh, period,
                status, recipient, endorsements, evidence, criteria, log, ...
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
class StatusSource:
    """A list of statuses that was read: where, and which version (SHA-256 of its bytes as canonical JSON, in hex)."""

    url: str
    sha256: str
    issued_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A credential inside the one that was handed in, with a report of its own. ``role``: endorsement, credential."""

    role: str
    report: Report


@dataclass(frozen=True, slots=True)
class Report:
    """The checks in order, and what was read. ``facts`` is None when nothing can be shown as signed.

    ``kind``: open_badge_3, open_badge_2, open_badge_1, clr, endorsement, credential, presentation, receipt, or "" when
    it was not recognised. ``parts`` never change the verdict by themselves: where one matters, a check says so.
    """

    checks: tuple[Check, ...]
    checked_at: datetime
    facts: BadgeFacts | None = None
    document: dict[str, Any] | None = field(default=None, repr=False)
    kind: str = "open_badge_3"
    parts: tuple[Part, ...] = ()
    status_sources: tuple[StatusSource, ...] = ()

    @property
    def finding(self) -> Finding:
        return finding_of(self.checks)

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


_ALTERED = frozenset({"signature", "unsigned_property", "claim_mismatch", "altered"})
RECEIPT = "receipt"
"""The kind of report that speaks of an earlier report."""

_PROOF = frozenset({"signature", "issuer", "hosted"})
_STANDING = (Finding.SUPERSEDED, Finding.REVOKED, Finding.SUSPENDED, Finding.EXPIRED, Finding.NOT_YET_VALID)


def finding_of(checks: Sequence[Check]) -> Finding:
    """What the checks amount to, for a person.

    Expired, revoked and the like are said of a genuine badge only: when another check fails, that failure is said; and
    when nobody could see who made it, that. Then the verdict may be invalid all the same: even a genuine one would be.
    """
    verdict = verdict_of(checks)
    if verdict is Verdict.UNSUPPORTED:
        return Finding.NOT_A_BADGE
    if verdict is Verdict.UNKNOWN:
        return Finding.COULD_NOT_CHECK
    if verdict is Verdict.INVALID:
        return _not_valid(checks)
    warned = {check.code for check in checks if check.outcome is Outcome.WARN}
    if "issuer_unproven" in warned:
        return Finding.ISSUER_UNPROVEN
    return Finding.ISSUER_NOT_KNOWN if "issuer_unknown" in warned else Finding.VALID


def _not_valid(checks: Sequence[Check]) -> Finding:
    codes = {check.code for check in checks if check.outcome is Outcome.FAIL}
    is_proof_open = any(check.name in _PROOF and check.outcome is Outcome.COULD_NOT_CHECK for check in checks)
    if codes & _ALTERED and Finding.SUPERSEDED.value not in codes:
        return Finding.ALTERED
    if not codes <= {each.value for each in _STANDING} and Finding.SUPERSEDED.value not in codes:
        return Finding.NOT_VALID
    if is_proof_open:
        return Finding.COULD_NOT_CHECK
    return next(each for each in _STANDING if each.value in codes)


def as_json(report: Report) -> dict[str, Any]:
    """The report for programs: {"verdict", "checkedAt", "checks": [{"name", "outcome", "sentence", "reason", ...}]}."""
    return {
        "verdict": report.verdict.value,
        "finding": report.finding.value,
        "kind": report.kind or None,
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
        "parts": [{"role": part.role, **as_json(part.report)} for part in report.parts],
    }
