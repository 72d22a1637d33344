"""Signing: only what is checked and recorded, once, and only what our own check accepts comes out."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from issuer import signing
from issuer.base.db import db
from issuer.base.errors import NotFound
from issuer.crypto.contexts import OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT, VC2_CONTEXT
from issuer.crypto.proof_verification import verify_proof
from issuer.crypto.signatures import local_signer
from issuer.crypto.strict_json import load_object
from issuer.crypto.vc_jwt import parse_jwt
from issuer.keys import keystore
from issuer.keys.key_file import KeyUnusable
from issuer.keys.statements import Statement, secure
from issuer.models import Organisation
from issuer.profile import issuer_did, issuer_profile, key_resolver, key_url, method_id
from issuer.status import places
from tests.factories.keys import make_issuer

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
SUBJECT = "Award0000000000000001A"


def make_document(organisation: Organisation, *, subject: str = SUBJECT, **over: Any) -> dict[str, Any]:
    """A small badge with a recorded place in a status list."""
    status_list, index = places.allocate(organisation, subject)
    base = "http://localhost:8000"
    document = {
        "@context": [VC2_CONTEXT, OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT],
        "id": f"{base}/badges/{subject}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Ten-minute prospect research",
        "issuer": issuer_profile(organisation),
        "validFrom": "2026-03-04T05:06:07Z",
        "credentialSubject": {
            "id": "urn:uuid:6c4ba481-3f21-4d07-a3e3-afdc71ca61d6",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": f"{base}/achievements/x",
                "type": ["Achievement"],
                "name": "Ten-minute prospect research",
                "description": "Finds what matters about a company in ten minutes.",
                "criteria": {"narrative": "Complete the module."},
            },
        },
        "credentialStatus": places.status_reference(status_list, index),
    }
    return document | over


def prepare(organisation: Organisation, document: dict[str, Any]) -> signing.Prepared:
    return signing.prepare_badge(document, organisation=organisation, subject=SUBJECT, now=NOW)


def code_of(caught: pytest.ExceptionInfo[signing.NotSigned]) -> str:
    return caught.value.code


def test_a_checked_badge_comes_out_with_a_proof_and_a_jwt_that_strangers_can_verify(ctx: Flask) -> None:
    organisation = make_issuer()
    document = make_document(organisation)
    signed = signing.sign(prepare(organisation, document), now=NOW)
    secured = load_object(signed.document)
    assert verify_proof(secured, resolve_key=key_resolver(organisation), now=NOW).verified
    assert {name: value for name, value in secured.items() if name != "proof"} == document
    assert signed.jwt is not None
    assert dict(parse_jwt(signed.jwt).credential) == document


def test_each_signature_is_made_with_the_key_of_its_purpose(ctx: Flask) -> None:
    organisation = make_issuer()
    signed = signing.sign(prepare(organisation, make_document(organisation)), now=NOW)
    keys = {key.purpose: key for key in keystore.keys_of(organisation)}
    assert (signed.proof_kid, signed.jwt_kid) == (keys["badge_proof"].kid, keys["badge_jwt"].kid)
    proof = load_object(signed.document)["proof"][0]
    assert proof["verificationMethod"] == method_id(keys["badge_proof"], issuer_did(organisation))
    assert proof["created"] == "2026-03-04T05:06:07Z"
    assert signed.jwt is not None
    assert parse_jwt(signed.jwt).header == {"alg": "RS256", "kid": key_url(keys["badge_jwt"]), "typ": "JWT"}


def test_signing_the_same_at_the_same_time_gives_the_same_bytes(ctx: Flask) -> None:
    organisation = make_issuer()
    document = make_document(organisation)
    first, second = (signing.sign(prepare(organisation, document), now=NOW) for _ in range(2))
    assert (first.document, first.jwt) == (second.document, second.jwt)


def test_a_document_that_was_not_checked_cannot_be_put_before_the_signer(ctx: Flask) -> None:
    organisation = make_issuer()
    with pytest.raises(TypeError):
        signing.Prepared(object(), prepare(organisation, make_document(organisation)).intent, "a token of my own")


def test_a_prepared_document_is_signed_once(ctx: Flask) -> None:
    organisation = make_issuer()
    prepared = prepare(organisation, make_document(organisation))
    signing.sign(prepared, now=NOW)
    with pytest.raises(signing.NotSigned) as caught:
        signing.sign(prepared, now=NOW)
    assert code_of(caught) == "already_signed"


def test_changing_the_document_after_its_check_does_not_change_what_is_signed(ctx: Flask) -> None:
    organisation = make_issuer()
    document = make_document(organisation)
    prepared = prepare(organisation, document)
    document["credentialSubject"]["achievement"]["name"] = "Something grander"
    signed = signing.sign(prepared, now=NOW)
    assert b"Something grander" not in signed.document


def test_a_badge_without_a_recorded_award_is_not_signed(ctx: Flask) -> None:
    organisation = make_issuer()
    document = make_document(organisation)
    with pytest.raises(NotFound):
        signing.prepare_badge(document, organisation=organisation, subject="AnotherAward000000001A", now=NOW)


def test_a_place_recorded_by_another_organisation_does_not_serve(ctx: Flask) -> None:
    organisation, other = make_issuer(), make_issuer()
    document = make_document(organisation)
    with pytest.raises(signing.NotSigned) as caught:
        prepare(other, document | {"issuer": issuer_profile(other)})
    assert code_of(caught) == "not_as_recorded"


@pytest.mark.parametrize(
    "change",
    [
        {"id": "http://localhost:8000/badges/AnotherAward000000001A"},
        {"id": "https://elsewhere.example/badges/" + SUBJECT},
        {"issuer": "did:web:elsewhere.example"},
        {"issuer": {"id": "did:web:elsewhere.example", "type": ["Profile"]}},
        {"issuer": None},
        {"@context": [VC2_CONTEXT]},
        {"@context": [VC2_CONTEXT, OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT, "https://elsewhere.example/context"]},
        {"@context": [VC2_CONTEXT, OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT, {"name": "https://elsewhere.example/name"}]},
        {"credentialStatus": None},
        {"credentialStatus": {"type": "BitstringStatusListEntry", "statusListIndex": "7"}},
        {"validFrom": "2031-01-01T00:00:00Z"},
        {"validFrom": "2026-03-04T05:06:07"},
        {"validFrom": None},
        {"validUntil": "2026-03-04T05:06:07Z"},
        {"validUntil": "2020-01-01T00:00:00Z"},
        {"proof": []},
        {"jti": "http://localhost:8000/badges/" + SUBJECT},
        {"endorsementJwt": ["a.b.c"]},
    ],
    ids=lambda change: json.dumps(change)[:60],
)
def test_a_document_that_is_not_what_is_recorded_is_not_signed(ctx: Flask, change: dict[str, Any]) -> None:
    organisation = make_issuer()
    with pytest.raises(signing.NotSigned) as caught:
        prepare(organisation, make_document(organisation) | change)
    assert code_of(caught) == "not_as_recorded"


def test_a_property_that_no_context_defines_is_not_signed(ctx: Flask) -> None:
    organisation = make_issuer()
    prepared = prepare(organisation, make_document(organisation, honours="summa cum laude"))
    with pytest.raises(signing.NotSigned) as caught:
        signing.sign(prepared, now=NOW)
    assert code_of(caught) == "not_signable_unsigned_property"


def test_a_half_second_in_a_date_is_not_signed(ctx: Flask) -> None:
    organisation = make_issuer()
    prepared = prepare(organisation, make_document(organisation, validFrom="2026-03-04T05:06:06.5Z"))
    with pytest.raises(signing.NotSigned) as caught:
        signing.sign(prepared, now=NOW)
    assert code_of(caught) == "not_signable_malformed"


def test_a_locked_key_stops_signing_with_its_own_name(ctx: Flask) -> None:
    organisation = make_issuer()
    prepared = prepare(organisation, make_document(organisation))
    folder = ctx.config["ROSETTE"].data_dir / "keys"
    (folder / f"{prepared.intent.proof_key.kid}.json").chmod(0o644)
    with pytest.raises(KeyUnusable) as caught:
        signing.sign(prepared, now=NOW)
    assert caught.value.code == "key_exposed"


class AnotherKeysBackend:
    """A signing backend gone wrong: it signs with keys of its own making, not with those that we publish."""

    def sign(self, statement: Statement, *, now: datetime) -> bytes:
        key = keystore.generate(statement.purpose)
        return secure(statement, signer=local_signer(key), public_key=key.public_key())


def test_a_signature_that_our_own_check_refuses_never_leaves(ctx: Flask) -> None:
    organisation = make_issuer()
    prepared = prepare(organisation, make_document(organisation))
    ctx.extensions["rosette_signing_backend"] = AnotherKeysBackend()
    with pytest.raises(signing.NotSigned) as caught:
        signing.sign(prepared, now=NOW)
    assert code_of(caught) == "own_signature_refused"


def test_a_status_list_is_signed_for_its_own_address_only(ctx: Flask) -> None:
    organisation = make_issuer()
    status_list, _ = places.allocate(organisation, SUBJECT)
    document = {
        "@context": [VC2_CONTEXT],
        "id": "http://localhost:8000/status/another",
        "issuer": issuer_did(organisation),
        "validFrom": "2026-03-04T05:06:07Z",
    }
    with pytest.raises(signing.NotSigned):
        signing.prepare_status_list(document, organisation=organisation, status_list=status_list, now=NOW)


def test_a_few_minutes_of_clock_difference_are_allowed(ctx: Flask) -> None:
    organisation = make_issuer()
    document = make_document(organisation)
    early = NOW - timedelta(minutes=4)
    prepared = signing.prepare_badge(document, organisation=organisation, subject=SUBJECT, now=early)
    assert signing.sign(prepared, now=early).signed_at == early
    db.session.rollback()
