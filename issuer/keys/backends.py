"""Where private keys may live, behind one interface: whoever holds them reads what is to be signed before signing.

Three places hold keys: encrypted files (key_folder), a PKCS#11 token (token), and another process (signer_client). The
first two are opened by LocalBackend, in this process; the signer process is a LocalBackend of its own, behind a socket.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from issuer.crypto.multikey import PublicKey
from issuer.crypto.signatures import PrivateKey, Signer
from issuer.keys import rules
from issuer.keys.key_file import KeyUnusable
from issuer.keys.purposes import CONFORMANCE
from issuer.keys.statements import Statement, secure

Guard = Callable[[Statement, datetime], None]
"""Called when a statement is about to be signed; raises to keep it from being signed."""


class SigningBackend(Protocol):
    """Something that holds private keys and signs statements with them."""

    def create(self, purpose: str) -> PublicKey:
        """A new key, kept for ever before its public half is known. Raises KeyUnusable."""
        ...

    def check(self, kid: str, purpose: str) -> None:
        """Whether the key ``kid`` could sign for ``purpose`` now. Raises KeyUnusable."""
        ...

    def sign(self, statement: Statement, *, now: datetime) -> bytes:
        """The secured document, token or note signature. Raises KeyUnusable, NotSigned."""
        ...

    def add(self, private_key: PrivateKey, *, purpose: str) -> str:
        """Keep a key that was made elsewhere; its kid. Raises KeyUnusable where none can be brought in."""
        ...

    def signer(self, kid: str) -> Signer:
        """What signs bare bytes with ``kid``, a key of an issuer for test suites. Raises KeyUnusable for all others."""
        ...


@dataclass(frozen=True, slots=True)
class HeldKey:
    """An opened key. ``purpose`` is "" where the place that keeps it does not say."""

    signer: Signer
    public_key: PublicKey
    purpose: str


class PrivateKeys(Protocol):
    """A place that private keys are kept in and opened from."""

    def create(self, purpose: str) -> PublicKey: ...

    def add(self, private_key: PrivateKey, *, purpose: str) -> str: ...

    def open(self, kid: str) -> HeldKey: ...


class LocalBackend:
    """Keys that this process can open itself."""

    def __init__(self, keys: PrivateKeys, *, base_url: str, guard: Guard | None = None) -> None:
        self._keys = keys
        self._base_url = base_url
        self._guard = guard

    def create(self, purpose: str) -> PublicKey:
        return self._keys.create(purpose)

    def add(self, private_key: PrivateKey, *, purpose: str) -> str:
        return self._keys.add(private_key, purpose=purpose)

    def check(self, kid: str, purpose: str) -> None:
        self._open(kid, purpose)

    def sign(self, statement: Statement, *, now: datetime) -> bytes:
        held = self._open(statement.kid, statement.purpose)
        rules.check(statement, public_key=held.public_key, base_url=self._base_url, now=now)

        def guarded(data: bytes) -> bytes:
            if self._guard is not None:
                self._guard(statement, now)
            return held.signer(data)

        return secure(statement, signer=guarded, public_key=held.public_key)

    def signer(self, kid: str) -> Signer:
        return self._open(kid, CONFORMANCE).signer

    def _open(self, kid: str, purpose: str) -> HeldKey:
        held = self._keys.open(kid)
        if held.purpose != purpose and not (held.purpose == "" and purpose != CONFORMANCE):
            raise KeyUnusable("key_purpose", "A signing key was asked for something that it is not for.")
        return held
