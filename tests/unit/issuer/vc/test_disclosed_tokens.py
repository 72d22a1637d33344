"""SD-JWT: what a holder shows of a credential, and the holder's own token at its end."""

from __future__ import annotations

import hashlib
import json
from itertools import count
from typing import Any

import pytest

from issuer.crypto import sd_jwt
from issuer.crypto.multibase import encode_base64url
from issuer.crypto.multikey import to_jwk
from issuer.crypto.signatures import algorithm_of, local_signer
from issuer.vc.presentations import verify_presentation
from issuer.vc.report import VcReport
from issuer.vc.verifying import verify_credential
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
)

P256 = make_ec_party()
DISCLOSABLE = ("credentialSubject.name", "validUntil")
BOUND = {"cnf": {"jwk": to_jwk(P256.key.public_key())}}


def disclosable(document: dict[str, Any], by: Party = ISSUER, typ: str = "vc+sd-jwt", paths: Any = DISCLOSABLE) -> str:
    """The document as an SD-JWT with all its disclosures."""
    numbers = count()
    return sd_jwt.secure(
        document,
        signer=local_signer(by.key),
        kid=by.method_id,
        algorithm=algorithm_of(by.key.public_key()),
        disclosable=paths,
        salts=lambda: f"salt-{next(numbers):032}",
        typ=typ,
    )


def report_of(token: str, **options: Any) -> VcReport:
    envelope = enveloped(token, id=f"data:application/vc+sd-jwt,{token}")
    return verify_credential(envelope, make_world(), **options)


VC = make_vc(validUntil="2028-01-01T00:00:00Z")
WHOLE = disclosable(VC)
FIRST, *SHOWN = WHOLE.split("~")[:-1]


def test_a_holder_may_show_everything_a_part_or_nothing() -> None:
    for shown in (SHOWN, SHOWN[:1], []):
        report = report_of("~".join((FIRST, *shown, "")))
        assert report.verified, report.errors


def test_it_is_said_that_something_may_be_missing() -> None:
    reasons = {check.reason for check in report_of(f"{FIRST}~").checks}
    assert "selectively_disclosed" in reasons


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("~".join((FIRST, SHOWN[0], SHOWN[0], "")), id="a disclosure twice"),
        pytest.param("~".join((FIRST, SHOWN[0][:-2], "")), id="a changed disclosure"),
        pytest.param("~".join((FIRST, encode_base64url(b'["salt", "name", "Mallory"]'), "")), id="another disclosure"),
        pytest.param("~".join((FIRST[:-8] + "AAAAAAAA", *SHOWN, "")), id="another signature"),
        pytest.param(disclosable(VC, STRANGER), id="signed by somebody else"),
        pytest.param(disclosable(make_vc(validUntil="2026-02-01T00:00:00Z")), id="expired, and shown to be"),
        pytest.param(disclosable(VC, typ="vp+sd-jwt"), id="another type"),
        pytest.param("~".join((FIRST, "\ufffd" + SHOWN[0], "")), id="a letter that no token has"),
        pytest.param(FIRST, id="without its disclosures' separator"),
        pytest.param(disclosable({**VC, "honours": "first class"}), id="an undefined term"),
        pytest.param(disclosable({**VC, "exp": 1_700_000_000}), id="a token out of its time"),
    ],
)
def test_what_was_changed_is_refused(token: str) -> None:
    assert not report_of(token).verified


def holders_token(presented: str, by: Party = P256, header: Any = None, **claims: Any) -> str:
    said = {
        "iat": NOW.timestamp(),
        "aud": "https://verifier.example",
        "nonce": "abc",
        "sd_hash": encode_base64url(hashlib.sha256(presented.encode("ascii")).digest()),
        **claims,
    }
    return make_token(
        {n: v for n, v in said.items() if v is not None}, by, **{"typ": "kb+jwt", "kid": None, **(header or {})}
    )


PRESENTED = disclosable({**VC, **BOUND})


def test_the_holders_token_binds_what_is_shown_to_a_challenge() -> None:
    token = PRESENTED + holders_token(PRESENTED)
    asked = {"challenge": "abc", "domain": "https://verifier.example"}
    assert report_of(token, **asked).verified
    assert not report_of(token, challenge="other").verified
    assert not report_of(token, **{**asked, "domain": "https://other.example"}).verified
    assert not report_of(PRESENTED, **asked).verified


@pytest.mark.parametrize(
    "binding",
    [
        pytest.param(holders_token(PRESENTED, STRANGER), id="by another key"),
        pytest.param(holders_token(PRESENTED + "x"), id="for something else"),
        pytest.param(holders_token(PRESENTED, sd_hash=None), id="for nothing"),
        pytest.param(holders_token(PRESENTED, iat=None), id="without a date"),
        pytest.param(holders_token(PRESENTED, iat=NOW.timestamp() + 3600), id="in the future"),
        pytest.param(holders_token(PRESENTED, header={"typ": "JWT"}), id="of another type"),
        pytest.param(holders_token(PRESENTED, header={"alg": "none"}), id="V01 none"),
        pytest.param(holders_token(PRESENTED, header={"alg": ["ES256"]}), id="an algorithm that is no text"),
        pytest.param("not.a.token", id="no token"),
        pytest.param("x", id="no token at all"),
    ],
)
def test_a_wrong_token_of_the_holder_is_refused(binding: str) -> None:
    assert {check.name for check in report_of(PRESENTED + binding).hindrances} == {"holder_binding"}


@pytest.mark.parametrize("cnf", [None, "text", {}, {"jwk": "text"}, {"kid": "x"}, {"jwk": {"kty": "oct", "k": "AAAA"}}])
def test_a_credential_that_names_no_key_is_bound_to_nobody(cnf: Any) -> None:
    token = disclosable({**VC, **({} if cnf is None else {"cnf": cnf})})
    assert report_of(token).verified
    assert not report_of(token + holders_token(token)).verified


def test_a_presentation_may_hide_parts_too() -> None:
    vp = make_vp(enveloped(make_token(make_vc())), id="urn:uuid:5d1a9f0a-6f4e-4e9f-9a61-0a1d5c7b1e22")
    token = disclosable(vp, HOLDER, "vp+sd-jwt", paths=("id",))
    given = enveloped(token, "presentation", id=f"data:application/vp+sd-jwt,{token}")
    assert verify_presentation(given, make_world()).verified
    forged = disclosable(vp, STRANGER, "vp+sd-jwt", paths=("id",))
    assert not verify_presentation(enveloped(forged, "presentation"), make_world()).verified


def test_disclosures_nested_without_end_are_refused() -> None:
    disclosures: list[str] = []
    digests: list[str] = []
    for number in range(900):
        value = {"_sd": digests} if digests else "end"
        content = json.dumps([f"salt{number}", "name" if number == 899 else f"n{number}", value])
        disclosures.append(encode_base64url(content.encode("utf-8")))
        digests = [sd_jwt.digest(disclosures[-1])]
    token = make_token({**VC, "_sd": digests, "_sd_alg": "sha-256"}, typ="vc+sd-jwt")
    assert not report_of("~".join((token, *disclosures, ""))).verified
