"""Whose key is it: from the name of a key to the key, with what its owner's own document says of it.

A key that is only named in a token's header, or only found in the fragment of a URL, is never authority: it must be
listed by the controller document of whoever is said to have signed (Controlled Identifiers 1.0, section 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from issuer.crypto.controller_documents import (
    Fetch,
    document_at_hand,
    resolve_verification_method,
    verification_methods,
)
from issuer.crypto.did import did_web_url, document_in_name
from issuer.crypto.errors import KeyNotFound
from issuer.crypto.multikey import thumbprint
from issuer.crypto.verification_method import VerificationMethod
from issuer.vc.world import World


@dataclass(frozen=True, slots=True)
class KeysOf:
    """The keys of one issuer or holder. ``fetch`` is the only way to the world."""

    owner_id: str
    fetch: Fetch
    allow_loopback_http: bool = False

    def resolve(self, method_id: str) -> VerificationMethod:
        """A ResolveKey. A bare key at a URL becomes the owner's when the owner's document lists the same key."""
        method = resolve_verification_method(method_id, fetch=self.fetch, allow_loopback_http=self.allow_loopback_http)
        if method.controller:
            return method
        wanted = thumbprint(method.key)
        listed = (own for own in self.listed(self.owner_id) if thumbprint(own.key) == wanted)
        return next(listed, method)

    def listed(self, owner_id: str) -> Sequence[VerificationMethod]:
        """Every key in the owner's own document. Raises what resolving raises."""
        if (named := document_in_name(owner_id)) is not None:
            return verification_methods(named, subject=owner_id)
        if owner_id.startswith("did:web:"):
            url = did_web_url(owner_id, allow_loopback_http=self.allow_loopback_http)
            return verification_methods(self.fetch(url), subject=owner_id)
        if owner_id.startswith("did:"):
            return verification_methods(document_at_hand(owner_id, self.fetch), subject=owner_id)
        if not owner_id.startswith(("https://", "http://")):
            raise KeyNotFound("The issuer is not named by a URL at which keys could be found.")
        return verification_methods(self.fetch(owner_id), subject=owner_id)


def keys_of(owner_id: str, world: World) -> KeysOf:
    return KeysOf(owner_id, world.fetch, world.allow_loopback_http)
