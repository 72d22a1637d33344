"""What opens an offer: its address, its pre-authorised code, and the transaction code that the holder reads off.

All three are derived from the offer's public id with the secret of the service. So the page can show them again, and
nobody who reads the database can: it holds their SHA-256, and the transaction code not at all.
"""

from __future__ import annotations

import hmac

from issuer.access import settings
from issuer.crypto.multibase import encode_base64url
from issuer.secret_text import hash_of

TRANSACTION_CODE_DIGITS = 6
_NAME_BYTES = 16


def name_of(offer_id: str) -> str:
    """The last part of the offer's address, 22 characters of base64url: the QR code stays coarse enough to scan."""
    return encode_base64url(derived("offer", offer_id)[:_NAME_BYTES])


def code_of(offer_id: str) -> str:
    """The pre-authorised code, 43 characters of base64url."""
    return encode_base64url(derived("pre-authorized code", offer_id))


def transaction_code_of(offer_id: str) -> str:
    """Six digits, shown on the holder's page and nowhere else."""
    number = int.from_bytes(derived("transaction code", offer_id)) % 10**TRANSACTION_CODE_DIGITS
    return f"{number:0{TRANSACTION_CODE_DIGITS}}"


def is_transaction_code(given: str, offer_id: str) -> bool:
    """Whether it is the one that was shown, in a time that tells nothing."""
    return hmac.compare_digest(hash_of(given), hash_of(transaction_code_of(offer_id)))


def derived(purpose: str, text: str) -> bytes:
    """HMAC-SHA256 of ``text`` under a key of its own for each purpose, 32 bytes."""
    key = hmac.digest(str(settings().secret_key).encode(), f"rosette wallets: {purpose}".encode(), "sha256")
    return hmac.digest(key, text.encode(errors="replace"), "sha256")
