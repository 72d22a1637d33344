"""Embedded proofs: Verifiable Credential Data Integrity 1.0, with the steps named as in the cryptosuites' sections.

To add a proof: transform the document, configure the proof, hash both (the proof first), serialize the signature.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from issuer.crypto.contexts import ContextSet
from issuer.crypto.cryptosuites import DATA_INTEGRITY_PROOF, Cryptosuite, digest, suite_of
from issuer.crypto.errors import AlgorithmRefused, ContextRefused, Malformed, SignatureInvalid, UnsupportedCryptosuite
from issuer.crypto.multibase import decode_base58btc, encode_multibase
from issuer.crypto.signatures import Signer
from issuer.crypto.timestamps import format_timestamp

_SIGNATURE_BYTES = {"EdDSA": 64, "ES256": 64, "ES384": 96}


def add_proof(
    document: Mapping[str, Any],
    *,
    signer: Signer,
    verification_method: str,
    created: datetime,
    cryptosuite: str = "eddsa-rdfc-2022",
    proof_purpose: str = "assertionMethod",
    algorithm: str | None = None,
    options: Mapping[str, Any] | None = None,
    contexts: ContextSet | None = None,
) -> dict[str, Any]:
    """A copy of `document` with one more entry in its `proof` array (Data Integrity 1.0, section 4.2 and 4.4).

    `algorithm` is needed only where a suite takes several ("ES256" or "ES384"); `options` are further proof properties
    such as domain, challenge, expires, id or previousProof. A proof covers the document without its other proofs,
    except those that previousProof names.
    Raises UnsignedProperty, ContextRefused, CanonicalizationBudget, Malformed, UnsupportedCryptosuite,
    AlgorithmRefused.
    """
    proof: dict[str, Any] = {
        "type": DATA_INTEGRITY_PROOF,
        "cryptosuite": cryptosuite,
        "created": format_timestamp(created),
        "verificationMethod": verification_method,
        "proofPurpose": proof_purpose,
        **(options or {}),
    }
    suite = suite_of(proof)
    if not suite.for_issuing:
        raise UnsupportedCryptosuite(f"A proof of the cryptosuite {cryptosuite} is not made in this way.")
    if suite.carries_context and "@context" in document:
        proof["@context"] = document["@context"]
    chosen = suite.algorithms[0] if algorithm is None else algorithm
    if chosen not in suite.algorithms:
        raise AlgorithmRefused(f"The algorithm {chosen!r} does not belong to {cryptosuite}.")
    earlier = proofs_of(document)
    transformed = transform(with_previous_proofs(document, proof), suite=suite, algorithm=chosen, contexts=contexts)
    configured = configure(proof, document=document, suite=suite, algorithm=chosen, contexts=contexts)
    signature = signer(hash(transformed, configured, algorithm=chosen))
    return {**document, "proof": [*earlier, serialize(proof, signature, algorithm=chosen)]}


def transform(
    unsecured: Mapping[str, Any], *, suite: Cryptosuite, algorithm: str, contexts: ContextSet | None = None
) -> bytes:
    """The document to sign -> its canonical bytes (eddsa-rdfc-2022, section 3.2.3; ecdsa-rdfc-2019, 3.2.3)."""
    return suite.canonicalize(unsecured, contexts, algorithm)


def configure(
    proof: Mapping[str, Any],
    *,
    document: Mapping[str, Any],
    suite: Cryptosuite,
    algorithm: str,
    contexts: ContextSet | None = None,
) -> bytes:
    """The proof but for its value, read in the document's context -> canonical bytes (eddsa-rdfc-2022, 3.2.5)."""
    configuration = {name: value for name, value in proof.items() if name != "proofValue"}
    if not suite.carries_context:
        if "@context" in proof and proof["@context"] != document.get("@context"):
            raise ContextRefused("The proof has a JSON-LD context of its own.")
        configuration["@context"] = document.get("@context", [])
    return suite.canonicalize(configuration, contexts, algorithm)


def hash(transformed: bytes, configured: bytes, *, algorithm: str) -> bytes:
    """Digest of the proof configuration, then digest of the document (eddsa-rdfc-2022, section 3.2.4)."""
    return digest(configured, algorithm=algorithm) + digest(transformed, algorithm=algorithm)


def serialize(proof: Mapping[str, Any], signature: bytes, *, algorithm: str) -> dict[str, Any]:
    """The proof with its proofValue, "z" + base58btc of the raw signature (eddsa-rdfc-2022, section 3.2.6)."""
    if len(signature) != _SIGNATURE_BYTES[algorithm]:
        raise SignatureInvalid(f"The signer did not return {_SIGNATURE_BYTES[algorithm]} bytes.")
    return {**proof, "proofValue": encode_multibase(signature)}


def deserialize(proof: Mapping[str, Any], *, algorithm: str) -> bytes:
    """The raw signature in a proof's proofValue. Raises SignatureInvalid for any other spelling or length."""
    value = proof.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z"):
        raise SignatureInvalid("The proof value is not base58btc multibase.")
    try:
        signature = decode_base58btc(value[1:])
    except Malformed as error:
        raise SignatureInvalid(error.detail) from error
    if len(signature) != _SIGNATURE_BYTES[algorithm]:
        raise SignatureInvalid(f"The signature is not {_SIGNATURE_BYTES[algorithm]} bytes long.")
    return signature


def proofs_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The document's proofs: none, one object, or an array of objects. Raises Malformed."""
    proof = document.get("proof", [])
    proofs = proof if isinstance(proof, list) else [proof]
    if not all(isinstance(entry, dict) for entry in proofs):
        raise Malformed("A proof is a JSON object.")
    return proofs


def with_previous_proofs(document: Mapping[str, Any], proof: Mapping[str, Any]) -> dict[str, Any]:
    """The document that `proof` covers: without proofs but those its previousProof names (Data Integrity 1.0, 4.5).

    Raises Malformed if one of them is not there, is there twice, or is this proof itself."""
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    previous = proof.get("previousProof", [])
    wanted = previous if isinstance(previous, list) else [previous]
    if not wanted:
        return unsecured
    if not all(isinstance(name, str) for name in wanted):
        raise Malformed("A previousProof is the id of a proof, or an array of ids.")
    named = [entry for entry in proofs_of(document) if entry.get("id") in wanted]
    if proof.get("id") in wanted or sorted(entry["id"] for entry in named) != sorted(set(wanted)):
        raise Malformed("The proof builds on another proof that the document does not have, or has twice.")
    return {**unsecured, "proof": named}
