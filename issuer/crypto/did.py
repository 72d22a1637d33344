"""did:key, did:jwk and did:web: from an identifier to a document or a URL, and back.

The did:key Method v0.9 and the did:web Method of the W3C Credentials Community Group; the did:jwk Method; DID Core 1.0,
section 3.
"""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from issuer.crypto.contexts import DID_CONTEXT, MULTIKEY_CONTEXT
from issuer.crypto.errors import KeyNotFound, UrlNotAllowed
from issuer.crypto.jcs import canonicalize
from issuer.crypto.multibase import decode_base64url, encode_base64url
from issuer.crypto.multikey import PublicKey, from_jwk, from_multikey, to_jwk, to_multikey
from issuer.crypto.strict_json import load_object

JWK_CONTEXT = "https://w3id.org/security/jwk/v1"
RELATIONSHIPS = ("authentication", "assertionMethod", "capabilityInvocation", "capabilityDelegation", "keyAgreement")

_HTTPS_PORT = 443
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LOOPBACK = frozenset({"localhost", "127.0.0.1"})
_ENCODED_SEGMENT = re.compile(r"(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})+")
_REFUSED_IN_SEGMENT = re.compile(r"[\x00-\x20\x7f/\\?#%@:]")
_MAX_DID_LENGTH = 1024
_MAX_DID_JWK_LENGTH = 2000


def did_key_for(key: PublicKey) -> str:
    """Public key -> did:key."""
    return "did:key:" + to_multikey(key)


def did_key_method_id(did: str) -> str:
    """did:key -> the id of its one verification method."""
    return f"{did}#{did.removeprefix('did:key:')}"


def did_key_document(did: str) -> dict[str, Any]:
    """did:key -> its DID document. Raises KeyNotFound, Malformed, KeyRefused, UnsupportedKey."""
    if not did.startswith("did:key:"):
        raise KeyNotFound("The identifier is not a did:key.")
    key = from_multikey(did.removeprefix("did:key:"))
    method_id = did_key_method_id(did)
    signing = [name for name in RELATIONSHIPS if name != "keyAgreement"]
    return {
        **did_document(did, verification_methods=[multikey_method(method_id, controller=did, key=key)]),
        **{name: [method_id] for name in signing},
    }


def did_jwk_for(key: PublicKey) -> str:
    """Public key -> did:jwk."""
    return "did:jwk:" + encode_base64url(canonicalize(to_jwk(key)))


def did_jwk_document(did: str) -> dict[str, Any]:
    """did:jwk -> its DID document, whose one method is `#0`. Raises KeyNotFound, Malformed, KeyRefused."""
    if not did.startswith("did:jwk:") or len(did) > _MAX_DID_JWK_LENGTH:
        raise KeyNotFound("The identifier is not a did:jwk.")
    jwk = load_object(decode_base64url(did.removeprefix("did:jwk:")))
    method = json_web_key_method(f"{did}#0", controller=did, key=from_jwk(jwk))
    signing = [name for name in RELATIONSHIPS if name != "keyAgreement"]
    return {**did_document(did, verification_methods=[method]), **{name: [method["id"]] for name in signing}}


def document_in_name(did: str) -> dict[str, Any] | None:
    """The DID document of an identifier that holds its own key, or None for one whose document lies elsewhere."""
    if did.startswith("did:key:"):
        return did_key_document(did)
    return did_jwk_document(did) if did.startswith("did:jwk:") else None


def did_document(
    did: str, *, verification_methods: Sequence[dict[str, Any]], assertion_methods: Sequence[str] = ()
) -> dict[str, Any]:
    """A DID document; `assertion_methods` are the full ids of the methods that may sign credentials."""
    forms = {method["type"] for method in verification_methods}
    contexts = [DID_CONTEXT]
    contexts += [MULTIKEY_CONTEXT] if "Multikey" in forms else []
    contexts += [JWK_CONTEXT] if "JsonWebKey" in forms else []
    return {
        "@context": contexts,
        "id": did,
        "verificationMethod": list(verification_methods),
        "assertionMethod": list(assertion_methods),
    }


