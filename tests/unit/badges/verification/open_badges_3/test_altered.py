"""What was changed, forged or made to deceive: each gets its own word, and none is ever valid."""

from __future__ import annotations

import hmac
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from badges.verification.report import Finding, Outcome, Verdict
from issuer.crypto.multibase import decode_multibase, encode_base64url, encode_multibase
from issuer.crypto.multikey import to_multikey
from tests.unit.badges.verification.open_badges_3.making import (
    KEY_SET,
    RSA,
    WEB_ISSUER,
    badge_of,
    check,
    claims_of,
    controller_document,
    faults,
    key_set,
    named,
    poisoned,
    raw_token,
    signed_by_fragment,
    token,
)
from tests.unit.issuer.crypto.making import make_key, make_signed

PUBLISHED = {WEB_ISSUER: controller_document(1), KEY_SET: key_set(RSA)}
ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize("alg", ["none", "NoNe", "none ", ""])
def test_v01_a_token_without_an_algorithm_is_forged(alg: str) -> None:
    report = check(raw_token({"alg": alg}, claims_of(badge_of())))
    assert (report.verdict, named(report, "signature").code) == (Verdict.INVALID, "alg_not_allowed")


@pytest.mark.parametrize(
    ("encoding", "form"), [(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), (Encoding.OpenSSH, PublicFormat.OpenSSH)]
)
def test_v02_a_public_key_is_no_secret(encoding: Encoding, form: PublicFormat) -> None:
    secret = RSA.public_key().public_bytes(encoding, form)
    signed = raw_token({"alg": "HS256", "kid": f"{WEB_ISSUER}#k"}, claims_of(badge_of())).rpartition(".")[0]
    mac = encode_base64url(hmac.digest(secret, signed.encode(), "sha256"))
    report = check(f"{signed}.{mac}", PUBLISHED)
    assert (report.verdict, named(report, "signature").code) == (Verdict.INVALID, "alg_not_allowed")


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "https://attacker.example/"),
        ("sub", "urn:uuid:somebody-else"),
        ("jti", "https://badges.example.org/credentials/another"),
        ("nbf", 1),
        ("nbf", "1769938200"),
        ("exp", 4102444800),
    ],
)
def test_v12_a_claim_that_says_something_else_is_a_mismatch(claim: str, value: Any) -> None:
    kid = {"alg": "RS256", "kid": f"{WEB_ISSUER}#0"}
    good, bad = claims_of(badge_of()), claims_of(badge_of(), **{claim: value})
    assert check(raw_token(kid, good), PUBLISHED | {WEB_ISSUER: None}).verdict is Verdict.VALID
    report = check(raw_token(kid, bad), PUBLISHED | {WEB_ISSUER: None})
    assert (report.finding, faults(report)) == (Finding.ALTERED, {"signature": "claim_mismatch"})


@pytest.mark.parametrize("claim", ["iss", "sub", "jti", "nbf"])
def test_a_claim_that_is_missing_contradicts_nothing_and_is_remarked_upon(claim: str) -> None:
    signed = raw_token({"alg": "RS256", "kid": f"{WEB_ISSUER}#0"}, claims_of(badge_of(), **{claim: None}))
    report = check(signed, {KEY_SET: key_set(RSA)})
    assert (report.verdict, named(report, "claims").code) == (Verdict.VALID, "claim_missing")


def test_an_end_that_only_the_claims_give_counts() -> None:
    claims = claims_of(badge_of(validUntil="2026-02-02T00:00:00Z"))
    del claims["validUntil"]
    report = check(raw_token({"alg": "RS256", "kid": f"{WEB_ISSUER}#0"}, claims), {KEY_SET: key_set(RSA)})
    assert (report.finding, faults(report)) == (Finding.EXPIRED, {"period": "expired"})


def test_a_token_with_one_letter_changed_is_altered() -> None:
    head, payload, signature = token(kid=f"{WEB_ISSUER}#0").split(".")
    changed = "B" if signature[9] != "B" else "C"
    report = check(f"{head}.{payload}.{signature[:9]}{changed}{signature[10:]}", {KEY_SET: key_set(RSA)})
    assert report.finding is Finding.ALTERED


def test_v21_a_property_that_no_context_defines_is_not_covered() -> None:
    report = check(signed_by_fragment() | {"honours": "summa cum laude"}, PUBLISHED)
    assert (report.finding, named(report, "signature").code) == (Finding.ALTERED, "unsigned_property")


@pytest.mark.parametrize(
    "context", [{"honours": "https://attacker.example/honours"}, {"name": "https://schema.org/description"}]
)
def test_v22_a_context_of_its_own_is_refused(context: dict[str, str]) -> None:
    signed = signed_by_fragment()
    signed["@context"] = [*signed["@context"], context]
    assert named(check(signed, PUBLISHED), "signature").code == "context_not_allowed"


def test_v25_a_context_elsewhere_is_refused_and_not_asked_for() -> None:
    signed, addresses = signed_by_fragment(), list[str]()
    signed["@context"] = [*signed["@context"], "https://attacker.example/context"]
    assert named(check(signed, PUBLISHED, addresses=addresses), "signature").code == "context_not_allowed"
    assert not [each for each in addresses if "attacker" in each]


def test_v27_a_graph_that_takes_for_ever_is_given_up() -> None:
    report = check(poisoned(), PUBLISHED)
    assert (report.verdict, named(report, "signature").code) == (Verdict.INVALID, "canonicalization_budget")


