"""Several proofs under one document: every one holds, one is the issuer's, and a chain has all its links."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuer.crypto.contexts import open_contexts
from issuer.crypto.controller_documents import resolve_verification_method
from issuer.crypto.data_integrity import proofs_of
from issuer.crypto.did import did_key_for, did_key_method_id
from issuer.crypto.errors import KeyUnavailable
from issuer.crypto.proof_verification import ProofReport, verify_proof
from issuer.crypto.verification_method import VerificationMethod
from tests.oracles import needs_shared, shared_json
from tests.unit.issuer.crypto.making import NOW, make_credential, make_key, make_method, make_signed

ISSUER_KEY, STRANGER_KEY = make_key(21), make_key(22)
ISSUER, STRANGER = (did_key_for(key.public_key()) for key in (ISSUER_KEY, STRANGER_KEY))
FIRST = "urn:uuid:6b1dd1ea-9f56-4f4b-a8a4-2f3f6c1b7a01"


def no_network(url: str) -> dict[str, Any]:
    raise KeyUnavailable(f"{url} is not asked for a did:key.")


def resolve(method_id: str) -> VerificationMethod:
    return resolve_verification_method(method_id, fetch=no_network)


def check(document: dict[str, Any], **over: Any) -> ProofReport:
    return verify_proof(document, **{"resolve_key": resolve, "now": NOW, **over})


def sign(document: dict[str, Any], key: Ed25519PrivateKey, **over: Any) -> dict[str, Any]:
    method_id = did_key_method_id(did_key_for(key.public_key()))
    return make_signed(document, key=key, verification_method=method_id, **over)


def credential() -> dict[str, Any]:
    return make_credential(issuer={"id": ISSUER, "type": ["Profile"]})


def proof_set(*keys: Ed25519PrivateKey, **over: Any) -> dict[str, Any]:
    signed = credential()
    for key in keys:
        signed = sign(signed, key, **over)
    return signed


def chain(first: Ed25519PrivateKey, second: Ed25519PrivateKey, previous: Any = FIRST) -> dict[str, Any]:
    begun = sign(credential(), first, options={"id": FIRST})
    return sign(begun, second, options={"previousProof": previous})


@pytest.mark.parametrize("signed", [proof_set(STRANGER_KEY, ISSUER_KEY), chain(STRANGER_KEY, ISSUER_KEY)])
def test_somebody_else_may_sign_beside_the_issuer(signed: dict[str, Any]) -> None:
    report = check(signed)
    assert (report.outcome, report.code) == ("verified", "")
    assert [result.by_issuer for result in report.results] == [False, True]
    assert report.deciding is report.results[1]


@pytest.mark.parametrize("signed", [proof_set(STRANGER_KEY, STRANGER_KEY), chain(STRANGER_KEY, STRANGER_KEY)])
def test_of_several_proofs_one_is_the_issuer_s(signed: dict[str, Any]) -> None:
    report = check(signed)
    assert (report.outcome, report.code) == ("invalid", "key_not_bound")


def test_the_only_proof_is_the_issuer_s() -> None:
    assert check(proof_set(ISSUER_KEY)).verified
    assert check(proof_set(STRANGER_KEY)).code == "key_not_bound"


@pytest.mark.parametrize("keys", [(STRANGER_KEY, ISSUER_KEY), (ISSUER_KEY, STRANGER_KEY)])
@pytest.mark.parametrize("place", [0, 1])
def test_every_proof_of_a_set_holds(keys: tuple[Ed25519PrivateKey, ...], place: int) -> None:
    forged = proof_set(*keys)
    forged["proof"][place]["created"] = "2026-02-01T09:30:01Z"
    report = check(forged)
    assert (report.outcome, report.results[place].code) == ("invalid", "signature")


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"options": {"expires": "2026-02-20T00:00:00Z"}}, "proof_time"),
        ({"created": NOW + timedelta(hours=1)}, "proof_time"),
        ({"proof_purpose": "authentication"}, "purpose"),
    ],
)
def test_a_stranger_s_proof_is_held_to_the_same_terms(over: dict[str, Any], code: str) -> None:
    signed = sign(sign(credential(), ISSUER_KEY), STRANGER_KEY, **over)
    assert check(signed).code == code


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"controller": ""}, "key_not_bound"),
        ({"controller": STRANGER, "revoked": NOW}, "key_revoked"),
        ({"controller": STRANGER, "purposes": frozenset()}, "purpose"),
    ],
)
def test_a_stranger_s_key_is_one_that_the_stranger_may_use(over: dict[str, Any], code: str) -> None:
    method = make_method(STRANGER_KEY, **over)

    def resolve_one_else(method_id: str) -> VerificationMethod:
        return method if method_id.startswith(STRANGER) else resolve(method_id)

    assert check(proof_set(ISSUER_KEY, STRANGER_KEY), resolve_key=resolve_one_else).code == code


def test_a_stranger_s_key_is_asked_of_nobody() -> None:
    """What a document names is not fetched from hosts that have nothing to do with its issuer."""
    signed = make_signed(proof_set(ISSUER_KEY), verification_method="https://attacker.example/keys/1")
    assert check(signed).code == "key_not_bound"


@pytest.mark.parametrize("previous", [FIRST, [FIRST]])
@pytest.mark.parametrize("cryptosuite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_chain_holds_together(previous: Any, cryptosuite: str) -> None:
    begun = sign(credential(), ISSUER_KEY, options={"id": FIRST}, cryptosuite=cryptosuite)
    chained = sign(begun, ISSUER_KEY, options={"previousProof": previous}, cryptosuite=cryptosuite)
    assert check(chained).verified
    for name, value in {"created": "2026-02-01T09:30:01Z", "proofPurpose": "authentication", "id": "urn:x:1"}.items():
        changed = copy.deepcopy(chained)
        changed["proof"][0][name] = value
        assert "verified" not in {result.outcome for result in check(changed).results}


def test_the_proof_before_is_part_of_what_is_signed() -> None:
    """The same proofs, but the first one made again by its own signer: the second was not made for that one."""
    chained = chain(STRANGER_KEY, ISSUER_KEY)
    again = sign(credential(), STRANGER_KEY, options={"id": FIRST, "challenge": "another"})
    report = check({**chained, "proof": [again["proof"][0], chained["proof"][1]]})
    assert report.results[0].signature_valid
    assert (report.results[1].outcome, report.results[1].code) == ("invalid", "signature")


@pytest.mark.parametrize(
    "previous", [456321, 1.5, None, True, {}, {"id": FIRST}, "", "urn:x:missing", [FIRST, "urn:x:missing"], [FIRST, 7]]
)
def test_a_previous_proof_is_the_id_of_another_proof(previous: Any) -> None:
    chained = chain(ISSUER_KEY, ISSUER_KEY)
    chained["proof"][1]["previousProof"] = previous
    report = check(chained)
    assert (report.results[1].outcome, report.results[1].code) == ("invalid", "malformed")
    assert not report.verified


def test_a_proof_does_not_build_on_itself_nor_on_one_of_two() -> None:
    itself = chain(ISSUER_KEY, ISSUER_KEY)
    itself["proof"][1]["id"] = FIRST
    assert check(itself).results[1].code == "malformed"
    twice = chain(ISSUER_KEY, ISSUER_KEY)
    twice["proof"].insert(0, twice["proof"][0])
    assert check(twice).results[2].code == "malformed"


@needs_shared
@pytest.mark.parametrize("name", ["signedProofSet1", "signedProofSet2", "signedProofChain1", "signedProofChain2"])
def test_published_sets_and_chains_hold_and_changed_ones_do_not(name: str) -> None:
    published = shared_json(f"standards/vectors/eddsa/proof-set-chain/{name}.json")
    published["proof"] = proofs = proofs_of(published)
    signer = proofs[-1]["verificationMethod"].split("#")[0]

    def verdict(document: dict[str, Any]) -> bool:
        now = datetime(2024, 1, 1, tzinfo=UTC)
        return check(document, controller=signer, contexts=open_contexts(), now=now).verified

    assert verdict(published)
    assert not verdict({**published, "name": "Another name"})
    for place in range(len(proofs)):
        changed = copy.deepcopy(published)
        changed["proof"][place]["created"] = "2023-02-27T00:00:00Z"
        assert not verdict(changed)
