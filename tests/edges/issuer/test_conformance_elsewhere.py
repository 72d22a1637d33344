"""What the test issuers make is verified by somebody else's libraries, and refused by them when it was changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.javascript import verdict
from tests.suites import Suite, plain_credential

WAYS = (
    ("eddsa-rdfc-2022", "Ed25519"),
    ("eddsa-jcs-2022", "Ed25519"),
    ("ecdsa-rdfc-2019", "P-256"),
    ("ecdsa-rdfc-2019", "P-384"),
    ("ecdsa-jcs-2019", "P-256"),
    ("ecdsa-jcs-2019", "P-384"),
    ("ecdsa-sd-2023", "P-256"),
    ("jwt", "P-256"),
)


def made(suite: Suite, name: str, key_type: str) -> dict[str, Any]:
    """A credential; of one that can be disclosed in part, all of it."""
    issued = suite.issue(suite.issuer(name, key_type), plain_credential(name="A credential"))
    if name != "ecdsa-sd-2023":
        return issued
    body = {
        "verifiableCredential": issued,
        "options": {"selectivePointers": ["/issuer", "/name", "/credentialSubject"]},
    }
    derived: dict[str, Any] = suite.post(suite.manifest()["derive"], body).get_json()
    return derived


def changed(credential: dict[str, Any]) -> dict[str, Any]:
    if "proof" in credential:
        return credential | {"name": "Another credential"}
    token = credential["id"]
    middle = token.index(".") + 20
    return credential | {"id": token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]}


@pytest.mark.parametrize(("name", "key_type"), WAYS)
def test_other_libraries_agree(suite: Suite, verify_js: Path, tmp_path: Path, name: str, key_type: str) -> None:
    credential = made(suite, name, key_type)
    found = verdict(verify_js, json.dumps(credential).encode(), {}, tmp_path)
    assert found["verified"], found
    assert not verdict(verify_js, json.dumps(changed(credential)).encode(), {}, tmp_path)["verified"]
