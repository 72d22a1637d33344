"""Ways to secure a credential: what is added to a document, and that a wrong signature never leaves the house."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from issuer.crypto.contexts import (
    DATA_INTEGRITY_V1_CONTEXT,
    DATA_INTEGRITY_V2_CONTEXT,
    VC1_CONTEXT,
    VC2_CONTEXT,
    pinned_contexts,
)
from issuer.crypto.did import did_key_for, did_key_method_id
from issuer.crypto.errors import AlgorithmRefused
from issuer.crypto.signatures import PrivateKey, local_signer
from issuer.keys.statements import NotSigned
from issuer.vc.conformance_signing import Prepared, prepare, sign
from issuer.vc.exchange import Refused
from issuer.vc.mechanisms import MECHANISMS, Mechanism, SigningMeans, secure, with_proof_terms
from tests.suites import plain_credential

NOW = datetime(2025, 1, 31, 9, tzinfo=UTC)
CURVES: dict[str, ec.EllipticCurve] = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}


def key_of(key_type: str) -> PrivateKey:
    if key_type == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(CURVES[key_type])


def means_of(key: PrivateKey, *, signing: PrivateKey | None = None) -> SigningMeans:
    """A key under its did:key; ``signing``: another key that signs in its place."""
    did = did_key_for(key.public_key())
    return SigningMeans(local_signer(signing or key), key.public_key(), did_key_method_id(did))


def prepared_for(mechanism: Mechanism, means: SigningMeans, **over: object) -> Prepared:
    issuer_id = means.verification_method.partition("#")[0]
    credential = plain_credential(**over)
    return prepare(credential, issuer_id=issuer_id, mechanism=mechanism, means=means, contexts=pinned_contexts())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([VC1_CONTEXT], [VC1_CONTEXT, DATA_INTEGRITY_V2_CONTEXT]),
        (VC1_CONTEXT, [VC1_CONTEXT, DATA_INTEGRITY_V2_CONTEXT]),
        ([VC1_CONTEXT, DATA_INTEGRITY_V2_CONTEXT], [VC1_CONTEXT, DATA_INTEGRITY_V2_CONTEXT]),
        ([VC1_CONTEXT, DATA_INTEGRITY_V1_CONTEXT], [VC1_CONTEXT, DATA_INTEGRITY_V1_CONTEXT]),
        ([VC2_CONTEXT], [VC2_CONTEXT]),
        ([DATA_INTEGRITY_V2_CONTEXT, VC1_CONTEXT], [DATA_INTEGRITY_V2_CONTEXT, VC1_CONTEXT]),
        ([], []),
        (None, None),
        ({"name": "urn:name"}, {"name": "urn:name"}),
    ],
)
def test_only_a_document_of_1_1_that_cannot_carry_a_proof_gets_a_context(given: Any, expected: Any) -> None:
    document = {"type": ["VerifiableCredential"], "@context": given, "id": "urn:uuid:1"}
    assert with_proof_terms(document) == {**document, "@context": expected}
    assert list(with_proof_terms(document)) == list(document)


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda mechanism: f"{mechanism.suite}-{mechanism.key_type}")
def test_a_signature_by_another_key_is_thrown_away(mechanism: Mechanism) -> None:
    key = key_of(mechanism.key_type)
    assert sign(prepared_for(mechanism, means_of(key)), now=NOW)
    with pytest.raises(NotSigned) as refused:
        sign(prepared_for(mechanism, means_of(key, signing=key_of(mechanism.key_type))), now=NOW)
    assert refused.value.code == "own_signature_refused"


def test_what_was_prepared_is_signed_once() -> None:
    prepared = prepared_for(MECHANISMS[0], means_of(key_of("Ed25519")))
    sign(prepared, now=NOW)
    with pytest.raises(NotSigned) as refused:
        sign(prepared, now=NOW)
    assert refused.value.code == "already_signed"


def test_nothing_unchecked_can_be_signed() -> None:
    means = means_of(key_of("Ed25519"))
    unchecked: dict[str, Any] = {"mandatory_pointers": (), "contexts": pinned_contexts()}
    with pytest.raises(TypeError):
        Prepared(object(), plain_credential(), mechanism=MECHANISMS[0], means=means, **unchecked)
    for over in ({"type": ["Something"]}, {"issuer": "did:example:other"}, {"proof": {"type": "DataIntegrityProof"}}):
        with pytest.raises(Refused):
            prepared_for(MECHANISMS[0], means, **over)


def test_the_document_cannot_be_changed_between_its_check_and_its_signature() -> None:
    means = means_of(key_of("Ed25519"))
    subject = {"id": "did:example:subject"}
    prepared = prepared_for(MECHANISMS[0], means, credentialSubject=subject)
    subject["id"] = "did:example:somebody-else"
    assert sign(prepared, now=NOW)["credentialSubject"] == {"id": "did:example:subject"}


def test_a_key_of_another_kind_does_not_sign() -> None:
    with pytest.raises(AlgorithmRefused):
        secure(
            plain_credential(), Mechanism("eddsa-rdfc-2022", "Ed25519"), means=means_of(key_of("P-256")), created=NOW
        )
