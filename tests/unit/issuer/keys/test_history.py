"""What an issuer's DID document said on a certain day can be read, and checked, for ever."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from issuer import profile, signing
from issuer.base.db import db, utc_now
from issuer.base.errors import NotFound
from issuer.crypto.controller_documents import method_in
from issuer.crypto.proof_verification import verify_proof
from issuer.crypto.strict_json import load_object
from issuer.crypto.timestamps import parse_timestamp
from issuer.keys import history, keystore, life
from issuer.keys.compromise import compromise
from issuer.keys.statements import NotSigned
from issuer.models import DidVersion, Organisation
from tests.factories.keys import make_issuer, make_keys


def contents(organisation: Organisation) -> list[dict[str, Any]]:
    """All versions as strangers read them, the oldest first."""
    return [load_object(version.document) for version in reversed(history.versions_of(organisation))]


def rotate(organisation: Organisation, purpose: str = "badge_proof") -> None:
    life.rotate(keystore.active_key(organisation, purpose), actor="system", now=utc_now())


def outcome(document: dict[str, Any], organisation: Organisation) -> str:
    """What a stranger finds who has today's DID document only."""
    did, today = profile.issuer_did(organisation), profile.issuer_did_document(organisation)
    return verify_proof(document, resolve_key=lambda name: method_in(today, name, subject=did), now=utc_now()).outcome


def test_the_first_keys_make_the_first_version(ctx: Flask) -> None:
    organisation = make_issuer(slug="guild")
    (version,) = contents(organisation)
    assert version["id"] == "http://localhost:8000/issuers/guild/did/1.json"
    assert version["issuer"] == profile.issuer_did(organisation)
    assert version["versionId"] == "1"
    assert version["didDocument"] == profile.issuer_did_document(organisation)
    assert abs(parse_timestamp(version["versionTime"]) - utc_now()) < timedelta(minutes=1)
    assert "previousVersion" not in version


def test_a_rotation_makes_a_version_and_what_was_is_kept(ctx: Flask) -> None:
    organisation = make_issuer()
    before = profile.issuer_did_document(organisation)
    rotate(organisation)
    first, second = contents(organisation)
    assert first["didDocument"] == before
    assert second["didDocument"] == profile.issuer_did_document(organisation)
    assert len(second["didDocument"]["verificationMethod"]) == len(before["verificationMethod"]) + 1


def test_each_version_names_the_digest_of_the_one_before(ctx: Flask) -> None:
    organisation = make_issuer()
    rotate(organisation)
    older = history.find_version(organisation, 1)
    named = contents(organisation)[1]["previousVersion"]
    digest = base64.b64encode(hashlib.sha256(older.document).digest()).decode()
    assert named == {"id": load_object(older.document)["id"], "digestSRI": f"sha256-{digest}"}


def test_a_document_that_did_not_change_makes_no_version(ctx: Flask) -> None:
    organisation = make_issuer()
    make_keys(organisation)
    assert history.keep(organisation) is None
    key = keystore.active_key(organisation, "badge_proof")
    rotate(organisation)
    life.replace_now(key, actor="system", now=utc_now())
    assert len(contents(organisation)) == 2, "who signs now is not in the document"


def test_every_version_verifies_with_the_keys_of_today(ctx: Flask) -> None:
    organisation = make_issuer()
    for purpose in ("badge_proof", "did_history", "badge_jwt"):
        key = keystore.active_key(organisation, purpose)
        life.replace_now(key, actor="system", now=utc_now())
    versions = contents(organisation)
    assert len(versions) == 4
    assert [outcome(version, organisation) for version in versions] == ["verified"] * 4
    kept = history.versions_of(organisation)
    assert [history.refusal(each, organisation=organisation, now=utc_now()) for each in kept] == [""] * 4


@pytest.mark.parametrize(
    "change",
    [
        {"versionTime": "2020-01-01T00:00:00Z"},
        {"versionId": "7"},
        {"didDocument": {}},
        {"previousVersion": {"id": "https://elsewhere.example/1", "digestSRI": "sha256-AAAA"}},
        {"issuer": "did:web:elsewhere.example"},
    ],
)
def test_a_version_that_was_changed_does_not_verify(ctx: Flask, change: dict[str, Any]) -> None:
    organisation = make_issuer()
    assert outcome(contents(organisation)[0] | change, organisation) == "invalid"


