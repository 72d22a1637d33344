from __future__ import annotations

from typing import Any

import pytest

from issuer.vc.presentations import verify_presentation
from issuer.vc.report import VcReport
from tests.factories.credentials import (
    HOLDER,
    ISSUER,
    NOW,
    STRANGER,
    Party,
    enveloped,
    make_ec_party,
    make_token,
    make_vc,
    make_vp,
    make_world,
    presented,
    secured,
)

VC2 = "https://www.w3.org/ns/credentials/v2"
VC = secured(make_vc())
CHALLENGE = "u3nFm4kKj5T1Nn0mZqZf9ZQ"


def report_of(presentation: Any, **options: Any) -> VcReport:
    return verify_presentation(presentation, make_world(), **options)


def verified(presentation: Any, **options: Any) -> bool:
    return report_of(presentation, **options).verified


def test_a_presentation_holds_until_something_changes() -> None:
    vp = presented(make_vp(VC))
    assert verified(vp)
    assert not verified({**vp, "verifiableCredential": [secured(make_vc(name="Another"))]})
    assert not verified({**vp, "holder": STRANGER.did})
    assert not verified({**vp, "verifiableCredential": []})


def test_a_presentation_may_have_no_credential_or_several() -> None:
    assert verified(presented(make_vp()))
    second = secured(make_vc(id="urn:uuid:5d1a9f0a-6f4e-4e9f-9a61-0a1d5c7b1e22", issuer=STRANGER.did), STRANGER)
    assert verified(presented(make_vp(VC, second)))


@pytest.mark.parametrize("holder", [{"id": HOLDER.did}, {"id": HOLDER.did, "name": "Alice"}, None])
def test_the_holder_is_a_url_an_object_or_not_said(holder: Any) -> None:
    assert verified(presented(make_vp(VC, holder=holder)))


def test_an_unsigned_presentation_is_not_accepted() -> None:
    report = report_of(make_vp(VC))
    assert [check.reason for check in report.hindrances] == ["no_proof"]
    assert not verified(make_vp(VC, holder=None))


def test_a_proof_for_another_purpose_does_not_count() -> None:
    assert not verified(secured(make_vp(VC), HOLDER))


def test_the_holder_is_who_signed() -> None:
    assert not verified(presented(make_vp(VC, holder=STRANGER.did)))
    assert not verified(presented(make_vp(VC), by=STRANGER))


def test_challenge_and_domain_are_compared_when_they_are_given() -> None:
    vp = presented(make_vp(VC), challenge=CHALLENGE, domain="verifier.example")
    assert verified(vp, challenge=CHALLENGE, domain="verifier.example")
    assert verified(vp, challenge=CHALLENGE)
    assert not verified(vp, challenge="another")
    assert not verified(vp, challenge=CHALLENGE, domain="another.example")
    assert not verified(presented(make_vp(VC)), challenge=CHALLENGE)
    assert "challenge_not_compared" in {check.reason for check in report_of(vp).checks}


@pytest.mark.parametrize(
    "over",
    [
        {"@context": None},
        {"@context": []},
        {"@context": ["https://www.w3.org/ns/credentials/examples/v2", VC2]},
        {"@context": [VC2, "https://example.com"]},
        {"@context": [VC2, "https ://not-a-url/contexts/example/v1"]},
        {"@context": [VC2, 123192875]},
        {"type": None},
        {"type": ["CredentialManagerPresentation"]},
        {"proof": None},
        {"verifiableCredential": ["eyJ.eyJ.sig"]},
        {"verifiableCredential": [7]},
        {"honours": "first class"},
    ],
    ids=str,
)
def test_a_malformed_presentation_is_refused(over: dict[str, Any]) -> None:
    vp = presented(make_vp(VC))
    changed = {name: value for name, value in {**vp, **over}.items() if value is not None}
    assert not verified(changed)


@pytest.mark.parametrize("value", [None, "text", 7, [], {}, {"type": ["NonconformingDocument"]}, VC], ids=str)
def test_what_is_no_presentation_is_refused(value: Any) -> None:
    assert not verified(value)


def test_garbage_for_a_proof_value_is_refused() -> None:
    vp = presented(make_vp(VC))
    assert not verified({**vp, "proof": {**vp["proof"], "proofValue": "garbage"}})


def test_every_credential_inside_is_verified() -> None:
    other = secured(make_vc(id="urn:uuid:5d1a9f0a-6f4e-4e9f-9a61-0a1d5c7b1e22"))
    forged = {**other, "credentialSubject": {"id": "did:example:mallory"}}
    report = report_of(presented(make_vp(VC, forged)))
    assert not report.verified
    assert {check.name for check in report.hindrances} == {"credential_2.proof"}
    assert report.errors[0].startswith("PROOF_VERIFICATION_ERROR: Credential 2: ")


