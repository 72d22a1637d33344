"""Hashed recipient identity (Open Badges 3.0, IdentityObject): "sha256$" + hex of identity followed by salt."""

import hashlib
import hmac
import re

from issuer.crypto.errors import AlgorithmRefused, Malformed

# md5 is read in old badges, and never written.
_READABLE = {"sha256": hashlib.sha256, "md5": hashlib.md5}
_IDENTITY_HASH = re.compile(r"([a-z0-9]{1,16})\$([0-9a-fA-F]{1,128})")


def identity_hash(identity: str, *, salt: str = "") -> str:
    """The identityHash of an identity, such as an e-mail address already in lower case, and a salt."""
    return "sha256$" + hashlib.sha256((identity + salt).encode("utf-8")).hexdigest()


def matches_identity(hashed: str, identity: str, *, salt: str = "") -> bool:
    """Whether an identityHash was made of this identity and salt. Raises Malformed, AlgorithmRefused."""
    match = _IDENTITY_HASH.fullmatch(hashed)
    if match is None:
        raise Malformed("The identity hash does not have the form sha256$hex.")
    algorithm, expected = match.groups()
    if algorithm not in _READABLE:
        raise AlgorithmRefused(f"Identity hashes made with {algorithm} are not read.")
    found = _READABLE[algorithm]((identity + salt).encode("utf-8")).hexdigest()
    return hmac.compare_digest(found, expected.lower())
