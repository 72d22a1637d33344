"""What checking a credential or a presentation found: ordered checks that are values, and what follows from them.

Nobody can call something verified without the checks behind it, and a check that could not be made never counts as
passed. A failed check names its problem as the standards do, so that programs can read it (Verifiable Credentials
Data Model 2.0, section 7.2; Data Integrity 1.0, section 4.7; Bitstring Status List 1.0, section 3.5).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

PARSING = "PARSING_ERROR"
MALFORMED = "MALFORMED_VALUE_ERROR"
RANGE = "RANGE_ERROR"
CRYPTOGRAPHIC_SECURITY = "CRYPTOGRAPHIC_SECURITY_ERROR"
PROOF_GENERATION = "PROOF_GENERATION_ERROR"
PROOF_VERIFICATION = "PROOF_VERIFICATION_ERROR"
PROOF_TRANSFORMATION = "PROOF_TRANSFORMATION_ERROR"
DATA_LOSS = "DATA_LOSS_DETECTION_ERROR"
INVALID_DOMAIN = "INVALID_DOMAIN_ERROR"
INVALID_CHALLENGE = "INVALID_CHALLENGE_ERROR"
INVALID_VERIFICATION_METHOD = "INVALID_VERIFICATION_METHOD"
STATUS_RETRIEVAL = "STATUS_RETRIEVAL_ERROR"
STATUS_VERIFICATION = "STATUS_VERIFICATION_ERROR"
STATUS_LIST_LENGTH = "STATUS_LIST_LENGTH_ERROR"
CREDENTIAL_REVOKED = "CREDENTIAL_REVOKED"
CREDENTIAL_SUSPENDED = "CREDENTIAL_SUSPENDED"

_DATA_MODEL = "https://www.w3.org/TR/vc-data-model#"
_SECURITY = "https://w3id.org/security#"
_STATUS_LIST = "https://www.w3.org/ns/credentials/status-list#"
_OF_DATA_MODEL = frozenset({PARSING, MALFORMED, RANGE, CRYPTOGRAPHIC_SECURITY})
_OF_STATUS_LIST = frozenset({STATUS_RETRIEVAL, STATUS_VERIFICATION, STATUS_LIST_LENGTH})
# No standard has a URL for these.
_OF_NO_STANDARD = frozenset({CREDENTIAL_REVOKED, CREDENTIAL_SUSPENDED})


class Outcome(StrEnum):
    """How one check ended."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    WARN = "warn"
    FAIL = "fail"
    COULD_NOT_CHECK = "could-not-check"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer.

    ``name``     stable and snake_case: what was asked, such as "context", "proof" or "status".
    ``code``     the standards' name of the problem, such as PROOF_VERIFICATION_ERROR; empty when there is none.
    ``detail``   one sentence for an engineer; empty when there is nothing to add.
    ``section``  where the rule stands.
    ``reason``   a stable word that is more exact than the code, such as "key_not_bound"; may be empty.
    """

    name: str
    outcome: Outcome
    code: str = ""
    detail: str = ""
    section: str = ""
    reason: str = ""

    @property
    def hinders(self) -> bool:
        """Whether nothing can be called verified while this stands."""
        return self.outcome in (Outcome.FAIL, Outcome.COULD_NOT_CHECK)


def passed(name: str, section: str, detail: str = "") -> Check:
    return Check(name, Outcome.PASS, "", detail, section)


def failed(name: str, section: str, detail: str, *, code: str = MALFORMED, reason: str = "") -> Check:
    return Check(name, Outcome.FAIL, code, detail, section, reason)


def warned(name: str, section: str, detail: str, *, reason: str) -> Check:
    return Check(name, Outcome.WARN, "", detail, section, reason)


@dataclass(frozen=True, slots=True)
class VcReport:
    """The checks in the order in which they were made."""

    checks: tuple[Check, ...]

    @property
    def verified(self) -> bool:
        """Every check that applies was made, and none failed. No checks prove nothing."""
        return bool(self.checks) and not self.hindrances

    @property
    def hindrances(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.hinders)

    @property
    def errors(self) -> tuple[str, ...]:
        """What hinders, as "CODE: sentence"."""
        return tuple(f"{check.code}: {check.detail}" for check in self.hindrances)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a careful reader wants to know and what hinders nothing, as sentences."""
        return tuple(check.detail for check in self.checks if check.outcome is Outcome.WARN)

    @property
    def problem_details(self) -> list[dict[str, str]]:
        """What hinders, as problem details of RFC 9457: type, title and detail."""
        return [problem_of(check) for check in self.hindrances]


def problem_of(check: Check) -> dict[str, str]:
    """One hindrance as an object of RFC 9457: type, title, detail."""
    title = check.code.replace("_", " ").capitalize()
    return {"type": problem_url(check.code), "title": title, "detail": check.detail}


def problem_url(code: str) -> str:
    """The URL that a standard gives to a problem, or "about:blank" where none does."""
    if code in _OF_NO_STANDARD:
        return "about:blank"
    if code in _OF_DATA_MODEL:
        return _DATA_MODEL + code
    return (_STATUS_LIST if code in _OF_STATUS_LIST else _SECURITY) + code


def outcome_of(checks: Iterable[Check]) -> Outcome:
    """The gravest outcome among them: fail, could-not-check, warn, pass; not-applicable when there is none."""
    found = {check.outcome for check in checks}
    order = (Outcome.FAIL, Outcome.COULD_NOT_CHECK, Outcome.WARN, Outcome.PASS)
    return next((outcome for outcome in order if outcome in found), Outcome.NOT_APPLICABLE)


def as_json(report: VcReport) -> dict[str, Any]:
    """The report for programs: {"verified", "checks", "warnings", "errors", "problemDetails"?}."""
    body: dict[str, Any] = {
        "verified": report.verified,
        "checks": [_check_as_json(check) for check in report.checks],
        "warnings": list(report.warnings),
        "errors": list(report.errors),
    }
    if not report.verified:
        body["problemDetails"] = report.problem_details
    return body


def _check_as_json(check: Check) -> dict[str, str]:
    members = {
        "name": check.name,
        "outcome": check.outcome.value,
        "code": check.code,
        "reason": check.reason,
        "detail": check.detail,
        "section": check.section,
    }
    return {name: value for name, value in members.items() if value}
