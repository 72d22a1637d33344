"""Adding embedded proofs, against the published vectors of every suite, step by step."""

from datetime import datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuer.crypto.contexts import ContextSet, contexts_with, open_contexts, pinned_contexts
from issuer.crypto.cryptosuites import EDDSA_JCS_2022, EDDSA_RDFC_2022, suite_of
from issuer.crypto.data_integrity import add_proof, configure, deserialize, hash, proofs_of, serialize, transform
from issuer.crypto.errors import (
    AlgorithmRefused,
    ContextRefused,
    Malformed,
    SignatureInvalid,
    UnsignedProperty,
    UnsupportedCryptosuite,
)
from issuer.crypto.multibase import decode_multibase
from issuer.crypto.multikey import PublicKey, from_multikey
from issuer.crypto.proof_verification import verify_proof
from issuer.crypto.signatures import verify_signature
from issuer.crypto.timestamps import parse_timestamp
from tests.oracles import needs_shared, shared_json, shared_path, shared_text
from tests.unit.issuer.crypto.making import (
    CREATED,
    METHOD,
    NOW,
    citizenship_contexts,
    make_credential,
    make_ec_key,
    make_key,
    make_method,
    make_signed,
    resolver,
)

EDDSA = "standards/vectors/eddsa/"
EXAMPLES_V2 = "https://www.w3.org/ns/credentials/examples/v2"


def example_contexts() -> ContextSet:
    """The pinned contexts and the example vocabulary that the published vectors use; never offered by the service."""
    examples = shared_json("standards/contexts/credentials-examples-v2.jsonld")
    return ContextSet({**contexts_with(shared_path("standards/contexts")).documents, EXAMPLES_V2: examples})


def published_key(name: str = "keyPair.json") -> Ed25519PrivateKey:
    secret = decode_multibase(shared_json(EDDSA + name)["privateKeyMultibase"])
    return Ed25519PrivateKey.from_private_bytes(secret[2:])


@needs_shared
@pytest.mark.parametrize("guide", ["ob3-impl-guide", "clr2-impl-guide"])
def test_implementation_guide_proofs_are_reproduced_step_by_step(guide: str) -> None:
    folder = f"standards/vectors/{guide}/"
    vector = shared_json(folder + "vector.json")
    document, proof = vector["unsignedCredential"], vector["proof"]
    transformed = transform(document, suite=EDDSA_RDFC_2022, algorithm="EdDSA")
    configured = configure(proof, document=document, suite=EDDSA_RDFC_2022, algorithm="EdDSA")
    assert transformed.decode() == shared_text(folder + "document-canon.txt")
    assert configured.decode() == shared_text(folder + "proof-canon.txt")
    hashed = hash(transformed, configured, algorithm="EdDSA")
    assert hashed.hex() == vector["dataToSignHex"] == vector["proofHashHex"] + vector["documentHashHex"]
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vector["secretKeyHex"])[:32])
    assert key.sign(hashed).hex() == vector["signatureHex"]
    signed = add_proof(
        document,
        signer=key.sign,
        verification_method=proof["verificationMethod"],
        created=parse_timestamp(proof["created"]),
    )
    assert signed == {**vector["signedCredential"], "proof": [proof]}


