"""ecdsa-sd-2023: an issuer signs statement by statement, and the holder shows some of them.

Data Integrity ECDSA Cryptosuites 1.0, section 3.6. `add_base_proof` is the issuer's, `derive` the holder's, and
`check_disclosed` the verifier's part. P-256 only.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from issuer.crypto.compacted_form import check_compacted_form
from issuer.crypto.contexts import ContextSet
from issuer.crypto.cryptosuites import DATA_INTEGRITY_PROOF, ECDSA_SD_2023
from issuer.crypto.data_integrity import configure, proofs_of
from issuer.crypto.errors import AlgorithmRefused, CryptoError, Malformed, SignatureInvalid
from issuer.crypto.jsonld import to_quads
from issuer.crypto.multibase import decode_base64url, decode_multibase, encode_base64url, encode_multibase
from issuer.crypto.multikey import PublicKey, from_multikey, to_multikey
from issuer.crypto.rdfc import canonical_labels
from issuer.crypto.sd_grouping import hmac_labels, statements_of
from issuer.crypto.sd_proof_value import (
    HMAC_BYTES,
    BaseValue,
    DisclosureValue,
    read_base_value,
    read_disclosure_value,
)
from issuer.crypto.sd_selection import select
from issuer.crypto.signatures import Signer, algorithm_of, local_signer, verify_signature
from issuer.crypto.timestamps import format_timestamp

ALGORITHM = "ES256"
CRYPTOSUITE = ECDSA_SD_2023.name


def add_base_proof(
    document: Mapping[str, Any],
    *,
    signer: Signer,
    public_key: PublicKey,
    verification_method: str,
    created: datetime,
    hmac_key: bytes,
    proof_key: ec.EllipticCurvePrivateKey,
    mandatory_pointers: Sequence[str] = (),
    contexts: ContextSet | None = None,
) -> dict[str, Any]:
    """A copy of `document` with a base proof, for the holder to derive from (sections 3.6.1 to 3.6.5).

    `hmac_key` (32 bytes) and `proof_key` (P-256) are fresh for each proof. What `mandatory_pointers` name is shown by
    every derived proof. Raises what `add_proof` raises, and Malformed for a pointer to nothing.
    """
    if algorithm_of(public_key) != ALGORITHM or algorithm_of(proof_key) != ALGORITHM:
        raise AlgorithmRefused(f"The cryptosuite {CRYPTOSUITE} takes keys on P-256.")
    if len(hmac_key) != HMAC_BYTES:
        raise Malformed(f"The HMAC key has {HMAC_BYTES} bytes.")
    proof = {
        "type": DATA_INTEGRITY_PROOF,
        "cryptosuite": CRYPTOSUITE,
        "created": format_timestamp(created),
        "verificationMethod": verification_method,
        "proofPurpose": "assertionMethod",
    }
    unsecured = _without_proof(document)
    check_compacted_form(unsecured)
    statements = statements_of(unsecured, hmac_labels(hmac_key), contexts=contexts)
    mandatory, _ = statements.of_part(mandatory_pointers)
    shown = decode_multibase(to_multikey(proof_key.public_key()))
    signed = _base_message(proof, document, shown, [statements.lines[place] for place in sorted(mandatory)], contexts)
    sign_statement = local_signer(proof_key)
    value = BaseValue(
        base_signature=signer(signed),
        public_key=shown,
        hmac_key=hmac_key,
        signatures=tuple(
            sign_statement(line.encode("utf-8"))
            for place, line in enumerate(statements.lines)
            if place not in mandatory
        ),
        mandatory_pointers=tuple(mandatory_pointers),
    )
    return {**document, "proof": [*proofs_of(document), {**proof, "proofValue": value.encode()}]}


def derive(
    document: Mapping[str, Any], *, selective_pointers: Sequence[str], contexts: ContextSet | None = None
) -> dict[str, Any]:
    """The part of `document` that its issuer made mandatory and that `selective_pointers` choose, with a proof that a
    verifier can check (sections 3.6.6 and 3.5.3).

    Raises Malformed when there is no base proof or nothing is chosen, SignatureInvalid for a proof that is damaged.
    """
    proof = _base_proof_of(document)
    base = read_base_value(proof.get("proofValue"))
    pointers = [*base.mandatory_pointers, *selective_pointers]
    unsecured = _without_proof(document)
    revealed = select(unsecured, pointers)
    if revealed is None:
        raise Malformed("Nothing is chosen, and the issuer made nothing mandatory.")
    check_compacted_form(unsecured)
    statements = statements_of(unsecured, hmac_labels(base.hmac_key), contexts=contexts)
    mandatory, _ = statements.of_part(base.mandatory_pointers)
    chosen, _ = statements.of_part(selective_pointers)
    combined, quads = statements.of_part(pointers)
    optional = [place for place in range(len(statements.lines)) if place not in mandatory]
    if len(optional) != len(base.signatures):
        raise SignatureInvalid("The proof does not have a signature for each statement.")
    shown = canonical_labels(set(quads))
    value = DisclosureValue(
        base_signature=base.base_signature,
        public_key=base.public_key,
        signatures=tuple(
            signature for place, signature in zip(optional, base.signatures, strict=True) if place in chosen
        ),
        labels={
            int(label.removeprefix("_:c14n")): decode_base64url(statements.labels[node][1:])
            for node, label in shown.items()
        },
        mandatory_indexes=tuple(index for index, place in enumerate(sorted(combined)) if place in mandatory),
    )
    return {**revealed, "proof": {**proof, "proofValue": value.encode()}}


def check_disclosed(
    document: Mapping[str, Any], proof: Mapping[str, Any], key: PublicKey, *, contexts: ContextSet | None = None
) -> None:
    """Every statement of the document is signed: the mandatory ones by `key`, the others by the key that it vouches
    for (sections 3.6.7 and 3.6.8). Raises SignatureInvalid, and what `to_quads` raises."""
    value = read_disclosure_value(proof.get("proofValue"))
    unsecured = _without_proof(document)
    lines = _lines_as_signed(unsecured, value, contexts)
    check_compacted_form(unsecured)
    if not set(value.mandatory_indexes) <= set(range(len(lines))):
        raise SignatureInvalid("The proof speaks of statements that the document does not make.")
    mandatory = set(value.mandatory_indexes)
    signed = _base_message(proof, document, value.public_key, [lines[place] for place in sorted(mandatory)], contexts)
    optional = [line for place, line in enumerate(lines) if place not in mandatory]
    if len(optional) != len(value.signatures):
        raise SignatureInvalid("The proof does not have a signature for each statement.")
    if not verify_signature(key, value.base_signature, signed, alg=ALGORITHM):
        raise SignatureInvalid("The signature does not match what the issuer made mandatory.")
    statement_key = _statement_key(value)
    for line, signature in zip(optional, value.signatures, strict=True):
        if not verify_signature(statement_key, signature, line.encode("utf-8"), alg=ALGORITHM):
            raise SignatureInvalid("A statement of the document is not what was signed.")


def _lines_as_signed(unsecured: Mapping[str, Any], value: DisclosureValue, contexts: ContextSet | None) -> list[str]:
    quads = to_quads(unsecured, contexts=contexts)
    canonical = canonical_labels(set(quads))
    shown = {f"_:c14n{number}": f"_:u{encode_base64url(label)}" for number, label in value.labels.items()}
    if shown.keys() != set(canonical.values()) or len(set(shown.values())) != len(shown):
        raise SignatureInvalid("The proof does not name the parts of the document one by one.")
    labels = {node: shown[label] for node, label in canonical.items()}
    return sorted(quad.relabel(labels).line() for quad in quads)


def _base_message(
    proof: Mapping[str, Any],
    document: Mapping[str, Any],
    statement_key: bytes,
    mandatory: Sequence[str],
    contexts: ContextSet | None,
) -> bytes:
    """What the issuer signs: digest of the proof, the key of the statements, digest of what is mandatory (3.5.1)."""
    configured = configure(proof, document=document, suite=ECDSA_SD_2023, algorithm=ALGORITHM, contexts=contexts)
    digest_of_mandatory = hashlib.sha256("".join(mandatory).encode("utf-8")).digest()
    return hashlib.sha256(configured).digest() + statement_key + digest_of_mandatory


def _statement_key(value: DisclosureValue) -> PublicKey:
    try:
        key = from_multikey(encode_multibase(value.public_key))
    except CryptoError as error:
        raise SignatureInvalid("The key of the statements cannot be read.") from error
    if algorithm_of(key) != ALGORITHM:
        raise SignatureInvalid("The key of the statements is not on P-256.")
    return key


def _base_proof_of(document: Mapping[str, Any]) -> dict[str, Any]:
    base = [proof for proof in proofs_of(document) if proof.get("cryptosuite") == CRYPTOSUITE]
    if len(base) != 1:
        raise Malformed(f"The credential does not have exactly one proof of the cryptosuite {CRYPTOSUITE}.")
    return base[0]


def _without_proof(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "proof"}
