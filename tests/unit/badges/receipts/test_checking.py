"""A receipt that is handed in later: what stays true of it, and every way in which it can be forged."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.ctx import AppContext

from badges import awards
from badges.receipts.checking import is_mine
from badges.receipts.making import Receipt, receipt_of
from badges.receipts.paper import as_pdf
from badges.receipts.signing import BULK_TYPE, RECEIPT_TYPE, sign_statement
from badges.verification import doors, sources
from badges.verification.report import Finding, Outcome, Report, Verdict
from badges.verification.verifying import verify
from badges.verification.wording import kind_of, sentence_of
from badges.verification.world import World
from issuer.base.db import utc_now
from issuer.crypto.errors import KeyUnavailable, NothingPublished
from issuer.crypto.multibase import decode_base64url, encode_base64url
from issuer.crypto.multikey import thumbprint, to_jwk
from issuer.keys import compromise, keystore, life
from issuer.keys.purposes import VERIFICATION_RECEIPT
from tests.factories.badges import make_award
from tests.factories.receipts import make_receipt, saved

pytestmark = pytest.mark.usefixtures("ctx")


def segment(value: Mapping[str, Any]) -> str:
    return encode_base64url(json.dumps(value).encode())


def claims_of(token: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(decode_base64url(token.split(".")[1]))
    return found


def with_claims(token: str, **over: Any) -> str:
    """The token with other claims under the old signature."""
    header, _payload, signature = token.split(".")
    return f"{header}.{segment({**claims_of(token), **over})}.{signature}"


def forged(
    claims: Mapping[str, Any], key: Ed25519PrivateKey, *, kid: str, typ: str = "verification-receipt+jwt"
) -> str:
    signed = f"{segment({'alg': 'EdDSA', 'kid': kid, 'typ': RECEIPT_TYPE})}.{segment(claims)}"
    return f"{signed}.{encode_base64url(key.sign(signed.encode()))}"


def code_of(report: Report, name: str) -> str:
    check = report.check(name)
    assert check is not None
    return check.code


def another_service(published: Mapping[str, Any] | Exception) -> World:
    """A world in which a service that is not ours publishes ``published`` as its key."""

    def fetch(_url: str) -> dict[str, Any]:
        if isinstance(published, Exception):
            raise published
        return dict(published)

    return replace(sources.this_world(), fetch=fetch, trust=lambda _who: None)


def their_key(issuer: str = "https://other.example") -> tuple[Ed25519PrivateKey, str, dict[str, Any]]:
    key = Ed25519PrivateKey.generate()
    kid = f"{issuer}/keys/{thumbprint(key.public_key())}"
    return key, kid, {**to_jwk(key.public_key()), "kid": kid, "iss": issuer, "purpose": VERIFICATION_RECEIPT}


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(saved, id="the saved file"),
        pytest.param(lambda receipt: receipt.token.encode(), id="the bare token"),
        pytest.param(as_pdf, id="the PDF"),
        pytest.param(lambda receipt: receipt.short.encode(), id="the short form"),
        pytest.param(lambda receipt: receipt.address.encode(), id="what the QR code holds"),
    ],
)
def test_a_receipt_is_genuine_in_every_form_it_travels_in(form: Callable[[Receipt], bytes]) -> None:
    receipt = make_receipt()
    report = doors.answer(form(receipt))
    assert (report.kind, report.verdict, report.finding) == ("receipt", Verdict.VALID, Finding.VALID)
    assert report.facts is not None and report.facts.name == receipt.claims["credential"]["name"]


def test_a_genuine_receipt_says_what_was_found_and_by_whom() -> None:
    receipt = make_receipt()
    report = doors.answer(saved(receipt))
    assert receipt.claims["sentence"] in sentence_of(report)
    assert kind_of(report) == "good"


def test_a_genuine_receipt_of_a_badge_that_was_not_valid_is_not_shown_in_green() -> None:
    document = json.loads(awards.credential_of(make_award()).document)
    data = json.dumps({**document, "name": "Another"}).encode()
    receipt = receipt_of(sources.check(data), "0" * 64)
    report = doors.answer(saved(receipt))
    assert receipt.claims["verdict"] != "valid"
    assert report.verdict is Verdict.VALID and kind_of(report) == "warn"


def test_what_the_file_says_to_people_must_be_what_was_signed() -> None:
    report = doors.answer(saved(make_receipt(), verdict="invalid"))
    assert (report.verdict, report.finding) == (Verdict.INVALID, Finding.ALTERED)
    assert code_of(report, "data_model") == "claim_mismatch"
    assert report.facts is None


def test_a_member_that_was_not_signed_may_not_be_added_to_the_file() -> None:
    assert code_of(doors.answer(saved(make_receipt(), recommended=True)), "data_model") == "claim_mismatch"


@pytest.mark.parametrize(
    "over", [{"verdict": "invalid"}, {"credential": None}, {"iat": 1}, {"given": {"sha256": "0" * 64}}]
)
def test_a_changed_token_is_altered(over: dict[str, Any]) -> None:
    report = doors.answer(with_claims(make_receipt().token, **over).encode())
    assert (report.verdict, report.finding) == (Verdict.INVALID, Finding.ALTERED)
    assert code_of(report, "signature") == "signature"


def test_a_key_of_somebody_else_signs_no_receipt_in_our_name() -> None:
    receipt = make_receipt()
    key, kid, _jwk = their_key()
    report = doors.answer(forged(receipt.claims, key, kid=kid).encode())
    assert report.verdict is Verdict.INVALID
    assert code_of(report, "issuer") == "key_not_bound"


def test_a_key_that_we_do_not_publish_signs_no_receipt_in_our_name() -> None:
    receipt = make_receipt()
    key = Ed25519PrivateKey.generate()
    kid = f"{receipt.claims['iss']}/keys/{thumbprint(key.public_key())}"
    report = doors.answer(forged(receipt.claims, key, kid=kid).encode())
    assert report.verdict is not Verdict.VALID
    assert report.check("issuer").outcome is not Outcome.PASS  # type: ignore[union-attr]


def test_a_receipt_without_a_signature_proves_nothing() -> None:
    header, payload, _signature = make_receipt().token.split(".")
    assert doors.answer(f"{header}.{payload}.".encode()).verdict is Verdict.INVALID


def test_a_receipt_under_the_algorithm_none_is_refused() -> None:
    token = make_receipt().token
    header = {"alg": "none", "kid": json.loads(decode_base64url(token.split(".")[0]))["kid"]}
    unsigned = f"{segment({**header, 'typ': 'verification-receipt+jwt'})}.{token.split('.')[1]}."
    report = doors.answer(unsigned.encode())
    assert report.verdict is Verdict.INVALID
    assert code_of(report, "signature") == "alg_not_allowed"


def test_a_receipt_by_a_key_that_was_lost_proves_nothing(ctx: AppContext) -> None:
    receipt = make_receipt()
    key = keystore.active_key(None, VERIFICATION_RECEIPT)
    compromise.compromise(key, since=utc_now(), actor="system", now=utc_now())
    report = doors.answer(receipt.token.encode())
    assert report.verdict is Verdict.INVALID
    assert code_of(report, "issuer") == "key_compromised"


def test_a_receipt_by_a_retired_key_stays_genuine() -> None:
    receipt = make_receipt()
    life.replace_now(keystore.active_key(None, VERIFICATION_RECEIPT), actor="system", now=utc_now())
    assert doors.answer(receipt.token.encode()).verdict is Verdict.VALID


def test_a_receipt_of_another_service_is_genuine_and_its_maker_unknown() -> None:
    key, kid, jwk = their_key()
    token = forged({**make_receipt().claims, "iss": "https://other.example"}, key, kid=kid)
    report = verify(token.encode(), another_service(jwk))
    assert (report.verdict, report.finding) == (Verdict.VALID, Finding.ISSUER_NOT_KNOWN)
    assert "other.example" in sentence_of(report)


@pytest.mark.parametrize(
    ("fault", "code"),
    [({"purpose": "badge_jwt"}, "key_purpose"), ({"iss": "https://third.example"}, "key_not_bound")],
)
def test_a_key_for_something_else_makes_no_receipts(fault: dict[str, str], code: str) -> None:
    key, kid, jwk = their_key()
    token = forged({**make_receipt().claims, "iss": "https://other.example"}, key, kid=kid)
    report = verify(token.encode(), another_service({**jwk, **fault}))
    assert report.verdict is Verdict.INVALID
    assert code_of(report, "issuer") == code


@pytest.mark.parametrize(
    ("trouble", "verdict"),
    [(KeyUnavailable("no answer"), Verdict.UNKNOWN), (NothingPublished("no such host"), Verdict.INVALID)],
)
def test_trouble_on_the_way_is_not_a_forgery(trouble: Exception, verdict: Verdict) -> None:
    key, kid, _jwk = their_key()
    token = forged({**make_receipt().claims, "iss": "https://other.example"}, key, kid=kid)
    assert verify(token.encode(), another_service(trouble)).verdict is verdict


def test_a_receipt_from_the_future_is_refused() -> None:
    key, kid, jwk = their_key()
    late = int((utc_now() + timedelta(days=2)).timestamp())
    token = forged({**make_receipt().claims, "iss": "https://other.example", "iat": late}, key, kid=kid)
    report = verify(token.encode(), another_service(jwk))
    assert code_of(report, "period") == "not_yet_valid"
    assert report.verdict is Verdict.INVALID


def test_the_age_of_a_receipt_is_said() -> None:
    receipt = make_receipt()
    world = replace(sources.this_world(), now=utc_now() + timedelta(days=40, hours=1))
    report = verify(receipt.token.encode(), world)
    assert report.verdict is Verdict.VALID
    assert "40 days" in str(report.check("period").sentence)  # type: ignore[union-attr]


def test_a_signed_list_of_results_is_checked_too() -> None:
    token = sign_statement({"sentence": "3 of 4 badges are valid.", "results": "0" * 64}, typ=BULK_TYPE)
    report = doors.answer(token.encode())
    assert (report.kind, report.verdict) == ("receipt", Verdict.VALID)
    assert "3 of 4 badges are valid." in sentence_of(report)


def test_a_badge_is_not_taken_for_a_receipt() -> None:
    assert not is_mine({"@context": [], "type": ["VerifiableCredential"], "iss": "a", "jti": "b", "iat": 1})
    assert not is_mine({"receipt": "https://shop.example/receipt/1"})
