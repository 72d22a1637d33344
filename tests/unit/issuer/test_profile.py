"""What the world sees of an issuer: its Profile, its DID document and its keys."""

from __future__ import annotations

from datetime import UTC, datetime

import jsonschema_rs
import pytest
from flask import Flask

from issuer import profile
from issuer.base.db import db
from issuer.base.errors import NotFound
from issuer.crypto.controller_documents import method_in, resolve_verification_method, verification_methods
from issuer.crypto.did import did_web_url
from issuer.crypto.errors import KeyNotFound
from issuer.crypto.multikey import from_jwk, from_multikey, thumbprint
from issuer.keys import keystore
from tests.factories.keys import make_issuer
from tests.oracles import needs_shared, shared_json

PRIVATE_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "k"}


def test_the_did_leads_to_the_address_of_the_document(ctx: Flask) -> None:
    organisation = make_issuer(slug="everyday")
    did = profile.issuer_did(organisation)
    assert did == "did:web:localhost%3A8000:issuers:everyday"
    assert did_web_url(did, allow_loopback_http=True) == "http://localhost:8000/issuers/everyday/did.json"


def test_the_document_lists_every_key_for_assertions_by_its_full_name(ctx: Flask) -> None:
    organisation = make_issuer()
    document = profile.issuer_did_document(organisation)
    assert document["id"] == profile.issuer_did(organisation)
    assert document["assertionMethod"] == [method["id"] for method in document["verificationMethod"]]
    assert all(name.startswith(document["id"] + "#") for name in document["assertionMethod"])
    assert {method["controller"] for method in document["verificationMethod"]} == {document["id"]}


def test_a_stranger_reads_the_same_keys_that_we_sign_with(ctx: Flask) -> None:
    organisation = make_issuer()
    document = profile.issuer_did_document(organisation)
    read = {thumbprint(method.key) for method in verification_methods(document, subject=document["id"])}
    assert read == {key.kid for key in keystore.keys_of(organisation)}


def test_each_key_has_the_form_of_its_use(ctx: Flask) -> None:
    organisation = make_issuer()
    forms = {}
    for key, method in zip(
        keystore.keys_of(organisation),
        profile.issuer_did_document(organisation)["verificationMethod"],
        strict=True,
    ):
        forms[key.purpose] = method["type"]
        assert not PRIVATE_MEMBERS & method.get("publicKeyJwk", {}).keys()
    jwt = forms.pop("badge_jwt")
    assert jwt == "JsonWebKey"
    assert set(forms.values()) == {"Multikey"}


def test_an_ed25519_method_is_named_by_the_key_itself(ctx: Flask) -> None:
    organisation = make_issuer()
    key = keystore.active_key(organisation, "badge_proof")
    name = profile.method_id(key, profile.issuer_did(organisation))
    assert thumbprint(from_multikey(name.split("#")[1])) == key.kid


def test_a_retired_key_stays_published(ctx: Flask) -> None:
    organisation = make_issuer()
    key = keystore.active_key(organisation, "badge_proof")
    key.state = "retired"
    db.session.flush()
    document = profile.issuer_did_document(organisation)
    assert profile.method_id(key, document["id"]) in document["assertionMethod"]


def test_a_compromised_key_stays_published_as_revoked_since_that_moment(ctx: Flask) -> None:
    organisation = make_issuer()
    key = keystore.active_key(organisation, "badge_proof")
    key.state, key.compromised_since = "compromised", datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    db.session.flush()
    document = profile.issuer_did_document(organisation)
    revoked = {method["id"]: method["revoked"] for method in document["verificationMethod"] if "revoked" in method}
    assert revoked == {profile.method_id(key, document["id"]): "2026-02-03T04:05:06Z"}
    assert method_in(document, next(iter(revoked)), subject=document["id"]).revoked == key.compromised_since


