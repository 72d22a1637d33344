"""How a badge of version 2 must be written, each rule with a badge that breaks it."""

from __future__ import annotations

from typing import Any

import pytest

from badges.verification.report import Finding, Verdict
from tests.unit.badges.verification.open_badges_2.hosts import (
    HOST,
    assertion,
    badge_class,
    checked,
    hosted,
    issuer_profile,
    said,
)

HASH = "sha256$" + "0" * 64


@pytest.mark.parametrize(
    "over",
    [
        {"recipient": ...},
        {"recipient": "ada@example.org"},
        {"recipient": {"type": "email", "identity": "ada@example.org"}},
        {"recipient": {"identity": "ada@example.org", "hashed": False}},
        {"recipient": {"type": "email", "identity": "ada", "hashed": False}},
        {"recipient": {"type": "email", "identity": HASH, "hashed": False}},
        {"recipient": {"type": "email", "identity": "ada@example.org", "hashed": True}},
        {"recipient": {"type": "email", "identity": "sha256$00", "hashed": True}},
        {"recipient": {"type": "url", "identity": "ada", "hashed": False}},
        {"recipient": {"type": "telephone", "identity": "0171", "hashed": False}},
        {"issuedOn": ...},
        {"issuedOn": "2025-06-01"},
        {"issuedOn": "2025-06-01T09:00:00"},
        {"issuedOn": 1748768400},
        {"expires": "2099-01-01T00:00:00"},
        {"expires": "never"},
        {"verification": "hosted"},
        {"verification": {"type": "Other"}},
        {"badge": [f"{HOST}/badges/robots", f"{HOST}/badges/robots"]},
        {"image": "data:image/png;base64,AAAA"},
        {"image": [f"{HOST}/1.png", f"{HOST}/2.png"]},
        {"image": 7},
        {"evidence": 7},
        {"evidence": {"id": "not an iri", "narrative": "x"}},
        {"narrative": 7},
        {"revoked": "perhaps"},
    ],
)
def test_an_assertion_that_breaks_a_rule_is_invalid(over: dict[str, Any]) -> None:
    report = checked(assertion(**over), hosted(assertion=assertion(**over)))
    assert report.verdict is Verdict.INVALID
    assert said(report)["properties"] == ("fail", "properties_broken"), report.checks


@pytest.mark.parametrize(
    "over",
    [
        {"recipient": {"type": "email", "identity": HASH, "hashed": True, "salt": "s"}},
        {"recipient": {"type": "telephone", "identity": "+14155552671;ext=3", "hashed": False}},
        {"recipient": {"type": "url", "identity": "https://ada.example/", "hashed": False}},
        {"issuedOn": "2025-06-01T09:00:00.5+02:00"},
        {"image": {"id": f"{HOST}/1.png", "caption": "x"}},
        {"evidence": [f"{HOST}/e1", {"id": "_:b1", "narrative": "Did it."}]},
        {"type": ["Assertion", f"{HOST}/types#Award"]},
        {"@language": "fr"},
        {"@context": ["https://w3id.org/openbadges/v2"]},
    ],
)
def test_an_assertion_that_keeps_the_rules_is_valid(over: dict[str, Any]) -> None:
    report = checked(assertion(**over), hosted(assertion=assertion(**over)))
    assert report.verdict is Verdict.VALID, report.checks


@pytest.mark.parametrize(
    "over",
    [
        {"name": ...},
        {"name": ""},
        {"description": 7},
        {"criteria": ...},
        {"criteria": {}},
        {"criteria": {"narrative": ""}},
        {"image": "data:text/html,x"},
        {"image": "data:image/gif;base64,AAAA"},
        {"alignment": [{"targetName": "x"}]},
        {"alignment": [{"targetName": "x", "targetUrl": "x"}]},
        {"alignment": "https://skills.example"},
        {"alignment": [7] * 10_000},
        {"tags": [7]},
    ],
)
def test_a_badge_class_that_breaks_a_rule_makes_the_badge_invalid(over: dict[str, Any]) -> None:
    report = checked(assertion(), hosted(badge=badge_class(**over)))
    assert said(report)["properties"] == ("fail", "properties_broken")


