"""Secrets that are handed out once and kept as their SHA-256 only: they are random, so no salt is needed."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits as 43 characters of base64url."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """What is stored: SHA-256 in hex."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
