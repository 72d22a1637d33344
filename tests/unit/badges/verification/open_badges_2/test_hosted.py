"""A hosted badge is believed for what lies at its own address, on a host that its issuer speaks from."""

from __future__ import annotations

import json
from typing import Any

import pytest

from badges.verification.report import Finding, Verdict
from badges.verification.world import Answer, Signatory
from issuer.crypto.errors import KeyUnavailable
from tests.unit.badges.verification.open_badges_2.hosts import (
    ASSERTION,
    BADGE,
    EVIL,
    HOST,
    ISSUER,
    assertion,
    badge_class,
    checked,
    hosted,
    issuer_profile,
    no_such_host,
    said,
)


def test_a_badge_that_its_issuer_hosts_is_valid_and_shown() -> None:
    report = checked(assertion(), hosted())
    assert report.verdict is Verdict.VALID
    assert report.kind == "open_badge_2"
    assert report.facts is not None
    assert (report.facts.name, report.facts.issuer_name) == ("Robots", "Harbour School")
    assert report.facts.skills == ("Mechanics",)
    assert "fail" not in {outcome for outcome, _ in said(report).values()}


def test_the_address_of_a_badge_is_enough() -> None:
    report = checked(ASSERTION, hosted())
    assert report.verdict is Verdict.VALID and report.facts is not None


def test_trust_is_asked_for_the_issuer_and_the_host_it_speaks_from() -> None:
    asked: list[Signatory] = []

    def trust(signatory: Signatory) -> str:
        asked.append(signatory)
        return "we chose it"

    report = checked(assertion(), hosted(), trust=trust)
    assert report.finding is Finding.VALID
    assert asked == [Signatory(ISSUER, "", "badges.harbour.example")]


@pytest.mark.parametrize(
    "over",
    [
        {"recipient": {"type": "email", "hashed": False, "identity": "eve@example.org"}},
        {"issuedOn": "2020-01-01T00:00:00Z"},
        {"expires": "2099-01-01T00:00:00Z"},
        {"badge": f"{HOST}/badges/doctor"},
        {"badge": {**badge_class(), "name": "Doctor of Robots"}},
        {"evidence": "https://evil.example/proof"},
    ],
)
def test_a_copy_that_says_something_else_is_altered_and_its_words_are_not_shown(over: dict[str, Any]) -> None:
    report = checked(assertion(**over), hosted(**{f"{HOST}/badges/doctor": badge_class(name="Doctor")}))
    assert report.finding is Finding.ALTERED
    assert said(report)["hosted"] == ("fail", "altered")
    assert report.facts is None


def test_a_copy_may_say_less_and_spell_it_differently() -> None:
    full = assertion(badge=badge_class(), image=f"{HOST}/1.png", narrative="Well done.")
    report = checked(assertion(type=["Assertion"]), hosted(assertion=full))
    assert report.verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("answer", "code", "finding"),
    [
        (404, "not_hosted", Finding.NOT_VALID),
        (b"<html>", "not_hosted", Finding.NOT_VALID),
        (410, "", Finding.REVOKED),
        ({"id": ASSERTION, "type": "Assertion", "revoked": True}, "", Finding.REVOKED),
        (assertion(revoked=True, revocationReason="Copied."), "", Finding.REVOKED),
        (assertion(id=f"{HOST}/awards/2"), "hosted_id_mismatch", Finding.NOT_VALID),
        (503, "fetch_failed", Finding.COULD_NOT_CHECK),
        (403, "fetch_failed", Finding.COULD_NOT_CHECK),
        (KeyUnavailable("timeout"), "fetch_failed", Finding.COULD_NOT_CHECK),
    ],
)
def test_what_lies_at_the_address_decides(answer: Any, code: str, finding: Finding) -> None:
    report = checked(assertion(), hosted(assertion=answer))
    assert report.finding is finding, report.checks
    assert said(report)["hosted"][1] == code


def test_the_reason_of_a_hosted_revocation_is_told() -> None:
    report = checked(assertion(), hosted(assertion=assertion(revoked=True, revocationReason="Copied.")))
    found = report.check("status")
    assert found is not None and found.reason == "Copied."


@pytest.mark.parametrize("place", [ASSERTION, BADGE, ISSUER])
def test_trouble_at_any_hop_names_the_host_and_is_neither_valid_nor_revoked(place: str) -> None:
    report = checked(assertion(), hosted(**{place: KeyUnavailable("timeout")}))
    assert report.finding is Finding.COULD_NOT_CHECK
    assert report.facts is None
    failed = report.failure()
    assert failed is not None and "badges.harbour.example" in str(failed.sentence)


@pytest.mark.parametrize("place", [BADGE, ISSUER])
@pytest.mark.parametrize("answer", [404, 410, no_such_host("it"), b"[]"])
def test_a_badge_whose_class_or_issuer_is_nowhere_is_not_valid(place: str, answer: Any) -> None:
    report = checked(assertion(), hosted(**{place: answer}))
    assert report.verdict is Verdict.INVALID and report.facts is None


