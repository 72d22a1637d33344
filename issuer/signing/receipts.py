"""Signing what the instance found when it checked badges. Nothing of it is written down here.

The other documents that are signed are recorded first, because the service answers for them later. For a receipt it
does not: whoever has asked for it keeps it. So what is prepared lives in this process only, and is used once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from issuer.access import settings
from issuer.crypto.multikey import from_jwk
from issuer.crypto.signatures import verify_signature
from issuer.crypto.vc_jwt import split_token
from issuer.keys import receipt_rules
from issuer.keys.keystore import active_key, backend, ensure_keys
from issuer.keys.purposes import VERIFICATION_RECEIPT
from issuer.keys.statements import TOKEN_TYPES, NotSigned, Statement, content_of
from issuer.models import SigningKey
from issuer.profile import key_url

_SEAL = object()


class PreparedReceipt:
    """Checked claims and the key that may sign them. Made here only, signed once."""

    __slots__ = ("is_used", "key", "statement")

    def __init__(self, seal: object, statement: Statement, key: SigningKey) -> None:
        if seal is not _SEAL:
            raise TypeError("Claims become a PreparedReceipt by being checked, see issuer.signing.prepare_receipt.")
        self.statement = statement
        self.key = key
        self.is_used = False


def prepare_receipt(claims: Mapping[str, Any], *, form: str, now: datetime) -> PreparedReceipt:
    """Check ``claims`` against the rules for RECEIPT or BULK_RECEIPT; the instance's key is made when there is none.

    Raises NotSigned, KeyUnusable.
    """
    if form not in TOKEN_TYPES:
        raise NotSigned("wrong_purpose", "A key for receipts does not sign a statement of this form.")
    receipt_rules.check(claims, form=form, base_url=settings().base_url, now=now)
    ensure_keys(None, purposes=(VERIFICATION_RECEIPT,))
    key = active_key(None, VERIFICATION_RECEIPT)
    created = now.astimezone(UTC).replace(microsecond=0)
    return PreparedReceipt(_SEAL, Statement(key.purpose, key.kid, form, content_of(claims), created, key_url(key)), key)


def sign_receipt(prepared: PreparedReceipt, *, now: datetime) -> str:
    """The compact JWS, read back with the public key that we publish. Raises KeyUnusable, NotSigned."""
    if prepared.is_used:
        raise NotSigned("already_signed", "This receipt was prepared for one signature and has been signed.")
    prepared.is_used = True
    token = backend().sign(prepared.statement, now=now)
    _header, payload, signature, signed = split_token(token)
    key = from_jwk(prepared.key.public_jwk)
    holds = verify_signature(key, signature, signed, alg=prepared.key.algorithm)
    if not holds or payload != prepared.statement.content:
        raise NotSigned("own_signature_refused", "Our own check refused the signature, so it was thrown away.")
    return token.decode("ascii")
