"""Hypothesis strategies: a good document or token in, one with something changed out."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Path = tuple[str | int, ...]

TERMS = (
    *("@context", "@id", "@type", "@value", "@graph", "@included", "@reverse", "id", "type", "name", "description"),
    *("issuer", "validFrom", "validUntil", "issuanceDate", "expirationDate", "credentialSubject", "credentialStatus"),
    *(
        "proof",
        "proofValue",
        "created",
        "cryptosuite",
        "verificationMethod",
        "proofPurpose",
        "previousProof",
        "expires",
    ),
    *("achievement", "criteria", "narrative", "evidence", "holder", "verifiableCredential", "termsOfUse", "honours"),
    *(
        "previousProof",
        "relatedResource",
        "refreshService",
        "credentialSchema",
        "https://example.org/term",
        "",
        "\x00",
        "vc",
        "vp",
    ),
)
CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/2018/credentials/v1",
    "https://w3id.org/security/data-integrity/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://attacker.example/context.json",
    "http://127.0.0.1/context",
    "relative",
    "",
    None,
    {"@vocab": "https://example.org/#"},
    {"name": "https://example.org/other"},
    {"validUntil": None},
    {"@base": "https://example.org/"},
    {"@import": "https://www.w3.org/ns/credentials/v2"},
    {"VerifiableCredential": "https://example.org/Nothing"},
)
STRANGE_TEXTS = (
    *("", " ", "\x00", "﻿", "‮", "\ud7ff", "a" * 5000, "did:key:z6Mk", "https ://space", "_:b0", "#", "../.."),
    *("2026-02-30T00:00:00Z", "2026-02-01", "9999-12-31T23:59:60Z", "0001-01-01T00:00:00+14:00", "z", "u", "{}", "[]"),
)

texts = st.one_of(st.sampled_from(STRANGE_TEXTS), st.text(max_size=20), st.sampled_from(TERMS))
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), texts)
json_values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(TERMS), inner, max_size=3)),
    max_leaves=6,
)
contexts = st.one_of(st.sampled_from(CONTEXTS), st.lists(st.sampled_from(CONTEXTS), max_size=4), json_values).map(
    copy.deepcopy  # what is drawn is changed again
)
"""What may stand where a JSON-LD context belongs."""


def places(value: Any, at: Path = ()) -> Iterator[Path]:
    """Every place in a JSON value, the whole of it first."""
    yield at
    if isinstance(value, dict):
        for name, member in value.items():
            yield from places(member, (*at, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from places(item, (*at, number))


def _at(document: Any, path: Path) -> Any:
    for step in path:
        document = document[step]
    return document


@st.composite
def changed(draw: st.DrawFn, document: dict[str, Any], *, most: int = 3) -> dict[str, Any]:
    """``document`` with one to ``most`` places changed; now and then the change undoes itself."""
    result = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, most))):
        inner = [place for place in places(result) if place]
        if not inner:  # everything was taken out of it
            result[draw(st.sampled_from(TERMS))] = draw(json_values)
            continue
        path = draw(st.sampled_from(inner))
        _change(draw, _at(result, path[:-1]), path[-1], result)
    return result


def _change(draw: st.DrawFn, parent: Any, step: Any, whole: dict[str, Any]) -> None:
    how = draw(st.sampled_from(("remove", "replace", "text", "wrap", "move", "copy", "add", "rename", "context")))
    value = parent[step]
    if how == "remove":
        del parent[step]
    elif how == "wrap":
        parent[step] = value[0] if isinstance(value, list) and value else [value]
    elif how == "text" and isinstance(value, str) and value:
        place = draw(st.integers(0, len(value) - 1))
        parent[step] = value[:place] + draw(st.characters(codec="utf-8")) + value[place + draw(st.integers(0, 1)) :]
    elif how in ("move", "copy"):
        other = draw(st.sampled_from([place for place in places(whole) if place]))
        parent[step] = copy.deepcopy(_at(whole, other))
    elif how == "add" and isinstance(value, dict):
        value[draw(st.sampled_from(TERMS))] = draw(json_values)
    elif how == "add" and isinstance(value, list):
        value.insert(draw(st.integers(0, len(value))), draw(json_values))
    elif how == "rename" and isinstance(parent, dict):
        parent[draw(st.sampled_from(TERMS))] = parent.pop(step)
    elif how == "context" and isinstance(value, dict):
        value["@context"] = draw(contexts)
    else:
        parent[step] = draw(json_values)


@st.composite
def changed_bytes(draw: st.DrawFn, data: bytes) -> bytes:
    """``data`` cut, doubled, or with bytes flipped, put in or taken out."""
    result = bytearray(data)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, max(len(result) - 1, 0)))
        how = draw(st.sampled_from(("flip", "insert", "remove", "cut", "double")))
        if how == "flip" and result:
            result[place] ^= 1 << draw(st.integers(0, 7))
        elif how == "insert":
            result[place:place] = draw(st.binary(min_size=1, max_size=4))
        elif how == "remove":
            del result[place : place + draw(st.integers(1, 8))]
        elif how == "cut":
            del result[place:]
        else:
            result[place:place] = result[: draw(st.integers(1, 40))]
    return bytes(result)


@st.composite
def changed_tokens(draw: st.DrawFn, token: str) -> bytes:
    """A compact JWS with its header, its claims, its parts or its characters changed."""
    from_parts = token.split(".")
    how = draw(st.sampled_from(("bytes", "header", "claims", "parts")))
    if how == "bytes" or len(from_parts) != 3:
        return draw(changed_bytes(token.encode("ascii")))
    if how == "parts":
        parts = draw(st.lists(st.sampled_from([*from_parts, "", "e30"]), min_size=1, max_size=5))
        return ".".join(parts).encode("ascii")
    number = 0 if how == "header" else 1
    value = draw(changed(json.loads(_unpadded(from_parts[number])), most=2))
    from_parts[number] = _padless(json.dumps(value, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass"))
    return ".".join(from_parts).encode("ascii")


def _unpadded(segment: str) -> bytes:
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def _padless(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
