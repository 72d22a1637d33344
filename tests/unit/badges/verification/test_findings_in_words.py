"""Each finding in words: no two alike, with advice where something is to be done, and the host that did not answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from badges.verification.open_badges_3.facts import facts_of
from badges.verification.report import Check, Finding, Outcome, Report
from badges.verification.stated import stated_in
from badges.verification.wording import advice_of, host_in, kind_of, limits_of, mark_of, more_of, proves_of, sentence_of
from tests.unit.badges.verification.strangers import speaking_english

NOW = datetime(2026, 3, 1, tzinfo=UTC)

CHECKS = {
    Finding.VALID: ("trust", Outcome.PASS, ""),
    Finding.ISSUER_NOT_KNOWN: ("trust", Outcome.WARN, "issuer_unknown"),
    Finding.ISSUER_UNPROVEN: ("issuer", Outcome.WARN, "issuer_unproven"),
    Finding.EXPIRED: ("period", Outcome.FAIL, "expired"),
    Finding.NOT_YET_VALID: ("period", Outcome.FAIL, "not_yet_valid"),
    Finding.SUSPENDED: ("status", Outcome.FAIL, "suspended"),
    Finding.REVOKED: ("status", Outcome.FAIL, "revoked"),
    Finding.SUPERSEDED: ("status", Outcome.FAIL, "superseded"),
    Finding.ALTERED: ("signature", Outcome.FAIL, "signature"),
    Finding.NOT_VALID: ("issuer", Outcome.FAIL, "key_not_bound"),
    Finding.COULD_NOT_CHECK: ("status", Outcome.COULD_NOT_CHECK, "status_unavailable"),
    Finding.NOT_A_BADGE: ("format", Outcome.FAIL, "no_badge_found"),
}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with speaking_english():
        yield


def report(finding: Finding, *, reason: str = "") -> Report:
    name, outcome, code = CHECKS[finding]
    return Report((Check(name, outcome, "What the check says.", "A standard, 1", code, reason),), NOW)


@pytest.mark.parametrize("finding", list(Finding))
def test_every_finding_comes_from_its_checks_and_has_its_words(finding: Finding) -> None:
    told = report(finding)
    assert told.finding is finding
    assert sentence_of(told)
    assert 1 <= len(mark_of(told).split()) <= 6
    assert kind_of(told) in ("good", "warn", "bad", "unknown", "neutral")
    assert bool(advice_of(told)) is (finding is not Finding.VALID)


def test_no_two_findings_are_said_alike() -> None:
    assert len({mark_of(report(finding)) for finding in Finding}) == len(Finding)
    assert len({sentence_of(report(finding)) for finding in Finding}) == len(Finding)


def test_only_what_is_genuine_and_valid_looks_good() -> None:
    assert [finding for finding in Finding if kind_of(report(finding)) == "good"] == [Finding.VALID]


@pytest.mark.parametrize(
    ("reason", "host"),
    [
        ("status.harbour.example did not answer as expected.", "status.harbour.example"),
        ("localhost:9000 answered with status 500.", "localhost:9000"),
        ("The list is out of date.", ""),
        ("." * 100_000, ""),
    ],
)
def test_the_host_that_did_not_answer_is_named(reason: str, host: str) -> None:
    told = report(Finding.COULD_NOT_CHECK, reason=reason)
    assert host_in(told) == host
    assert host in sentence_of(told)


def test_what_was_withdrawn_says_why_in_its_second_sentence() -> None:
    assert more_of(report(Finding.REVOKED)) == "What the check says."
    assert more_of(report(Finding.ALTERED)) == ""


def test_what_would_be_worthless_even_if_genuine_is_not_said_to_lack_only_a_check() -> None:
    expired = Check("period", Outcome.FAIL, "It expired.", "A standard, 1", "expired")
    silent = Check("issuer", Outcome.COULD_NOT_CHECK, "No key.", "A standard, 2", "key_unavailable", "keys.example.org")
    told = Report((silent, expired), NOW)
    assert sentence_of(told).endswith("Even if it is, it does not count: It expired.")
    assert "Genuine" not in sentence_of(told) and "says nothing against it" not in sentence_of(told)
    assert (host_in(told), more_of(told)) == ("keys.example.org", "No key.")
    assert advice_of(told).startswith("Do not rely on it.")


def test_the_maker_of_a_receipt_is_not_taken_for_the_issuer_of_the_badge() -> None:
    checks = tuple(Check(name, Outcome.PASS, "s", "1") for name in ("signature", "issuer", "trust"))
    facts = facts_of({"issuer": {"id": "https://harbour.example", "name": "Harbour"}})
    assert any("It comes from Harbour" in said for said in proves_of(Report(checks, NOW, facts=facts)))
    receipt = Report(checks, NOW, facts=facts, kind="receipt")
    assert not any("Harbour" in said for said in proves_of(receipt))
    assert any("checked the badge at the time it names" in said for said in proves_of(receipt))
    assert any("check the badge itself" in said for said in limits_of(receipt))
    assert not any("list of withdrawn badges" in said for said in limits_of(receipt))
    unproven = Check("issuer", Outcome.COULD_NOT_CHECK, "s", "1", "key_unavailable")
    assert not any(
        "checked the badge" in said for said in proves_of(Report((unproven,), NOW, facts=facts, kind="receipt"))
    )


def test_a_suspension_is_explained_once() -> None:
    told = report(Finding.SUSPENDED)
    assert "can be lifted" not in advice_of(told)


def test_a_skill_that_is_aligned_with_two_frameworks_is_named_once() -> None:
    alignment = [{"targetName": "Listening"}, {"targetName": "Listening"}, {}, {"targetName": "Asking"}]
    assert facts_of({"credentialSubject": {"achievement": {"alignment": alignment}}}).skills == ("Listening", "Asking")


def test_without_facts_nothing_is_proved_and_nothing_is_said_against_the_person() -> None:
    assert proves_of(report(Finding.ALTERED)) == ()
    assert "nothing about the person" in limits_of(report(Finding.ALTERED))[0]


def test_level_and_results_are_read_with_the_descriptions_they_name() -> None:
    subject = {
        "achievement": {
            "achievementType": "Competency",
            "tag": ["Foundation"],
            "criteria": {"narrative": "Two calls."},
            "resultDescription": [
                {"id": "urn:x:r1", "name": "Mastery", "resultType": "Percent", "requiredValue": "80"}
            ],
        },
        "result": [{"resultDescription": "urn:x:r1", "value": "90"}],
        "activityStartDate": "2026-02-01T10:00:00Z",
        "activityEndDate": "2026-02-01T11:00:00Z",
    }
    stated = stated_in({"credentialSubject": subject})
    assert stated.rows == (
        ("Kind", "Competency"),
        ("Level and keywords", "Foundation"),
        ("Mastery", "90 % (80 needed)"),
        ("Worked on", "February 1, 2026"),
    )
    assert stated.criteria == "Two calls."


@pytest.mark.parametrize(
    "hostile", [None, {}, {"credentialSubject": 5}, {"credentialSubject": [{"achievement": [1], "result": "x"}]}]
)
def test_hostile_documents_state_nothing(hostile: dict[str, object] | None) -> None:
    assert stated_in(hostile).rows == ()


def test_only_addresses_of_the_web_are_named_as_such() -> None:
    hostile = {"credentialSubject": {"achievement": {"criteria": {"id": "javascript:alert(1)"}}}}
    assert stated_in(hostile).criteria_url == ""
