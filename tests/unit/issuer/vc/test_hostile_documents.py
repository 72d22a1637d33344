"""Documents made to cost or to mislead; the numbers are those of the list of bad inputs."""

from __future__ import annotations

from typing import Any

import pytest

from issuer.crypto.contexts import OB3_CONTEXT, VC2_CONTEXT
from issuer.crypto.errors import KeyUnavailable
from issuer.crypto.multibase import decode_base58btc, encode_multibase
from issuer.vc.presentations import verify_presentation
from issuer.vc.report import Outcome
from issuer.vc.verifying import verify_credential
from tests.factories.credentials import ISSUER, make_vc, make_vp, make_world, presented, secured

VC = secured(make_vc())
CONTEXTS = {"@context": [VC2_CONTEXT, OB3_CONTEXT]}
ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of the group of Ed25519."""


def poison(nodes: int) -> list[dict[str, Any]]:
    """Subjects whose achievements are all related to each other, and that nothing tells apart."""
    names = [f"_:n{number}" for number in range(nodes)]
    return [
        {
            "type": ["AchievementSubject"],
            "achievement": {
                "id": name,
                "type": ["Achievement"],
                "related": [{"id": other, "type": ["Related"]} for other in names if other != name],
            },
        }
        for name in names
    ]


@pytest.mark.parametrize("proofs", [1, 16])
def test_v27_a_graph_of_alike_nodes_is_refused(proofs: int) -> None:
    several = [{**VC["proof"], "nonce": str(number)} for number in range(proofs)]
    report = verify_credential({**make_vc(credentialSubject=poison(8), **CONTEXTS), "proof": several}, make_world())
    assert {check.reason for check in report.hindrances} == {"canonicalization_budget"}


def test_a_large_document_has_few_proofs() -> None:
    results = [{"type": ["Result"], "value": str(number)} for number in range(2000)]
    vc = make_vc(credentialSubject={"type": ["AchievementSubject"], "result": results}, **CONTEXTS)
    once = secured(vc)
    assert verify_credential(once, make_world()).verified
    many = verify_credential({**once, "proof": [once["proof"]] * 12}, make_world())
    assert {check.reason for check in many.hindrances} == {"canonicalization_budget"}


def test_what_is_too_much_work_stays_unchecked_and_unverified() -> None:
    asked = iter([False, True])
    vp = presented(make_vp(VC, secured(make_vc(id="urn:uuid:5d1a9f0a-6f4e-4e9f-9a61-0a1d5c7b1e22"))))
    report = verify_presentation(vp, make_world(is_over=lambda: next(asked)))
    assert not report.verified
    assert [(check.outcome, check.reason) for check in report.hindrances] == [(Outcome.COULD_NOT_CHECK, "work_limit")]
    assert "credential_1.proof" in {check.name for check in report.checks}
    assert "credential_2.proof" not in {check.name for check in report.checks}


SIGNATURE = decode_base58btc(VC["proof"]["proofValue"][1:])


def malleated(signature: bytes) -> bytes:
    """The same point with another number that stands for the same: S + L."""
    number = int.from_bytes(signature[32:], "little") + ORDER
    return signature[:32] + number.to_bytes(32, "little")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(encode_multibase(malleated(SIGNATURE)), id="S + L"),
        pytest.param(encode_multibase(SIGNATURE[:63]), id="63 bytes"),
        pytest.param(encode_multibase(SIGNATURE + b"\x00"), id="65 bytes"),
        pytest.param(encode_multibase(bytes(64)), id="zeros"),
        pytest.param("m" + VC["proof"]["proofValue"][1:], id="another multibase letter"),
        pytest.param(VC["proof"]["proofValue"] + "=", id="padded"),
        pytest.param(VC["proof"]["proofValue"] + " ", id="spaced"),
        pytest.param(VC["proof"]["proofValue"] + "z" * 5000, id="long"),
    ],
)
def test_v34_another_spelling_of_a_signature_is_no_signature(value: str) -> None:
    report = verify_credential({**VC, "proof": {**VC["proof"], "proofValue": value}}, make_world())
    assert {check.reason for check in report.hindrances} == {"signature"}


@pytest.mark.parametrize(
    "did",
    [
        "did:web:127.0.0.1",
        "did:web:169.254.169.254",
        "did:web:localhost",
        "did:web:example.org%3A22",
        "did:web:example.org:..:..:etc",
        "did:web:%5B%3A%3A1%5D",
        "did:web:user%40example.org",
    ],
)
def test_v37_a_did_that_leads_somewhere_else_is_not_asked(did: str) -> None:
    def asked(url: str) -> dict[str, Any]:
        raise AssertionError(url)

    vc = secured(make_vc(issuer=did), options={"verificationMethod": f"{did}#key"})
    report = verify_credential(vc, make_world(fetch=asked))
    assert "url_not_allowed" in {check.reason for check in report.hindrances}


def test_a_document_of_somebody_else_at_the_issuers_address_lists_no_keys() -> None:
    did = "did:web:issuer.example.org"
    vc = secured(make_vc(issuer=did), options={"verificationMethod": f"{did}#key"})
    elsewhere = {
        "https://issuer.example.org/.well-known/did.json": {"id": ISSUER.did, "assertionMethod": [f"{did}#key"]}
    }
    report = verify_credential(vc, make_world(elsewhere))
    assert "key_not_found" in {check.reason for check in report.hindrances}


@pytest.mark.parametrize("answer", [{}, {"id": None}, {"id": []}, {"verificationMethod": 7}, {"assertionMethod": {}}])
def test_any_answer_in_place_of_keys_is_a_verdict(answer: dict[str, Any]) -> None:
    did = "did:web:issuer.example.org"
    vc = secured(make_vc(issuer=did), options={"verificationMethod": f"{did}#key"})
    world = make_world({"https://issuer.example.org/.well-known/did.json": {"id": did, **answer}})
    assert not verify_credential(vc, world).verified


def test_v39_a_host_that_does_not_answer_gives_no_verdict() -> None:
    def silent(url: str) -> dict[str, Any]:
        raise KeyUnavailable("It did not answer.")

    did = "did:web:issuer.example.org"
    vc = secured(make_vc(issuer=did), options={"verificationMethod": f"{did}#key"})
    report = verify_credential(vc, make_world(fetch=silent))
    assert {check.outcome for check in report.hindrances} == {Outcome.COULD_NOT_CHECK}