def test_v29_of_two_proofs_each_is_reported_and_a_forged_one_spoils_the_whole() -> None:
    signed = signed_by_fragment()
    good = signed["proof"][0]
    two = signed | {"proof": [good, dict(good)]}
    assert check(two, PUBLISHED).verdict is Verdict.VALID
    forged = signed | {
        "proof": [good, good | {"proofValue": make_signed(badge_of(name="x"))["proof"][0]["proofValue"]}]
    }
    report = check(forged, PUBLISHED)
    outcomes = [each.outcome for each in report.checks if each.name == "signature"]
    assert (report.verdict, outcomes) == (Verdict.INVALID, [Outcome.PASS, Outcome.FAIL])
    assert report.facts is None


def test_a_proof_of_a_kind_nobody_here_reads_takes_nothing_from_one_that_holds() -> None:
    signed = signed_by_fragment()
    other = signed["proof"][0] | {"cryptosuite": "bbs-2023"}
    report = check(signed | {"proof": [other, *signed["proof"]]}, PUBLISHED)
    outcomes = [each.outcome for each in report.checks if each.name == "signature"]
    assert (report.verdict, outcomes) == (Verdict.VALID, [Outcome.WARN, Outcome.PASS])
    assert check(signed | {"proof": [other]}, PUBLISHED).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "over", [{"created": "2026-03-01T12:06:00Z"}, {"created": "yesterday"}, {"expires": "2026-02-28T00:00:00Z"}]
)
def test_v31_a_proof_out_of_its_time_is_refused_also_by_an_unproven_issuer(over: dict[str, str]) -> None:
    key = make_key()
    method = f"{WEB_ISSUER}#{to_multikey(key.public_key())}"
    signed = make_signed(badge_of(), key=key, verification_method=method, options=over)
    for documents in ({}, PUBLISHED):
        report = check(signed, documents)
        assert (report.verdict, named(report, "signature").code) == (Verdict.INVALID, "proof_time")


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"validUntil": "2026-02-28T23:59:59Z"}, "expired"),
        ({"validFrom": "2026-03-02T00:00:00Z"}, "not_yet_valid"),
    ],
)
def test_v32_what_is_out_of_its_period_says_since_when(over: dict[str, str], code: str) -> None:
    report = check(signed_by_fragment(**over), PUBLISHED)
    assert (report.finding.value, faults(report)) == (code, {"period": code})
    assert "2026" in str(named(report, "period").sentence)


@pytest.mark.parametrize(
    "over",
    [
        {"validFrom": "2026-02-01T09:30:00"},
        {"validFrom": "2026-02-01T09:30:60Z"},
        {"validFrom": "0001-01-01T00:00:00+14:00"},
        {"validUntil": "9999-12-31T23:59:59-14:00"},
        {"validUntil": "2026-01-01T00:00:00Z"},
    ],
)
def test_v33_dates_that_cannot_be_are_refused(over: dict[str, str]) -> None:
    report = check(signed_by_fragment(**over), PUBLISHED)
    assert report.verdict is Verdict.INVALID


@pytest.mark.parametrize("moment", ["2026-02-01T09:30:00-00:00", "2026-02-01T09:30:00+14:00", "0001-01-02T00:00:00Z"])
def test_v33_odd_dates_that_can_be_are_read(moment: str) -> None:
    assert check(signed_by_fragment(validFrom=moment), PUBLISHED).verdict is Verdict.VALID


def _malleated(value: str) -> str:
    signature = decode_multibase(value)
    number = int.from_bytes(signature[32:], "little") + ORDER
    return encode_multibase(signature[:32] + number.to_bytes(32, "little"))


@pytest.mark.parametrize(
    "change",
    [
        _malleated,
        lambda value: encode_multibase(decode_multibase(value)[:63]),
        lambda value: encode_multibase(decode_multibase(value) + b"\0"),
        lambda value: "u" + value[1:],
        lambda value: value + "=",
        lambda value: f"{value[:5]} {value[5:]}",
    ],
)
def test_v34_a_signature_written_otherwise_is_none(change: Any) -> None:
    signed = signed_by_fragment()
    proof = signed["proof"][0]
    report = check(signed | {"proof": [proof | {"proofValue": change(proof["proofValue"])}]}, PUBLISHED)
    assert (report.verdict, named(report, "signature").outcome) == (Verdict.INVALID, Outcome.FAIL)


def test_what_the_text_of_the_signer_did_not_define_is_left_out_and_said() -> None:
    signed = signed_by_fragment() | {"jti": badge_of()["id"], "endorsementJwt": ["ey.not.one"]}
    report = check(signed, PUBLISHED)
    assert (report.verdict, named(report, "terms").code) == (Verdict.VALID, "not_covered")
    assert report.check("endorsements") is None
    assert report.document is not None
    assert not {"jti", "endorsementJwt"} & report.document.keys()


def test_what_contradicts_the_signed_id_is_altered() -> None:
    signed = signed_by_fragment() | {"jti": "https://badges.example.org/credentials/another"}
    assert check(signed, PUBLISHED).finding is Finding.ALTERED


def test_what_the_newer_text_signs_is_covered() -> None:
    key = make_key()
    method = f"{WEB_ISSUER}#{to_multikey(key.public_key())}"
    signed = make_signed(badge_of(jti=badge_of()["id"]), key=key, verification_method=method)
    assert check(signed, PUBLISHED).check("terms") is None
