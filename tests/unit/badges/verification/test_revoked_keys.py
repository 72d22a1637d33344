"""A key that its issuer has revoked proves nothing, unless something else proves that the badge is older."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from badges.verification.reading import Given
from badges.verification.report import Outcome, Report, Verdict
from badges.verification.verifying import verify
from badges.verification.world import World
from issuer.crypto.did import json_web_key_method
from issuer.crypto.signatures import local_signer
from issuer.crypto.vc_jwt import issue_jwt
from tests.unit.badges.verification.strangers import DID_URL, NOW, issuer_document, speaking_english, world
from tests.unit.issuer.crypto.making import ISSUER, make_credential, make_ec_key, make_signed

JWT_METHOD = f"{ISSUER}#jwt"
REVOKED = datetime(2026, 2, 15, tzinfo=UTC)


def revoked_world(*, since: datetime = REVOKED, **over: Any) -> World:
    """The stranger's documents, in which the keys are revoked."""
    document = issuer_document()
    document["verificationMethod"].append(
        json_web_key_method(JWT_METHOD, controller=ISSUER, key=make_ec_key().public_key())
    )
    document["assertionMethod"].append(JWT_METHOD)
    for method in document["verificationMethod"]:
        method["revoked"] = f"{since:%Y-%m-%dT%H:%M:%SZ}"
    return replace(world({DID_URL: document}), **over)


def check(data: dict[str, Any] | str, at: World) -> Report:
    with speaking_english():
        report = verify(data.encode() if isinstance(data, str) else json.dumps(data).encode(), at)
        for each in report.checks:
            str(each.sentence)
    return report


def faults(report: Report) -> dict[str, str]:
    return {each.name: each.code for each in report.checks if each.outcome is Outcome.FAIL}


def sentence(report: Report) -> str:
    with speaking_english():
        return str(report.check("issuer").sentence)  # type: ignore[union-attr]


def make_token() -> str:
    return issue_jwt(make_credential(), signer=local_signer(make_ec_key()), kid=JWT_METHOD, algorithm="ES256")


@pytest.mark.parametrize("badge", [make_signed(), make_token()], ids=["proof", "jwt"])
def test_a_date_before_the_revocation_proves_nothing(badge: dict[str, Any] | str) -> None:
    report = check(badge, revoked_world())
    assert (report.verdict, faults(report)) == (Verdict.INVALID, {"issuer": "key_revoked"})
    assert report.check("signature").outcome is Outcome.PASS  # type: ignore[union-attr]
    assert "February 15, 2026" in sentence(report)
    assert "not proved" in sentence(report)


@pytest.mark.parametrize("badge", [make_signed(), make_token()], ids=["proof", "jwt"])
def test_what_is_proved_to_be_older_counts(badge: dict[str, Any] | str) -> None:
    asked = []

    def in_a_log(given: Given, moment: datetime) -> bool:
        asked.append((given.document["id"], moment))
        return True

    report = check(badge, revoked_world(was_before=in_a_log))
    assert (report.verdict, faults(report)) == (Verdict.VALID, {})
    assert "proved that this badge is older" in sentence(report)
    assert asked == [(make_credential()["id"], REVOKED)]


def test_a_proof_of_age_does_not_make_a_tampered_badge_good() -> None:
    tampered = make_signed() | {"name": "Another"}
    report = check(tampered, revoked_world(was_before=lambda _given, _moment: True))
    assert faults(report) == {"signature": "signature"}


def test_a_proof_of_age_does_not_make_a_proof_for_another_purpose_good() -> None:
    badge = make_signed(proof_purpose="authentication")
    report = check(badge, revoked_world(was_before=lambda _given, _moment: True))
    assert report.verdict is Verdict.INVALID


def test_nobody_is_asked_for_a_proof_of_age_while_the_key_is_good() -> None:
    def never(_given: Given, _moment: datetime) -> bool:
        raise AssertionError("asked")

    assert check(make_signed(), replace(world(), was_before=never)).verdict is Verdict.VALID


def test_a_revocation_that_is_still_to_come_is_not_in_force() -> None:
    assert check(make_signed(), revoked_world(since=NOW.replace(year=2027))).verdict is Verdict.VALID
