"""The words of Open Badges 2.0: its classes, its contexts, and which documents are written in them.

PURE. No JSON-LD processor is asked: Open Badges 2.0 fixes the spelling of its terms, so a document is read by its
literal members, and an inline context may only repeat what the published one says of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

V2_CONTEXTS = frozenset({"https://w3id.org/openbadges/v2", "http://w3id.org/openbadges/v2"})
V1_CONTEXTS = frozenset({"https://w3id.org/openbadges/v1", "http://w3id.org/openbadges/v1"})
_PREFIX = "w3id.org/openbadges"
_VOCABULARY = "https://w3id.org/openbadges#"

CLASSES = frozenset(
    {
        "Assertion",
        "BadgeClass",
        "Issuer",
        "Profile",
        "CryptographicKey",
        "RevocationList",
        "Endorsement",
        "AlignmentObject",
        "IdentityObject",
        "VerificationObject",
        "Criteria",
        "Evidence",
        "Image",
        "Extension",
    }
)
PROFILES = frozenset({"Issuer", "Profile"})
HOSTED = frozenset({"hosted", "HostedBadge"})
SIGNED = frozenset({"signed", "SignedBadge"})
_OTHER_NAMES = MappingProxyType({"Alignment": "AlignmentObject", "Key": "CryptographicKey"})

NAMESPACES = MappingProxyType(
    {
        "obi": _VOCABULARY,
        "extensions": "https://w3id.org/openbadges/extensions#",
        "validation": "https://w3id.org/openbadges#validation",
        "cred": "https://w3id.org/credentials#",
        "dc": "http://purl.org/dc/terms/",
        "schema": "http://schema.org/",
        "sec": "https://w3id.org/security#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
# What the terms that decide anything mean; an inline context may not give them another meaning.
_MEANINGS = MappingProxyType(
    {
        "id": "@id",
        "type": "@type",
        "badge": "obi:badge",
        "issuer": "obi:issuer",
        "recipient": "obi:recipient",
        "verification": "obi:verify",
        "issuedOn": "obi:issueDate",
        "expires": "sec:expiration",
        "identity": "obi:identityHash",
        "hashed": "obi:hashed",
        "salt": "obi:salt",
        "revoked": "obi:revoked",
        "revocationList": "obi:revocationList",
        "revokedAssertions": "obi:revoked",
        "creator": "dc:creator",
        "owner": "sec:owner",
        "publicKey": "sec:publicKey",
        "publicKeyPem": "sec:publicKeyPem",
        "allowedOrigins": "obi:allowedOrigins",
        "criteria": "obi:criteria",
        "evidence": "obi:evidence",
        "name": "schema:name",
        "description": "schema:description",
        "email": "schema:email",
        "url": "schema:url",
        "image": "schema:image",
        "Assertion": "obi:Assertion",
        "BadgeClass": "obi:BadgeClass",
        "Issuer": "obi:Issuer",
        "Profile": "obi:Profile",
    }
)


def as_list(value: Any) -> list[Any]:
    """JSON-LD lets one value stand without its list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text_of(value: Any) -> str:
    """A string, or the @value of a language object, or the first of several, or ""."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        value = value.get("@value")
    return value if isinstance(value, str) else ""


def id_of(value: Any) -> str:
    """The identifier that a value is, or has: a string, or the ``id`` of an object; else ""."""
    if isinstance(value, Mapping):
        value = value.get("id", value.get("@id"))
    return value if isinstance(value, str) else ""


def types_of(node: Any) -> tuple[str, ...]:
    """The types of a node in the spelling of the specification; what is no string is left out."""
    kinds = as_list(node.get("type", node.get("@type"))) if isinstance(node, Mapping) else []
    return tuple(_plain(kind) for kind in kinds if isinstance(kind, str))


def _plain(kind: str) -> str:
    short = kind.removeprefix(_VOCABULARY).removeprefix("obi:")
    return _OTHER_NAMES.get(short, short)


def contexts_of(document: Mapping[str, Any]) -> list[Any]:
    return as_list(document.get("@context"))


def is_old(document: Mapping[str, Any]) -> bool:
    """Whether a document is an assertion of version 1.0 or 1.1: by its context, or because it has none and says
    ``verify`` or ``uid``."""
    contexts = contexts_of(document)
    if contexts:
        return any(isinstance(context, str) and context in V1_CONTEXTS for context in contexts)
    return "recipient" in document and "badge" in document and ("verify" in document or "uid" in document)


def is_mine(document: Mapping[str, Any]) -> bool:
    """Whether a document is written in the words of Open Badges 1 or 2, well or badly."""
    if "credentialSubject" in document:
        return False
    if any(_is_open_badges(context) for context in contexts_of(document)):
        return True
    return "Assertion" in types_of(document) or ("recipient" in document and "badge" in document)


def _is_open_badges(context: Any) -> bool:
    if isinstance(context, Mapping):
        return any(isinstance(meaning, str) and _PREFIX in meaning for meaning in context.values())
    return isinstance(context, str) and context.partition("://")[2].startswith(_PREFIX)


def context_problem(document: Mapping[str, Any]) -> str:
    """What is wrong with the @context of a document of version 2.0 or 1.1, or ""."""
    contexts = contexts_of(document)
    known = V1_CONTEXTS if is_old(document) else V2_CONTEXTS
    if not contexts:
        return "" if is_old(document) else "There is no @context."
    for context in contexts:
        if isinstance(context, Mapping) and (problem := _redefined(context)):
            return problem
        if not isinstance(context, str | Mapping):
            return "@context has an entry that is neither a URL nor an object."
    if any(context in known for context in contexts if isinstance(context, str)):
        return ""
    if any(
        isinstance(context, Mapping) and _expanded("obi:badge", context) == _iri("obi:badge") and "badge" in context
        for context in contexts
    ):
        return ""
    return "@context is not that of Open Badges 2.0, https://w3id.org/openbadges/v2."


def _redefined(context: Mapping[str, Any]) -> str:
    for term, meaning in _MEANINGS.items():
        given = context.get(term, meaning)
        named = given.get("@id") if isinstance(given, Mapping) else given
        if not isinstance(named, str) or _expanded(named, context) != _iri(meaning):
            return f"The inline @context gives the term {term} another meaning."
    return ""


def _expanded(name: str, context: Mapping[str, Any]) -> str:
    prefix, colon, rest = name.partition(":")
    space = context.get(prefix)
    return space + rest if colon and isinstance(space, str) and not rest.startswith("//") else name


def _iri(name: str) -> str:
    prefix, colon, rest = name.partition(":")
    return NAMESPACES[prefix] + rest if colon else name
