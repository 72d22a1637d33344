"""The issuers for test suites: what the manifest promises, and how each of them secures a credential."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from issuer.crypto.multibase import decode_base64url, decode_multibase, encode_base64url
from issuer.crypto.timestamps import parse_timestamp
from tests.suites import BASE_URL, DATA_INTEGRITY, VC1, VC2, Suite, plain_credential, plain_credential_1

EMBEDDED = (
    ("eddsa-rdfc-2022", "Ed25519", 64),
    ("eddsa-jcs-2022", "Ed25519", 64),
    ("ecdsa-rdfc-2019", "P-256", 64),
    ("ecdsa-rdfc-2019", "P-384", 96),
    ("ecdsa-jcs-2019", "P-256", 64),
    ("ecdsa-jcs-2019", "P-384", 96),
)
EVERY = (*((name, key_type) for name, key_type, _size in EMBEDDED), ("ecdsa-sd-2023", "P-256"), ("jwt", "P-256"))
PREFIX_OF = {"Ed25519": "z6Mk", "P-256": "zDna", "P-384": "z82L"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/conformance/manifest.json"),
        ("GET", "/conformance/status/revocation"),
        ("POST", "/conformance/issuers/eddsa-rdfc-2022/credentials/issue"),
        ("POST", "/conformance/issuers/eddsa-rdfc-2022-status/credentials/status"),
        ("POST", "/conformance/credentials/derive"),
        ("POST", "/conformance/credentials/verify"),
        ("POST", "/conformance/presentations/verify"),
    ],
)
def test_without_the_setting_nothing_of_it_is_there(app: Flask, tmp_path: Path, method: str, path: str) -> None:
    reply = app.test_client().open(path, method=method, json={"credential": plain_credential()})
    assert reply.status_code == 404
    assert "json" in reply.content_type
    assert not (tmp_path / "conformance").exists()


def test_the_manifest_names_an_issuer_for_each_way_to_secure_a_credential(suite: Suite) -> None:
    manifest = suite.manifest()
    ways = {(entry["cryptosuite"], entry["keyType"], entry["status"]) for entry in manifest["issuers"]}
    assert ways == {*((name, key_type, False) for name, key_type in EVERY), ("eddsa-rdfc-2022", "Ed25519", True)}
    for entry in manifest["issuers"]:
        assert entry["id"].startswith("did:key:" + PREFIX_OF[entry["keyType"]])
        assert entry["endpoint"].startswith(f"{BASE_URL}/conformance/issuers/")
    assert manifest["vcVersions"] == ["1.1", "2.0"]
    assert manifest["strictVerifier"] == f"{BASE_URL}/credentials/verify"
    assert len({entry["id"] for entry in manifest["issuers"]}) == len(manifest["issuers"])


def test_the_issuers_stay_who_they_are(conformance_app: Flask, suite: Suite, tmp_path: Path) -> None:
    first = suite.manifest()
    again = Suite(conformance_app.test_client()).manifest()
    assert again == first
    names = [entry["id"].removeprefix("did:key:") for entry in first["issuers"]]
    kept = "".join(path.read_text() for path in (tmp_path / "keys").iterdir())
    assert not any(name in kept for name in names)
    assert "AES-256-GCM" in kept


@pytest.mark.parametrize(("name", "key_type", "size"), EMBEDDED)
def test_a_proof_is_one_object_with_all_its_members(suite: Suite, name: str, key_type: str, size: int) -> None:
    issuer = suite.issuer(name, key_type)
    issued = suite.issue(issuer, plain_credential())
    proof = issued["proof"]
    did = issuer["id"]
    assert isinstance(proof, dict)
    assert (proof["type"], proof["cryptosuite"], proof["proofPurpose"]) == (
        "DataIntegrityProof",
        name,
        "assertionMethod",
    )
    assert proof["verificationMethod"] == f"{did}#{did.removeprefix('did:key:')}"
    assert proof["proofValue"].startswith("z")
    assert len(decode_multibase(proof["proofValue"])) == size
    parse_timestamp(proof["created"])
    assert ("@context" in proof) is ("jcs" in name)
    assert suite.verify(issued).status_code == 200


@pytest.mark.parametrize(("name", "key_type", "_size"), EMBEDDED)
def test_a_changed_credential_does_not_verify(suite: Suite, name: str, key_type: str, _size: int) -> None:
    issued = suite.issue(suite.issuer(name, key_type), plain_credential())
    issued["credentialSubject"] = {"id": "did:example:somebody-else"}
    assert suite.verify(issued).status_code == 400


def test_an_envelope_holds_the_credential_as_it_is(suite: Suite) -> None:
    issuer = suite.issuer("jwt")
    envelope = suite.issue(issuer, plain_credential())
    assert set(envelope) == {"@context", "id", "type"}
    media_type, comma, token = envelope["id"].partition(",")
    assert (media_type, comma) == ("data:application/vc+jwt", ",")
    header, payload = (json.loads(decode_base64url(part)) for part in token.split(".")[:2])
    did = issuer["id"]
    assert (header["alg"], header["typ"]) == ("ES256", "vc+jwt")
    assert header["kid"] == f"{did}#{did.removeprefix('did:key:')}"
    assert payload == plain_credential(issuer=did)
    assert suite.verify(envelope).status_code == 200


def test_a_changed_token_or_envelope_does_not_verify(suite: Suite) -> None:
    envelope = suite.issue(suite.issuer("jwt"), plain_credential())
    start, payload, signature = envelope["id"].split(".")
    other = encode_base64url(decode_base64url(payload).replace(b"did:example:subject", b"did:example:another"))
    for identifier in (
        f"{start}.{other}.{signature}",
        f"{start}.{payload}.{signature[:-4]}AAAA",
        f"{start}.{payload}.",
    ):
        assert suite.verify(envelope | {"id": identifier}).status_code == 400
    for change in ({"type": "VerifiableCredential"}, {"@context": []}, {"id": envelope["id"].partition(",")[2]}):
        assert suite.verify(envelope | change).status_code == 400


@pytest.mark.parametrize(("name", "key_type"), [way for way in EVERY if way[0] != "jwt"])
def test_everything_but_the_proof_stays_as_it_was_given(suite: Suite, name: str, key_type: str) -> None:
    issuer = suite.issuer(name, key_type)
    given = {
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:subject"},
        "issuer": issuer["id"],
        "@context": [VC2],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    }
    reply = suite.ask_to_issue(issuer, given)
    members = json.loads(reply.get_data(), object_pairs_hook=list)
    assert [member for member, _value in members] == [*given, "proof"]
    issued = reply.get_json()
    del issued["proof"]
    assert issued == given


@pytest.mark.parametrize(("name", "key_type"), [way for way in EVERY if way[0] != "jwt"])
def test_a_document_of_1_1_gets_the_context_of_its_proof(suite: Suite, name: str, key_type: str) -> None:
    issued = suite.issue(suite.issuer(name, key_type), plain_credential_1())
    assert issued["@context"] == [VC1, DATA_INTEGRITY]
    assert issued["issuanceDate"] == "2020-03-16T22:37:26.544Z"
    if name != "ecdsa-sd-2023":
        assert suite.verify(issued).status_code == 200


def test_a_document_that_has_that_context_keeps_its_own(suite: Suite) -> None:
    given = plain_credential_1(**{"@context": [VC1, DATA_INTEGRITY]})
    assert suite.issue(suite.issuer("eddsa-rdfc-2022"), given)["@context"] == [VC1, DATA_INTEGRITY]


@pytest.mark.parametrize(("name", "key_type"), EVERY)
def test_an_undefined_term_is_never_signed(suite: Suite, name: str, key_type: str) -> None:
    """Safe mode holds where the signature does not depend on it, too."""
    subject = {"id": "did:example:subject", "honours": "first class"}
    reply = suite.ask_to_issue(suite.issuer(name, key_type), plain_credential(credentialSubject=subject))
    assert reply.status_code == 400
    assert any(text.startswith("DATA_LOSS_DETECTION_ERROR") for text in reply.get_json()["errors"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"credential": null}',
        b'{"credential": "text"}',
        b'{"credential": [{}]}',
        b"{}",
        b'{"credential": {}, "credential": {}}',
        b'{"credential": {"a": NaN}}',
        b'{"credential": {"a": "\xff"}}',
        b"[" * 3000 + b"]" * 3000,
        b'{"credential": {}, "options": "text"}',
    ],
)
def test_what_cannot_be_read_is_refused_with_400_and_json(suite: Suite, body: bytes) -> None:
    reply = suite.post(suite.issuer("eddsa-rdfc-2022")["endpoint"], body)
    assert reply.status_code == 400
    answer = reply.get_json()
    assert answer["verified"] is False
    assert all(isinstance(text, str) for text in answer["errors"])
    assert answer["errors"]
    assert answer["problemDetails"][0]["type"].endswith("PARSING_ERROR")


def test_a_body_is_read_whatever_type_it_says_it_has(suite: Suite) -> None:
    issuer = suite.issuer("eddsa-rdfc-2022")
    body = json.dumps({"credential": plain_credential(issuer=issuer["id"])}).encode()
    path = issuer["endpoint"].removeprefix(BASE_URL)
    for content_type in ("text/plain", "application/ld+json", "application/x-www-form-urlencoded", None):
        reply = suite.client.post(path, data=body, content_type=content_type)
        assert reply.status_code == 201, content_type
        assert reply.content_type == "application/json"


def test_unknown_options_are_ignored(suite: Suite) -> None:
    issued = suite.issue(suite.issuer("eddsa-rdfc-2022"), plain_credential(), created="yesterday", type="Other")
    assert issued["proof"]["type"] == "DataIntegrityProof"
    assert issued["proof"]["created"] != "yesterday"


@pytest.mark.parametrize("over", [{"issuer": "did:example:issuer"}, {"proof": {"type": "DataIntegrityProof"}}])
def test_another_issuer_or_a_proof_that_is_there_already_is_refused(suite: Suite, over: dict[str, object]) -> None:
    assert suite.ask_to_issue(suite.issuer("eddsa-rdfc-2022"), plain_credential(**over)).status_code == 400


def test_an_issuer_that_is_not_there_is_answered_in_json(suite: Suite) -> None:
    reply = suite.post(f"{BASE_URL}/conformance/issuers/nobody/credentials/issue", {"credential": plain_credential()})
    assert reply.status_code == 404
    assert reply.get_json()["errors"]
