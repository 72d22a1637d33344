"""ecdsa-sd-2023: an issuer's proof, what a holder derives from it, and what a verifier refuses."""

import copy
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from issuer.crypto import rdfc
from issuer.crypto.contexts import ContextSet
from issuer.crypto.controller_documents import resolve_verification_method
from issuer.crypto.cryptosuites import ECDSA_SD_2023
from issuer.crypto.data_integrity import configure
from issuer.crypto.did import did_key_for, did_key_method_id
from issuer.crypto.errors import AlgorithmRefused, CryptoError, KeyUnavailable, Malformed, SignatureInvalid
from issuer.crypto.jsonld import to_quads
from issuer.crypto.multibase import decode_base64url, decode_multibase, encode_base64url
from issuer.crypto.proof_verification import ProofReport, verify_proof
from issuer.crypto.sd_grouping import hmac_labels, statements_of
from issuer.crypto.sd_proof_value import DisclosureValue, read_base_value, read_disclosure_value
from issuer.crypto.selective_disclosure import add_base_proof, derive
from issuer.crypto.signatures import local_signer
from tests.javascript import verdict
from tests.oracles import needs_shared, shared_json
from tests.unit.issuer.crypto.making import CREATED, NOW, citizenship_contexts, make_credential, make_ec_key, make_key

VECTORS = "standards/vectors/ecdsa/ecdsa-sd-2023/"
ISSUER_KEY = make_ec_key()
ISSUER = did_key_for(ISSUER_KEY.public_key())
METHOD = did_key_method_id(ISSUER)
HMAC_KEY = bytes(range(32))
ACHIEVEMENT = "/credentialSubject/achievement"


def unsigned(**over: Any) -> dict[str, Any]:
    return make_credential(issuer={"id": ISSUER, "type": ["Profile"], "name": "Harbour Sales School"}, **over)


def base(document: dict[str, Any] | None = None, **over: Any) -> dict[str, Any]:
    options: dict[str, Any] = {
        "signer": local_signer(ISSUER_KEY),
        "public_key": ISSUER_KEY.public_key(),
        "verification_method": METHOD,
        "created": CREATED,
        "hmac_key": HMAC_KEY,
        "proof_key": make_ec_key(seed=11),
        "mandatory_pointers": ["/issuer", "/validFrom"],
        **over,
    }
    secured = add_base_proof(document or unsigned(), **options)
    return {**secured, "proof": secured["proof"][0]}


def no_network(url: str) -> dict[str, Any]:
    raise KeyUnavailable(f"{url} is not asked for.")


def check(document: dict[str, Any], *, contexts: ContextSet | None = None, now: datetime = NOW) -> ProofReport:
    def resolve(method_id: str) -> Any:
        return resolve_verification_method(method_id, fetch=no_network)

    return verify_proof(document, resolve_key=resolve, now=now, contexts=contexts)


def test_what_a_holder_derives_is_verified_and_shows_no_more() -> None:
    derived = derive(base(), selective_pointers=["/name", f"{ACHIEVEMENT}/tag/1"])
    assert check(derived).outcome == "verified"
    assert derived["credentialSubject"]["achievement"]["tag"] == ["discovery"]
    assert "description" not in derived["credentialSubject"]["achievement"]
    assert "creditsEarned" not in derived["credentialSubject"]


@pytest.mark.parametrize("pointers", [[], ["/credentialSubject"], [""], [f"{ACHIEVEMENT}/criteria/narrative"]])
def test_every_choice_of_parts_can_be_verified(pointers: list[str]) -> None:
    assert check(derive(base(), selective_pointers=pointers)).outcome == "verified"


def test_somebody_else_verifies_what_was_derived_here(verify_js: Path, tmp_path: Path) -> None:
    derived = derive(base(), selective_pointers=["/credentialSubject", "/name"])
    assert verdict(verify_js, json.dumps(derived).encode(), {}, tmp_path)["verified"]
    changed = {**derived, "name": "Chief Seller"}
    assert not verdict(verify_js, json.dumps(changed).encode(), {}, tmp_path)["verified"]


def test_a_base_proof_is_for_the_holder_and_not_for_verifiers() -> None:
    report = check(base())
    assert (report.outcome, report.code) == ("invalid", "base_proof")