def test_an_expired_credential_inside_is_told() -> None:
    old = secured(make_vc(validUntil="2026-02-01T00:00:00Z"))
    report = report_of(presented(make_vp(old)))
    assert {check.name for check in report.hindrances} == {"credential_1.period"}


def test_what_the_holder_says_of_themselves_is_secured_by_the_presentation() -> None:
    claim = make_vc(issuer=HOLDER.did)
    assert verified(presented(make_vp(claim)))
    assert not verified(presented(make_vp(claim, holder=None)))
    assert not verified(presented(make_vp(make_vc(issuer=ISSUER.did))))
    assert not verified(presented(make_vp(claim, holder=STRANGER.did)))
    signed = presented(make_vp(claim))
    assert not verified({**signed, "verifiableCredential": [{**claim, "name": "Doctor"}]})


def test_a_credential_in_an_envelope_is_verified_inside() -> None:
    good = enveloped(make_token(make_vc()))
    assert verified(presented(make_vp(good)))
    assert not verified(presented(make_vp(enveloped(make_token(make_vc(), STRANGER)))))


def test_an_envelope_inside_has_its_type() -> None:
    wrong = enveloped(make_token(make_vc()), type="VerifiableCredential")
    report = report_of(presented(make_vp(wrong)))
    assert "credential_1.form" in {check.name for check in report.hindrances}


def test_a_presentation_with_too_many_credentials_is_refused() -> None:
    vp = {**presented(make_vp(VC)), "verifiableCredential": [VC] * 101}
    names = {check.name for check in report_of(vp).hindrances}
    assert "credentials" in names
    assert not any(name.startswith("credential_") for name in names)


def in_token(claims: dict[str, Any], by: Party = HOLDER, **header: Any) -> dict[str, Any]:
    return enveloped(make_token(claims, by, **{"typ": "vp+jwt", **header}), "presentation")


def test_an_enveloped_presentation_holds_until_something_changes() -> None:
    assert verified(in_token(make_vp(enveloped(make_token(make_vc())))))
    assert verified(in_token(make_vp(VC)))
    assert not verified(in_token(make_vp(VC), STRANGER))
    assert not verified(in_token(make_vp(enveloped(make_token(make_vc(), STRANGER)))))
    assert not verified(in_token({**make_vp(VC), "iss": STRANGER.did}))


def test_a_presentation_in_a_claim_with_arrays_in_arrays_is_read() -> None:
    """As one of the suites sends it: typ JWT, a vp claim, and inside a token without a type, with a vc claim."""
    party = make_ec_party()
    inner = make_token({"iss": party.did, "vc": make_vc(issuer=party.did)}, party, typ=None)
    vp = make_vp(verifiableCredential=[[enveloped(inner, id=f"data:application/jwt,{inner}")]])
    claims = {"iss": HOLDER.did, "aud": "example.com", "nonce": "123456789", "vp": vp}
    token = make_token(claims, HOLDER, typ="JWT")
    given = enveloped(token, "presentation", id=f"data:application/jwt,{token}")
    assert verified(given, challenge="123456789")
    assert verified(given)
    assert not verified(given, challenge="other")
    assert verified(given, challenge="123456789", domain="example.com")
    assert not verified(given, challenge="123456789", domain="example.org")
    forged = make_token(
        {**claims, "vp": {**vp, "verifiableCredential": [[enveloped(inner[:-8] + "AAAAAAAA")]]}}, HOLDER
    )
    assert not verified(enveloped(forged, "presentation"))


@pytest.mark.parametrize(
    "over",
    [
        {"@context": []},
        {"@context": ["https://www.w3.org/ns/credentials/examples/v2"]},
        {"type": ["VerifiablePresentation"]},
        {"type": "EnvelopedVerifiableCredential"},
        {"type": None},
        {"id": None},
    ],
    ids=str,
)
def test_a_broken_envelope_of_a_presentation_is_refused(over: dict[str, Any]) -> None:
    assert not verified(enveloped(make_token(make_vp(VC), HOLDER, typ="vp+jwt"), "presentation", **over))


def test_a_token_of_a_presentation_has_its_own_times() -> None:
    assert verified(in_token({**make_vp(VC), "exp": NOW.timestamp() + 60, "iat": NOW.timestamp()}))
    assert not verified(in_token({**make_vp(VC), "exp": NOW.timestamp() - 60}))


def test_a_credential_is_no_presentation() -> None:
    assert not verified(enveloped(make_token(make_vc(issuer=HOLDER.did), HOLDER, typ="vp+jwt"), "presentation"))
    assert not verified(enveloped(make_token(make_vp(VC), HOLDER), "presentation"))
