"""The pinned contexts are the official bytes, and nothing else is ever loaded."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from issuer.crypto import contexts
from issuer.crypto.contexts import (
    CLR2_CONTEXT,
    OB3_CONTEXT,
    PINS,
    VC2_CONTEXT,
    ContextSet,
    Pin,
    contexts_with,
    pinned_contexts,
)
from issuer.crypto.errors import ContextRefused, ContextUnavailable
from tests.oracles import needs_shared, shared_json, shared_path

OFFICIAL_TEXTS = {
    VC2_CONTEXT: "credentials-v2.jsonld",
    contexts.VC1_CONTEXT: "credentials-v1.jsonld",
    OB3_CONTEXT: "ob-v3p0-context-3.0.3.json",
    contexts.OB3_EXTENSIONS_CONTEXT: "ob-v3p0-extensions.json",
    CLR2_CONTEXT: "clr-v2p0-context-2.0.1.json",
    contexts.DATA_INTEGRITY_V2_CONTEXT: "data-integrity-v2.jsonld",
    contexts.MULTIKEY_CONTEXT: "multikey-v1.jsonld",
    contexts.DID_CONTEXT: "did-v1.jsonld",
    contexts.ED25519_2020_CONTEXT: "ed25519-2020-v1.jsonld",
    "https://w3id.org/security/suites/jws-2020/v1": "jws-2020-v1.jsonld",
    "https://w3id.org/security/v1": "security-v1.jsonld",
    "https://w3id.org/security/v2": "security-v2.jsonld",
}


@needs_shared
@pytest.mark.parametrize("url", OFFICIAL_TEXTS)
def test_a_pinned_context_says_what_its_publisher_says(url: str) -> None:
    official = shared_json("standards/contexts/" + OFFICIAL_TEXTS[url])
    assert json.loads(json.dumps(pinned_contexts().document(url), default=dict)) == official


def test_the_contexts_that_are_issued_with_come_with_installed_packages() -> None:
    for url in (VC2_CONTEXT, OB3_CONTEXT, contexts.OB3_EXTENSIONS_CONTEXT, CLR2_CONTEXT, contexts.DID_CONTEXT):
        assert "@context" in pinned_contexts().document(url)


def test_v25_a_context_elsewhere_is_refused_not_fetched() -> None:
    with pytest.raises(ContextRefused):
        pinned_contexts().document("https://attacker.example/context.json")


@pytest.mark.parametrize("url", [VC2_CONTEXT + "/", VC2_CONTEXT.upper(), VC2_CONTEXT.replace("https", "http"), ""])
def test_a_context_is_known_by_its_exact_url_only(url: str) -> None:
    with pytest.raises(ContextRefused):
        pinned_contexts().document(url)


def test_a_context_that_is_pinned_but_not_installed_is_unavailable_not_wrong() -> None:
    with pytest.raises(ContextUnavailable) as refusal:
        contexts.ContextSet({}).document(contexts.DATA_INTEGRITY_V1_CONTEXT)
    assert not refusal.value.conclusive


def write_pinned(folder: Path, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Pin:
    """A context of our own in a folder, with a pin to it."""
    data = json.dumps(document).encode()
    (folder / "own.jsonld").write_bytes(data)
    pin = Pin("https://badges.example.org/context/v1", hashlib.sha256(data).hexdigest(), "own.jsonld")
    monkeypatch.setattr(contexts, "PINS", (*PINS, pin))
    return pin


def test_a_folder_adds_the_pins_that_no_package_carries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pin = write_pinned(tmp_path, {"@context": {"rank": "https://badges.example.org/terms#rank"}}, monkeypatch)
    assert "rank" in contexts_with(tmp_path).document(pin.url)["@context"]
    assert pin.url not in pinned_contexts().documents


def test_a_context_file_with_one_byte_changed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pinned(tmp_path, {"@context": {"rank": "https://badges.example.org/terms#rank"}}, monkeypatch)
    with (tmp_path / "own.jsonld").open("ab") as file:
        file.write(b"\n")
    with pytest.raises(ContextRefused):
        contexts_with(tmp_path)


@pytest.mark.parametrize("keyword", ["@vocab", "@base", "@import", "@language", "@direction"])
def test_a_context_that_would_define_everything_is_refused(
    keyword: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scoped = {"@id": "https://badges.example.org/terms#rank", "@context": {keyword: "https://badges.example.org/"}}
    write_pinned(tmp_path, {"@context": {"rank": scoped}}, monkeypatch)
    with pytest.raises(ContextRefused):
        contexts_with(tmp_path)


@needs_shared
def test_every_pin_is_found_in_the_folder_of_published_contexts() -> None:
    loaded = contexts_with(shared_path("standards/contexts"))
    assert set(loaded.documents) == {pin.url for pin in PINS}


def test_two_sets_are_the_same_only_if_they_are_one() -> None:
    one, other = ContextSet({}), ContextSet({})
    assert one != other
    assert pinned_contexts() is pinned_contexts()
