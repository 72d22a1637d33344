"""A private key as an encrypted file: a scrypt key-encryption key, then AES-256-GCM. Bytes in and out.

The file is JSON. The key's own id (RFC 7638 thumbprint) and its purpose are bound into the ciphertext as associated
data, so a file cannot be passed off under another id or put to another use; a SHA-256 over everything else tells a
damaged file from a wrong passphrase. Files of version 1 said nothing of a purpose; they are still read.
scrypt: RFC 7914. AES-GCM: NIST SP 800-38D. Private key inside: PKCS #8, RFC 5208.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from issuer.base.errors import Unavailable
from issuer.crypto.errors import CryptoError
from issuer.crypto.multibase import decode_base64url, encode_base64url
from issuer.crypto.multikey import thumbprint
from issuer.crypto.signatures import PrivateKey
from issuer.crypto.strict_json import load_object

SCRYPT_N = 2**17
"""Work factor: about 128 MiB and a third of a second, paid once a key and process."""

_SCRYPT_R, _SCRYPT_P = 8, 1
_SCRYPT_MEMORY = 256 * 1024 * 1024
_SALT_BYTES, _NONCE_BYTES, _KEY_BYTES = 16, 12, 32
_MAX_FILE_BYTES = 64 * 1024
_VERSION = 2
_VERSIONS_READ = (1, 2)
_WAIT_SECONDS = 30


class KeyUnusable(Unavailable):
    """A private key cannot be used now. Whatever is to be signed waits; pages and verification go on.

    Codes: key_missing, key_exposed (others may read the file), key_damaged, key_locked (the passphrase does not open
    it), key_mismatch (it holds another key than its name says), key_purpose (it is for something else), key_not_kept (a
    new one could not be stored), clock_behind, signer_unreachable, token_unreachable (what holds it does not answer).
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail, retry_after=_WAIT_SECONDS)


@dataclass(frozen=True, slots=True)
class OpenedKey:
    """A private key and its purpose; "" for a file of version 1, which does not say."""

    private_key: PrivateKey
    purpose: str


def seal(private_key: PrivateKey, *, purpose: str, passphrase: str, scrypt_n: int = SCRYPT_N) -> bytes:
    """Private key -> the content of its file, encrypted under ``passphrase``. ``scrypt_n`` is a power of two."""
    kid = thumbprint(private_key.public_key())
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    plain = private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    sealed = AESGCM(_derive(passphrase, salt, scrypt_n)).encrypt(nonce, plain, _associated_data(kid, purpose))
    content: dict[str, Any] = {
        "version": _VERSION,
        "kid": kid,
        "purpose": purpose,
        "kdf": {"name": "scrypt", "n": scrypt_n, "r": _SCRYPT_R, "p": _SCRYPT_P, "salt": encode_base64url(salt)},
        "cipher": {"name": "AES-256-GCM", "nonce": encode_base64url(nonce), "text": encode_base64url(sealed)},
    }
    return json.dumps({**content, "sha256": _checksum(content)}, indent=2).encode("ascii") + b"\n"


def open_sealed(data: bytes, *, kid: str, passphrase: str) -> OpenedKey:
    """The content of the file of key ``kid`` -> the private key. Raises KeyUnusable."""
    content = _content_of(data)
    if content["kid"] != kid:
        raise KeyUnusable("key_mismatch", "A signing key's file belongs to another key.")
    salt, nonce, sealed = _members(content)
    purpose = content.get("purpose", "")
    key_encryption_key = AESGCM(_derive(passphrase, salt, content["kdf"]["n"]))
    try:
        plain = key_encryption_key.decrypt(nonce, sealed, _associated_data(kid, purpose))
    except InvalidTag as error:
        raise KeyUnusable("key_locked", "The passphrase does not open a signing key.") from error
    private_key = _private_key(plain)
    if thumbprint(private_key.public_key()) != kid:
        raise KeyUnusable("key_mismatch", "A signing key's file holds another key than its name says.")
    return OpenedKey(private_key, purpose)


def _content_of(data: bytes) -> dict[str, Any]:
    try:
        content = load_object(data, max_bytes=_MAX_FILE_BYTES)
    except CryptoError as error:
        raise _damaged() from error
    checksum = content.pop("sha256", None)
    if content.get("version") not in _VERSIONS_READ or checksum != _checksum(content):
        raise _damaged()
    if ("purpose" in content) is (content["version"] == 1) or not isinstance(content.get("purpose", ""), str):
        raise _damaged()
    return content


def _members(content: dict[str, Any]) -> tuple[bytes, bytes, bytes]:
    """Salt, nonce and ciphertext, once everything around them is known to be what this version writes."""
    try:
        kdf, cipher = content["kdf"], content["cipher"]
        salt, nonce, sealed = (decode_base64url(text) for text in (kdf["salt"], cipher["nonce"], cipher["text"]))
        fixed = (kdf["name"], kdf["r"], kdf["p"], cipher["name"])
        well_sized = (len(salt), len(nonce)) == (_SALT_BYTES, _NONCE_BYTES)
        affordable = isinstance(kdf["n"], int) and 2 <= kdf["n"] <= SCRYPT_N and kdf["n"].bit_count() == 1
    except (CryptoError, KeyError, TypeError) as error:
        raise _damaged() from error
    if fixed != ("scrypt", _SCRYPT_R, _SCRYPT_P, "AES-256-GCM") or not well_sized or not affordable:
        raise _damaged()
    return salt, nonce, sealed


def _private_key(plain: bytes) -> PrivateKey:
    try:
        private_key = load_der_private_key(plain, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _damaged() from error
    if not isinstance(private_key, ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise _damaged()
    return private_key


def _derive(passphrase: str, salt: bytes, scrypt_n: int) -> bytes:
    return hashlib.scrypt(
        passphrase.encode("utf-8"),
        salt=salt,
        n=scrypt_n,
        r=_SCRYPT_R,
        p=_SCRYPT_P,
        maxmem=_SCRYPT_MEMORY,
        dklen=_KEY_BYTES,
    )


def _associated_data(kid: str, purpose: str) -> bytes:
    return "\0".join(("rosette signing key", kid, *([purpose] if purpose else []))).encode("utf-8")


def _checksum(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode("utf-8")).hexdigest()


def _damaged() -> KeyUnusable:
    return KeyUnusable("key_damaged", "A signing key's file is damaged. Restore it from the escrow copy.")
