from __future__ import annotations

import pytest

from issuer.vc.report import (
    MALFORMED,
    PROOF_VERIFICATION,
    STATUS_RETRIEVAL,
    Check,
    Outcome,
    VcReport,
    as_json,
    failed,
    outcome_of,
    passed,
    problem_url,
    warned,
)

GOOD = passed("context", "4.3")
WARNING = warned("status", "3.2", "The status was not looked up.", reason="status_type_unknown")
BAD = failed("proof", "4.3", "The signature does not match.", code=PROOF_VERIFICATION, reason="signature")
UNDECIDED = Check("status", Outcome.COULD_NOT_CHECK, STATUS_RETRIEVAL, "The list could not be read.", "3.2")


def test_what_passed_is_verified_with_its_warnings() -> None:
    report = VcReport((GOOD, WARNING))
    assert report.verified
    assert report.errors == ()
    assert report.warnings == ("The status was not looked up.",)
    assert as_json(report) == {
        "verified": True,
        "checks": [
            {"name": "context", "outcome": "pass", "section": "4.3"},
            {
                "name": "status",
                "outcome": "warn",
                "reason": "status_type_unknown",
                "detail": "The status was not looked up.",
                "section": "3.2",
            },
        ],
        "warnings": ["The status was not looked up."],
        "errors": [],
    }


@pytest.mark.parametrize("hindrance", [BAD, UNDECIDED], ids=["failed", "could not be made"])
def test_one_check_that_did_not_pass_is_enough(hindrance: Check) -> None:
    assert not VcReport((GOOD, hindrance, WARNING)).verified


def test_no_checks_prove_nothing() -> None:
    assert not VcReport(()).verified


def test_hindrances_are_texts_and_problem_details() -> None:
    body = as_json(VcReport((GOOD, BAD, UNDECIDED)))
    assert body["errors"] == [
        "PROOF_VERIFICATION_ERROR: The signature does not match.",
        "STATUS_RETRIEVAL_ERROR: The list could not be read.",
    ]
    assert body["problemDetails"] == [
        {
            "type": "https://w3id.org/security#PROOF_VERIFICATION_ERROR",
            "title": "Proof verification error",
            "detail": "The signature does not match.",
        },
        {
            "type": "https://www.w3.org/ns/credentials/status-list#STATUS_RETRIEVAL_ERROR",
            "title": "Status retrieval error",
            "detail": "The list could not be read.",
        },
    ]


def test_a_problem_has_the_url_of_the_standard_that_names_it() -> None:
    assert problem_url(MALFORMED) == "https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR"
    assert problem_url("CREDENTIAL_REVOKED") == "about:blank"


def test_the_gravest_outcome_counts() -> None:
    assert outcome_of((GOOD, WARNING, BAD, UNDECIDED)) is Outcome.FAIL
    assert outcome_of((GOOD, UNDECIDED)) is Outcome.COULD_NOT_CHECK
    assert outcome_of((GOOD, WARNING)) is Outcome.WARN
    assert outcome_of(()) is Outcome.NOT_APPLICABLE
