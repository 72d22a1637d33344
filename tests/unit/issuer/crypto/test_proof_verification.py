"""Checking embedded proofs: the good one passes, and each tampered twin fails by its name."""

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from openbadgeslib.ob3.ldp import add_data_integrity_proof, verify_data_integrity_proof
from openbadgeslib.ob3.verifier import OB3VerificationError

from issuer.crypto.contexts import pinned_contexts
from issuer.crypto.controller_documents import resolve_verification_method
from issuer.crypto.did import did_key_for, did_key_method_id
from issuer.crypto.errors import KeyNotFound, KeyUnavailable
from issuer.crypto.multibase import decode_multibase, encode_base58btc, encode_base64url, encode_multibase
from issuer.crypto.multikey import from_multikey
from issuer.crypto.proof_verification import ProofReport, verify_proof
from issuer.crypto.verification_method import VerificationMethod
from tests.oracles import needs_shared, shared_json
from tests.unit.issuer.crypto.making import (
    CREATED,
    ISSUER,
    METHOD,
    NOW,
    make_credential,
    make_ec_key,
    make_key,
    make_method,
    make_rsa_key,
    make_signed,
    resolver,
)
from tests.unit.issuer.crypto.test_data_integrity import EDDSA, example_contexts

ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493


def verify(document: dict[str, Any], **over: Any) -> ProofReport:
    return verify_proof(document, **{"resolve_key": resolver(), "now": NOW, **over})


def no_fetch(url: str) -> dict[str, Any]:
    raise AssertionError(f"{url} was fetched")


def no_key(method_id: str) -> VerificationMethod:
    raise AssertionError(f"{method_id} was asked for")


def with_proof(document: dict[str, Any], **over: Any) -> dict[str, Any]:
    """A copy with members of its first proof replaced; None removes one."""
    changed = copy.deepcopy(document)
    proof = {**changed["proof"][0], **over}
    changed["proof"][0] = {name: value for name, value in proof.items() if value is not None}
    return changed


def test_a_badge_signed_by_its_issuer_verifies() -> None:
    report = verify(make_signed())
    assert report.verified
    assert report.code == ""
    (result,) = report.results
    assert result.signature_valid
    assert (result.cryptosuite, result.verification_method) == ("eddsa-rdfc-2022", METHOD)
    assert result.method == make_method()


def test_a_single_proof_outside_an_array_verifies() -> None:
    signed = make_signed()
    assert verify({**signed, "proof": signed["proof"][0]}).verified


@needs_shared
@pytest.mark.parametrize(
    "name",
    [
        "eddsa-rdfc-2022/signedDataInt.json",
        "eddsa-jcs-2022/signedJCS.json",
        "Ed25519Signature2020/signedEdSig.json",
        "proof-set-chain/signedProofSet1.json",
        "proof-set-chain/signedProofSet2.json",
        "proof-set-chain/signedProofChain1.json",
        "proof-set-chain/signedProofChain2.json",
        "../ecdsa/ecdsa-rdfc-2019-p256/signedECDSAP256.json",
    ],
)
def test_published_signatures_hold_and_their_tampered_twins_do_not(name: str) -> None:
    document = shared_json(EDDSA + name)

    def results(document: dict[str, Any]) -> list[tuple[bool | None, str]]:
        report = verify_proof(
            document,
            resolve_key=lambda method_id: resolve_verification_method(method_id, fetch=no_fetch),
            now=NOW,
            contexts=example_contexts(),
        )
        return [(result.signature_valid, result.code) for result in report.results]

    # The keys are did:key, not keys of the example issuer: intact, and yet nobody's word.
    assert set(results(document)) == {(True, "key_not_bound")}
    assert set(results({**document, "name": "Doctor of Everything"})) == {(False, "signature")}


