"""The verdict is a function of the checks, and of nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badges.verification.report import (
    EXIT_CODES,
    Check,
    Finding,
    Outcome,
    Report,
    Verdict,
    as_json,
    finding_of,
    verdict_of,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def make_check(name: str = "signature", outcome: Outcome = Outcome.PASS, **over: str) -> Check:
    return Check(**({"name": name, "outcome": outcome, "sentence": "s", "section": "1"} | over))  # type: ignore[arg-type]


def test_all_passed_is_valid() -> None:
    assert (
        verdict_of([make_check("format"), make_check(), make_check("status", Outcome.NOT_APPLICABLE)]) is Verdict.VALID
    )


def test_a_warning_does_not_make_a_badge_invalid() -> None:
    assert verdict_of([make_check("format"), make_check("trust", Outcome.WARN)]) is Verdict.VALID


def test_nothing_checked_is_never_valid() -> None:
    assert verdict_of([]) is Verdict.UNSUPPORTED


def test_what_could_not_be_checked_is_unknown_and_not_valid() -> None:
    assert verdict_of([make_check("format"), make_check("status", Outcome.COULD_NOT_CHECK)]) is Verdict.UNKNOWN


def test_a_failure_outweighs_what_could_not_be_checked() -> None:
    checks = [make_check("format"), make_check("status", Outcome.COULD_NOT_CHECK), make_check("period", Outcome.FAIL)]
    assert verdict_of(checks) is Verdict.INVALID


@pytest.mark.parametrize("code", ["expired", "revoked", "suspended", "not_yet_valid", "superseded"])
@pytest.mark.parametrize("open_question", ["signature", "issuer", "hosted"])
def test_nothing_is_called_genuine_while_nobody_could_see_who_made_it(code: str, open_question: str) -> None:
    standing = make_check("status", Outcome.FAIL, code=code)
    assert finding_of([make_check(open_question), standing]) is Finding(code)
    assert finding_of([make_check(open_question, Outcome.COULD_NOT_CHECK), standing]) is Finding.COULD_NOT_CHECK


def test_an_altered_badge_is_altered_whatever_else_could_not_be_checked() -> None:
    altered = make_check("signature", Outcome.FAIL, code="signature")
    assert finding_of([altered, make_check("issuer", Outcome.COULD_NOT_CHECK)]) is Finding.ALTERED


def test_an_unreadable_format_is_unsupported_rather_than_invalid() -> None:
    assert verdict_of([make_check("format", Outcome.FAIL)]) is Verdict.UNSUPPORTED


@given(st.lists(st.sampled_from(list(Outcome)), min_size=1, max_size=8), st.randoms())
def test_the_order_of_checks_does_not_change_the_verdict(outcomes: list[Outcome], random: object) -> None:
    checks = [make_check(f"c{number}", outcome) for number, outcome in enumerate(outcomes)]
    shuffled = list(checks)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert verdict_of(checks) is verdict_of(shuffled)


@given(st.lists(st.sampled_from(list(Outcome)), min_size=1, max_size=8))
def test_valid_is_said_only_when_every_check_passed_warned_or_did_not_apply(outcomes: list[Outcome]) -> None:
    verdict = verdict_of([make_check(f"c{number}", outcome) for number, outcome in enumerate(outcomes)])
    harmless = {Outcome.PASS, Outcome.WARN, Outcome.NOT_APPLICABLE}
    assert (verdict is Verdict.VALID) == (set(outcomes) <= harmless)


@pytest.mark.parametrize(("verdict", "code"), [("valid", 0), ("invalid", 1), ("unsupported", 2), ("unknown", 3)])
def test_each_verdict_has_its_exit_code(verdict: str, code: int) -> None:
    assert EXIT_CODES[Verdict(verdict)] == code


def test_json_form_names_every_check_with_outcome_reason_and_section() -> None:
    report = Report((make_check("format"), make_check(outcome=Outcome.FAIL, code="signature", reason="why")), NOW)
    document = as_json(report)
    assert document["verdict"] == "invalid"
    assert document["checks"][1] | {} == {
        "name": "signature",
        "outcome": "fail",
        "sentence": "s",
        "reason": "why",
        "code": "signature",
        "section": "1",
    }
    assert report.failure() is report.checks[1]
