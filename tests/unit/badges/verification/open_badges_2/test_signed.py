"""A signed badge is believed for a key that its issuer lists as its own, and not for what its own header says."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from badges.verification.report import Finding, Verdict
from badges.verification.world import Signatory
from issuer.crypto.errors import KeyUnavailable
from issuer.crypto.multikey import thumbprint, to_jwk
from issuer.crypto.signatures import local_signer
from tests.unit.badges.verification.open_badges_2.hosts import (
    ASSERTION,
    EVIL,
    HOST,
    ISSUER,
    KEY,
    LIST,
    badge_class,
    checked,
    hosted,
    issuer_profile,
    key_document,
    pem,
    revocation_list,
    rsa_key,
    said,
    signed_assertion,
    token,
)
from tests.unit.issuer.crypto.making import make_ec_key, make_key, make_rsa_key

THIEF = make_rsa_key()


def test_a_badge_signed_by_a_listed_key_is_valid_and_shown() -> None:
    asked: list[Signatory] = []
    report = checked(token(signed_assertion()), hosted(assertion=404), trust=lambda each: asked.append(each))
    assert report.finding is Finding.ISSUER_NOT_KNOWN
    assert report.facts is not None and report.facts.issuer_id == ISSUER
    assert asked == [Signatory(ISSUER, thumbprint(rsa_key().public_key()), "badges.harbour.example")]
    assert [source.url for source in report.status_sources] == [LIST]


def test_a_badge_may_leave_it_to_the_issuer_which_key_signed() -> None:
    given = token(signed_assertion(verification={"type": "signed"}))
    assert checked(given, hosted(issuer=issuer_profile(publicKey=[f"{HOST}/keys/0", KEY]))).verdict is Verdict.VALID


def test_a_badge_of_an_id_without_an_address_may_be_signed() -> None:
    given = token(signed_assertion(id="urn:uuid:6deb4a00-ebce-4b28-8cc2-afa705ef7be4"))
    assert checked(given, hosted()).verdict is Verdict.VALID


def test_a_signature_by_another_key_is_found() -> None:
    report = checked(token(signed_assertion(), signer=local_signer(THIEF)), hosted())
    assert report.finding is Finding.ALTERED
    assert said(report)["signature"] == ("fail", "signature")
    assert report.facts is None


def test_a_key_in_the_header_is_ignored() -> None:
    header = {"alg": "RS256", "jwk": to_jwk(THIEF.public_key()), "jku": f"{EVIL}/jwks", "x5u": f"{EVIL}/x5u"}
    asked: list[str] = []
    report = checked(token(signed_assertion(), signer=local_signer(THIEF), header=header), hosted(), asked=asked)
    assert said(report)["signature"] == ("fail", "signature")
    assert not [url for url in asked if url.startswith(EVIL)]


def test_a_creator_that_the_issuer_does_not_list_is_not_even_read() -> None:
    thiefs = key_document(id=f"{EVIL}/key", publicKeyPem=pem(THIEF))
    given = signed_assertion(verification={"type": "signed", "creator": f"{EVIL}/key"})
    asked: list[str] = []
    report = checked(token(given, signer=local_signer(THIEF)), hosted(**{f"{EVIL}/key": thiefs}), asked=asked)
    assert said(report)["issuer"] == ("fail", "key_not_bound")
    assert f"{EVIL}/key" not in asked
    assert report.verdict is Verdict.INVALID and report.facts is None


def test_a_key_that_belongs_to_somebody_else_does_not_speak_for_the_issuer() -> None:
    report = checked(token(signed_assertion()), hosted(key=key_document(owner=f"{EVIL}/issuer")))
    assert said(report)["issuer"] == ("fail", "key_not_bound")
    assert report.facts is None


def test_an_issuer_without_keys_has_signed_nothing() -> None:
    report = checked(token(signed_assertion()), hosted(issuer=issuer_profile(publicKey=...)))
    assert said(report)["issuer"] == ("fail", "key_not_bound")


def test_an_issuer_embedded_in_what_is_signed_cannot_bring_its_own_key() -> None:
    forged = issuer_profile(publicKey=key_document(publicKeyPem=pem(THIEF)))
    given = signed_assertion(badge=badge_class(issuer=forged))
    report = checked(token(given, signer=local_signer(THIEF)), hosted())
    assert report.verdict is Verdict.INVALID and report.facts is None


def test_an_issuer_without_an_address_only_vouches_for_itself() -> None:
    nobody = "urn:uuid:6deb4a00-ebce-4b28-8cc2-afa705ef7be4"
    own = key_document(owner=nobody, publicKeyPem=pem(THIEF))
    forged = issuer_profile(id=nobody, publicKey=own, revocationList=...)
    given = signed_assertion(badge=badge_class(id="_:b1", issuer=forged))
    report = checked(token(given, signer=local_signer(THIEF)), hosted())
    assert report.finding is Finding.ISSUER_UNPROVEN, report.checks


@pytest.mark.parametrize("algorithm", ["none", "NoNe", "none ", "HS256", "HS512"])
def test_a_token_that_anybody_could_make_is_refused(algorithm: str) -> None:
    secret = pem(rsa_key()).encode()
    report = checked(
        token(
            signed_assertion(),
            signer=lambda data: hmac.new(secret, data, hashlib.sha256).digest() if "HS" in algorithm else b"",
            header={"alg": algorithm},
        ),
        hosted(),
    )
    assert report.verdict is Verdict.INVALID
    assert said(report)["signature"] == ("fail", "alg_not_allowed")


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "ES384"])
def test_the_key_decides_the_algorithm(algorithm: str) -> None:
    report = checked(token(signed_assertion(), header={"alg": algorithm}), hosted())
    assert said(report)["signature"] == ("fail", "alg_not_allowed")


@pytest.mark.parametrize(("key", "algorithm"), [(make_ec_key(), "ES256"), (make_key(), "EdDSA")])
def test_newer_keys_are_read_too(key: Any, algorithm: str) -> None:
    given = token(signed_assertion(), signer=local_signer(key), header={"alg": algorithm})
    assert checked(given, hosted(key=key_document(publicKeyPem=pem(key)))).verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "key_refused"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "key_refused"),
        (pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)), "key_refused"),
        ("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----", "key_refused"),
        (["x"], "key_refused"),
    ],
)
def test_a_key_that_is_none_holds_no_signature(text: Any, code: str) -> None:
    report = checked(token(signed_assertion()), hosted(key=key_document(publicKeyPem=text)))
    assert said(report)["issuer"] == ("fail", code)
    assert report.verdict is Verdict.INVALID


def test_a_badge_that_only_says_that_it_is_signed_is_not() -> None:
    report = checked(signed_assertion(), hosted())
    assert said(report)["signature"] == ("fail", "no_proof")
    assert report.facts is None


def test_a_signed_text_that_says_it_is_hosted_is_asked_of_its_host() -> None:
    report = checked(token(signed_assertion(verification={"type": "hosted"}), signer=local_signer(THIEF)), hosted())
    assert said(report)["hosted"] == ("fail", "altered")


@pytest.mark.parametrize("place", [ISSUER, KEY, LIST])
def test_trouble_on_the_way_is_unknown(place: str) -> None:
    report = checked(token(signed_assertion()), hosted(**{place: KeyUnavailable("timeout")}))
    assert report.finding is Finding.COULD_NOT_CHECK


@pytest.mark.parametrize(
    "entry",
    [
        ASSERTION,
        {"id": ASSERTION},
        {"id": ASSERTION, "revocationReason": "Copied."},
        {"uid": "abc-1"},
    ],
)
def test_a_badge_on_the_list_is_revoked(entry: Any) -> None:
    report = checked(token(signed_assertion(uid="abc-1")), hosted(list=revocation_list({"id": f"{HOST}/2"}, entry)))
    assert report.finding is Finding.REVOKED


def test_a_badge_beside_those_on_the_list_is_valid() -> None:
    listed = revocation_list({"id": f"{HOST}/awards/2"}, {"uid": "abc-2"}, f"{HOST}/awards/11")
    assert checked(token(signed_assertion(uid="abc-1")), hosted(list=listed)).verdict is Verdict.VALID


@pytest.mark.parametrize(
    "listing",
    [
        revocation_list(issuer=f"{EVIL}/issuer"),
        revocation_list({"id": "no address"}),
        revocation_list({"uid": 7}),
        revocation_list({}),
        revocation_list(7),
        revocation_list(type="BadgeClass"),
        revocation_list(revokedAssertions=...),
        404,
        b"<html>",
    ],
)
def test_a_list_that_cannot_be_trusted_is_neither_valid_nor_revoked(listing: Any) -> None:
    report = checked(token(signed_assertion()), hosted(list=listing))
    assert report.finding is Finding.COULD_NOT_CHECK, report.checks


def test_a_list_of_another_issuer_revokes_nothing() -> None:
    report = checked(token(signed_assertion()), hosted(list=revocation_list(ASSERTION, issuer=f"{EVIL}/issuer")))
    assert said(report)["status"] == ("could-not-check", "status_untrusted")
