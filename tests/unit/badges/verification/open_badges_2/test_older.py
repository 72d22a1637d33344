"""Assertions of Open Badges 1.0 and 1.1, hosted and signed."""

from __future__ import annotations

from typing import Any

import pytest

from badges.verification.report import Finding, Verdict
from tests.unit.badges.verification.open_badges_2.hosts import (
    ASSERTION,
    BADGE,
    EVIL,
    HOST,
    ISSUER,
    LIST,
    checked,
    hosted,
    pem,
    rsa_key,
    said,
    token,
)

PEM_URL = f"{HOST}/key.pem"


def old(**over: Any) -> dict[str, Any]:
    return {
        "uid": "abc-1",
        "recipient": {"type": "email", "hashed": False, "identity": "ada@example.org"},
        "badge": BADGE,
        "verify": {"type": "hosted", "url": ASSERTION},
        "issuedOn": 1748768400,
        **over,
    }


def old_badge(**over: Any) -> dict[str, Any]:
    own = {
        "name": "Robots",
        "description": "Walks.",
        "image": f"{HOST}/r.png",
        "criteria": f"{HOST}/c",
        "issuer": ISSUER,
    }
    return {**own, "alignment": [{"name": "Mechanics", "url": "https://skills.example/m"}], **over}


def answers(**over: Any) -> dict[str, Any]:
    issuer = {"name": "Harbour School", "url": HOST, "revocationList": LIST}
    named = {"assertion": old(), "badge": old_badge(), "issuer": issuer, "list": {"abc-2": "Copied."}}
    return hosted(**{**named, PEM_URL: pem(rsa_key()).encode(), **over})


def signed(**over: Any) -> dict[str, Any]:
    return old(verify={"type": "signed", "url": PEM_URL}, **over)


@pytest.mark.parametrize(
    "issued", [1748768400, "1748768400", "2025-06-01", "2025-06-01T09:00:00Z", "2025-06-01T09:00:00"]
)
def test_a_hosted_assertion_of_version_1_is_valid_and_shown(issued: Any) -> None:
    report = checked(old(issuedOn=issued), answers(assertion=old(issuedOn=issued)))
    assert report.verdict is Verdict.VALID, report.checks
    assert report.kind == "open_badge_1"
    assert report.facts is not None and report.facts.skills == ("Mechanics",)
    assert report.facts.issued_at is not None and report.facts.issued_at.year == 2025


def test_version_1_1_is_the_same_under_a_context() -> None:
    given = old(**{"@context": "https://w3id.org/openbadges/v1", "id": ASSERTION, "type": "Assertion"})
    assert checked(given, answers(assertion=given)).verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (old(recipient={"type": "email", "hashed": False, "identity": "eve@example.org"}), Finding.ALTERED),
        (old(verify={"type": "hosted", "url": f"{HOST}/2"}), Finding.NOT_VALID),
        (410, Finding.REVOKED),
        ({"revoked": True}, Finding.REVOKED),
        (404, Finding.NOT_VALID),
        (503, Finding.COULD_NOT_CHECK),
    ],
)
def test_what_its_address_says_counts(answer: Any, finding: Finding) -> None:
    assert checked(old(), answers(assertion=answer)).finding is finding


def test_another_host_than_the_issuers_is_outside() -> None:
    given = old(verify={"type": "hosted", "url": f"{EVIL}/1"})
    assert said(checked(given, answers(**{f"{EVIL}/1": given})))["hosted"] == ("fail", "hosted_scope")


def test_an_assertion_signed_by_the_key_at_the_issuers_host_is_valid() -> None:
    report = checked(token(signed()), answers(assertion=404))
    assert report.verdict is Verdict.VALID, report.checks
    assert report.facts is not None


def test_a_key_at_another_host_is_not_the_issuers() -> None:
    given = old(verify={"type": "signed", "url": f"{EVIL}/key.pem"})
    report = checked(token(given), answers(**{f"{EVIL}/key.pem": pem(rsa_key()).encode()}))
    assert said(report)["issuer"] == ("fail", "key_not_bound")


def test_a_signed_assertion_on_the_list_is_revoked_with_its_reason() -> None:
    found = checked(token(signed(uid="abc-2")), answers()).check("status")
    assert found is not None and (found.code, found.reason) == ("revoked", "Copied.")
