"""What an issuer itself publishes about its keys: in the name of its DID, its controller document, or its JWKS.

That an issuer certainly publishes nothing is another thing than trouble on the way to what it publishes.
Controlled Identifiers 1.0, 2; DID Core 1.0, 5.2; Open Badges 3.0 implementation guide (/.well-known/jwks.json).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from issuer.crypto.controller_documents import Fetch, document_at_hand, verification_methods
from issuer.crypto.did import did_web_url, document_in_name
from issuer.crypto.errors import (
    CryptoError,
    InvalidJson,
    KeyNotFound,
    KeyUnavailable,
    NothingPublished,
    UrlNotAllowed,
)
from issuer.crypto.multikey import from_jwk
from issuer.crypto.verification_method import VerificationMethod
from issuer.succession.statement import SERVICE

KEY_SET_PATH = "/.well-known/jwks.json"
MOST_KEYS = 64


@dataclass(frozen=True, slots=True)
class Publication:
    """The keys an issuer lists. ``host``: who answered for them, "" when the issuer's name holds the key itself.

    ``trouble``: why it could not be read. Without keys and without trouble the issuer certainly lists none.
    ``succession``: where its own document says that it states what becomes of it, or "".
    """

    methods: tuple[VerificationMethod, ...] = ()
    host: str = ""
    trouble: CryptoError | None = None
    succession: str = ""


def publication_of(issuer_id: str, *, fetch: Fetch, allow_loopback_http: bool = False) -> Publication:
    """What the issuer with that id publishes. Takes no fetch, one, or two; never raises."""
    try:
        named = document_in_name(issuer_id)
        if named is not None:
            return Publication(verification_methods(named, subject=issuer_id))
        if issuer_id.startswith("did:web:"):
            url = did_web_url(issuer_id, allow_loopback_http=allow_loopback_http)
            return _listed_in(fetch(url), issuer_id, host=urlsplit(url).hostname or "")
        if issuer_id.startswith("did:"):
            return _listed_in(document_at_hand(issuer_id, fetch), issuer_id)
        return _published_under(issuer_id, fetch) if can_publish(issuer_id) else Publication()
    except CryptoError as error:
        return Publication(trouble=error)


def can_publish(issuer_id: str) -> bool:
    """Whether there is a place at which such an issuer could list keys: a DID, or a web address."""
    return issuer_id.startswith(("did:", "https://", "http://"))


def _listed_in(document: Mapping[str, Any], issuer_id: str, *, host: str = "") -> Publication:
    methods = verification_methods(document, subject=issuer_id)
    return Publication(methods, host, succession=_succession_in(document))


def _succession_in(document: Mapping[str, Any]) -> str:
    services = document.get("service")
    for service in services[:MOST_KEYS] if isinstance(services, list) else []:
        if isinstance(service, Mapping) and service.get("type") == SERVICE:
            endpoint = service.get("serviceEndpoint")
            return endpoint if isinstance(endpoint, str) else ""
    return ""


def _published_under(issuer_id: str, fetch: Fetch) -> Publication:
    host = _host_of(issuer_id)
    try:
        document = fetch(issuer_id)
        methods = verification_methods(document, subject=issuer_id)
    except (NothingPublished, InvalidJson, KeyNotFound):
        methods = ()
    except UrlNotAllowed:
        if issuer_id.startswith("https://"):
            raise
        return Publication()  # over plain http anybody on the way could answer: nothing there counts
    if methods:
        return Publication(methods, host, succession=_succession_in(document))
    return _key_set_of(issuer_id, host, fetch)


def _key_set_of(issuer_id: str, host: str, fetch: Fetch) -> Publication:
    parts = urlsplit(issuer_id)
    try:
        return Publication(tuple(_keys_in(fetch(f"{parts.scheme}://{parts.netloc}{KEY_SET_PATH}"), issuer_id)), host)
    except (NothingPublished, InvalidJson):
        return Publication()


def _keys_in(key_set: Mapping[str, Any], issuer_id: str) -> Iterator[VerificationMethod]:
    """RFC 7517, 5: keys that cannot be used are left out. A key may say whose it is (``iss``)."""
    keys = key_set.get("keys")
    for number, jwk in enumerate(keys[:MOST_KEYS] if isinstance(keys, list) else []):
        if not isinstance(jwk, Mapping) or jwk.get("iss", issuer_id) != issuer_id:
            continue
        try:
            key = from_jwk(dict(jwk))
        except CryptoError:
            continue
        kid = jwk.get("kid")
        name = kid if isinstance(kid, str) else str(number)
        method_id = name if ":" in name else f"{issuer_id}#{name.removeprefix('#')}"
        yield VerificationMethod(method_id, issuer_id, key, frozenset({"assertionMethod"}))


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError as error:
        raise KeyUnavailable("The issuer's address is malformed.") from error