def test_a_copy_whose_own_host_does_not_exist_is_not_valid() -> None:
    given = assertion(id=f"{EVIL}/1", badge=badge_class())
    report = checked(given, hosted(**{f"{EVIL}/1": no_such_host(EVIL)}))
    assert report.verdict is Verdict.INVALID


def test_a_document_found_elsewhere_than_it_says_is_a_mismatch() -> None:
    report = checked(f"{EVIL}/copy", hosted(**{f"{EVIL}/copy": assertion(id=f"{HOST}/awards/9")}))
    assert said(report)["hosted"] == ("fail", "hosted_id_mismatch")


@pytest.mark.parametrize("id_", [..., "urn:uuid:6deb4a00-ebce-4b28-8cc2-afa705ef7be4", "file:///etc/passwd", "_:b0", 7])
def test_a_hosted_badge_without_an_address_of_the_web_is_not_valid(id_: Any) -> None:
    report = checked(assertion(id=id_), hosted())
    assert said(report)["hosted"] == ("fail", "no_address")


def _elsewhere(policy: dict[str, Any] | None) -> dict[str, Any]:
    there = assertion(id=f"{EVIL}/1")
    issuer = issuer_profile(verification=policy) if policy else issuer_profile()
    return hosted(issuer=issuer, **{f"{EVIL}/1": there})


@pytest.mark.parametrize(
    ("policy", "is_inside"),
    [
        (None, False),
        ({"allowedOrigins": "evil.example"}, True),
        ({"allowedOrigins": ["badges.harbour.example", "evil.example"]}, True),
        ({"allowedOrigins": ["badges.harbour.example"]}, False),
        ({"allowedOrigins": []}, False),
        ({"startsWith": f"{EVIL}/"}, True),
        ({"startsWith": [f"{EVIL}/no", f"{EVIL}/1"]}, True),
        ({"startsWith": [f"{EVIL}/no", f"{HOST}/"]}, False),
        ({"startsWith": "https://evil.exam"}, False),
        ({"startsWith": f"{EVIL}/", "allowedOrigins": ["badges.harbour.example"]}, False),
        ({"startsWith": 7}, False),
    ],
)
def test_an_issuer_says_where_its_badges_lie(policy: dict[str, Any] | None, is_inside: bool) -> None:
    report = checked(assertion(id=f"{EVIL}/1"), _elsewhere(policy))
    assert said(report)["hosted"] == (("pass", "") if is_inside else ("fail", "hosted_scope"))


def test_an_issuer_embedded_by_a_stranger_does_not_speak_for_its_host() -> None:
    forged = issuer_profile(verification={"allowedOrigins": ["evil.example"]}, name="Harbour School")
    given = assertion(id=f"{EVIL}/1", badge=badge_class(id=f"{EVIL}/b", issuer=forged))
    report = checked(given, hosted(**{f"{EVIL}/1": given}))
    assert said(report)["hosted"] == ("fail", "hosted_scope")
    assert report.facts is None


def test_an_issuer_that_only_declares_anothers_address_is_read_from_there() -> None:
    forged = issuer_profile(verification={"allowedOrigins": ["evil.example"]})
    given = assertion(id=f"{EVIL}/1", badge=f"{EVIL}/b")
    answers = {f"{EVIL}/1": given, f"{EVIL}/b": badge_class(id=f"{EVIL}/b", issuer=f"{EVIL}/i"), f"{EVIL}/i": forged}
    report = checked(given, hosted(**answers))
    assert report.verdict is Verdict.INVALID and report.facts is None


def test_an_open_redirect_of_the_issuers_host_is_not_the_issuer() -> None:
    own = f"{HOST}/go?to=evil"
    body = Answer(f"{EVIL}/1", 200, "application/json", json.dumps(assertion(id=own)).encode())
    report = checked(assertion(id=own), hosted(**{own: body}))
    assert said(report)["hosted"] == ("fail", "hosted_scope")


def test_an_issuer_without_an_address_is_unproven_and_said_so() -> None:
    nobody = issuer_profile(id="urn:uuid:6deb4a00-ebce-4b28-8cc2-afa705ef7be4")
    given = assertion(badge=badge_class(issuer=nobody))
    report = checked(given, hosted(assertion=given))
    assert said(report)["issuer"] == ("warn", "issuer_unproven")
    assert report.facts is None


def test_an_address_of_http_is_read_by_https() -> None:
    plain = {"id": ASSERTION.replace("https", "http"), "badge": BADGE.replace("https", "http")}
    asked: list[str] = []
    report = checked(assertion(**plain), hosted(assertion=assertion(**plain)), asked=asked)
    assert report.verdict is Verdict.VALID, report.checks
    assert ASSERTION in asked
    assert not [url for url in asked if url.startswith("http://")]


def test_an_address_of_http_that_is_not_there_by_https_is_not_asked_openly() -> None:
    plain = {"id": ASSERTION.replace("https", "http")}
    report = checked(assertion(**plain), hosted(assertion=404))
    assert said(report)["hosted"] == ("fail", "not_hosted")