@needs_shared
@pytest.mark.parametrize("guide", ["ob3-impl-guide", "clr2-impl-guide"])
def test_implementation_guide_credentials_verify_with_the_key_of_their_issuer(guide: str) -> None:
    vector = shared_json(f"standards/vectors/{guide}/vector.json")
    document = vector["signedCredential"]
    method = make_method(
        id=vector["verificationMethod"],
        controller=document["issuer"]["id"],
        key=from_multikey(vector["publicKeyMultibase"]),
    )
    assert verify(document, resolve_key=resolver(method)).verified
    document["credentialSubject"]["id"] = "did:example:somebody-else"
    assert verify(document, resolve_key=resolver(method)).code == "signature"


@needs_shared
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("simple.json", ""),
        ("complete.json", ""),
        ("endorsement-valid.json", ""),
        ("simple-context-alias.json", ""),
        ("bit-string-list/testlist", ""),
        ("bit-string-list/credential-status-revoked.json", ""),
        ("simple-did-key-method.json", "key_not_bound"),
        ("simple-noproof.json", "no_proof"),
        ("simple-err-proof-value.json", "signature"),
        ("simple-err-proof-method-no-scheme.json", "key_not_found"),
        ("simple-err-proof-method-unknown-did-method.json", "key_not_bound"),
        ("simple-err-issuer.json", "key_not_bound"),
        ("simple-err-type.json", "unsigned_property"),
        ("simple-err-evidence-type.json", "unsigned_property"),
        ("simple-err-issuer-parentorg-type.json", "unsigned_property"),
    ],
)
def test_sample_badges_get_the_verdict_they_were_made_for(name: str, code: str) -> None:
    def resolve(method_id: str) -> VerificationMethod:
        issuer, _, fragment = method_id.partition("#")
        if issuer.startswith("did:key:"):
            return resolve_verification_method(method_id, fetch=no_fetch)
        return make_method(id=method_id, controller=issuer, key=from_multikey(fragment))

    assert verify(shared_json("standards/samples/ob30/" + name), resolve_key=resolve).code == code


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
@pytest.mark.parametrize(
    "tamper",
    [
        lambda badge: badge.update(name="Doctor of Everything"),
        lambda badge: badge.update(validUntil="2099-01-01T00:00:00Z"),
        lambda badge: badge.pop("validUntil"),
        lambda badge: badge["credentialSubject"].update(id="urn:uuid:somebody-else"),
        lambda badge: badge["credentialSubject"]["achievement"]["tag"].append("leadership"),
        lambda badge: badge["credentialSubject"].update(creditsEarned=15),
        lambda badge: badge["issuer"].update(name="University of Somewhere"),
        lambda badge: badge["proof"][0].update(created="2026-02-01T09:30:01Z"),
    ],
    ids=["name", "validUntil", "no validUntil", "subject", "tag", "credits", "issuer name", "created"],
)
def test_a_changed_word_breaks_the_signature(tamper: Callable[[dict[str, Any]], Any], suite: str) -> None:
    signed = make_signed(cryptosuite=suite)
    tamper(signed)
    (result,) = verify(signed).results
    assert (result.outcome, result.code, result.signature_valid) == ("invalid", "signature", False)


def test_v21_a_property_added_beside_the_signed_ones_is_named() -> None:
    signed = {**make_signed(), "honours": "first class"}
    (result,) = verify(signed).results
    assert (result.code, result.signature_valid) == ("unsigned_property", None)
    assert "honours" in result.detail


def test_v22_an_inline_context_is_refused() -> None:
    signed = make_signed()
    signed["@context"].append({"honours": "https://attacker.example/#honours"})
    assert verify(signed).code == "context_not_allowed"


def test_v25_a_context_on_another_host_is_refused() -> None:
    signed = make_signed()
    signed["@context"].append("https://attacker.example/context.json")
    assert verify(signed).code == "context_not_allowed"


def test_a_context_appended_after_a_jcs_signature_is_caught() -> None:
    """eddsa-jcs-2022 signs the contexts its proof repeats; terms may be added after them, not before."""
    signed = make_signed(cryptosuite="eddsa-jcs-2022")
    contexts = signed["@context"]
    assert verify({**signed, "@context": [*contexts, "https://w3id.org/security/multikey/v1"]}).verified
    for other in (["https://w3id.org/security/multikey/v1", *contexts], contexts[:1], contexts[::-1]):
        assert verify({**signed, "@context": other}).code == "context_not_allowed"


