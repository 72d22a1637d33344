"""The keys of the log, as monitors take them. A rotated key stays known: what it signed is checked with it for ever."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from issuer.crypto.checkpoints import verifier_key
from issuer.crypto.multikey import from_jwk
from issuer.keys.keystore import LOG_CHECKPOINT, keys_of
from issuer.log.sequencing import origin
from issuer.models import SigningKey


def log_keys() -> Mapping[str, SigningKey]:
    """kid -> key: every key of the log, from its announcement on, the oldest first."""
    return {key.kid: key for key in keys_of(None) if key.purpose == LOG_CHECKPOINT}


def public_key(key: SigningKey) -> Ed25519PublicKey:
    """A key of the log, which is Ed25519 always: C2SP checkpoints know nothing else that we sign with."""
    found = from_jwk(key.public_jwk)
    assert isinstance(found, Ed25519PublicKey)
    return found


def named(key: SigningKey) -> str:
    """name+hash+key, see C2SP signed-note."""
    return verifier_key(origin(), public_key(key))
