"""Secrets that must be known again: those with which webhooks are signed.

Kept encrypted with AES-256-GCM (NIST SP 800-38D) under a key derived by HKDF (RFC 5869) from the service's secret key,
bound to the webhook by its public id. Whoever has only the database cannot sign; when the secret key is changed, the
webhooks have to be made anew.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from issuer.access import settings

_PURPOSE = b"rosette webhook secret 1"
_NONCE_BYTES, _KEY_BYTES = 12, 32


def seal(secret: str, *, owner: str) -> bytes:
    """A secret -> what is kept: 12 bytes of nonce, then ciphertext and tag."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(_key()).encrypt(nonce, secret.encode("utf-8"), owner.encode("ascii"))


def unseal(kept: bytes, *, owner: str) -> str | None:
    """What is kept -> the secret; None when it was sealed with another key, or for another owner."""
    try:
        return AESGCM(_key()).decrypt(kept[:_NONCE_BYTES], kept[_NONCE_BYTES:], owner.encode("ascii")).decode("utf-8")
    except (InvalidTag, ValueError):
        return None


def _key() -> bytes:
    material = settings().secret_key.encode("utf-8")
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_PURPOSE).derive(material)
