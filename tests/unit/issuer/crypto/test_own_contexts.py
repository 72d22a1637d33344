"""The contexts that no package carries say the same as those that are published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from issuer.crypto.contexts import OB3_CONTEXT, PINS, TOKEN_TERMS, ContextSet, contexts_with, pinned_contexts
from issuer.crypto.jsonld import to_quads
from tests.oracles import SHARED, needs_shared

CONTEXTS = (SHARED or Path("/nowhere")) / "standards" / "contexts"
OWN = {
    "https://w3id.org/security/data-integrity/v1": "data-integrity-v1.jsonld",
    "https://w3id.org/security/jwk/v1": "jwk-v1.jsonld",
    "https://www.w3.org/ns/cid/v1": "cid-v1.jsonld",
    "https://www.w3.org/ns/credentials/status/v1": "vc-status-list-v1.jsonld",
    "https://w3id.org/vc/status-list/2021/v1": "vc-status-list-2021-v1.jsonld",
    "https://purl.imsglobal.org/spec/ob/v3p0/context.json": "ob-v3p0-context.json",
    "https://purl.imsglobal.org/spec/clr/v2p0/context.json": "clr-v2p0-context.json",
}


def _normal(value: Any, *, is_context: bool = False) -> Any:
    """A context with every term written out: "t": "iri" is the same as "t": {"@id": "iri"}."""
    if not isinstance(value, dict):
        return value
    return {
        name: {"@id": member}
        if is_context and isinstance(member, str) and not name.startswith("@")
        else _normal(member, is_context=(name == "@context") or (not is_context and name == "@context"))
        if not is_context
        else _normal(member)
        for name, member in value.items()
    }


def _published(file_name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((CONTEXTS / file_name).read_text())
    return document


@needs_shared
@pytest.mark.parametrize(("url", "file_name"), OWN.items())
def test_a_context_built_here_defines_what_the_published_one_defines(url: str, file_name: str) -> None:
    built = pinned_contexts().document(url)
    assert _normal({"@context": built["@context"]}) == _normal({"@context": _published(file_name)["@context"]})


@needs_shared
def test_a_changed_definition_would_be_seen() -> None:
    published = _published("data-integrity-v1.jsonld")
    published["@context"]["DataIntegrityProof"]["@context"]["nonce"] += "s"
    built = pinned_contexts().document("https://w3id.org/security/data-integrity/v1")
    assert _normal({"@context": built["@context"]}) != _normal({"@context": published["@context"]})


@needs_shared
def test_the_text_without_token_terms_is_the_other_published_one() -> None:
    terms = pinned_contexts().document(OB3_CONTEXT)["@context"]
    other = {"@context": {name: term for name, term in terms.items() if name not in TOKEN_TERMS}}
    published = _published("ob-v3p0-context-3.0.3.variant-190.json")
    assert _normal({"@context": other["@context"]}) == _normal({"@context": published["@context"]})


@needs_shared
@pytest.mark.parametrize("name", ["ob30/simple-noproof.json", "ob30/simple-eddsa-2022.json"])
def test_a_badge_gives_the_same_statements_under_both(name: str) -> None:
    document = json.loads((CONTEXTS.parent / "samples" / name).read_text())
    named = {url: _published(file_name) for url, file_name in OWN.items() if url in document["@context"]}
    published = ContextSet({**pinned_contexts().documents, **named})
    assert named
    assert to_quads(document) == to_quads(document, contexts=published)


def test_every_pinned_context_is_at_hand() -> None:
    for pin in PINS:
        assert "@context" in pinned_contexts().document(pin.url)


def test_a_folder_of_files_takes_precedence(tmp_path: Path) -> None:
    assert contexts_with(tmp_path).documents.keys() == pinned_contexts().documents.keys()
