"""The ways to secure a credential, as a table, and the one function that does it. Pure: keys and chance are arguments.

Data Integrity 1.0 with the EdDSA and ECDSA cryptosuites, and Securing Verifiable Credentials using JOSE (an enveloped
credential). A secured credential has one proof, as an object; its members keep the order in which they were given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from issuer.crypto import enveloped, selective_disclosure, vc_jose
from issuer.crypto.contexts import (
    DATA_INTEGRITY_V1_CONTEXT,
    DATA_INTEGRITY_V2_CONTEXT,
    VC1_CONTEXT,
    VC2_CONTEXT,
    ContextSet,
)
from issuer.crypto.data_integrity import add_proof
from issuer.crypto.multikey import PublicKey
from issuer.crypto.signatures import Signer, algorithm_of

JWT = "jwt"
SELECTIVE_DISCLOSURE = "ecdsa-sd-2023"

_DEFINE_DATA_INTEGRITY = (DATA_INTEGRITY_V1_CONTEXT, DATA_INTEGRITY_V2_CONTEXT, VC2_CONTEXT)


@dataclass(frozen=True, slots=True)
class Mechanism:
    """``suite``: the name of a cryptosuite, or "jwt". ``key_type``: "Ed25519", "P-256" or "P-384"."""

    suite: str
    key_type: str

    @property
    def is_embedded(self) -> bool:
        """Whether the proof stands in the credential, and not around it."""
        return self.suite != JWT

    @property
    def discloses_selectively(self) -> bool:
        """Whether the holder can derive proofs that show a part only."""
        return self.suite == SELECTIVE_DISCLOSURE


MECHANISMS = (
    Mechanism("eddsa-rdfc-2022", "Ed25519"),
    Mechanism("eddsa-jcs-2022", "Ed25519"),
    Mechanism("ecdsa-rdfc-2019", "P-256"),
    Mechanism("ecdsa-rdfc-2019", "P-384"),
    Mechanism("ecdsa-jcs-2019", "P-256"),
    Mechanism("ecdsa-jcs-2019", "P-384"),
    Mechanism(SELECTIVE_DISCLOSURE, "P-256"),
    Mechanism(JWT, "P-256"),
)


@dataclass(frozen=True, slots=True)
class SigningMeans:
    """A key that can sign: what signs, its public half, and the URL under which its controller lists it."""

    signer: Signer
    public_key: PublicKey
    verification_method: str


@dataclass(frozen=True, slots=True)
class Chance:
    """What ecdsa-sd-2023 needs of chance, fresh for each proof (ECDSA cryptosuites 1.0, section 3.6.1)."""

    hmac_key: bytes
    proof_key: ec.EllipticCurvePrivateKey


def with_proof_terms(credential: Mapping[str, Any]) -> dict[str, Any]:
    """The credential as it can carry an embedded proof: a VC 1.1 document that defines no terms of Data Integrity
    gets their context, at the end (Data Integrity 1.0, section 2.1). Everything else stays as it is."""
    contexts = credential.get("@context")
    named = contexts if isinstance(contexts, list) else [contexts]
    if named[:1] != [VC1_CONTEXT] or any(url in named for url in _DEFINE_DATA_INTEGRITY):
        return dict(credential)
    return {**credential, "@context": [*named, DATA_INTEGRITY_V2_CONTEXT]}


def secure(
    credential: Mapping[str, Any],
    mechanism: Mechanism,
    *,
    means: SigningMeans,
    created: datetime,
    mandatory_pointers: Sequence[str] = (),
    chance: Chance | None = None,
    contexts: ContextSet | None = None,
) -> dict[str, Any]:
    """The credential, secured: with one more member ``proof``, or as an EnvelopedVerifiableCredential.

    Whether its terms are defined is checked before (issuer.vc.data_model): not every mechanism needs their meaning.
    Raises CryptoError.
    """
    if not mechanism.is_embedded:
        algorithm = algorithm_of(means.public_key)
        token = vc_jose.secure(credential, signer=means.signer, kid=means.verification_method, algorithm=algorithm)
        return enveloped.envelope(token)
    document = with_proof_terms(credential)
    if mechanism.discloses_selectively:
        assert chance is not None
        secured = selective_disclosure.add_base_proof(
            document,
            signer=means.signer,
            public_key=means.public_key,
            verification_method=means.verification_method,
            created=created,
            mandatory_pointers=mandatory_pointers,
            hmac_key=chance.hmac_key,
            proof_key=chance.proof_key,
            contexts=contexts,
        )
    else:
        secured = add_proof(
            document,
            signer=means.signer,
            verification_method=means.verification_method,
            created=created,
            cryptosuite=mechanism.suite,
            algorithm=algorithm_of(means.public_key),
            contexts=contexts,
        )
    return _with_one_proof(secured)


def _with_one_proof(secured: Mapping[str, Any]) -> dict[str, Any]:
    proof = secured["proof"]
    return {**secured, "proof": proof[0] if isinstance(proof, list) else proof}