@needs_shared
@pytest.mark.parametrize(
    ("folder", "ending", "suite"),
    [("eddsa-rdfc-2022", "DataInt", EDDSA_RDFC_2022), ("eddsa-jcs-2022", "JCS", EDDSA_JCS_2022)],
)
def test_eddsa_vectors_are_reproduced_step_by_step(folder: str, ending: str, suite: Any) -> None:
    def text(name: str) -> str:
        return shared_text(f"{EDDSA}{folder}/{name}{ending}.txt").strip()

    contexts = example_contexts()
    document = shared_json(EDDSA + "unsigned.json")
    proof = shared_json(f"{EDDSA}{folder}/proofConfig{ending}.json")
    transformed = transform(document, suite=suite, algorithm="EdDSA", contexts=contexts)
    configured = configure(proof, document=document, suite=suite, algorithm="EdDSA", contexts=contexts)
    assert transformed.decode().strip() == text("canonDoc")
    assert configured.decode().strip() == text("proofCanon")
    hashed = hash(transformed, configured, algorithm="EdDSA")
    assert hashed.hex() == text("combinedHash") == text("proofHash") + text("docHash")
    key = published_key()
    assert key.sign(hashed).hex() == text("sigHex")
    signed = add_proof(
        document,
        signer=key.sign,
        verification_method=proof["verificationMethod"],
        created=parse_timestamp(proof["created"]),
        cryptosuite=folder,
        contexts=contexts,
    )
    published = shared_json(f"{EDDSA}{folder}/signed{ending}.json")
    assert signed == {**published, "proof": [published["proof"]]}
    assert signed["proof"][0]["proofValue"] == text("sigBTC58")


@needs_shared
def test_ecdsa_vector_is_reproduced_up_to_its_random_signature() -> None:
    folder = "standards/vectors/ecdsa/ecdsa-rdfc-2019-p256/"
    contexts = example_contexts()
    document = shared_json("standards/vectors/ecdsa/unsigned.json")
    proof = shared_json(folder + "proofConfigECDSAP256.json")
    suite = suite_of(proof)
    transformed = transform(document, suite=suite, algorithm="ES256", contexts=contexts)
    configured = configure(proof, document=document, suite=suite, algorithm="ES256", contexts=contexts)
    assert transformed.decode().strip() == shared_text(folder + "canonDocECDSAP256.txt").strip()
    assert configured.decode().strip() == shared_text(folder + "proofCanonECDSAP256.txt").strip()
    hashed = hash(transformed, configured, algorithm="ES256").hex()
    assert hashed == shared_text(folder + "combinedHashECDSAP256.txt").strip()


# Published with Data Integrity ECDSA Cryptosuites 1.0 for two of its documents: both hashes, and the signature.
P384_VECTORS = [
    pytest.param(
        "unsigned.json",
        {},
        "e32805a26492eac777aa7a138f6d8da3c74e0c7be7b296dcaccf97420c3b92eaad7be6449ca565e165031567f5c7cbc1"
        "8bf6e01df72c5b62f91b685231915ac4b8c58ea95f002c6b8f6bfafa1b251df476b56b8e01518e317dab099d3ecbff96",
        "z967Mvv5bxtmLNqTzPZ8KmJjFmFXaAKeQNzq7GWnQkMcLtaGSSmuozE5WtJ8PipMe178B1tE28K1vsJur9bGVJhz6jgSJsRHFSQeqgH8h"
        "hjcg8gZDFJC1b9FsR5ggNmDBqHv",
        id="without blank nodes",
    ),
    pytest.param(
        "employmentAuth.json",
        {"description": "Example Country Employment Authorization Document."},
        "e32805a26492eac777aa7a138f6d8da3c74e0c7be7b296dcaccf97420c3b92eaad7be6449ca565e165031567f5c7cbc1"
        "ffa6b1172d137cd8aa141154c1ed9c6e092edb18fb524b1626df8c08cbc755b9f617481313061c19f00acce59ab23704",
        "zrgAixbog7Uo9J9uyGfBi5FPDY459PZbuf52u6bEW424McKL55iVHUn1QjbRLFP25oapNtLRd7iGZHuSqZf3DE1VuEgACDDmwP1Z77YC9QC"
        "xD37h8Mgh1QEpefuL5CKpk1oH",
        id="with blank nodes in the order of SHA-384",
    ),
]


@needs_shared
@pytest.mark.parametrize(("name", "over", "hashes", "signature"), P384_VECTORS)
def test_p384_vectors_are_reproduced(name: str, over: dict[str, Any], hashes: str, signature: str) -> None:
    document = {**shared_json("standards/vectors/ecdsa/" + name), **over}
    proof, key = published_ecdsa_proof("ecdsa-rdfc-2019", "p384", signature)
    suite, contexts = suite_of(proof), citizenship_contexts(open_contexts())
    transformed = transform(document, suite=suite, algorithm="ES384", contexts=contexts)
    configured = configure(proof, document=document, suite=suite, algorithm="ES384", contexts=contexts)
    hashed = hash(transformed, configured, algorithm="ES384")
    assert hashed.hex() == hashes
    assert verify_signature(key, deserialize(proof, algorithm="ES384"), hashed, alg="ES384")