def test_a_compromised_jwt_key_leaves_the_key_set_and_says_so_where_it_lay(ctx: Flask) -> None:
    organisation = make_issuer()
    key = keystore.active_key(organisation, "badge_jwt")
    key.state, key.compromised_since = "compromised", datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    db.session.flush()
    assert profile.jwk_set() == {"keys": []}
    assert profile.find_jwk(key.kid)["revoked"] == {"revoked_at": 1770091506, "reason": "compromised"}
    assert profile.key_resolver(organisation)(profile.key_url(key)).revoked == key.compromised_since


def test_the_published_jwk_says_whose_it_is(ctx: Flask) -> None:
    organisation = make_issuer()
    key = keystore.active_key(organisation, "badge_jwt")
    jwk = profile.find_jwk(key.kid)
    assert jwk["iss"] == jwk["controller"] == profile.issuer_did(organisation)
    assert jwk["kid"] == f"http://localhost:8000/keys/{key.kid}"
    assert (jwk["kty"], jwk["alg"], jwk["use"]) == ("RSA", "RS256", "sig")
    assert thumbprint(from_jwk(jwk)) == key.kid
    assert not PRIVATE_MEMBERS & jwk.keys()


def test_the_key_set_of_the_host_has_the_jwt_keys_of_all_issuers_and_no_other(ctx: Flask) -> None:
    organisations = [make_issuer(), make_issuer()]
    wanted = [profile.key_url(keystore.active_key(organisation, "badge_jwt")) for organisation in organisations]
    assert [jwk["kid"] for jwk in profile.jwk_set()["keys"]] == wanted


@pytest.mark.parametrize("purpose", ["badge_proof", "status_list"])
def test_a_key_for_another_purpose_is_not_offered_for_jwts(ctx: Flask, purpose: str) -> None:
    key = keystore.active_key(make_issuer(), purpose)
    with pytest.raises(NotFound):
        profile.find_jwk(key.kid)


def test_our_keys_are_found_by_method_and_by_jwk_url_and_not_otherwise(ctx: Flask) -> None:
    organisation, other = make_issuer(), make_issuer()
    resolve = profile.key_resolver(organisation)
    jwt_key = keystore.active_key(organisation, "badge_jwt")
    assert thumbprint(resolve(profile.key_url(jwt_key)).key) == jwt_key.kid
    assert resolve(profile.key_url(jwt_key)).controller == profile.issuer_did(organisation)
    foreign = keystore.active_key(other, "badge_jwt")
    for name in (profile.key_url(foreign), profile.method_id(foreign, profile.issuer_did(other)), "https://x.example"):
        with pytest.raises(KeyNotFound):
            resolve(name)


def test_a_general_resolver_finds_the_key_over_did_web(ctx: Flask) -> None:
    organisation = make_issuer(slug="everyday")
    key = keystore.active_key(organisation, "badge_proof")
    documents = {"http://localhost:8000/issuers/everyday/did.json": profile.issuer_did_document(organisation)}
    method = resolve_verification_method(
        profile.method_id(key, profile.issuer_did(organisation)),
        fetch=documents.__getitem__,
        allow_loopback_http=True,
    )
    assert thumbprint(method.key) == key.kid
    assert "assertionMethod" in method.purposes


@needs_shared
@pytest.mark.parametrize(
    "over", [{}, {"url": "https://guild.example", "email": "a@guild.example", "description": "We."}]
)
def test_the_profile_follows_the_official_schema(ctx: Flask, over: dict[str, str]) -> None:
    schema = jsonschema_rs.validator_for(shared_json("standards/schemas/ob3/ob_v3p0_profile_schema.json"))
    found = profile.issuer_profile(make_issuer(**over))
    assert [error.message for error in schema.iter_errors(found)] == []
    assert "" not in found.values() and None not in found.values()


def test_an_issuer_without_a_web_address_has_its_page_here(ctx: Flask) -> None:
    found = profile.issuer_profile(make_issuer(slug="everyday"))
    assert found["url"] == "http://localhost:8000/issuers/everyday"


def test_an_unknown_slug_is_not_found(ctx: Flask) -> None:
    with pytest.raises(NotFound):
        profile.find_organisation("nobody")