@pytest.mark.parametrize(
    "over",
    [
        {"email": ...},
        {"email": "badges at harbour"},
        {"url": "harbour"},
        {"telephone": "x"},
        {"verification": {"allowedOrigins": "https://x.example/"}},
        {"verification": {"startsWith": "x"}},
        {"verification": {"verificationProperty": 7}},
    ],
)
def test_an_issuer_that_breaks_a_rule_makes_the_badge_invalid(over: dict[str, Any]) -> None:
    report = checked(assertion(), hosted(issuer=issuer_profile(**over)))
    assert said(report)["properties"] == ("fail", "properties_broken")


@pytest.mark.parametrize("name", ["id", "obi:identityHash", "extensions:x", "https://x.example/p"])
def test_a_verification_property_may_be_a_compact_iri(name: str) -> None:
    report = checked(assertion(), hosted(issuer=issuer_profile(verification={"verificationProperty": name})))
    assert report.verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("over", "answers"),
    [
        ({"type": "BadgeClass", "recipient": {}, "badge": "x"}, {}),
        ({"type": []}, {}),
        ({}, {"badge": badge_class(type="Issuer")}),
        ({}, {"badge": badge_class(type=["Other"])}),
        ({}, {"issuer": issuer_profile(type="Criteria")}),
    ],
)
def test_a_node_of_another_class_is_named(over: dict[str, Any], answers: dict[str, Any]) -> None:
    report = checked(assertion(**over), hosted(**{"assertion": assertion(**over), **answers}))
    assert said(report)["types"] == ("fail", "types_wrong")


@pytest.mark.parametrize(
    "context",
    [
        "https://w3id.org/openbadges/v3",
        "https://evil.example/openbadges/v2",
        {"name": "https://evil.example/other", "badge": "https://w3id.org/openbadges#badge"},
        ["https://w3id.org/openbadges/v2", {"recipient": "https://w3id.org/openbadges#nobody"}],
        ["https://w3id.org/openbadges/v2", 7],
    ],
)
def test_words_of_another_context_are_refused_and_it_is_not_fetched(context: Any) -> None:
    asked: list[str] = []
    given = assertion(**{"@context": context})
    report = checked(given, hosted(assertion=given), asked=asked)
    assert said(report)["context"] == ("fail", "context_wrong")
    assert not [url for url in asked if "openbadges" in url]


@pytest.mark.parametrize(
    ("over", "finding"),
    [
        ({"expires": "2026-02-28T23:59:59Z"}, Finding.EXPIRED),
        ({"expires": "2026-03-02T00:00:00Z"}, Finding.ISSUER_NOT_KNOWN),
        ({"issuedOn": "2026-03-02T00:00:00Z"}, Finding.NOT_YET_VALID),
        ({"expires": "2025-05-01T00:00:00Z"}, Finding.NOT_VALID),
    ],
)
def test_dates_count_at_the_moment_of_the_check(over: dict[str, Any], finding: Finding) -> None:
    assert checked(assertion(**over), hosted(assertion=assertion(**over))).finding is finding


def _extended(extension: Any) -> dict[str, Any]:
    return assertion(**{"extensions:own": extension})


@pytest.mark.parametrize(
    ("extension", "outcome"),
    [
        ({"type": ["Extension", "extensions:ExampleExtension"], "exampleProperty": "x"}, "pass"),
        ({"type": ["Extension", "extensions:ExampleExtension"], "exampleProperty": 7}, "fail"),
        ({"type": ["Extension", "extensions:ExampleExtension"]}, "fail"),
        ({"type": ["Extension", "extensions:ApplyLink"], "url": "https://x.example/apply"}, "pass"),
        ({"type": ["Extension", "extensions:ApplyLink"], "url": "apply"}, "fail"),
        ({"type": ["Extension", "extensions:Unheard"], "x": "y"}, "warn"),
        ({"type": ["Extension"]}, "fail"),
        ({"type": "extensions:ApplyLink", "url": "https://x.example"}, "fail"),
        ("text", "fail"),
        ([{"type": ["Extension", "extensions:ApplyLink"], "url": "https://x.example"}, 7], "fail"),
    ],
)
def test_an_extension_is_what_it_says_it_is(extension: Any, outcome: str) -> None:
    report = checked(_extended(extension), hosted(assertion=_extended(extension)))
    assert said(report)["extensions"][0] == outcome
    assert report.verdict is (Verdict.INVALID if outcome == "fail" else Verdict.VALID)
