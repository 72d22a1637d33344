"""A badge once more in the words of Open Badges 2.0, for the many programs that read no other. PURE.

Everything comes from the credential of version 3 and from what its issuer publishes, so the twin never says more. The
recipient is the urn under which the credential knows the person too (an identity of the type ``id``), unless the holder
wants a file of their own with their hashed address: the web page, the hosted assertion and the pictures never have one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CONTEXT = "https://w3id.org/openbadges/v2"
HOSTED, SIGNED = "HostedBadge", "SignedBadge"


@dataclass(frozen=True, slots=True)
class Places:
    """The addresses of the twin of a badge. ``hosted`` and ``signed`` are the ids of the two assertions."""

    hosted: str
    signed: str
    badge_class: str
    image: str


def own_identity(credential: Mapping[str, Any]) -> dict[str, Any]:
    """The IdentityObject for everybody: who the credential is about, by its urn."""
    return {"type": "id", "hashed": False, "identity": credential["credentialSubject"]["id"]}


def hashed_address(address: str, *, salt: str) -> dict[str, Any]:
    """The IdentityObject of an e-mail address, of which it has the digest only: sha256$HEX over address and salt."""
    digest = hashlib.sha256((address + salt).encode("utf-8")).hexdigest()
    return {"type": "email", "hashed": True, "salt": salt, "identity": f"sha256${digest}"}


def hosted_assertion(credential: Mapping[str, Any], places: Places) -> dict[str, Any]:
    """The Assertion that lies at its own address."""
    return _assertion(credential, places, places.hosted, own_identity(credential), {"type": HOSTED})


def signed_assertion(
    credential: Mapping[str, Any], places: Places, *, creator: str, recipient: Mapping[str, Any]
) -> dict[str, Any]:
    """The Assertion that is signed; ``creator`` is the address of the CryptographicKey."""
    return _assertion(credential, places, places.signed, recipient, {"type": SIGNED, "creator": creator})


def withdrawn_assertion(places: Places, *, reason: str) -> dict[str, Any]:
    """What is left of a hosted Assertion that was withdrawn; ``reason`` "" when it is not for everybody."""
    left = {"@context": CONTEXT, "id": places.hosted, "type": "Assertion", "revoked": True}
    return left | ({"revocationReason": reason} if reason else {})


def _assertion(
    credential: Mapping[str, Any],
    places: Places,
    own_id: str,
    recipient: Mapping[str, Any],
    verification: Mapping[str, str],
) -> dict[str, Any]:
    assertion = {
        "@context": CONTEXT,
        "type": "Assertion",
        "id": own_id,
        "recipient": dict(recipient),
        "badge": places.badge_class,
        "verification": dict(verification),
        "issuedOn": credential["validFrom"],
        "expires": credential.get("validUntil"),
        "image": places.image,
        "evidence": [_evidence(piece) for piece in credential.get("evidence", [])],
    }
    return {name: value for name, value in assertion.items() if value}


def _evidence(piece: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": piece["id"], "type": "Evidence", "name": piece["name"], "narrative": piece["narrative"]}


def badge_class(achievement: Mapping[str, Any], *, own_id: str, image: str, page: str, issuer: str) -> dict[str, Any]:
    """The BadgeClass of an Achievement of version 3. ``page``: what people read of it; ``issuer``: the Profile."""
    described = {
        "@context": CONTEXT,
        "type": "BadgeClass",
        "id": own_id,
        "name": achievement["name"],
        "description": achievement["description"],
        "image": {"id": image, "caption": achievement.get("image", {}).get("caption", "")},
        "criteria": {"id": page, "narrative": achievement["criteria"]["narrative"]},
        "issuer": issuer,
        "alignment": [_alignment(each) for each in achievement.get("alignment", [])],
        "@language": achievement.get("inLanguage"),
    }
    return {name: value for name, value in described.items() if value}


_ALIGNED = ("targetName", "targetUrl", "targetDescription", "targetFramework", "targetCode")


def _alignment(alignment: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "AlignmentObject"} | {name: alignment[name] for name in _ALIGNED if alignment.get(name)}


def issuer_profile(
    profile: Mapping[str, Any], *, own_id: str, keys: Sequence[str], revocations: str, scope: str
) -> dict[str, Any]:
    """The Profile. ``keys``: addresses of its CryptographicKeys; ``scope``: how the ids of its assertions begin."""
    described = {
        "@context": CONTEXT,
        "type": "Issuer",
        "id": own_id,
        "name": profile["name"],
        "url": profile["url"],
        "email": profile["email"],
        "description": profile.get("description"),
        "image": profile["image"]["id"],
        "publicKey": list(keys),
        "revocationList": revocations,
        "verification": {"type": "VerificationObject", "startsWith": [scope]},
    }
    return {name: value for name, value in described.items() if value}


def cryptographic_key(*, own_id: str, owner: str, pem: str) -> dict[str, Any]:
    """The CryptographicKey; ``owner`` is the id of the Profile, ``pem`` the public key."""
    return {"@context": CONTEXT, "type": "CryptographicKey", "id": own_id, "owner": owner, "publicKeyPem": pem}


def revocation_list(*, own_id: str, issuer: str, revoked: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The RevocationList; ``revoked``: ids of signed assertions, each with its public reason or ""."""
    entries = [{"id": name} | ({"revocationReason": reason} if reason else {}) for name, reason in revoked]
    named = {"@context": CONTEXT, "type": "RevocationList", "id": own_id, "issuer": issuer}
    return {**named, "revokedAssertions": entries}
