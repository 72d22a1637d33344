"""Whose key it is: what an issuer publishes counts, what the badge carries with it does not."""

from __future__ import annotations

from typing import Any

import pytest

from badges.verification.report import Finding, Outcome, Verdict
from badges.verification.world import Signatory
from issuer.crypto.did import did_key_for
from issuer.crypto.multikey import thumbprint, to_jwk
from tests.unit.badges.verification.open_badges_3.making import (
    KEY_SET,
    RSA,
    TROUBLE,
    WEB_ISSUER,
    badge_of,
    check,
    claims_of,
    controller_document,
    faults,
    key_set,
    named,
    raw_token,
    signed_by_fragment,
    token,
)
from tests.unit.issuer.crypto.making import make_key, make_rsa_key, make_signed


def test_a_key_in_the_issuers_own_document_is_the_issuers() -> None:
    report = check(signed_by_fragment(), {WEB_ISSUER: controller_document(1)})
    assert (report.verdict, named(report, "issuer").outcome) == (Verdict.VALID, Outcome.PASS)


def test_a_key_that_the_issuers_document_does_not_list_is_not_the_issuers() -> None:
    report = check(signed_by_fragment(), {WEB_ISSUER: controller_document(2)})
    assert faults(report) == {"issuer": "key_not_bound"}


@pytest.mark.parametrize("document", [None, {"id": WEB_ISSUER, "type": ["Profile"]}, {"name": "no id"}])
def test_where_nothing_is_published_only_the_badge_says_whose_it_is(document: Any) -> None:
    report = check(signed_by_fragment(), {WEB_ISSUER: document})
    assert (report.verdict, report.finding) == (Verdict.VALID, Finding.ISSUER_UNPROVEN)
    assert named(report, "issuer").code == "issuer_unproven"


def test_trouble_is_neither_yes_nor_no() -> None:
    report = check(signed_by_fragment(), {WEB_ISSUER: TROUBLE})
    assert (report.verdict, named(report, "issuer").outcome) == (Verdict.UNKNOWN, Outcome.COULD_NOT_CHECK)
    assert named(report, "signature").outcome is Outcome.PASS


def test_trouble_with_the_key_set_alone_is_trouble_too() -> None:
    assert check(signed_by_fragment(), {KEY_SET: TROUBLE}).verdict is Verdict.UNKNOWN


def test_a_changed_badge_is_altered_whatever_is_published() -> None:
    changed = signed_by_fragment() | {"name": "Something grander"}
    for documents in ({}, {WEB_ISSUER: controller_document(1)}, {WEB_ISSUER: TROUBLE}):
        assert check(changed, documents).finding is Finding.ALTERED


def test_a_did_key_that_is_not_the_issuers_did_is_refused_without_asking_anybody() -> None:
    key, addresses = make_key(5), list[str]()
    for issuer_id in (WEB_ISSUER, did_key_for(make_key(6).public_key())):
        signed = make_signed(badge_of(issuer_id), key=key, verification_method=_did_method(key))
        assert faults(check(signed, addresses=addresses)) == {"issuer": "key_not_bound"}
    assert addresses == []


def _did_method(key: Any) -> str:
    did = did_key_for(key.public_key())
    return f"{did}#{did.removeprefix('did:key:')}"


def test_a_did_key_issuer_proves_its_own_identifier() -> None:
    key = make_key(5)
    did = did_key_for(key.public_key())
    report = check(make_signed(badge_of(did), key=key, verification_method=_did_method(key)))
    assert (report.verdict, named(report, "issuer").outcome) == (Verdict.VALID, Outcome.PASS)


def test_v67_a_valid_signature_of_somebody_unknown_earns_no_trust_mark() -> None:
    key = make_key(5)
    did = did_key_for(key.public_key())
    badge = badge_of(did) | {"issuer": {"id": did, "type": ["Profile"], "name": "University of X"}}
    report = check(make_signed(badge, key=key, verification_method=_did_method(key)))
    assert named(report, "signature").outcome is Outcome.PASS
    assert (report.finding, named(report, "trust").code) == (Finding.ISSUER_NOT_KNOWN, "issuer_unknown")


@pytest.mark.parametrize("by_key_set", [False, True])
def test_v04_a_key_in_the_token_is_nothing_against_what_the_issuer_publishes(*, by_key_set: bool) -> None:
    attacker = make_rsa_key()
    forged = raw_token({"alg": "RS256", "jwk": to_jwk(attacker.public_key())}, claims_of(badge_of()), attacker)
    published = {KEY_SET: key_set(RSA)} if by_key_set else {WEB_ISSUER: controller_document(1)}
    assert faults(check(forged, published)) == {"issuer": "key_not_bound"}


def test_a_key_in_the_token_that_the_key_set_lists_is_the_issuers() -> None:
    signed = raw_token({"alg": "RS256", "jwk": to_jwk(RSA.public_key())}, claims_of(badge_of()))
    report = check(signed, {KEY_SET: key_set(RSA)})
    assert (report.verdict, named(report, "issuer").outcome) == (Verdict.VALID, Outcome.PASS)


