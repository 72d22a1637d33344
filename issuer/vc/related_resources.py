"""Integrity of related resources: digests compared with those of documents known here (VC Data Model 2.0, 5.3). Pure.

Nothing is fetched: loading whatever a credential names would let its author send this service anywhere. The digests of
a few documents that many credentials rely on are known; of any other resource it is said that it was not compared.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any

from issuer.crypto.contexts import (
    DATA_INTEGRITY_V2_CONTEXT,
    MULTIKEY_CONTEXT,
    VC1_CONTEXT,
    VC2_CONTEXT,
)
from issuer.crypto.errors import CryptoError
from issuer.crypto.multibase import decode_multibase
from issuer.vc.identifiers import as_list, is_url
from issuer.vc.report import PROOF_VERIFICATION, Check, failed, passed, warned

SECTION = "VC Data Model 2.0, 5.3"

Digests = Mapping[str, bytes]
"""Name of a hash function, "sha256", "sha384" or "sha512" -> digest."""
KnownResources = Mapping[str, tuple[Digests, ...]]
"""URL -> the digests of every text that has been published there."""

_SIZES = {32: "sha256", 48: "sha384", 64: "sha512"}
# Multihash: the code of the function and the length of the digest stand before it.
_MULTIHASH = {b"\x12\x20": "sha256", b"\x20\x30": "sha384", b"\x13\x40": "sha512"}
_SRI = re.compile(r"(?P<function>sha256|sha384|sha512)-(?P<digest>[A-Za-z0-9+/_-]+={0,2})(?:\?\S*)?")


def _digests(sha256: str, sha384: str, sha512: str = "") -> Digests:
    texts = {"sha256": sha256, "sha384": sha384, "sha512": sha512}
    return {name: base64.b64decode(text) for name, text in texts.items() if text}


KNOWN_RESOURCES: KnownResources = {
    VC2_CONTEXT: (
        _digests(  # the text of the Recommendation
            "WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ=",
            "l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU",
            "XVVFK9Lc+KKfWikEc+skKxxft31OaPGgqoe6pNuiaUhS1l7GPUisBKmdlW+fcVO5QG+E0tBMdIabAsI5odgTBQ==",
        ),
        _digests(  # the text of July 2024
            "JKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k=",
            "NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg",
        ),
    ),
    VC1_CONTEXT: (
        _digests(
            "q03dmlMXWIB6eaW0UFENYa6NFH6rlmzJogDAcJWwzcw=",
            "gsOz6rhjdUu/0rnxfY1tufYRafMBy/CwXh/EvrX1xR3U0uiIwnT0nD+7JAj2H67R",
            "U2pAs5DdqUqeORlsAAkPYmaOgYT+PIwCxKIshWZuaL9uhdPcfy26hbK2Lvldl94kEyVo2FBNtD8snILS6IQY0g==",
        ),
    ),
    DATA_INTEGRITY_V2_CONTEXT: (
        _digests(
            "Z/IebjOmwU5cz9L8eGX3R0+3GgSvfpQTbLOZ36yK6PQ=",
            "DuLXYmcX+LB81Em1JdXitx/icgn8meUwieAWndKUTXk/7qRSb8YLucyhzZZRI5H2",
            "Oc16mkBHt0uFJGQP41Yz6B6ChtFL27fnfQ4I2FCwDWo1sBhdXeNcR5uu2yOheYnZ9iislVMf3XnAxaD2Mtn6lQ==",
        ),
    ),
    MULTIKEY_CONTEXT: (
        _digests(
            "uiwYLeLZL35HGEvMqPzwvq7m05hsUnv2ZMGVu8fFhZc=",
            "D6UWQdEvuMcBsuapSSVW8l0yu0r4SpbxGAjwpiO5ckNN0YqPHxhlvGjY7gRsTlo+",
            "En0TOOp/cC10XtW/aQDtqKrEQZ2lRjGB/KAsJ+BQhRBufT7s6eoOFWvP9cP5nurTl3hcRTvFeffdVJapkeELXw==",
        ),
    ),
}


def check_related_resources(document: Mapping[str, Any], known: KnownResources) -> tuple[Check, ...]:
    """Every related resource is named once, has a digest, and has the right one where it is known here."""
    if "relatedResource" not in document:
        return ()
    checks = list(_check_all(as_list(document["relatedResource"]), known))
    return tuple(checks) or (failed("related_resources", SECTION, "relatedResource is empty."),)


def _check_all(resources: list[Any], known: KnownResources) -> Iterator[Check]:
    seen: set[str] = set()
    for resource in resources:
        identifier = resource.get("id") if isinstance(resource, Mapping) else None
        if not isinstance(identifier, str) or not is_url(identifier):
            yield failed("related_resources", SECTION, "relatedResource is not an object with a URL as its id.")
        elif identifier in seen:
            yield failed("related_resources", SECTION, "relatedResource names the same resource twice.")
        else:
            seen.add(identifier)
            yield _check_one(resource, known.get(identifier, ()))


def _check_one(resource: Mapping[str, Any], published: tuple[Digests, ...]) -> Check:
    if "digestSRI" not in resource and "digestMultibase" not in resource:
        return failed("related_resources", SECTION, "relatedResource has neither a digestSRI nor a digestMultibase.")
    given: list[tuple[str, bytes]] = []
    for name, read in (("digestSRI", _from_sri), ("digestMultibase", _from_multibase)):
        digest = read(resource[name]) if name in resource else None
        if name in resource and digest is None:
            return failed("related_resources", SECTION, f"{name} is not a SHA-256, SHA-384 or SHA-512 digest.")
        given += [digest] if digest is not None else []
    if not published:
        detail = "A related resource was not loaded, so its digest was not compared."
        return warned("related_resources", SECTION, detail, reason="resource_not_loaded")
    if any(all(text.get(function) == digest for function, digest in given) for text in published):
        return passed("related_resources", SECTION)
    detail = "The digest of a related resource is not that of what is published there."
    return failed("related_resources", SECTION, detail, code=PROOF_VERIFICATION, reason="digest_mismatch")


def _from_sri(value: Any) -> tuple[str, bytes] | None:
    """Subresource Integrity, section 3.5: the name of the function, a hyphen and base64."""
    match = _SRI.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    try:
        digest = base64.b64decode(match["digest"], altchars=b"-_" if set("-_") & set(match["digest"]) else None)
    except binascii.Error:
        return None
    return (match["function"], digest) if _SIZES.get(len(digest)) == match["function"] else None


def _from_multibase(value: Any) -> tuple[str, bytes] | None:
    """A multihash, or the bare digest, which is what many issuers write."""
    if not isinstance(value, str):
        return None
    try:
        data = decode_multibase(value)
    except CryptoError:
        return None
    function = _MULTIHASH.get(data[:2])
    if function is not None and _SIZES.get(len(data) - 2) == function:
        return function, data[2:]
    return (_SIZES[len(data)], data) if len(data) in _SIZES else None
