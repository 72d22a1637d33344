"""What a key may be used for. One key has one purpose, for all of its life."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from issuer.crypto.signatures import PrivateKey

BADGE_PROOF = "badge_proof"
BADGE_JWT = "badge_jwt"
STATUS_LIST = "status_list"
CREDENTIAL_PROOF = "credential_proof"
DID_HISTORY = "did_history"
LOG_CHECKPOINT = "log_checkpoint"
VERIFICATION_RECEIPT = "verification_receipt"
CONFORMANCE = "conformance"

ORGANISATION_PURPOSES = (BADGE_PROOF, BADGE_JWT, STATUS_LIST, DID_HISTORY)
"""What every issuer needs before its first badge."""

INSTANCE_PURPOSES = (LOG_CHECKPOINT, VERIFICATION_RECEIPT)
"""What belongs to nobody's organisation: the log, and what the instance itself says of badges that it has checked."""

PURPOSES = (*ORGANISATION_PURPOSES, CREDENTIAL_PROOF, *INSTANCE_PURPOSES)
"""Every purpose of a recorded key. Keys of issuers for test suites (CONFORMANCE) are recorded nowhere."""

RSA_BITS = 2048

KEY_TYPES: Mapping[str, str] = {
    BADGE_PROOF: "Ed25519",
    BADGE_JWT: "RSA",
    STATUS_LIST: "Ed25519",
    CREDENTIAL_PROOF: "Ed25519",
    DID_HISTORY: "Ed25519",
    LOG_CHECKPOINT: "Ed25519",
    VERIFICATION_RECEIPT: "Ed25519",
}
"""The kind of key that a purpose gets."""


def generate(purpose: str) -> PrivateKey:
    """A fresh key of the type its purpose needs, in the memory of this process."""
    if KEY_TYPES[purpose] == "RSA":
        return rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    return ed25519.Ed25519PrivateKey.generate()
