"""The refresh service, and what a schema of one's own is worth."""

from __future__ import annotations

from typing import Any

import pytest

from badges.verification.report import Finding, Outcome, Verdict
from tests.unit.badges.verification.open_badges_3.making import (
    TROUBLE,
    WEB_ISSUER,
    badge_of,
    check,
    controller_document,
    faults,
    named,
    signed_by_fragment,
)

AT = "https://school.example/badges/1/newest"
CONTEXTS = [*badge_of()["@context"], "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]
SERVICE = {"@context": CONTEXTS, "refreshService": {"id": AT, "type": "1EdTechCredentialRefresh"}}
PUBLISHED = {WEB_ISSUER: controller_document(1)}


def edition(**over: Any) -> dict[str, Any]:
    return signed_by_fragment(**{**SERVICE, **over})


def check_with(newest: Any, **over: Any) -> Any:
    return check(edition(**over), PUBLISHED | {AT: newest})


def test_a_newer_edition_takes_the_place_of_the_one_handed_in() -> None:
    newer = edition(validFrom="2026-02-20T00:00:00Z", validUntil="2030-01-01T00:00:00Z")
    report = check_with(newer, validUntil="2026-02-25T00:00:00Z")
    assert (report.verdict, named(report, "refresh").code) == (Verdict.VALID, "refreshed")
    assert report.document == newer


def test_a_newer_edition_that_has_expired_counts_too() -> None:
    report = check_with(edition(validFrom="2026-02-20T00:00:00Z", validUntil="2026-02-21T00:00:00Z"))
    assert (report.verdict, faults(report)) == (Verdict.INVALID, {"period": "expired"})


def test_the_same_edition_is_the_newest() -> None:
    report = check_with(edition())
    assert (report.verdict, named(report, "refresh").outcome) == (Verdict.VALID, Outcome.PASS)


@pytest.mark.parametrize(
    "newest",
    [
        edition(validFrom="2026-02-20T00:00:00Z") | {"name": "altered"},
        edition(validFrom="2026-02-20T00:00:00Z", id="https://school.example/badges/2"),
        signed_by_fragment("https://other.example/issuer", **SERVICE),
        {"type": "nothing"},
    ],
    ids=["altered", "another badge", "another issuer", "no badge"],
)
def test_what_is_not_a_newer_edition_is_not_believed(newest: dict[str, Any]) -> None:
    report = check_with(newest)
    assert (report.verdict, named(report, "refresh").code) == (Verdict.VALID, "refresh_refused")


def test_of_an_unproven_issuer_only_the_same_key_makes_a_newer_edition() -> None:
    newer = {"validFrom": "2026-02-20T00:00:00Z", **SERVICE}
    same, other = signed_by_fragment(**newer), signed_by_fragment(seed=2, **newer)
    assert named(check(edition(), {AT: same}), "refresh").code == "refreshed"
    assert named(check(edition(), {AT: other}), "refresh").code == "refresh_refused"


@pytest.mark.parametrize("newest", [TROUBLE, None])
def test_when_the_service_fails_the_one_handed_in_counts(newest: Any) -> None:
    report = check_with(newest)
    assert (report.verdict, named(report, "refresh").code) == (Verdict.VALID, "refresh_unavailable")
    assert check_with(newest, validUntil="2026-02-25T00:00:00Z").finding is Finding.EXPIRED


def test_an_altered_badge_leads_nowhere() -> None:
    addresses: list[str] = []
    report = check(edition() | {"name": "Grander"}, PUBLISHED | {AT: edition()}, addresses=addresses)
    assert named(report, "refresh").outcome is Outcome.NOT_APPLICABLE
    assert AT not in addresses


def schema_named(url: str) -> dict[str, Any]:
    entry = {"id": url, "type": "1EdTechJsonSchemaValidator2019"}
    return signed_by_fragment(**{"@context": CONTEXTS, "credentialSchema": [entry]})


def test_a_schema_must_be_there_to_be_followed() -> None:
    own = "https://school.example/schema.json"
    published = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
    assert named(check(schema_named(published), PUBLISHED), "schema").outcome is Outcome.PASS
    assert named(check(schema_named(own), PUBLISHED | {own: {"type": "object"}}), "schema").outcome is Outcome.WARN
    assert faults(check(schema_named(own), PUBLISHED)) == {"schema": "schema_unavailable"}
    assert check(schema_named(own), PUBLISHED | {own: TROUBLE}).verdict is Verdict.UNKNOWN
