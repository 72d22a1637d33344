"""Signing: prepare, record the intent, sign, verify our own output, return. Nothing else in the service makes a
signature, and whatever is prepared is signed once."""

from __future__ import annotations

from issuer.keys.rules import BADGE_CONTEXTS, CLOCK_SKEW, STATUS_LIST_CONTEXTS
from issuer.keys.statements import BULK_RECEIPT, RECEIPT, TOKEN_TYPES, NotSigned
from issuer.signing.intents import Intent, Prepared, PreparedCheckpoint, resume
from issuer.signing.preparing import (
    prepare_badge,
    prepare_checkpoint,
    prepare_credential,
    prepare_did_version,
    prepare_endorsement,
    prepare_status_list,
    prepare_succession,
)
from issuer.signing.receipts import PreparedReceipt, prepare_receipt, sign_receipt
from issuer.signing.signatures import CheckpointSignature, Signed, refusal, sign, sign_checkpoint

__all__ = [
    "BADGE_CONTEXTS",
    "BULK_RECEIPT",
    "CLOCK_SKEW",
    "RECEIPT",
    "STATUS_LIST_CONTEXTS",
    "TOKEN_TYPES",
    "CheckpointSignature",
    "Intent",
    "NotSigned",
    "Prepared",
    "PreparedCheckpoint",
    "PreparedReceipt",
    "Signed",
    "prepare_badge",
    "prepare_checkpoint",
    "prepare_credential",
    "prepare_did_version",
    "prepare_endorsement",
    "prepare_receipt",
    "prepare_status_list",
    "prepare_succession",
    "refusal",
    "resume",
    "sign",
    "sign_checkpoint",
    "sign_receipt",
]
