"""From the name of a key to the key, and what the issuer says of it.

Anybody can put a key into a badge: in the fragment of an address, in a token's header, in a did:key. Such a key is
enough to see that nothing was altered, and never enough to say who signed. The two are answered apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from badges.verification.open_badges_3.publications import Publication, can_publish, publication_of
from issuer.crypto.controller_documents import Fetch, resolve_verification_method
from issuer.crypto.errors import KeyNotFound
from issuer.crypto.multikey import PublicKey, from_jwk, from_multikey, thumbprint
from issuer.crypto.verification_method import VerificationMethod

ASSERTION = frozenset({"assertionMethod"})
_NAMED_BY_THEMSELVES = ("did:key:", "did:jwk:")


class Vouching(StrEnum):
    """What an issuer says of a key."""

    LISTED = "listed"
    ANOTHER = "another"
    NOTHING = "nothing"
    UNREAD = "unread"


class Keys(Protocol):
    """Where the keys of an issuer are found."""

    def resolve(self, method_id: str) -> VerificationMethod: ...

    def carried(self, jwk: Any) -> VerificationMethod: ...


@dataclass(frozen=True, slots=True)
class BeforeRevocation:
    """The same keys, as they were before any of them was revoked."""

    keys: Keys

    def resolve(self, method_id: str) -> VerificationMethod:
        return _unrevoked(self.keys.resolve(method_id))

    def carried(self, jwk: Any) -> VerificationMethod:
        return _unrevoked(self.keys.carried(jwk))


def _unrevoked(method: VerificationMethod) -> VerificationMethod:
    return VerificationMethod(method.id, method.controller, method.key, method.purposes, None, method.expires)


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """The keys of one issuer. ``fetch`` is the only way to the world; what the issuer publishes is read once."""

    issuer_id: str
    fetch: Fetch
    allow_loopback_http: bool = False
    _read: dict[str, Publication] = field(default_factory=dict, compare=False)

    @property
    def publication(self) -> Publication:
        if self.issuer_id not in self._read:
            published = publication_of(self.issuer_id, fetch=self.fetch, allow_loopback_http=self.allow_loopback_http)
            self._read[self.issuer_id] = published
        return self._read[self.issuer_id]

    def vouching(self, key: PublicKey) -> Vouching:
        """What the issuer's own publication says of a key."""
        if self._listed(key) is not None:
            return Vouching.LISTED
        if self.publication.trouble is not None:
            return Vouching.UNREAD
        return Vouching.ANOTHER if self.publication.methods else Vouching.NOTHING

    def resolve(self, method_id: str) -> VerificationMethod:
        """A ResolveKey. A key that the issuer neither lists nor contradicts is given as the issuer's, so that all else
        about its proof is looked at; ask ``vouching`` what it is worth. Raises what resolving raises."""
        subject, _, fragment = method_id.partition("#")
        if subject == self.issuer_id and fragment.startswith("z") and not subject.startswith("did:"):
            return self._as_claimed(method_id, from_multikey(fragment))
        for own in self.publication.methods if not method_id.startswith(_NAMED_BY_THEMSELVES) else ():
            if own.id == method_id:
                return own
        if subject == self.issuer_id and self.publication.trouble is not None:
            raise self.publication.trouble
        method = resolve_verification_method(method_id, fetch=self.fetch, allow_loopback_http=self.allow_loopback_http)
        if method_id.startswith(_NAMED_BY_THEMSELVES):
            return method if can_publish(self.issuer_id) else self._as_claimed(method_id, method.key)
        return method if method.controller else self._as_claimed(method_id, method.key)

    def carried(self, jwk: Any) -> VerificationMethod:
        """The key in a token's own header (RFC 7515, 4.1.3). Raises KeyRefused, UnsupportedKey, Malformed, and
        KeyNotFound for a key that says it is somebody else's."""
        key = from_jwk(jwk)
        if isinstance(jwk, Mapping) and jwk.get("iss", self.issuer_id) != self.issuer_id:
            raise KeyNotFound("The key in the token says that it is somebody else's.")
        return self._as_claimed("jwk", key)

    def _as_claimed(self, method_id: str, key: PublicKey) -> VerificationMethod:
        listed = self._listed(key)
        if listed is not None:
            return listed
        controller = "" if self.vouching(key) is Vouching.ANOTHER else self.issuer_id
        return VerificationMethod(method_id, controller, key, ASSERTION)

    def _listed(self, key: PublicKey) -> VerificationMethod | None:
        wanted = thumbprint(key)
        return next((own for own in _by_worth(self.publication.methods) if thumbprint(own.key) == wanted), None)


def _by_worth(methods: Sequence[VerificationMethod]) -> list[VerificationMethod]:
    """Those that may sign credentials first: one key can stand in a document more than once."""
    return sorted(methods, key=lambda method: not (method.controller and method.purposes >= ASSERTION))