def test_a_version_whose_bytes_are_not_those_that_were_kept_is_refused(ctx: Flask) -> None:
    organisation = make_issuer()
    kept = history.find_version(organisation, 1)
    fields = {"organisation_id", "number", "document", "sha256", "state_sha256", "signed_kid"}
    copy = DidVersion(**{name: getattr(kept, name) for name in fields})
    copy.document = json.dumps(load_object(kept.document), indent=1).encode()
    assert history.refusal(copy, organisation=organisation, now=utc_now()) == "bytes_changed"
    copy.sha256 = hashlib.sha256(copy.document).hexdigest()
    assert history.refusal(copy, organisation=organisation, now=utc_now()) == ""
    copy.document = copy.document.replace(b'"versionId": "1"', b'"versionId": "2"')
    copy.sha256 = hashlib.sha256(copy.document).hexdigest()
    assert history.refusal(copy, organisation=organisation, now=utc_now()) == "signature"


def test_only_the_key_of_the_history_signs_versions(ctx: Flask) -> None:
    organisation = make_issuer()
    key = keystore.active_key(organisation, "did_history")
    assert history.find_version(organisation, 1).signed_kid == key.kid
    named = contents(organisation)[0]["proof"][0]["verificationMethod"]
    assert named == profile.method_id(key, profile.issuer_did(organisation))


def test_a_badge_is_no_version_to_the_key_of_the_history(ctx: Flask) -> None:
    """The key's holder reads what it is to sign: one key, one purpose."""
    organisation = make_issuer()
    did = profile.issuer_did(organisation)
    badge = {"id": f"{profile.issuer_url(organisation)}/did/2.json", "issuer": did, "type": ["VerifiableCredential"]}
    elsewhere = {"id": "http://localhost:8000/badges/2.json", "issuer": did, "didDocument": {"id": did}}
    for document in (badge, {**badge, "didDocument": {"id": did}}, elsewhere):
        with pytest.raises(NotSigned):
            signing.prepare_did_version(document, organisation=organisation, now=utc_now())


def test_a_compromise_is_a_version_signed_after_it(ctx: Flask) -> None:
    organisation = make_issuer()
    key, now = keystore.active_key(organisation, "did_history"), utc_now()
    compromise(key, since=now, actor="system", now=now)
    newest = contents(organisation)[-1]
    assert outcome(newest, organisation) == "verified"
    assert [method.get("revoked") is not None for method in newest["didDocument"]["verificationMethod"]].count(
        True
    ) == 1
    assert history.versions_of(organisation)[0].signed_kid != key.kid


def test_the_listing_says_when_each_version_began(ctx: Flask) -> None:
    organisation = make_issuer()
    rotate(organisation)
    listed = history.listing(organisation)
    assert listed["id"] == profile.issuer_did(organisation)
    assert [entry["versionId"] for entry in listed["versions"]] == ["2", "1"]
    newest = contents(organisation)[1]
    assert listed["versions"][0]["id"] == newest["id"]
    assert listed["versions"][0]["versionTime"] == newest["versionTime"]


def test_a_document_that_changed_otherwise_is_kept_by_the_chore(ctx: Flask) -> None:
    organisation = make_issuer()
    assert history.request_versions() == 0
    key = keystore.active_key(organisation, "badge_proof")
    key.compromised_since = utc_now()
    db.session.flush()
    assert history.request_versions() == 1
    history.keep_of(organisation.public_id)
    assert len(contents(organisation)) == 2
    assert history.request_versions() == 0


def test_the_history_of_two_issuers_is_kept_apart(ctx: Flask) -> None:
    one, other = make_issuer(), make_issuer()
    rotate(one)
    assert (len(contents(one)), len(contents(other))) == (2, 1)
    with pytest.raises(NotFound):
        history.find_version(other, 2)


@pytest.mark.parametrize("statement", ["UPDATE did_version SET number = 9", "DELETE FROM did_version"])
def test_the_database_refuses_to_change_what_was_published(ctx: Flask, statement: str) -> None:
    make_issuer()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(sa.text(statement))