def test_v05_a_key_on_another_host_is_refused_without_asking_for_it() -> None:
    for method_id in (
        "https://attacker.example/keys/1",
        "did:web:attacker.example#key-1",
        "did:web:badges.example.org.attacker.example#key-1",
        "https://badges.example.org@attacker.example/keys/1",
        "did:example:123#key-1",
    ):
        signed = with_proof(make_signed(), verificationMethod=method_id)
        assert verify(signed, resolve_key=no_key).code == "key_not_bound"


@pytest.mark.parametrize(
    "method_id",
    [
        "../../dev/null",
        "' OR 1=1--",
        "x" * 10_240,
        "",
        "z6Mkkey",
        "did:",
        5,
        None,
        {"id": METHOD},
        "https://a.example/ b",
        "é:é",
    ],
)
def test_v07_a_key_that_is_no_url_is_not_found(method_id: object) -> None:
    assert verify(with_proof(make_signed(), verificationMethod=method_id), resolve_key=no_key).code == "key_not_found"


def test_v09_a_key_that_is_not_for_assertions_is_refused() -> None:
    method = make_method(purposes=frozenset({"authentication"}))
    (result,) = verify(make_signed(), resolve_key=resolver(method)).results
    assert (result.code, result.signature_valid) == ("purpose", True)


def test_v09_a_proof_for_authentication_is_refused() -> None:
    signed = make_signed(proof_purpose="authentication")
    method = make_method(purposes=frozenset({"authentication", "assertionMethod"}))
    assert verify(signed, resolve_key=resolver(method)).code == "purpose"
    assert verify(signed, resolve_key=resolver(method), purpose="authentication").verified


@pytest.mark.parametrize("controller", ["", "did:web:other.example", ISSUER + "/", ISSUER.upper()])
def test_v04_a_key_that_the_issuer_does_not_list_is_refused(controller: str) -> None:
    (result,) = verify(make_signed(), resolve_key=resolver(make_method(controller=controller))).results
    assert (result.code, result.signature_valid) == ("key_not_bound", True)


def test_v67_a_did_key_issuer_can_only_speak_for_itself() -> None:
    did = did_key_for(make_key().public_key())

    def resolve(method_id: str) -> VerificationMethod:
        return resolve_verification_method(method_id, fetch=no_fetch)

    def signed_for(issuer: str) -> dict[str, Any]:
        credential = make_credential(issuer={"id": issuer, "type": ["Profile"], "name": "University of Somewhere"})
        return make_signed(credential, verification_method=did_key_method_id(did))

    assert verify(signed_for(did), resolve_key=resolve).verified
    assert verify(signed_for(ISSUER), resolve_key=resolve).code == "key_not_bound"


def test_a_document_without_an_issuer_belongs_to_nobody() -> None:
    for issuer in (None, "", {}, {"name": "Harbour"}, 5, ["did:web:badges.example.org"]):
        signed = {**make_signed(), "issuer": issuer}
        assert verify(signed, resolve_key=no_key).code == "key_not_bound"


def test_v29_two_proofs_one_forged_are_reported_one_by_one() -> None:
    forged = make_signed(key=make_key(2))["proof"][0]
    signed = make_signed()
    signed["proof"].append(forged)
    report = verify(signed)
    assert [result.outcome for result in report.results] == ["verified", "invalid"]
    assert (report.verified, report.outcome, report.code) == (False, "invalid", "signature")


def test_a_forged_proof_outweighs_one_that_could_not_be_checked() -> None:
    signed = make_signed()
    signed["proof"] = [{**signed["proof"][0], "cryptosuite": "bbs-2023"}, *make_signed(key=make_key(2))["proof"]]
    report = verify(signed)
    assert [result.outcome for result in report.results] == ["unknown", "invalid"]
    assert (report.outcome, report.code) == ("invalid", "signature")


