"""Published Open Badges 2.0 samples with their expected outcome: each fault is found and named."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from badges.verification.report import Report, Verdict
from badges.verification.verifying import verify
from badges.verification.world import Answer, World
from issuer.crypto.errors import NothingPublished
from tests.oracles import SHARED, needs_shared
from tests.unit.badges.verification.open_badges_2.hosts import NOW
from tests.unit.badges.verification.strangers import speaking_english

SAMPLES = (SHARED or Path("/nowhere")) / "standards" / "samples" / "ob20"
HOSTS = {"example.org", "www.example.org", "example.com"}

pytestmark = needs_shared


def _read(url: str) -> Answer:
    parts = urlsplit(url)
    asset = SAMPLES / "assets" / parts.path.lstrip("/")
    if parts.hostname in HOSTS and asset.is_file():
        return Answer(url, 200, "application/json", asset.read_bytes())
    raise NothingPublished(f"{url} is not among the samples.")


def _fetch(url: str) -> dict[str, object]:
    raise NothingPublished(f"{url} is not among the samples.")


def sample_world(recipient: str = "") -> World:
    """A world in which only the samples lie."""
    return World(fetch=_fetch, trust=lambda _: None, now=NOW, read=_read, recipient=recipient)


def _checked(name: str, *, recipient: str = "") -> Report:
    with speaking_english():
        return verify((SAMPLES / name).read_bytes(), sample_world(recipient))


@pytest.mark.parametrize(
    "name",
    [
        "assertion-with-extension-node-basic.json",
        "assets/badge-with-data-image.json",
        "assets/badgeclass1.json",
        "badge-class-with-language.json",
        "basic-assertion-no-public-key.json",
        "basic-assertion-with-allowed-origins-valid-starts-with.json",
        "basic-assertion-with-allowed-origins.json",
        "basic-assertion.json",
        "issuer-compact-iri-validation.json",
        "rdf-validation/valid-alignment-object.json",
        "rdf-validation/valid-badge-class-empty-criteria-type.json",
        "rdf-validation/valid-badge-class.json",
        "simple.jwt",
        "warning-with-redirection.json",
    ],
)
def test_a_good_sample_is_valid(name: str) -> None:
    report = _checked(name)
    assert report.verdict is Verdict.VALID, report.checks


@pytest.mark.parametrize(
    ("name", "check", "code"),
    [
        ("assertion-with-data-image.json", "properties", "properties_broken"),
        ("basic-assertion-expired.json", "period", "expired"),
        ("basic-assertion-invalid-context.json", "context", "context_wrong"),
        ("basic-assertion-with-allowed-origins-invalid-multiple-starts-with.json", "hosted", "hosted_scope"),
        ("rdf-validation/badge-class-invalid-issuer-type.json", "types", "types_wrong"),
        ("rdf-validation/invalid-class.json", "types", "types_wrong"),
        ("simple-revoked.jwt", "status", "revoked"),
    ],
)
def test_a_faulty_sample_is_invalid_and_only_its_fault_is_named(name: str, check: str, code: str) -> None:
    report = _checked(name)
    assert report.verdict is Verdict.INVALID
    assert [(each.name, each.code) for each in report.checks if each.outcome == "fail"] == [(check, code)]


def test_a_node_that_declares_another_address_is_a_warning_that_names_both() -> None:
    found = _checked("warning-with-redirection.json").check("graph")
    assert found is not None and found.outcome == "warn"
    assert "altbadgeurl.json declared its id as https://example.org/robotics-badge.json" in found.reason


def test_the_reason_of_a_revocation_is_told() -> None:
    found = _checked("simple-revoked.jwt").check("status")
    assert found is not None and found.reason == "A good reason, for sure"


def test_a_changed_letter_of_a_signed_sample_is_found() -> None:
    token = (SAMPLES / "simple.jwt").read_text().strip()
    head, payload, signature = token.split(".")
    place = len(payload) // 2
    changed = payload[:place] + ("A" if payload[place] != "A" else "B") + payload[place + 1 :]
    with speaking_english():
        report = verify(f"{head}.{changed}.{signature}".encode(), sample_world())
    assert report.verdict is not Verdict.VALID
    assert report.facts is None


def test_only_what_is_signed_or_hosted_is_shown_as_fact() -> None:
    signed, unconfirmed = _checked("simple.jwt"), _checked("basic-assertion.json")
    assert signed.facts is not None and signed.facts.name == "Awesome Robotics Badge"
    assert signed.facts.issuer_id == "https://example.org/organization.json"
    assert unconfirmed.facts is None


def test_the_holder_of_a_sample_is_found_by_its_hash() -> None:
    """The published hash is of no address that is known, so any address is somebody else's."""
    found = _checked("simple.jwt", recipient="somebody@example.org").check("recipient")
    assert found is not None and found.code == "recipient_mismatch"
