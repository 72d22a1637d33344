"""Controller documents: which keys somebody lists as their own, and for what (Controlled Identifiers 1.0, section 2).

DID documents are controller documents too. A document speaks only for the identifier it was fetched for.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519

from issuer.crypto.did import RELATIONSHIPS, did_web_url, document_in_name
from issuer.crypto.errors import (
    CryptoError,
    KeyNotFound,
    KeyRefused,
    KeyUnavailable,
    NothingPublished,
    UnsupportedDidMethod,
    UnsupportedKey,
    UrlNotAllowed,
)
from issuer.crypto.multibase import decode_base58btc
from issuer.crypto.multikey import PublicKey, ed25519_key, from_jwk, from_multikey
from issuer.crypto.timestamps import parse_timestamp
from issuer.crypto.verification_method import VerificationMethod, check_method_id

_KEY_FORMS = frozenset({"publicKeyMultibase", "publicKeyJwk", "publicKeyBase58", "publicKeyHex", "publicKeyPem"})
# Types whose name says what kind of key they hold; Multikey and JsonWebKey hold any.
_ED25519_TYPES = ("Ed25519VerificationKey2020", "Ed25519VerificationKey2018")

# URL -> JSON object. Network trouble is raised as KeyUnavailable, a forbidden place as UrlNotAllowed.
Fetch = Callable[[str], dict[str, Any]]


def resolve_verification_method(
    method_id: str, *, fetch: Fetch, allow_loopback_http: bool = False
) -> VerificationMethod:
    """Verification method URL -> the key, with its controller and purposes as the controller's document lists them.

    did:key and did:jwk need no fetch; did:web and https URLs take one; other DIDs are what `fetch` holds by name. A key
    that its document does not list, but that is in the fragment itself or is a bare JWK, is returned without controller
    and purposes: enough to check a signature, never enough to bind it to an issuer.
    Raises KeyNotFound, KeyRefused, UnsupportedKey, UnsupportedDidMethod, UrlNotAllowed, and what `fetch` raises.
    """
    check_method_id(method_id)
    subject, _, fragment = method_id.partition("#")
    named = document_in_name(subject)
    if named is not None:
        return method_in(named, method_id if fragment else named["assertionMethod"][0], subject=subject)
    if subject.startswith("did:web:"):
        document = fetch(did_web_url(subject, allow_loopback_http=allow_loopback_http))
        return method_in(document, method_id, subject=subject)
    if subject.startswith("did:"):
        return method_in(document_at_hand(subject, fetch), method_id, subject=subject)
    document = fetch(subject)
    try:
        return method_in(document, method_id, subject=subject)
    except KeyNotFound:
        return _unlisted_method(document, method_id, fragment)


def document_at_hand(did: str, fetch: Fetch) -> dict[str, Any]:
    """The document of a DID whose method is not resolved here, where `fetch` holds it under its own name, as a set of
    documents on a disk does. Raises UnsupportedDidMethod where it does not: no web address follows from such a DID."""
    try:
        return fetch(did)
    except (NothingPublished, KeyUnavailable, UrlNotAllowed) as error:
        raise UnsupportedDidMethod("Only did:key, did:jwk and did:web identifiers are resolved.") from error


def method_in(document: Mapping[str, Any], method_id: str, *, subject: str) -> VerificationMethod:
    """The method with that id in the controller document of `subject`.

    Raises KeyNotFound when it is not there or the document is about somebody else; KeyRefused, UnsupportedKey,
    Malformed.
    """
    for entry_id, entry in _entries(document, subject=subject):
        if entry_id == method_id:
            return _method(document, entry_id, entry, subject=subject)
    raise KeyNotFound("The key is not in its controller's document.")


def verification_methods(document: Mapping[str, Any], *, subject: str) -> tuple[VerificationMethod, ...]:
    """All usable methods in the controller document of `subject`; keys that cannot be used are left out.

    Raises KeyNotFound when the document is about somebody else.
    """
    methods: dict[str, VerificationMethod] = {}
    for entry_id, entry in _entries(document, subject=subject):
        try:
            methods.setdefault(entry_id, _method(document, entry_id, entry, subject=subject))
        except CryptoError:
            continue
    return tuple(methods.values())


def _entries(document: Mapping[str, Any], *, subject: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every method given in full with its absolute id: under verificationMethod, or embedded in a relationship."""
    if document.get("id") != subject:
        raise KeyNotFound("The controller document is about another identifier.")
    for name in ("verificationMethod", *RELATIONSHIPS):
        for entry in _listed(document, name):
            if isinstance(entry, dict) and isinstance(entry.get("id"), str):
                yield _absolute(entry["id"], subject), entry


def _method(
    document: Mapping[str, Any], method_id: str, entry: Mapping[str, Any], *, subject: str
) -> VerificationMethod:
    controller = entry.get("controller", subject)
    purposes = {
        name
        for name in RELATIONSHIPS
        for listed in _listed(document, name)
        if _absolute(listed.get("id") if isinstance(listed, dict) else listed, subject) == method_id
    }
    return VerificationMethod(
        id=method_id,
        controller=controller if controller == subject else "",
        key=_key(entry),
        purposes=frozenset(purposes),
        revoked=parse_timestamp(entry["revoked"]) if "revoked" in entry else None,
        expires=parse_timestamp(entry["expires"]) if "expires" in entry else None,
    )


def _unlisted_method(document: Mapping[str, Any], method_id: str, fragment: str) -> VerificationMethod:
    key = from_multikey(fragment) if fragment.startswith("z") else _key(document)
    return VerificationMethod(method_id, controller="", key=key, purposes=frozenset())


def _key(entry: Mapping[str, Any]) -> PublicKey:
    """The one key of a verification method, of the kind that its type is for."""
    if any(name.startswith(("secretKey", "privateKey")) for name in entry):
        raise KeyRefused("The private key is published together with the public one.")
    if len(_KEY_FORMS & entry.keys()) > 1:
        raise KeyRefused("The verification method has its key in more than one form (DID Core 1.0, section 5.2.1).")
    key = _key_material(entry)
    if entry.get("type") in _ED25519_TYPES and not isinstance(key, ed25519.Ed25519PublicKey):
        raise KeyRefused("The key is not of the kind that its verification method is for.")
    return key


def _key_material(entry: Mapping[str, Any]) -> PublicKey:
    if isinstance(entry.get("publicKeyMultibase"), str):
        return from_multikey(entry["publicKeyMultibase"])
    if "publicKeyJwk" in entry:
        return from_jwk(entry["publicKeyJwk"])
    if "kty" in entry:
        return from_jwk(entry)
    if entry.get("type") == "Ed25519VerificationKey2018" and isinstance(entry.get("publicKeyBase58"), str):
        return ed25519_key(decode_base58btc(entry["publicKeyBase58"]))
    if any(name.startswith("publicKey") for name in entry):
        raise UnsupportedKey("The key is in a form that is not supported.")
    raise KeyNotFound("The document has no key.")


def _listed(document: Mapping[str, Any], name: str) -> list[Any]:
    listed = document.get(name, [])
    return listed if isinstance(listed, list) else [listed]


def _absolute(method_id: Any, subject: str) -> str:
    if not isinstance(method_id, str):
        return ""
    return subject + method_id if method_id.startswith("#") else method_id
