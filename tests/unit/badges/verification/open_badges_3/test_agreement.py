"""We, a library in Python and one in JavaScript, on the same samples: where we differ stands here and in the docs.

Each is given the key as the issuer's own, as if the issuer published it: what is compared is what they say of the
badge.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

from badges.verification.report import Verdict
from issuer.crypto.contexts import CLR2_CONTEXT, pinned_contexts
from issuer.crypto.multikey import PublicKey, from_jwk, from_multikey
from tests.fuzz.published import sample_specimens
from tests.javascript import verdict
from tests.oracles import needs_shared
from tests.unit.badges.verification.open_badges_3.making import check
from tests.unit.badges.verification.test_samples import NOW

SPECIMENS = {each.name.removeprefix("sample "): each.content for each in sample_specimens()}

# Sample -> whether we, the library in Python and the one in JavaScript find it good. docs/interop.md says why not.
AGREED = {
    "ob30/simple.json": (True, True, True),
    "ob30/simple-context-alias.json": (True, True, True),
    "ob30/simple-json.png": (True, True, True),
    "ob30/simple-did-key-method.json": (True, True, True),
    "ob30/simple-err-proof-value.json": (False, False, False),
    "ob30/simple-err-issued.json": (False, False, False),
}
DIFFERENT = {
    "clr20/simple.json": (True, False, True),
    "ob30/endorsement-valid.json": (True, False, True),
    "bit-string-list/testlist": (True, False, True),
    "bit-string-list/credential-status-revoked.json": (False, True, False),
    "ob30/simple-eddsa-2022.json": (True, False, False),
    "ob30/simple-jwt.svg": (True, False, False),
    "ob30/simple-jwt_v1.png": (True, False, False),
    "ob30/complete.json": (False, False, False),
}


def _baked(name: str) -> dict[str, Any] | str:
    """A picture's JSON is that of its neighbour; a token stands in it as text."""
    content = SPECIMENS.get(name)
    return SPECIMENS["ob30/simple.json"] if content is None else content


def _proof(document: dict[str, Any]) -> dict[str, Any]:
    proofs = document["proof"]
    found: dict[str, Any] = proofs[0] if isinstance(proofs, list) else proofs
    return found


def _issuer_of(document: dict[str, Any]) -> str:
    issuer = document["issuer"]
    return str(issuer["id"] if isinstance(issuer, dict) else issuer)


def _key_of(content: dict[str, Any] | str) -> PublicKey:
    if isinstance(content, str):
        header = json.loads(base64.urlsafe_b64decode(content.split(".")[0] + "=="))
        return from_jwk(header["jwk"])
    return from_multikey(_proof(content)["verificationMethod"].rpartition("#")[2].removeprefix("did:key:"))


def _public(content: dict[str, Any] | str) -> dict[str, Any]:
    """The issuer's document with the key of the proof, as it would publish it."""
    clr = {CLR2_CONTEXT: dict(pinned_contexts().document(CLR2_CONTEXT))}
    if isinstance(content, str):
        return clr
    method_id, issuer = _proof(content)["verificationMethod"], _issuer_of(content)
    method = {
        "@context": "https://w3id.org/security/multikey/v1",
        "id": method_id,
        "type": "Multikey",
        "controller": issuer,
        "publicKeyMultibase": method_id.rpartition("#")[2].removeprefix("did:key:"),
    }
    contexts = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
    document = {"@context": contexts, "id": issuer, "verificationMethod": [method], "assertionMethod": [method_id]}
    listing = SPECIMENS["bit-string-list/testlist"]
    assert isinstance(listing, dict)
    status = content.get("credentialStatus", {}).get("statusListCredential")
    return {**clr, issuer: document, method_id: method, **({status: listing} if status else {})}


def _ours(content: dict[str, Any] | str) -> bool:
    return check(content, _public(content), now=NOW).verdict is Verdict.VALID


def _in_python(content: dict[str, Any] | str) -> bool:
    pem = _key_of(content).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    try:
        if isinstance(content, str):
            OB3Verifier(pem).verify(content)
        else:
            OB3LdpVerifier(pem).verify(json.dumps(content).encode())
    except OB3VerificationError:
        return False
    return True


@pytest.fixture
def in_javascript(verify_js: Path, tmp_path: Path) -> Any:
    def ask(content: dict[str, Any] | str) -> bool:
        data = content if isinstance(content, str) else json.dumps(content)
        return bool(verdict(verify_js, data.encode(), _public(content), tmp_path)["verified"])

    return ask


@needs_shared
@pytest.mark.parametrize(("name", "good"), [*AGREED.items(), *DIFFERENT.items()])
def test_what_we_and_a_library_in_python_say_of_a_sample(name: str, good: tuple[bool, bool, bool]) -> None:
    content = _baked(name)
    assert (_ours(content), _in_python(content)) == good[:2]


@needs_shared
@pytest.mark.parametrize(("name", "good"), [*AGREED.items(), *DIFFERENT.items()])
def test_what_a_library_in_javascript_says_of_a_sample(
    name: str, good: tuple[bool, bool, bool], in_javascript: Any
) -> None:
    assert in_javascript(_baked(name)) is good[2]


@needs_shared
@pytest.mark.parametrize("name", [name for name, good in AGREED.items() if all(good)])
def test_nobody_believes_a_sample_with_another_name(name: str) -> None:
    content = _baked(name)
    assert isinstance(content, dict)
    changed = content | {"name": "Something grander"}
    assert not _ours(changed)
    assert not _in_python(changed)
