from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from issuer.crypto.contexts import open_contexts
from issuer.crypto.multikey import to_jwk
from issuer.vc.report import Outcome, VcReport
from issuer.vc.verifying import verify_credential
from issuer.vc.world import UNLISTED_EXAMPLE_ISSUERS
from tests.factories.credentials import (
    HOLDER,
    ISSUER,
    NOW,
    STRANGER,
    enveloped,
    make_ec_party,
    make_token,
    make_vc,
    make_vc_1,
    make_world,
)

P256, P384, P521 = make_ec_party(), make_ec_party(9, ec.SECP384R1()), make_ec_party(11, ec.SECP521R1())


def report_of(token: str, **world: Any) -> VcReport:
    return verify_credential(enveloped(token), make_world(**world))


def reasons(token: str, **world: Any) -> set[str]:
    return {check.reason for check in report_of(token, **world).hindrances}


@pytest.mark.parametrize("party", [ISSUER, P256, P384, P521], ids=["EdDSA", "ES256", "ES384", "ES512"])
def test_a_token_of_each_algorithm_holds_until_something_changes(party: Any) -> None:
    token = make_token(make_vc(issuer=party.did), party)
    assert report_of(token).verified
    header, payload, signature = token.split(".")
    other = make_token(make_vc(issuer=party.did, id="urn:uuid:00000000-0000-4000-8000-000000000000"), party)
    assert reasons(".".join((header, other.split(".")[1], signature))) == {"signature"}
    assert not report_of(".".join((header, payload, signature[:-8] + "AAAAAAAA"))).verified


def test_a_token_by_somebody_else_is_not_the_issuers() -> None:
    assert "key_not_bound" in reasons(make_token(make_vc(), STRANGER))


def test_a_token_of_a_published_example_is_accepted_by_its_policy_only() -> None:
    token = make_token(make_vc(issuer="https://university.example/issuers/565049"), STRANGER)
    assert "key_not_bound" in reasons(token)
    report = report_of(token, policy=UNLISTED_EXAMPLE_ISSUERS)
    assert report.verified
    assert report.warnings


def test_v04_a_key_in_the_header_is_no_authority() -> None:
    jwk = to_jwk(P256.key.public_key())
    issuer = "https://issuer.example.org/1"
    token = make_token(make_vc(issuer=issuer), P256, kid=None, jwk=jwk)
    lists_nothing = make_world({issuer: {"id": issuer}})
    report = verify_credential(enveloped(token), lists_nothing)
    assert "key_not_bound" in {check.reason for check in report.hindrances}
    lax = make_world({issuer: {"id": issuer}}, policy=UNLISTED_EXAMPLE_ISSUERS)
    assert not verify_credential(enveloped(token), lax).verified


def test_a_key_in_the_header_that_the_issuer_lists_is_a_hint() -> None:
    token = make_token(make_vc(issuer=P256.did), P256, kid=None, jwk=to_jwk(P256.key.public_key()))
    assert report_of(token).verified


@pytest.mark.parametrize("kid", ["../../dev/null", "' OR 1=1--", "x" * 4096, 7, ""], ids=lambda kid: str(kid)[:10])
def test_v07_a_key_that_is_no_url_is_not_found(kid: Any) -> None:
    assert "key_not_found" in reasons(make_token(make_vc(), kid=kid))


def test_v05_v06_nothing_is_fetched_from_where_a_header_points() -> None:
    def forbidden(url: str) -> dict[str, Any]:
        raise AssertionError(url)

    issuer = "https://issuer.example.org/1"
    elsewhere = make_token(make_vc(issuer=issuer), kid="https://attacker.example.com/key")
    assert "key_not_bound" in reasons(elsewhere, fetch=forbidden)
    pointing = make_token(make_vc(), STRANGER, jku="https://169.254.169.254/", x5u="https://10.0.0.1/", x5c=["AAAA"])
    assert "key_not_bound" in reasons(pointing, fetch=forbidden)


