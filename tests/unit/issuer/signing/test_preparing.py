"""Credentials of any kind, and checkpoints of the log: each with a key of its own, and nothing besides."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from issuer import signing
from issuer.base.db import db
from issuer.crypto.contexts import VC2_CONTEXT
from issuer.crypto.signatures import verify_signature
from issuer.crypto.strict_json import load_object
from issuer.keys import keystore
from issuer.models import Organisation
from issuer.profile import issuer_did
from tests.factories.keys import make_issuer

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
BODY = b"localhost:8000/log\n3\n" + b"A" * 43 + b"=\n"


def credential(organisation: Organisation, **over: Any) -> dict[str, Any]:
    return {
        "@context": [VC2_CONTEXT],
        "id": "urn:uuid:6c4ba481-3f21-4d07-a3e3-afdc71ca61d6",
        "type": ["VerifiableCredential"],
        "issuer": issuer_did(organisation),
        "credentialSubject": {"id": "did:example:holder"},
    } | over


def code_of(organisation: Organisation, document: dict[str, Any], **over: Any) -> str:
    with pytest.raises(signing.NotSigned) as caught:
        signing.sign(signing.prepare_credential(document, organisation=organisation, now=NOW, **over), now=NOW)
    return caught.value.code


@pytest.mark.parametrize("cryptosuite", ["", "eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_any_credential_of_the_issuer_is_signed_by_a_key_for_such_things_only(ctx: Flask, cryptosuite: str) -> None:
    organisation = make_issuer()
    document = credential(organisation)
    prepared = signing.prepare_credential(document, organisation=organisation, now=NOW, cryptosuite=cryptosuite)
    signed = signing.sign(prepared, now=NOW)
    assert signed.unsigned == document and signed.jwt is None
    assert load_object(signed.document)["proof"]["cryptosuite"] == (cryptosuite or "eddsa-rdfc-2022")
    assert signed.proof_kid == keystore.active_key(organisation, "credential_proof").kid
    assert signing.refusal(signed.document, None, organisation=organisation, now=NOW) == ""


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "did:web:elsewhere.example"},
        {"id": "http://localhost:8000/badges/Award0000000000000001A"},
        {"id": "http://localhost:8000/status/list"},
        {"proof": {}},
        {"@context": ["https://elsewhere.example/context"]},
        {"type": ["SomethingElse"]},
        {"validFrom": "2031-01-01T00:00:00Z"},
    ],
    ids=str,
)
def test_a_credential_that_is_not_the_issuers_to_give_is_not_signed(ctx: Flask, change: dict[str, Any]) -> None:
    organisation = make_issuer()
    assert code_of(organisation, credential(organisation) | change) == "not_as_recorded"


def test_a_cryptosuite_that_the_key_cannot_make_is_refused(ctx: Flask) -> None:
    organisation = make_issuer()
    assert code_of(organisation, credential(organisation), cryptosuite="ecdsa-rdfc-2019") == "not_as_recorded"


def test_a_very_long_id_is_recorded_by_its_digest(ctx: Flask) -> None:
    organisation = make_issuer()
    document = credential(organisation, id="urn:example:" + "x" * 5000)
    prepared = signing.prepare_credential(document, organisation=organisation, now=NOW)
    assert prepared.intent.subject.startswith("sha256:")
    assert signing.sign(prepared, now=NOW).unsigned == document


def test_a_checkpoint_is_signed_by_the_instances_own_key(ctx: Flask) -> None:
    made = signing.sign_checkpoint(signing.prepare_checkpoint(BODY, now=NOW), now=NOW)
    key = keystore.active_key(None, "log_checkpoint")
    assert (made.kid, key.organisation_id) == (key.kid, None)
    assert verify_signature(made.public_key, made.signature, BODY, alg="EdDSA")


def test_a_checkpoint_is_signed_once_for_each_time_it_was_prepared(ctx: Flask) -> None:
    prepared = signing.prepare_checkpoint(BODY, now=NOW)
    signing.sign_checkpoint(prepared, now=NOW)
    with pytest.raises(signing.NotSigned):
        signing.sign_checkpoint(prepared, now=NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"log\n3\n" + b"A" * 43 + b"=",
        b"\n3\n" + b"A" * 43 + b"=\n",
        b"log\n03\n" + b"A" * 43 + b"=\n",
        b"log\n-3\n" + b"A" * 43 + b"=\n",
        b"log\n3\nAAAA\n",
        b"log\n3\n" + b"A" * 43 + b"=\n\n",
        b"log\n3\n" + b"A" * 43 + b"=\nmore\x00\n",
        b"\xff\n3\n" + b"A" * 43 + b"=\n",
    ],
    ids=repr,
)
def test_bytes_that_are_no_checkpoint_are_not_signed(ctx: Flask, body: bytes) -> None:
    with pytest.raises(signing.NotSigned) as caught:
        signing.prepare_checkpoint(body, now=NOW)
    assert caught.value.code == "not_as_recorded"
    db.session.rollback()