@needs_shared
@pytest.mark.parametrize(
    ("curve", "algorithm", "signature"),
    [
        ("p256", "ES256", "zq6PrUMCtqY5obCSsrQxuFJdGffCDxvFuopdZiBPUBRTFEs1VVsBZi8YiEwVWgHYrXxoV93gBHqGDBtQLPFxpZxz"),
        (
            "p384",
            "ES384",
            "zR3krc7pt9Dpn1PY2u8HWPePggtzAG2SuH2ZGNrzw8Ku3QrFLWgDTjS5mCWy65ShixJEtpMwfviAFfh5xTgd5FGN1sSbpPJ5djqSZQLqQkY8K"
            "LBPNswuqKtq3bS8f9vEHm8w",
        ),
    ],
)
def test_jcs_vectors_hold_for_what_was_signed_only(curve: str, algorithm: str, signature: str) -> None:
    """Those of a draft, whose proofs did not repeat the contexts."""
    document = shared_json("standards/vectors/ecdsa/unsigned.json")
    proof, key = published_ecdsa_proof("ecdsa-jcs-2019", curve, signature)
    suite, raw = suite_of(proof), deserialize(proof, algorithm=algorithm)
    configured = configure(proof, document=document, suite=suite, algorithm=algorithm)
    for changed, holds in (({}, True), ({"name": "Another"}, False), ({"@context": []}, False)):
        transformed = transform({**document, **changed}, suite=suite, algorithm=algorithm)
        hashed = hash(transformed, configured, algorithm=algorithm)
        assert verify_signature(key, raw, hashed, alg=algorithm) is holds


def published_ecdsa_proof(suite: str, curve: str, signature: str) -> tuple[dict[str, Any], PublicKey]:
    multikey = shared_json(f"standards/vectors/ecdsa/{curve}KeyPair.json")["publicKeyMultibase"]
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": "2023-02-24T23:36:38Z",
        "verificationMethod": f"did:key:{multikey}#{multikey}",
        "proofPurpose": "assertionMethod",
        "proofValue": signature,
    }
    return proof, from_multikey(multikey)


@pytest.mark.parametrize(("curve", "algorithm"), [(ec.SECP256R1(), "ES256"), (ec.SECP384R1(), "ES384")])
def test_a_jcs_proof_repeats_the_contexts_it_was_made_in(curve: ec.EllipticCurve, algorithm: str) -> None:
    key = make_ec_key(curve)
    signed = make_signed(key=key, cryptosuite="ecdsa-jcs-2019", algorithm=algorithm)
    assert signed["proof"][0]["@context"] == signed["@context"]
    known = resolver(make_method(key))
    assert verify_proof(signed, resolve_key=known, now=NOW).verified
    for changed in ({"name": "Another"}, {"@context": signed["@context"][:1]}, {"honours": "yes"}):
        assert not verify_proof({**signed, **changed}, resolve_key=known, now=NOW).verified
    for proof in ({"@context": []}, {"created": "2026-02-01T09:30:01Z"}, {"cryptosuite": "ecdsa-rdfc-2019"}):
        other = {**signed, "proof": {**signed["proof"][0], **proof}}
        assert not verify_proof(other, resolve_key=known, now=NOW).verified