def test_a_document_without_proof_is_not_verified() -> None:
    for document in (make_credential(), make_credential(proof=[]), {}):
        report = verify(document)
        assert (report.verified, report.outcome, report.code) == (False, "invalid", "no_proof")


@pytest.mark.parametrize("proof", ["text", [1], [[]], 5, True])
def test_a_proof_that_is_no_object_is_malformed(proof: object) -> None:
    assert verify(make_credential(proof=proof)).code == "malformed"


def test_a_flood_of_proofs_is_refused() -> None:
    signed = make_signed()
    assert verify({**signed, "proof": signed["proof"] * 17}, resolve_key=no_key).code == "malformed"


@pytest.mark.parametrize(
    "change",
    [
        {"type": None},
        {"type": "Ed25519Signature2099"},
        {"type": ["DataIntegrityProof"]},
        {"cryptosuite": None},
        {"cryptosuite": "bbs-2023"},
        {"cryptosuite": ["eddsa-rdfc-2022"]},
    ],
)
def test_an_unknown_suite_could_not_be_checked(change: dict[str, Any]) -> None:
    report = verify(with_proof(make_signed(), **change), resolve_key=no_key)
    assert (report.outcome, report.code) == ("unknown", "unsupported_cryptosuite")


@pytest.mark.parametrize("length", [0, 63, 65])
def test_v34_a_signature_of_another_length_is_refused(length: int) -> None:
    assert verify(with_proof(make_signed(), proofValue=encode_multibase(b"\x01" * length))).code == "signature"


def test_v34_a_signature_in_another_spelling_is_refused() -> None:
    signed = make_signed()
    value = signed["proof"][0]["proofValue"]
    raw = decode_multibase(value)
    respelled = ["u" + encode_base64url(raw), "Z" + value[1:], value[1:], value + " ", " " + value, "z1" + value[1:]]
    for other in [*respelled, "z" + encode_base58btc(raw)[:-1], raw.hex(), "", None, 5, [value]]:
        assert verify(with_proof(signed, proofValue=other)).code == "signature"


def test_v34_a_malleated_ed25519_signature_is_refused() -> None:
    signed = make_signed()
    raw = decode_multibase(signed["proof"][0]["proofValue"])
    s = int.from_bytes(raw[32:], "little") + ED25519_ORDER
    malleated = encode_multibase(raw[:32] + s.to_bytes(32, "little"))
    assert verify(with_proof(signed, proofValue=malleated)).code == "signature"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"created": NOW + timedelta(minutes=4)}, ""),
        ({"created": NOW + timedelta(minutes=6)}, "proof_time"),
        ({"options": {"expires": "2026-03-01T11:56:00Z"}}, ""),
        ({"options": {"expires": "2026-03-01T11:54:00Z"}}, "proof_time"),
        ({"options": {"expires": "tomorrow"}}, "proof_time"),
        ({"options": {"created": "2026-02-01"}}, "proof_time"),
        ({"options": {"created": "2026-02-30T00:00:00Z"}}, "proof_time"),
        ({"options": {"created": "2026-02-01T00:00:00"}}, "proof_time"),
        ({"options": {"created": "0001-01-01T00:00:00+14:00"}}, "proof_time"),
    ],
)
def test_v31_a_proof_outside_its_time_is_refused(options: dict[str, Any], code: str) -> None:
    assert verify(make_signed(**options)).code == code


def test_a_proof_for_another_domain_or_challenge_is_refused() -> None:
    signed = make_signed(options={"domain": "badges.example.org", "challenge": "a1"})
    assert verify(signed).verified
    assert verify(signed, domain="badges.example.org", challenge="a1").verified
    assert verify(signed, domain="other.example").code == "challenge"
    assert verify(signed, challenge="b2").code == "challenge"
    assert verify(make_signed(), challenge="b2").code == "challenge"


def test_a_key_of_another_type_than_the_suite_is_refused() -> None:
    for key in (make_ec_key(), make_rsa_key()):
        assert verify(make_signed(), resolve_key=resolver(make_method(key))).code == "alg_not_allowed"