def texts(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for name, member in value.items():
            if name not in ("@context", "proof"):
                yield from texts(member, (*at, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from texts(item, (*at, number))
    elif isinstance(value, str):
        yield at


def test_no_disclosed_text_can_be_changed_or_left_out() -> None:
    derived = derive(base(), selective_pointers=["/credentialSubject", "/name"])
    for path in texts(derived):
        for change in ("text", "removal"):
            other = copy.deepcopy(derived)
            place: Any = other
            for step in path[:-1]:
                place = place[step]
            if change == "text":
                place[path[-1]] += "x"
            else:
                del place[path[-1]]
            assert not check(other).verified, (path, change)


def test_parts_of_two_credentials_cannot_be_put_together() -> None:
    first = derive(base(), selective_pointers=["/name"])
    second = derive(base(unsigned(name="Another", id="urn:uuid:2")), selective_pointers=["/name"])
    assert not check({**first, "name": second["name"]}).verified
    assert not check({**first, "proof": second["proof"]}).verified


def test_a_statement_key_that_the_issuer_did_not_vouch_for_signs_nothing() -> None:
    derived = derive(base(), selective_pointers=["/name"])
    forged = derive(base(proof_key=make_ec_key(seed=12)), selective_pointers=["/name"])
    value, other = (read_disclosure_value(each["proof"]["proofValue"]) for each in (derived, forged))
    mixed = DisclosureValue(
        value.base_signature, other.public_key, other.signatures, value.labels, value.mandatory_indexes
    )
    assert not check({**derived, "proof": {**derived["proof"], "proofValue": mixed.encode()}}).verified


def with_value(document: dict[str, Any], content: Any, *, header: bytes = b"\xd9\x5d\x01") -> dict[str, Any]:
    data = content if isinstance(content, bytes) else cbor2.dumps(content)
    return {**document, "proof": {**document["proof"], "proofValue": "u" + encode_base64url(header + data)}}


def damaged_values() -> Iterator[tuple[str, Any]]:
    derived = derive(base(), selective_pointers=[f"{ACHIEVEMENT}/criteria", f"{ACHIEVEMENT}/tag"])
    good = cbor2.loads(decode_base64url(derived["proof"]["proofValue"][1:])[3:])
    signature, public_key, signatures, labels, indexes = good
    for name, content in {
        "no array": {"a": 1},
        "four parts": good[:4],
        "six parts": [*good, 1],
        "a short signature": [signature[:-1], public_key, signatures, labels, indexes],
        "a text for a signature": ["x" * 64, public_key, signatures, labels, indexes],
        "a short key": [signature, public_key[:-1], signatures, labels, indexes],
        "a key of another kind": [signature, b"\xed\x01" + public_key[2:], signatures, labels, indexes],
        "a point off the curve": [signature, b"\x80\x24\x02" + b"\xff" * 32, signatures, labels, indexes],
        "a signature too few": [signature, public_key, signatures[:-1], labels, indexes],
        "a signature too many": [signature, public_key, [*signatures, signatures[0]], labels, indexes],
        "signatures in another order": [signature, public_key, signatures[::-1], labels, indexes],
        "a label too few": [signature, public_key, signatures, dict(list(labels.items())[:-1]), indexes],
        "a label too many": [signature, public_key, signatures, {**labels, 999: b"x" * 32}, indexes],
        "one label twice": [signature, public_key, signatures, dict.fromkeys(labels, b"x" * 32), indexes],
        "labels that are texts": [signature, public_key, signatures, dict.fromkeys(labels, "x"), indexes],
        "a negative label": [signature, public_key, signatures, {-1: b"x" * 32}, indexes],
        "labels in an array": [signature, public_key, signatures, [1], indexes],
        "an index outside": [signature, public_key, signatures, labels, [*indexes, 4_000]],
        "an index too few": [signature, public_key, signatures, labels, indexes[:-1]],
        "indexes that are texts": [signature, public_key, signatures, labels, ["0"]],
        "a tag": cbor2.CBORTag(64, good),
        "a tag inside": [cbor2.CBORTag(64, signature), *good[1:]],
        "a shared value": [b"shared", *good[1:4], cbor2.CBORTag(28, indexes)],
        "a number as a big number": [*good[:4], [cbor2.CBORTag(2, bytes([index])) for index in indexes]],
        "an open length": b"\x9f" + b"".join(cbor2.dumps(part) for part in good) + b"\xff",
        "a terabyte of bytes": b"\x85\x5b\x00\x00\x00\xff\xff\xff\xff\xff",
        "a number of a million digits": b"\x85\xc2\x5a\x00\x06\x00\x00" + b"\xff" * 0x60000,
        "a decimal beyond all bounds": b"\x85\xc4\x82\x1b" + b"\xff" * 8 + b"\x01",
        "trailing bytes": cbor2.dumps(good) + b"\x00",
        "truncated": cbor2.dumps(good)[:-10],
        "nothing": b"",
        "an array of four thousand million": b"\x9a\xff\xff\xff\xff",
        "nested a hundred thousand deep": b"\x81" * 100_000,
        "an endless array": b"\x9f" * 1_000,
        "a regular expression": b"\xd8\x23" + cbor2.dumps("(a+)+$"),
    }.items():
        yield name, with_value(derived, content)
    yield "another header", with_value(derived, good, header=b"\xd9\x5d\x02")
    yield "another letter", {**derived, "proof": {**derived["proof"], "proofValue": "z" + "2" * 90}}
    yield "no letter", {**derived, "proof": {**derived["proof"], "proofValue": derived["proof"]["proofValue"][1:]}}
    yield "null", {**derived, "proof": {**derived["proof"], "proofValue": None}}
    yield "a letter only", {**derived, "proof": {**derived["proof"], "proofValue": "u"}}


DAMAGED = dict(damaged_values())


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_proof_value_is_refused(name: str) -> None:
    report = check(DAMAGED[name])
    assert (report.outcome, report.code) == ("invalid", "signature")


@pytest.mark.parametrize(
    "pointer",
    [
        "/missing",
        "/name/0",
        f"{ACHIEVEMENT}/tag/9",
        f"{ACHIEVEMENT}/tag/01",
        f"{ACHIEVEMENT}/tag/-1",
        "name",
        "/credentialSubject/x/y",
        7,
    ],
)
def test_a_pointer_to_nothing_is_refused(pointer: Any) -> None:
    with pytest.raises(Malformed):
        base(mandatory_pointers=[pointer])
    with pytest.raises(Malformed):
        derive(base(), selective_pointers=[pointer])


def test_keys_of_another_kind_or_size_are_refused() -> None:
    with pytest.raises(AlgorithmRefused):
        base(public_key=make_key().public_key())
    with pytest.raises(AlgorithmRefused):
        base(proof_key=make_ec_key(ec.SECP384R1()))
    with pytest.raises(Malformed):
        base(hmac_key=b"short")


def test_there_is_nothing_to_derive_from_a_whole_proof_or_a_damaged_one() -> None:
    with pytest.raises(Malformed):
        derive(unsigned(), selective_pointers=["/name"])
    secured = base()
    with pytest.raises(SignatureInvalid):
        derive(derive(secured, selective_pointers=["/name"]), selective_pointers=[])
    with pytest.raises(SignatureInvalid):
        derive({**secured, "description": "One more statement."}, selective_pointers=["/name"])


def test_an_undefined_property_is_never_signed() -> None:
    with pytest.raises(CryptoError):
        base(unsigned(honours="first class"))


def test_what_is_shown_does_not_tell_what_is_hidden() -> None:
    """The labels of two issues of one badge have nothing in common, so their order tells nothing."""
    first, second = (derive(base(hmac_key=bytes([number]) * 32), selective_pointers=["/name"]) for number in (1, 2))
    labels = [set(read_disclosure_value(each["proof"]["proofValue"]).labels.values()) for each in (first, second)]
    assert labels[0].isdisjoint(labels[1])


def vector(folder: str, name: str) -> Any:
    return shared_json(f"{VECTORS}{folder}/{name}.json")


@needs_shared
@pytest.mark.parametrize("folder", ["employ", "prc"])
def test_published_base_proofs_are_reproduced_step_by_step(folder: str) -> None:
    contexts = citizenship_contexts()
    signed = vector(folder, "addSignedSDBase")
    document = {name: value for name, value in signed.items() if name != "proof"}
    value, raw = read_base_value(signed["proof"]["proofValue"]), vector(folder, "addRawBaseSignatureInfo")
    assert value.base_signature.hex() == raw["baseSignature"]
    assert [signature.hex() for signature in value.signatures] == raw["signatures"]
    assert list(value.mandatory_pointers) == raw["mandatoryPointers"]
    assert value.encode() == signed["proof"]["proofValue"]
    plain = rdfc.canonicalize(to_quads(document, contexts=contexts))
    assert plain == "".join(vector(folder, "addBaseDocCanon"))
    statements = statements_of(document, hmac_labels(value.hmac_key), contexts=contexts)
    assert list(statements.lines) == vector(folder, "addBaseDocHMACCanon")
    mandatory = sorted(statements.of_part(value.mandatory_pointers)[0])
    assert mandatory == [place for place, _ in vector(folder, "addBaseTransform")["mandatory"]["value"]]
    proof, hashes = vector(folder, "addProofConfig"), vector(folder, "addHashData")
    configured = configure(proof, document=document, suite=ECDSA_SD_2023, algorithm="ES256", contexts=contexts)
    assert hashlib.sha256(configured).hexdigest() == hashes["proofHash"]
    shown = "".join(statements.lines[place] for place in mandatory)
    assert hashlib.sha256(shown.encode()).hexdigest() == hashes["mandatoryHash"]


@needs_shared
@pytest.mark.parametrize(("folder", "choice"), [("employ", "employSelective"), ("prc", "prCredSelective")])
def test_published_derived_proofs_are_reproduced_step_by_step(folder: str, choice: str) -> None:
    contexts = citizenship_contexts()
    signed, published = vector(folder, "addSignedSDBase"), vector(folder, "derivedRevealDocument")
    document = {name: value for name, value in signed.items() if name != "proof"}
    base_value = read_base_value(signed["proof"]["proofValue"])
    selective, groups = shared_json(f"standards/vectors/ecdsa/{choice}.json"), vector(folder, "derivedGroupIndexes")
    statements = statements_of(document, hmac_labels(base_value.hmac_key), contexts=contexts)
    combined = [*base_value.mandatory_pointers, *selective]
    for group, pointers in {"selective": selective, "combined": combined}.items():
        assert sorted(statements.of_part(pointers)[0]) == groups[f"{group}Indexes"]
    assert derive(signed, selective_pointers=selective, contexts=contexts) == published
    value = read_disclosure_value(published["proof"]["proofValue"])
    signatures = [signature.hex() for signature in value.signatures]
    assert list(value.mandatory_indexes) == vector(folder, "derivedAdjMandatoryIndexes")["adjMandatoryIndexes"]
    assert signatures == vector(folder, "derivedAdjSignatures")["filteredSignatures"]
    assert signatures == vector(folder, "verifyCreateVerifyData")["signatures"]
    assert value.encode() == published["proof"]["proofValue"]


@needs_shared
@pytest.mark.parametrize("folder", ["employ", "prc"])
def test_published_derived_proofs_hold_and_changed_ones_do_not(folder: str) -> None:
    published = shared_json(f"{VECTORS}{folder}/derivedRevealDocument.json")
    contexts, now = citizenship_contexts(), datetime(2026, 1, 1, tzinfo=UTC)
    result = check(published, contexts=contexts, now=now).results[0]
    assert result.signature_valid
    changed = copy.deepcopy(published)
    changed["credentialSubject"]["birthCountry"] = "Utopia"
    assert not check(changed, contexts=contexts, now=now).results[0].signature_valid


@needs_shared
def test_the_published_base_signature_is_made_again_by_the_published_keys() -> None:
    """ECDSA signs with chance in it, so it is the signed bytes that are compared: the new signature verifies."""
    keys = shared_json(VECTORS + "SDKeyMaterial.json")
    secret = {name: decode_multibase(keys[name]["secretKeyMultibase"])[2:] for name in ("baseKeyPair", "proofKeyPair")}
    base_key, proof_key = (
        ec.derive_private_key(int.from_bytes(secret[name], "big"), ec.SECP256R1())
        for name in ("baseKeyPair", "proofKeyPair")
    )
    signed = shared_json(VECTORS + "employ/addSignedSDBase.json")
    again = add_base_proof(
        {name: value for name, value in signed.items() if name != "proof"},
        signer=local_signer(base_key),
        public_key=base_key.public_key(),
        verification_method=signed["proof"]["verificationMethod"],
        created=datetime(2023, 8, 15, 23, 36, 38, tzinfo=UTC),
        hmac_key=bytes.fromhex(keys["hmacKeyString"]),
        proof_key=proof_key,
        mandatory_pointers=["/issuer"],
        contexts=citizenship_contexts(),
    )["proof"][0]
    ours, published = read_base_value(again["proofValue"]), read_base_value(signed["proof"]["proofValue"])
    assert {**again, "proofValue": ""} == {**signed["proof"], "proofValue": ""}
    assert (ours.public_key, ours.hmac_key) == (published.public_key, published.hmac_key)
    assert len(ours.signatures) == len(published.signatures)
