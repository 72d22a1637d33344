"""ecdsa-sd-2023 over HTTP: base proofs from the test issuer, what is derived from them, and who may derive."""

from __future__ import annotations

import copy
from typing import Any

import cbor2
import pytest
from flask import Flask

from issuer.crypto.multibase import decode_multibase, encode_base64url
from tests.factories.people import make_person, make_token
from tests.suites import DATA_INTEGRITY, VC1, Suite, plain_credential, plain_credential_1

BASE_HEADER, DERIVED_HEADER = b"\xd9\x5d\x00", b"\xd9\x5d\x01"
SUBJECT = ["/credentialSubject"]


def base(suite: Suite, given: dict[str, Any] | None = None, **options: object) -> dict[str, Any]:
    return suite.issue(suite.issuer("ecdsa-sd-2023"), given or plain_credential(), **options)


def derive(suite: Suite, credential: object, *pointers: object) -> Any:
    body = {"verifiableCredential": credential, "options": {"selectivePointers": list(pointers)}}
    return suite.post(suite.manifest()["derive"], body)


def named_credential() -> dict[str, Any]:
    return plain_credential(
        name="A credential", description="Of somebody", credentialSubject={"id": "did:example:subject", "name": "Alice"}
    )


def test_a_base_proof_has_the_five_components(suite: Suite) -> None:
    proof = base(suite, mandatoryPointers=["/issuer"])["proof"]
    assert proof["cryptosuite"] == "ecdsa-sd-2023"
    assert proof["proofValue"].startswith("u")
    value = decode_multibase(proof["proofValue"])
    assert value[:3] == BASE_HEADER
    signature, public_key, hmac_key, signatures, pointers = cbor2.loads(value[3:])
    assert (len(signature), len(public_key), len(hmac_key)) == (64, 35, 32)
    assert {len(each) for each in signatures} == {64}
    assert pointers == ["/issuer"]


def test_chance_is_fresh_for_each_proof(suite: Suite) -> None:
    keys = set()
    for _ in range(3):
        value = decode_multibase(base(suite)["proof"]["proofValue"])
        _signature, public_key, hmac_key, _signatures, _pointers = cbor2.loads(value[3:])
        keys |= {bytes(public_key), bytes(hmac_key)}
    assert len(keys) == 6


@pytest.mark.parametrize("pointers", [["/nothing/here"], ["issuer"], ["/credentialSubject/name"], [7], "text", [None]])
def test_a_pointer_that_leads_nowhere_is_refused(suite: Suite, pointers: object) -> None:
    issuer = suite.issuer("ecdsa-sd-2023")
    reply = suite.ask_to_issue(issuer, plain_credential(), mandatoryPointers=pointers)
    assert reply.status_code == 400
    assert reply.get_json()["errors"]


def test_what_is_derived_shows_a_part_and_verifies(suite: Suite) -> None:
    issued = base(suite, named_credential(), mandatoryPointers=["/issuer"])
    reply = derive(suite, issued, "/credentialSubject/name")
    assert reply.status_code == 201
    shown = reply.get_json()
    assert "description" not in shown
    assert shown["credentialSubject"]["name"] == "Alice"
    assert shown["issuer"] == issued["issuer"]
    assert decode_multibase(shown["proof"]["proofValue"])[:3] == DERIVED_HEADER
    assert suite.verify(shown).status_code == 200
    for change in ({"credentialSubject": {"id": "urn:invalid"}}, {"name": "Another"}, {"id": "urn:uuid:other"}):
        assert suite.verify(shown | change).status_code == 400


def test_a_document_of_1_1_is_disclosed_in_part(suite: Suite) -> None:
    issued = base(suite, plain_credential_1(), mandatoryPointers=["/issuer"])
    shown = derive(suite, issued, "/credentialSubject/id").get_json()
    assert shown["@context"] == [VC1, DATA_INTEGRITY]
    assert suite.verify(shown).status_code == 200


def test_a_base_proof_itself_is_not_accepted(suite: Suite) -> None:
    assert suite.verify(base(suite)).status_code == 400


@pytest.mark.parametrize("pointer", ["/nothing", "issuer", "/credentialSubject/name/0", 7, None, ["/issuer"]])
def test_what_cannot_be_shown_is_refused(suite: Suite, pointer: object) -> None:
    reply = derive(suite, base(suite), pointer)
    assert reply.status_code == 400
    assert reply.get_json()["errors"]


def test_only_a_base_proof_can_be_derived_from(suite: Suite) -> None:
    issued = base(suite)
    derived = derive(suite, issued, *SUBJECT).get_json()
    plain = suite.issue(suite.issuer("ecdsa-rdfc-2019", "P-256"), plain_credential())
    garbage = copy.deepcopy(issued)
    garbage["proof"]["proofValue"] = "u" + encode_base64url(BASE_HEADER + b"\xff" * 40)
    for credential in (derived, plain, plain_credential(), garbage, None, "text", [], {}):
        reply = derive(suite, credential, *SUBJECT)
        assert reply.status_code == 400
        assert reply.get_json()["errors"]


def test_deriving_needs_a_token_elsewhere(app: Flask, suite: Suite) -> None:
    body = {"verifiableCredential": base(suite, mandatoryPointers=["/issuer"])}
    body["options"] = {"selectivePointers": SUBJECT}
    assert app.test_client().post("/credentials/derive", json=body).status_code == 401
    person = make_person(app, "learner")
    allowed = make_token(app, person.account_id, "credentials:derive")
    assert app.test_client().post("/credentials/derive", json=body, headers=allowed).status_code == 201
    other = make_token(app, person.account_id, "learn")
    assert app.test_client().post("/credentials/derive", json=body, headers=other).status_code == 403
