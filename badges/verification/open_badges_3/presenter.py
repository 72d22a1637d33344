"""Who presents: the holder that a presentation names, or else whoever the DID of its key names. PURE."""

from __future__ import annotations

from typing import Any

from badges.verification.open_badges_3.values import as_list, as_object
from badges.verification.reading import Given
from issuer.vc.identifiers import identifier_of, is_url


def presenter_of(given: Given) -> str:
    """The id of the presenter, or "" (VC Data Model 2.0, 4.13)."""
    if "holder" in given.document:
        return _url(identifier_of(given.document["holder"]))
    if given.jwt is not None:
        return _did(given.jwt.header.get("kid")) or _url(given.jwt.claims.get("iss"))
    proofs = as_list(given.document.get("proof"))
    return _did(as_object(proofs[0]).get("verificationMethod")) if proofs else ""


def _url(value: Any) -> str:
    return value if isinstance(value, str) and is_url(value) else ""


def _did(method_id: Any) -> str:
    did = method_id.partition("#")[0] if isinstance(method_id, str) else ""
    return _url(did) if did.startswith("did:") else ""