@pytest.mark.parametrize("claim", [{"iss": STRANGER.did}, {"jti": "urn:uuid:other"}, {"sub": "did:example:bob"}])
def test_v12_a_claim_that_contradicts_the_credential_is_refused(claim: dict[str, str]) -> None:
    assert report_of(make_token({**make_vc(), "iss": ISSUER.did})).verified
    assert "claim_mismatch" in reasons(make_token({**make_vc(), **claim}))


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": NOW.timestamp() - 1}, "expired"),
        ({"exp": "2099-01-01"}, "claim_malformed"),
        ({"nbf": True}, "claim_malformed"),
        ({"iat": "2026-01-01T00:00:00Z"}, "claim_malformed"),
        ({"iat": NOW.timestamp() + 3600}, "not_yet_issued"),
    ],
)
def test_a_token_out_of_its_time_is_refused(claims: dict[str, Any], reason: str) -> None:
    assert reason in reasons(make_token({**make_vc(), **claims}))


def test_v32_an_expired_credential_is_refused_in_a_token_too() -> None:
    assert reasons(make_token(make_vc(validUntil="2026-02-01T00:00:00Z"))) == {"expired"}


@pytest.mark.parametrize(
    "over", [{"honours": "first class"}, {"type": ["VerifiableCredential", "Undefined"]}], ids=["property", "type"]
)
def test_a_term_that_nobody_defined_is_an_error_in_a_token_too(over: dict[str, Any]) -> None:
    assert reasons(make_token(make_vc(**over))) == {"unsigned_property"}


def test_a_credential_of_version_1_stands_in_a_claim() -> None:
    vc = make_vc_1(**{"@context": ["https://www.w3.org/2018/credentials/v1"]})
    token = make_token({"iss": ISSUER.did, "vc": vc}, typ="JWT")
    assert report_of(token).verified
    assert not report_of(make_token({"iss": STRANGER.did, "vc": vc}, typ="JWT")).verified


@pytest.mark.parametrize("typ", [None, "JWT"])
def test_a_claim_may_hold_a_credential_of_version_2_where_the_type_says_nothing(typ: str | None) -> None:
    claims = {"iss": ISSUER.did, "sub": "did:example:alice", "vc": make_vc()}
    assert report_of(make_token(claims, typ=typ)).verified
    assert "claim_mismatch" in reasons(make_token({**claims, "sub": "did:example:bob"}, typ=typ))
    assert "unsupported_format" in reasons(make_token(claims))


def test_what_a_token_of_version_1_says_in_its_claims_only_belongs_to_the_credential() -> None:
    vc = make_vc_1(**{"@context": ["https://www.w3.org/2018/credentials/v1"], "issuer": None, "issuanceDate": None})
    claims = {"iss": ISSUER.did, "jti": vc["id"], "nbf": 1_767_225_600, "vc": vc}
    assert report_of(make_token(claims, typ="JWT")).verified
    assert "expired" in reasons(make_token({**claims, "exp": 1_767_225_601}, typ="JWT"))
    assert not report_of(make_token({**claims, "nbf": True}, typ="JWT")).verified
    assert not report_of(make_token({**claims, "nbf": 1e300}, typ="JWT")).verified


@pytest.mark.parametrize(
    "header", [{"typ": "vp+jwt"}, {"cty": "vp"}, {"typ": "bad+typ"}, {"typ": 7}, {"typ": "kb+jwt"}]
)
def test_a_token_says_that_it_holds_a_credential(header: dict[str, Any]) -> None:
    assert reasons(make_token(make_vc(), **header)) == {"unsupported_format"}
    assert report_of(make_token(make_vc(), typ="application/vc+jwt", cty="vc")).verified


def test_a_presentation_is_no_credential() -> None:
    token = make_token(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "holder": HOLDER.did,
        },
        HOLDER,
    )
    assert not report_of(token).verified


def test_the_verdict_names_every_check() -> None:
    report = report_of(make_token(make_vc()), contexts=open_contexts())
    names = [check.name for check in report.checks]
    assert names[0] == "form"
    assert names[-5:] == ["proof", "key_binding", "token_time", "period", "status"]
    assert {check.outcome for check in report.checks} <= {Outcome.PASS, Outcome.NOT_APPLICABLE}