def multikey_method(method_id: str, *, controller: str, key: PublicKey) -> dict[str, Any]:
    """A verification method of type Multikey, the form for cryptosuites."""
    return {"id": method_id, "type": "Multikey", "controller": controller, "publicKeyMultibase": to_multikey(key)}


def json_web_key_method(method_id: str, *, controller: str, key: PublicKey) -> dict[str, Any]:
    """A verification method of type JsonWebKey, the form for JOSE."""
    return {"id": method_id, "type": "JsonWebKey", "controller": controller, "publicKeyJwk": to_jwk(key)}


def did_web_for(base_url: str, *path: str) -> str:
    """Base URL and path -> did:web: https://badges.example.org with issuers, x -> did:web:badges.example.org:issuers:x.

    A port is kept, as %3A8000; http is only for loopback. Raises UrlNotAllowed.
    """
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError as error:
        raise UrlNotAllowed("The base URL is malformed.") from error
    host = (parts.hostname or "").lower()
    secure = parts.scheme == "https" and _DOMAIN.fullmatch(host) is not None
    if not secure and not (parts.scheme in ("http", "https") and host in _LOOPBACK):
        raise UrlNotAllowed("A did:web identifier needs an https URL with a domain name.")
    if parts.username is not None or parts.query or parts.fragment:
        raise UrlNotAllowed("The base URL has more than a host and a path.")
    place = host if port in (None, _HTTPS_PORT) else f"{host}%3A{port}"
    segments = [segment for segment in unquote(parts.path).split("/") if segment] + list(path)
    encoded = [quote(_checked_segment(segment), safe="").replace("~", "%7E") for segment in segments]
    return ":".join(["did:web", place, *encoded])


def did_web_url(
    did: str, *, allow_loopback_http: bool = False, ports: frozenset[int] = frozenset({_HTTPS_PORT})
) -> str:
    """did:web -> the URL of its did.json.

    Addresses, localhost (unless allowed, then over http), ports not in `ports` and paths that leave their place raise
    UrlNotAllowed; what is not a did:web at all raises KeyNotFound.
    """
    if not did.startswith("did:web:") or len(did) > _MAX_DID_LENGTH or not did.isascii():
        raise KeyNotFound("The identifier is not a did:web.")
    place, *encoded_path = did.removeprefix("did:web:").split(":")
    host, port = _host_and_port(place)
    loopback = host in _LOOPBACK
    if loopback and not allow_loopback_http:
        raise UrlNotAllowed("A did:web identifier for this machine is not followed.")
    if not loopback and (not _DOMAIN.fullmatch(host) or host.endswith(".localhost")):
        raise UrlNotAllowed("A did:web identifier is for a domain name.")
    if not loopback and port not in ports:
        raise UrlNotAllowed("The port of a did:web identifier is not allowed.")
    default_port = port == (80 if loopback else _HTTPS_PORT)
    origin = f"{'http' if loopback else 'https'}://{host}" + ("" if default_port else f":{port}")
    segments = [quote(_decoded_segment(segment), safe="") for segment in encoded_path] or [".well-known"]
    return "/".join([origin, *segments, "did.json"])


def _host_and_port(place: str) -> tuple[str, int]:
    host, separator, port_text = place.replace("%3a", "%3A").partition("%3A")
    host = host.lower()
    if not separator:
        return host, 80 if host in _LOOPBACK else _HTTPS_PORT
    if not port_text.isdigit() or port_text.startswith("0") or len(port_text) > 5 or int(port_text) > 65535:
        raise UrlNotAllowed("The port of a did:web identifier is not a number.")
    return host, int(port_text)


def _decoded_segment(segment: str) -> str:
    if not _ENCODED_SEGMENT.fullmatch(segment):
        raise UrlNotAllowed("The path of a did:web identifier is malformed.")
    try:
        return _checked_segment(unquote(segment, errors="strict"))
    except UnicodeDecodeError as error:
        raise UrlNotAllowed("The path of a did:web identifier is malformed.") from error


def _checked_segment(segment: str) -> str:
    if segment in ("", ".", "..") or _REFUSED_IN_SEGMENT.search(segment):
        raise UrlNotAllowed("The path of a did:web identifier would lead elsewhere.")
    return segment
