"""Private keys in a PKCS#11 token: they are made there, cannot be taken out, and say what they are for.

A key's CKA_ID is its kid, its CKA_LABEL names its purpose. PKCS #11 3.0 (OASIS); Ed25519 where the token has CKM_EDDSA,
otherwise P-256; RSA with PKCS #1 v1.5 and SHA-256. This module is imported only where the settings name a token.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import pkcs11
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pkcs11.exceptions import NoSuchKey, PinIncorrect, PinLenRange, PinLocked, PKCS11Error, UserAlreadyLoggedIn
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key

from issuer.base.key_settings import TokenSettings
from issuer.crypto.multikey import PublicKey, thumbprint
from issuer.crypto.signatures import PrivateKey, Signer
from issuer.keys.backends import HeldKey
from issuer.keys.key_file import KeyUnusable
from issuer.keys.purposes import KEY_TYPES, RSA_BITS

_LABEL = "rosette "
# The curve's name as a PrintableString: PKCS #11 3.0, section 2.3.10 (CKK_EC_EDWARDS).
_EDWARDS25519 = b"\x13\x0cedwards25519"
_ED25519_POINT_HEAD = b"\x04\x20"
_NEVER_LEAVES = {
    pkcs11.Attribute.EXTRACTABLE: False,
    pkcs11.Attribute.SENSITIVE: True,
    pkcs11.Attribute.SIGN: True,
}

_Result = TypeVar("_Result")


class TokenKeys:
    """The keys of one token. A session is opened at first use, and anew after a fault or a fork; a PIN that the token
    refuses is not tried again, as most tokens lock themselves after a few."""

    def __init__(self, settings: TokenSettings) -> None:
        self._settings = settings
        self._lock = threading.RLock()
        self._session: Any = None
        self._process = 0
        self._held: dict[str, HeldKey] = {}
        self._refused: KeyUnusable | None = None

    def create(self, purpose: str) -> PublicKey:
        """A new key for ``purpose``, made in the token."""
        return self._in_session(lambda session: _create(session, purpose))

    def add(self, private_key: PrivateKey, *, purpose: str) -> str:
        """Raises KeyUnusable: what was outside once is not brought in."""
        raise KeyUnusable("key_not_kept", "The token makes its keys itself; none can be brought in.")

    def open(self, kid: str) -> HeldKey:
        """The key ``kid``. Raises KeyUnusable."""
        with self._lock:
            if kid not in self._held or self._process != os.getpid():
                self._held[kid] = self._in_session(lambda session: self._find(session, kid))
            return self._held[kid]

    def _find(self, session: Any, kid: str) -> HeldKey:
        name = {pkcs11.Attribute.ID: kid.encode("ascii", "replace")}
        try:
            private = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, id=name[pkcs11.Attribute.ID])
            public = session.get_key(object_class=pkcs11.ObjectClass.PUBLIC_KEY, id=name[pkcs11.Attribute.ID])
        except NoSuchKey as error:
            raise KeyUnusable("key_missing", "The token does not hold a signing key.") from error
        public_key = _public_key(public)
        if thumbprint(public_key) != kid:
            raise KeyUnusable("key_mismatch", "The token holds another key than its name says.")
        return HeldKey(self._signer(kid), public_key, str(private.label or "").removeprefix(_LABEL))

    def _signer(self, kid: str) -> Signer:
        def sign(session: Any, data: bytes) -> bytes:
            key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, id=kid.encode("ascii"))
            return _sign(key, data)

        return lambda data: self._in_session(lambda session: sign(session, data))

    def _in_session(self, work: Callable[[Any], _Result]) -> _Result:
        with self._lock:
            try:
                return work(self._opened())
            except PKCS11Error as error:
                self._session = None
                self._held.clear()
                raise KeyUnusable("token_unreachable", f"The token failed: {type(error).__name__}.") from error

    def _opened(self) -> Any:
        if self._refused is not None:
            raise KeyUnusable(self._refused.code, self._refused.detail)
        if self._session is None or self._process != os.getpid():
            self._session = self._open_session()
            self._process = os.getpid()
        return self._session

    def _open_session(self) -> Any:
        try:
            library = pkcs11.lib(str(self._settings.module))
            if self._process not in (0, os.getpid()):
                library.reinitialize()
            token = library.get_token(token_label=self._settings.label)
            try:
                return token.open(rw=True, user_pin=self._settings.pin)
            except UserAlreadyLoggedIn:
                return token.open(rw=True)  # this process is let in as a whole
        except (PinIncorrect, PinLocked, PinLenRange) as error:
            self._refused = KeyUnusable("key_locked", "The PIN does not open the token.")
            raise self._refused from error
        except (RuntimeError, OSError) as error:
            raise KeyUnusable("token_unreachable", "The token or its library is not there.") from error


def _create(session: Any, purpose: str) -> PublicKey:
    how = {"label": f"{_LABEL}{purpose}", "store": True, "private_template": _NEVER_LEAVES}
    if KEY_TYPES[purpose] == "RSA":
        public, private = session.generate_keypair(pkcs11.KeyType.RSA, RSA_BITS, **how)
    else:
        curve = _curve_of(session)
        parameters = session.create_domain_parameters(*curve, local=True)
        public, private = parameters.generate_keypair(**how)
    public_key = _public_key(public)
    for half in (public, private):
        half[pkcs11.Attribute.ID] = thumbprint(public_key).encode("ascii")
    return public_key


def _curve_of(session: Any) -> tuple[pkcs11.KeyType, dict[pkcs11.Attribute, bytes]]:
    if pkcs11.Mechanism.EDDSA in session.token.slot.get_mechanisms():
        return pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: _EDWARDS25519}
    return pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}


def _public_key(key: Any) -> PublicKey:
    try:
        if key.key_type is pkcs11.KeyType.EC_EDWARDS:
            return Ed25519PublicKey.from_public_bytes(
                bytes(key[pkcs11.Attribute.EC_POINT]).removeprefix(_ED25519_POINT_HEAD)
            )
        encode = encode_rsa_public_key if key.key_type is pkcs11.KeyType.RSA else encode_ec_public_key
        public_key: PublicKey = load_der_public_key(encode(key))  # type: ignore[assignment]
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyUnusable("key_damaged", "The token holds a public key that cannot be read.") from error
    return public_key


def _sign(key: Any, data: bytes) -> bytes:
    """Ed25519: 64 bytes; P-256: r || s; RSA: PKCS #1 v1.5."""
    if key.key_type is pkcs11.KeyType.EC_EDWARDS:
        return bytes(key.sign(data, mechanism=pkcs11.Mechanism.EDDSA))
    if key.key_type is pkcs11.KeyType.RSA:
        return bytes(key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
    return bytes(key.sign(hashlib.sha256(data).digest(), mechanism=pkcs11.Mechanism.ECDSA))
