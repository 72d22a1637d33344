"""Whose key is it: from the name of a key to the key, with what the issuer's own document says of it.

A key that is only named in a token's header, or only found under a URL, is never authority: it must be
listed by the issuer's controller document (DID document), under assertionMethod.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from issuer.crypto.controller_documents import Fetch, resolve_verification_method, verification_methods
from issuer.crypto.did import did_web_url, document_in_name
from issuer.crypto.errors import KeyNotFound, UnsupportedDidMethod
from issuer.crypto.multikey import thumbprint
from issuer.crypto.verification_method import VerificationMethod


class Keys(Protocol):
    """Where the keys of an issuer are found."""

    def resolve(self, method_id: str) -> VerificationMethod: ...

    def listed(self, issuer_id: str) -> Sequence[VerificationMethod]: ...


@dataclass(frozen=True, slots=True)
class BeforeRevocation:
    """The same keys, as they were before any of them was revoked."""

    keys: Keys

    def resolve(self, method_id: str) -> VerificationMethod:
        return replace(self.keys.resolve(method_id), revoked=None)

    def listed(self, issuer_id: str) -> Sequence[VerificationMethod]:
        return [replace(method, revoked=None) for method in self.keys.listed(issuer_id)]


@dataclass(frozen=True, slots=True)
class IssuerKeys:
    """The keys of one issuer. ``fetch`` is the only way to the world."""

    issuer_id: str
    fetch: Fetch
    allow_loopback_http: bool = False

    def resolve(self, method_id: str) -> VerificationMethod:
        """A ResolveKey. A bare key at a URL becomes the issuer's when the issuer's document lists the same key."""
        method = resolve_verification_method(method_id, fetch=self.fetch, allow_loopback_http=self.allow_loopback_http)
        if method.controller:
            return method
        wanted = thumbprint(method.key)
        listed = (own for own in self.listed(self.issuer_id) if thumbprint(own.key) == wanted)
        return next(listed, method)

    def listed(self, issuer_id: str) -> Sequence[VerificationMethod]:
        """Every key in the issuer's own document. Raises what resolving raises."""
        if (named := document_in_name(issuer_id)) is not None:
            return verification_methods(named, subject=issuer_id)
        if issuer_id.startswith("did:web:"):
            url = did_web_url(issuer_id, allow_loopback_http=self.allow_loopback_http)
            return verification_methods(self.fetch(url), subject=issuer_id)
        if issuer_id.startswith("did:"):
            raise UnsupportedDidMethod("Only did:key, did:jwk and did:web identifiers are resolved.")
        if not issuer_id.startswith(("https://", "http://")):
            raise KeyNotFound("The issuer has no document that lists its keys.")
        return verification_methods(self.fetch(issuer_id), subject=issuer_id)
