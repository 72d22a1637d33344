"""May the issuer award this achievement: as its creator, on its own domain, or by a credential of the creator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from badges.trust.authority import check_authority
from badges.verification.report import Check, Outcome, Part, Report
from tests.unit.badges.verification.strangers import speaking_english

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ISSUER = "did:web:badges.example.org:issuers:harbour"
CREATOR = "https://standards.example.net/profile"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with speaking_english():
        yield


def badge(
    creator: Any = CREATOR, achievement_id: str = "https://standards.example.net/achievements/1"
) -> dict[str, Any]:
    achievement = {"id": achievement_id, "type": ["Achievement"]} | (
        {"creator": creator} if creator is not None else {}
    )
    return {"issuer": {"id": ISSUER}, "credentialSubject": {"achievement": achievement}}


def authorisation(*checks: Check, issuer: Any = CREATOR, subject: Any = ISSUER, proved: Outcome = Outcome.PASS) -> Part:
    """A credential of ``issuer`` about ``subject``, with the report of its own checks."""
    made = (
        Check("signature", Outcome.PASS, "", ""),
        Check("issuer", proved, "", "", code="" if proved is Outcome.PASS else "issuer_unproven"),
        *checks,
    )
    document = {"issuer": {"id": issuer}, "credentialSubject": {"id": subject, "type": ["EndorsementSubject"]}}
    return Part("endorsement", Report(made, NOW, document=document, kind="endorsement"))


@pytest.mark.parametrize("creator", [ISSUER, {"id": ISSUER, "type": ["Profile"]}, [{"id": ISSUER}]])
def test_the_creator_may(creator: Any) -> None:
    assert check_authority(badge(creator)).outcome is Outcome.PASS


def test_an_achievement_on_the_own_proved_domain_may_be_awarded() -> None:
    ours = badge(achievement_id="https://Badges.example.org/achievements/1")
    assert check_authority(ours, domain="badges.example.org").outcome is Outcome.PASS
    assert check_authority(ours).outcome is Outcome.WARN


@pytest.mark.parametrize(
    "url",
    [
        *(
            "https://badges.example.org.evil.example/1",
            "https://evil.badges.example.org/1",
            "https://xbadges.example.org/",
        ),
        *(
            "https://badges.example.org:8443/1",
            "http://badges.example.org/1",
            "https://badges.example.org@evil.example/",
        ),
        *(
            "https://badges.example.org./1",
            "urn:uuid:badges.example.org",
            "https://[broken",
            "https://b\u0430dges.example.org/",
        ),
    ],
)
def test_an_address_that_only_looks_like_the_own_domain_does_not_count(url: str) -> None:
    found = check_authority(badge(achievement_id=url), domain="badges.example.org")
    assert (found.outcome, found.code) == (Outcome.WARN, "not_the_creator")


def test_an_achievement_without_a_creator_raises_no_question() -> None:
    assert check_authority(badge(None)).outcome is Outcome.NOT_APPLICABLE


def test_whoever_is_not_the_creator_is_said_to_be_nobody_in_particular() -> None:
    found = check_authority(badge())
    assert (found.outcome, found.code) == (Outcome.WARN, "not_the_creator")
    assert CREATOR in found.reason


def test_a_creator_that_cannot_be_told_apart_is_not_the_issuer() -> None:
    for creator in ({"name": "Somebody"}, "", 7, [], {"id": [ISSUER]}):
        found = check_authority(badge(creator))
        assert found.outcome is (Outcome.NOT_APPLICABLE if creator == [] else Outcome.WARN)


def test_whom_the_creator_authorised_may() -> None:
    assert check_authority(badge(), [authorisation()]).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "part",
    [
        authorisation(issuer="https://somebody.example/"),
        authorisation(issuer=ISSUER),
        authorisation(subject="did:web:badges.example.org:issuers:other"),
        authorisation(subject=CREATOR),
        authorisation(subject=[ISSUER]),
        authorisation(proved=Outcome.WARN),
        authorisation(proved=Outcome.NOT_APPLICABLE),
        authorisation(Check("status", Outcome.FAIL, "", "", code="revoked")),
        authorisation(Check("status", Outcome.COULD_NOT_CHECK, "", "", code="status_unavailable")),
        authorisation(Check("period", Outcome.FAIL, "", "", code="expired")),
        Part("endorsement", Report((Check("signature", Outcome.PASS, "", ""),), NOW, document=None)),
    ],
)
def test_a_credential_that_is_not_the_creators_word_about_the_issuer_authorises_nobody(part: Part) -> None:
    assert check_authority(badge(), [part]).code == "not_the_creator"


def test_a_credential_with_a_broken_signature_authorises_nobody() -> None:
    honest = authorisation()
    broken = Check("signature", Outcome.FAIL, "", "", code="signature")
    forged = Part("endorsement", replace(honest.report, checks=(broken, *honest.report.checks[1:])))
    assert check_authority(badge(), [forged]).code == "not_the_creator"


@pytest.mark.parametrize(
    "document",
    [{}, {"issuer": 3}, {"issuer": ISSUER}, {"issuer": ISSUER, "credentialSubject": [1]}, {"credentialSubject": {}}],
)
def test_a_document_that_is_no_badge_has_nothing_to_be_entitled_to(document: dict[str, Any]) -> None:
    assert check_authority(document).outcome is Outcome.NOT_APPLICABLE