@pytest.mark.parametrize(("curve", "algorithm"), [(ec.SECP256R1(), "ES256"), (ec.SECP384R1(), "ES384")])
def test_ecdsa_proofs_verify_and_their_tampered_twins_do_not(curve: ec.EllipticCurve, algorithm: str) -> None:
    key = make_ec_key(curve)
    signed = make_signed(key=key, cryptosuite="ecdsa-rdfc-2019", algorithm=algorithm)
    known = resolver(make_method(key))
    assert verify(signed, resolve_key=known).verified
    assert verify({**signed, "name": "Doctor of Everything"}, resolve_key=known).code == "signature"


def test_v71_a_retired_key_still_verifies_and_a_revoked_one_does_not() -> None:
    retired = make_method()
    assert verify(make_signed(), resolve_key=resolver(retired)).verified
    for ended in ({"revoked": NOW}, {"expires": NOW - timedelta(days=1)}):
        (result,) = verify(make_signed(), resolve_key=resolver(replace(retired, **ended))).results
        assert (result.code, result.signature_valid) == ("key_revoked", True)
    assert verify(make_signed(), resolve_key=resolver(replace(retired, expires=NOW + timedelta(days=1)))).verified


def test_a_key_that_cannot_be_fetched_leaves_the_proof_unknown() -> None:
    def unavailable(method_id: str) -> VerificationMethod:
        raise KeyUnavailable("The issuer's document did not answer.")

    def missing(method_id: str) -> VerificationMethod:
        raise KeyNotFound("The key is not in the issuer's document.")

    assert verify(make_signed(), resolve_key=unavailable).outcome == "unknown"
    assert verify(make_signed(), resolve_key=missing).outcome == "invalid"


def test_the_controller_may_be_given_where_a_document_has_no_issuer() -> None:
    credential = make_credential()
    del credential["issuer"]
    signed = make_signed(credential)
    assert verify(signed, controller=ISSUER).verified
    assert verify(signed, controller="did:web:other.example", resolve_key=no_key).code == "key_not_bound"


def test_a_chain_is_broken_by_removing_the_proof_it_builds_on() -> None:
    first = make_signed(options={"id": "urn:uuid:first"})
    chained = make_signed(first, options={"previousProof": "urn:uuid:first"})
    assert verify(chained).verified
    assert verify({**chained, "proof": chained["proof"][1:]}).code == "malformed"
    swapped = copy.deepcopy(chained)
    swapped["proof"][0]["created"] = "2026-02-01T09:30:01Z"
    assert [result.code for result in verify(swapped).results] == ["signature", "signature"]


def test_v20_hostile_shapes_give_a_verdict_not_an_exception() -> None:
    shapes: list[Any] = [None, 1, "a", [], {}, [{}], {"a": {}}, float("nan"), 2**70, "\ud800", [[[]]]]
    signed = make_signed()
    for name in [*signed, "holder", "evidence"]:
        for shape in shapes:
            assert verify({**signed, name: shape}, contexts=pinned_contexts()).outcome in (
                "invalid",
                "verified",
                "unknown",
            )
    for name in signed["proof"][0]:
        for shape in shapes:
            assert not verify(with_proof(signed, **{name: shape})).verified or name == "created"


def pem(key: Ed25519PrivateKey | Ed25519PublicKey) -> bytes:
    if isinstance(key, Ed25519PublicKey):
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_our_badge_verifies_with_a_second_implementation_and_its_tampered_twin_does_not() -> None:
    signed = make_signed()
    document = {**signed, "proof": signed["proof"][0]}
    verify_data_integrity_proof(document, pem(make_key().public_key()))
    with pytest.raises(OB3VerificationError):
        verify_data_integrity_proof({**document, "name": "Doctor of Everything"}, pem(make_key().public_key()))


def test_a_badge_of_a_second_implementation_verifies_and_is_the_same_as_ours() -> None:
    theirs = add_data_integrity_proof(make_credential(), pem(make_key()), METHOD, created=CREATED)
    assert verify(theirs).verified
    assert [theirs["proof"]] == make_signed()["proof"]
