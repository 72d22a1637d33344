"""Deriving a proof that shows a part of a credential (ECDSA cryptosuites 1.0, section 3.4; ecdsa-sd-2023)."""

from __future__ import annotations

from typing import Any

from issuer.crypto import selective_disclosure
from issuer.crypto.contexts import ContextSet
from issuer.crypto.errors import CryptoError
from issuer.vc.exchange import member, not_secured, options_of, texts_of


def derive(body: dict[str, Any], *, contexts: ContextSet | None = None) -> dict[str, Any]:
    """{verifiableCredential with a base proof, options {selectivePointers}} -> the credential that shows these parts
    and what its issuer made mandatory. Raises Refused."""
    credential = member(body, "verifiableCredential")
    pointers = texts_of(options_of(body), "selectivePointers")
    try:
        return selective_disclosure.derive(credential, selective_pointers=pointers, contexts=contexts)
    except CryptoError as error:
        raise not_secured(error) from error
