"""Published samples of Open Badges 3.0 and CLR 2.0 with their expected outcome: each fault is found and named."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from badges.verification.report import Finding, Outcome, Report, Verdict
from badges.verification.verifying import verify
from badges.verification.world import World
from issuer.crypto.errors import KeyUnavailable, NothingPublished
from tests.oracles import SHARED, needs_shared
from tests.unit.badges.verification.strangers import speaking_english

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SAMPLES = (SHARED or Path("/nowhere")) / "standards" / "samples"
REVOKED = "ob30/bit-string-list/credential-status-revoked.json"
LIST = "ob30/bit-string-list/testlist"


def nothing_published(url: str) -> dict[str, Any]:
    raise NothingPublished(f"There is nothing at {url}.")


def trouble(url: str) -> dict[str, Any]:
    raise KeyUnavailable(f"{url} does not answer.")


def with_list(url: str) -> dict[str, Any]:
    if not url.endswith("/testlist"):
        return nothing_published(url)
    listing: dict[str, Any] = json.loads((SAMPLES / LIST).read_text())
    return listing


def check(data: bytes, fetch: Any = nothing_published) -> Report:
    with speaking_english():
        return verify(data, World(fetch=fetch, trust=lambda _: None, now=NOW))


def sample(name: str, fetch: Any = with_list) -> Report:
    return check((SAMPLES / name).read_bytes(), fetch)


def faults(report: Report) -> dict[str, str]:
    return {each.name: each.code for each in report.checks if each.outcome is Outcome.FAIL}


@needs_shared
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("clr20/simple.json", "clr"),
        (LIST, "credential"),
        ("ob30/endorsement-valid.json", "endorsement"),
        ("ob30/simple-context-alias.json", "open_badge_3"),
        ("ob30/simple-did-key-method.json", "open_badge_3"),
        ("ob30/simple-json.png", "open_badge_3"),
        ("ob30/simple-jwt.svg", "open_badge_3"),
        ("ob30/simple.json", "open_badge_3"),
    ],
)
def test_a_good_sample_is_valid_and_only_its_own_word_for_whose_it_is(name: str, kind: str) -> None:
    report = sample(name)
    assert (report.verdict, report.finding, report.kind) == (Verdict.VALID, Finding.ISSUER_UNPROVEN, kind)
    assert report.check("signature").outcome is Outcome.PASS  # type: ignore[union-attr]


@needs_shared
@pytest.mark.parametrize(
    ("name", "remarks"),
    [
        ("ob30/simple-eddsa-2022.json", {"context": "context_outdated", "suite": "legacy_cryptosuite"}),
        ("ob30/simple-jwt_v1.png", {"context": "context_outdated", "claims": "claim_missing"}),
    ],
)
def test_an_old_sample_is_valid_with_its_remarks(name: str, remarks: dict[str, str]) -> None:
    report = sample(name)
    warned = {each.name: each.code for each in report.checks if each.outcome is Outcome.WARN}
    assert report.verdict is Verdict.VALID
    assert remarks.items() <= warned.items()


@needs_shared
@pytest.mark.parametrize(
    ("name", "fault", "reason"),
    [
        ("clr20/simple-noproof.json", "signature", "no proof"),
        ("ob30/complete.json", "schema", "https://accrediter.edu/schema/endorsementcredential.json"),
        (
            "ob30/simple-err-credential-subject-achievement-result-description-type.json",
            "open_badge",
            "type of resultDescription of achievement does not contain ResultDescription",
        ),
        ("ob30/simple-err-credential-subject-identifier-type.json", "open_badge", "identifier does not contain Ident"),
        ("ob30/simple-err-evidence-type.json", "open_badge", "type of evidence does not contain Evidence"),
        ("ob30/simple-err-issued.json", "period", ""),
        ("ob30/simple-err-issuer-parentorg-type.json", "open_badge", "parentOrg of issuer does not contain Profile"),
        ("ob30/simple-err-issuer.json", "open_badge", "issuer is missing"),
        ("ob30/simple-err-proof-method-no-scheme.json", "issuer", "not named by a URL"),
        ("ob30/simple-err-proof-method-unknown-did-method.json", "issuer", "somewhere else"),
        ("ob30/simple-err-proof-value.json", "signature", "does not match"),
        ("ob30/simple-err-type.json", "open_badge", "neither OpenBadgeCredential nor AchievementCredential"),
        ("ob30/simple-noproof.json", "signature", "no proof"),
        ("ob30/simple.jwt", "issuer", "not named by a URL"),
        ("clr20/simple.jwt", "open_badge", "is not a context of CLR 2.0"),
        (REVOKED, "status", ""),
    ],
)
def test_a_faulty_sample_is_invalid_and_its_fault_is_named(name: str, fault: str, reason: str) -> None:
    report = sample(name)
    assert report.verdict is Verdict.INVALID
    found = next(each for each in report.checks if each.name == fault and each.outcome is Outcome.FAIL)
    assert reason in found.reason


@needs_shared
def test_a_fault_in_the_words_and_one_in_the_proof_are_both_reported() -> None:
    assert faults(sample("ob30/simple-err-evidence-type.json")).keys() == {"open_badge", "signature"}


@needs_shared
def test_the_revoked_sample_is_genuine_and_withdrawn() -> None:
    report = sample(REVOKED)
    assert (report.finding, faults(report)) == (Finding.REVOKED, {"status": "revoked"})
    (source,) = report.status_sources
    assert source.url.endswith("/testlist")
    assert len(source.sha256) == 64
    assert source.issued_at == datetime(2021, 4, 5, 14, 27, 40, tzinfo=UTC)


@needs_shared
def test_the_revoked_sample_without_its_list_is_unknown() -> None:
    report = sample(REVOKED, nothing_published)
    assert (report.verdict, report.check("status").code) == (Verdict.UNKNOWN, "status_unavailable")  # type: ignore[union-attr]


@needs_shared
def test_trouble_on_the_way_to_the_issuer_is_unknown_and_the_words_are_shown_as_signed() -> None:
    report = sample("ob30/simple.json", trouble)
    assert (report.verdict, report.check("issuer").outcome) == (Verdict.UNKNOWN, Outcome.COULD_NOT_CHECK)  # type: ignore[union-attr]
    assert report.check("signature").outcome is Outcome.PASS  # type: ignore[union-attr]
    assert report.facts is not None
    assert report.facts.name == "Teamwork"


@needs_shared
def test_the_badge_inside_a_record_has_a_report_of_its_own() -> None:
    (part,) = sample("clr20/simple.json").parts
    assert (part.role, part.report.kind, part.report.verdict) == ("credential", "open_badge_3", Verdict.VALID)


@needs_shared
@pytest.mark.parametrize(
    ("member", "value"),
    [("name", "Leadership Badge"), ("validFrom", "2011-01-01T00:00:00Z"), ("id", "http://example.com/credentials/1")],
)
def test_a_sample_with_one_letter_changed_is_altered(member: str, value: str) -> None:
    document = json.loads((SAMPLES / "ob30/simple.json").read_text())
    report = check(json.dumps({**document, member: value}).encode())
    assert (report.verdict, report.finding, report.facts) == (Verdict.INVALID, Finding.ALTERED, None)


@needs_shared
def test_a_sample_without_proof_proves_nothing() -> None:
    document = json.loads((SAMPLES / "ob30/simple.json").read_text())
    del document["proof"]
    report = check(json.dumps(document).encode())
    assert (report.verdict, report.check("signature").code) == (Verdict.INVALID, "no_proof")  # type: ignore[union-attr]