def test_a_key_in_the_set_that_says_it_is_another_issuers_is_not_this_ones() -> None:
    signed = raw_token({"alg": "RS256", "jwk": to_jwk(RSA.public_key())}, claims_of(badge_of()))
    report = check(signed, {KEY_SET: key_set(RSA, iss="https://school.example/issuers/2")})
    assert named(report, "issuer").code == "issuer_unproven"


def test_v05_a_key_at_another_host_is_refused_without_asking_it() -> None:
    addresses: list[str] = []
    from_elsewhere = token(kid="https://attacker.example/key")
    report = check(from_elsewhere, {}, addresses=addresses)
    assert faults(report) == {"issuer": "key_not_bound"}
    assert not [each for each in addresses if "attacker" in each]


@pytest.mark.parametrize("member", ["jku", "x5u", "x5c"])
def test_v06_addresses_and_certificates_in_the_header_are_not_looked_at(member: str) -> None:
    attacker = make_rsa_key()
    header = {"alg": "RS256", member: "https://169.254.169.254/keys", "jwk": to_jwk(attacker.public_key())}
    forged = raw_token(header, claims_of(badge_of()), attacker)
    assert faults(check(forged, {KEY_SET: key_set(RSA)})) == {"issuer": "key_not_bound"}


@pytest.mark.parametrize("kid", ["../../dev/null", "' OR 1=1--", "k" * 5000, "k" * 10 * 1024, "", "\u2028"])
def test_v07_a_name_that_is_no_key_is_not_found(kid: str) -> None:
    report = check(raw_token({"alg": "RS256", "kid": kid}, claims_of(badge_of())), {KEY_SET: key_set(RSA)})
    assert report.verdict is Verdict.INVALID
    assert named(report, "issuer").code in ("key_not_found", "key_not_bound")


def test_a_bare_name_is_looked_for_in_the_issuers_key_set() -> None:
    signed = raw_token({"alg": "RS256", "kid": "2026"}, claims_of(badge_of()))
    assert check(signed, {KEY_SET: key_set(RSA, kid="2026")}).finding is Finding.ISSUER_NOT_KNOWN
    assert check(signed, {KEY_SET: key_set(make_rsa_key(), kid="2026")}).finding is Finding.ALTERED


def test_a_key_at_an_address_of_the_issuers_host_counts_when_the_set_lists_it() -> None:
    at = "https://school.example/keys/1"
    documents = {at: to_jwk(RSA.public_key()), KEY_SET: key_set(RSA)}
    assert named(check(token(kid=at), documents), "issuer").outcome is Outcome.PASS
    assert named(check(token(kid=at), {at: documents[at]}), "issuer").code == "issuer_unproven"


def test_v09_a_key_that_is_not_listed_for_assertions_is_refused() -> None:
    document = controller_document(1)
    document["authentication"] = document.pop("assertionMethod")
    assert faults(check(signed_by_fragment(), {WEB_ISSUER: document})) == {"issuer": "purpose"}


def test_v36_what_is_not_supported_is_unknown_and_not_forged() -> None:
    signed = make_signed(badge_of("did:foo:1"), verification_method="did:foo:1#key")
    report = check(signed)
    assert (report.verdict, named(report, "issuer").code) == (Verdict.UNKNOWN, "unsupported_did_method")


def test_whoever_is_asked_about_trust_learns_the_key_and_the_domain_that_are_proved() -> None:
    heard: list[Signatory] = []
    check(signed_by_fragment(), {WEB_ISSUER: controller_document(1)}, trust=heard.append)
    assert heard == [Signatory(WEB_ISSUER, thumbprint(make_key(1).public_key()), "school.example")]


def test_an_unproven_issuer_is_not_known_by_the_name_it_gives() -> None:
    report = check(signed_by_fragment(), {}, trust=lambda signatory: "known" if signatory.issuer_id else None)
    assert named(report, "trust").code == "issuer_unknown"


def test_a_key_on_the_trust_list_vouches_for_itself() -> None:
    own = thumbprint(make_key(1).public_key())
    report = check(
        signed_by_fragment(), {}, trust=lambda signatory: "on the list" if signatory.thumbprint == own else None
    )
    assert (report.finding, named(report, "issuer").outcome) == (Finding.VALID, Outcome.PASS)


def test_v71_a_key_that_was_retired_and_is_still_listed_holds() -> None:
    documents = {WEB_ISSUER: controller_document(2, 1)}
    assert check(signed_by_fragment(), documents).verdict is Verdict.VALID


def test_v71_a_revoked_key_holds_only_for_what_is_proved_to_be_older() -> None:
    document = controller_document(1)
    document["verificationMethod"][0]["revoked"] = "2026-02-15T00:00:00Z"
    signed = signed_by_fragment()
    assert faults(check(signed, {WEB_ISSUER: document})) == {"issuer": "key_revoked"}
    older = check(signed, {WEB_ISSUER: document}, was_before=lambda given, moment: True)
    assert (older.verdict, named(older, "issuer").outcome) == (Verdict.VALID, Outcome.PASS)