@needs_shared
def test_a_proof_chain_is_reproduced() -> None:
    """Each link covers the proofs it builds on."""
    keys = shared_json(EDDSA + "proof-set-chain/multiKeyPairs.json")
    document = shared_json(EDDSA + "proof-set-chain/signedProofSet2.json")
    for number, key_name in ((1, "keyPair3"), (2, "keyPair4")):
        published = shared_json(EDDSA + f"proof-set-chain/signedProofChain{number}.json")
        link = published["proof"][-1]
        options = {name: link[name] for name in ("id", "previousProof") if name in link}
        document = add_proof(
            document,
            signer=Ed25519PrivateKey.from_private_bytes(
                decode_multibase(keys[key_name]["privateKeyMultibase"])[2:]
            ).sign,
            verification_method=link["verificationMethod"],
            created=parse_timestamp(link["created"]),
            options=options,
            contexts=example_contexts(),
        )
        assert document == published


def test_a_signed_document_keeps_its_content_and_has_an_array_of_proofs() -> None:
    credential = make_credential()
    signed = make_signed(credential)
    assert {name: value for name, value in signed.items() if name != "proof"} == credential == make_credential()
    assert signed["proof"] == [
        {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-rdfc-2022",
            "created": "2026-02-01T09:30:00Z",
            "verificationMethod": METHOD,
            "proofPurpose": "assertionMethod",
            "proofValue": signed["proof"][0]["proofValue"],
        }
    ]


def test_signing_the_same_document_again_gives_the_same_bytes() -> None:
    assert make_signed() == make_signed()


def test_a_second_proof_joins_the_first_and_covers_the_document_alone() -> None:
    both = make_signed(make_signed(), key=make_key(2))
    alone = make_signed(key=make_key(2))
    assert both["proof"] == [*make_signed()["proof"], *alone["proof"]]


def test_v21_a_document_with_an_undefined_property_is_never_signed() -> None:
    signed = []
    with pytest.raises(UnsignedProperty):
        make_signed(make_credential(honours="yes"), signer=signed.append)
    assert signed == []


def test_an_undefined_proof_option_is_never_signed() -> None:
    with pytest.raises(UnsignedProperty):
        make_signed(options={"honours": "yes"})


def test_v22_a_proof_with_a_context_of_its_own_is_refused() -> None:
    with pytest.raises(ContextRefused):
        make_signed(options={"@context": ["https://www.w3.org/2018/credentials/v1"]})


@pytest.mark.parametrize("suite", ["", "eddsa-2022", "rsa-rdfc-2099", "EDDSA-RDFC-2022"])
def test_unknown_and_retired_suites_are_not_issued(suite: str) -> None:
    with pytest.raises(UnsupportedCryptosuite):
        make_signed(cryptosuite=suite)


def test_an_algorithm_of_another_suite_is_refused() -> None:
    with pytest.raises(AlgorithmRefused):
        make_signed(algorithm="ES256")


@pytest.mark.parametrize(("curve", "algorithm"), [(ec.SECP256R1(), "ES256"), (ec.SECP384R1(), "ES384")])
def test_ecdsa_proofs_are_raw_pairs_of_the_curve_size(curve: ec.EllipticCurve, algorithm: str) -> None:
    signed = make_signed(key=make_ec_key(curve), cryptosuite="ecdsa-rdfc-2019", algorithm=algorithm)
    assert len(decode_multibase(signed["proof"][0]["proofValue"])) == curve.key_size // 4


@pytest.mark.parametrize("signature", [b"", b"\0" * 63, b"\0" * 65])
def test_a_signer_that_returns_another_length_is_caught(signature: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        serialize({}, signature, algorithm="EdDSA")


def test_a_naive_date_is_refused() -> None:
    with pytest.raises(Malformed):
        make_signed(created=datetime(2026, 1, 1))


def test_a_chain_to_a_proof_that_is_not_there_is_refused() -> None:
    with pytest.raises(Malformed):
        make_signed(make_signed(), options={"previousProof": "urn:uuid:elsewhere"})


@pytest.mark.parametrize("proof", ["text", [1], [None], 5])
def test_proofs_are_objects(proof: object) -> None:
    with pytest.raises(Malformed):
        proofs_of({"proof": proof})


def test_one_context_set_serves_all_callers() -> None:
    options: dict[str, Any] = {"signer": make_key().sign, "verification_method": METHOD, "created": CREATED}
    assert add_proof(make_credential(), **options, contexts=pinned_contexts()) == make_signed()
