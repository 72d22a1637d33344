"""A public key as somebody's controller document lists it, and whether it may speak for an issuer.

Controlled Identifiers 1.0, sections 2.2 (verification methods) and 2.3 (verification relationships).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from issuer.crypto.errors import KeyEnded, KeyNotBound, KeyNotFound, PurposeMismatch
from issuer.crypto.multikey import PublicKey

MAX_METHOD_ID_LENGTH = 2048


@dataclass(frozen=True, slots=True)
class VerificationMethod:
    """`controller` is the id of the document that lists the key, or "" if none does; `purposes` are the verification
    relationships that name it there, such as "assertionMethod". At or after `revoked` or `expires` no proof by the key
    is accepted any more, whenever it says it was made."""

    id: str
    controller: str
    key: PublicKey
    purposes: frozenset[str]
    revoked: datetime | None = None
    expires: datetime | None = None


# Verification method URL -> VerificationMethod. Raises KeyNotFound, KeyRefused, KeyUnavailable, UrlNotAllowed,
# UnsupportedKey or UnsupportedDidMethod.
ResolveKey = Callable[[str], VerificationMethod]


def issuer_of(document: Mapping[str, Any]) -> str:
    """The id of a credential's issuer, or of a presentation's holder. Raises KeyNotBound if there is none."""
    party = document.get("issuer", document.get("holder"))
    identifier = party.get("id") if isinstance(party, dict) else party
    if not isinstance(identifier, str) or not identifier:
        raise KeyNotBound("The document does not say who issued it.")
    return identifier


def check_method_id(method_id: object) -> str:
    """A verification method is named by an absolute URL or DID URL. Raises KeyNotFound."""
    if not isinstance(method_id, str) or len(method_id) > MAX_METHOD_ID_LENGTH or not method_id.isascii():
        raise KeyNotFound("The key is not named by a URL.")
    scheme, colon, rest = method_id.partition(":")
    if not colon or not rest or not scheme.isalpha() or any(character <= " " for character in method_id):
        raise KeyNotFound("The key is not named by a URL.")
    return method_id


def check_may_be_asked(method_id: str, *, issuer: str) -> None:
    """Refuse, before anything is fetched, a key at another place than the issuer's. Raises KeyNotBound.

    A key that is its own name (did:key, did:jwk) needs no fetch and is let through, to be judged when it is resolved.
    """
    if method_id.startswith(("did:key:", "did:jwk:")):
        return
    if _place(method_id) != _place(issuer):
        raise KeyNotBound("The key is published somewhere else than its issuer.")


def check_bound(method: VerificationMethod, *, issuer: str) -> None:
    """The issuer's own document lists the key as its own. Raises KeyNotBound."""
    if method.controller != issuer:
        raise KeyNotBound("The key is not one that the issuer lists as its own.")


def check_in_force(method: VerificationMethod, *, now: datetime) -> None:
    """The key is neither revoked nor expired (Controlled Identifiers 1.0, section 2.2). Raises KeyEnded."""
    if method.revoked is not None and now >= method.revoked:
        raise KeyEnded("The key was revoked by its controller.")
    if method.expires is not None and now >= method.expires:
        raise KeyEnded("The key has expired.")


def check_purpose(method: VerificationMethod, *, purpose: str) -> None:
    """The key is listed under the verification relationship. Raises PurposeMismatch."""
    if purpose not in method.purposes:
        raise PurposeMismatch(f"The key is not listed under {purpose}.")


def _place(identifier: str) -> str:
    """Who answers for an identifier: the host of a URL or did:web, else the identifier without its fragment."""
    if identifier.startswith("did:web:"):
        return unquote(identifier.split("#")[0].split("?")[0].split(":")[2]).lower()
    if identifier.lower().startswith(("https://", "http://")):
        try:
            parts = urlsplit(identifier)
            port = parts.port
        except ValueError as error:
            raise KeyNotFound("The key is not named by a URL.") from error
        host = parts.hostname or ""
        return host if port is None or port == 443 else f"{host}:{port}"
    return identifier.split("#")[0].split("?")[0]
