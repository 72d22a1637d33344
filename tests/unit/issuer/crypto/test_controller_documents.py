"""Controller documents: only keys that the right document lists come out with a controller and purposes."""

from datetime import UTC, datetime
from typing import Any

import pytest

from issuer.crypto.controller_documents import method_in, resolve_verification_method, verification_methods
from issuer.crypto.did import did_document, did_key_for, json_web_key_method, multikey_method
from issuer.crypto.errors import (
    CryptoError,
    KeyNotFound,
    KeyRefused,
    KeyUnavailable,
    UnsupportedDidMethod,
    UnsupportedKey,
    UrlNotAllowed,
)
from issuer.crypto.multibase import encode_base58btc
from issuer.crypto.multikey import thumbprint, to_jwk, to_multikey
from tests.unit.issuer.crypto.making import ISSUER, METHOD, make_ec_key, make_key

KEY = make_key().public_key()
DOCUMENT_URL = "https://badges.example.org/issuers/harbour/did.json"
PROFILE = "https://badges.example.org/profiles/harbour"


def make_document(**over: Any) -> dict[str, Any]:
    method = multikey_method(METHOD, controller=ISSUER, key=KEY)
    return {**did_document(ISSUER, verification_methods=[method], assertion_methods=[METHOD]), **over}


def fetching(documents: dict[str, Any]) -> Any:
    def fetch(url: str) -> dict[str, Any]:
        if url not in documents:
            raise KeyUnavailable(f"{url} did not answer.")
        found: dict[str, Any] = documents[url]
        return found

    return fetch


def no_fetch(url: str) -> dict[str, Any]:
    raise AssertionError(f"{url} was fetched")


def test_a_did_web_key_comes_with_its_controller_and_purposes() -> None:
    method = resolve_verification_method(METHOD, fetch=fetching({DOCUMENT_URL: make_document()}))
    assert (method.id, method.controller, method.purposes) == (METHOD, ISSUER, {"assertionMethod"})
    assert thumbprint(method.key) == thumbprint(KEY)


def test_a_did_key_needs_no_fetch() -> None:
    did = did_key_for(KEY)
    for method_id in (did, f"{did}#{to_multikey(KEY)}"):
        method = resolve_verification_method(method_id, fetch=no_fetch)
        assert method.controller == did
        assert "assertionMethod" in method.purposes
    with pytest.raises(KeyNotFound):
        resolve_verification_method(did + "#other", fetch=no_fetch)


def test_v09_a_key_outside_every_relationship_has_no_purpose() -> None:
    document = make_document(assertionMethod=[], authentication=[METHOD])
    assert method_in(document, METHOD, subject=ISSUER).purposes == {"authentication"}
    assert method_in(make_document(assertionMethod=[]), METHOD, subject=ISSUER).purposes == frozenset()


def test_relative_ids_and_embedded_methods_are_understood() -> None:
    embedded = {**json_web_key_method("#key-2", controller=ISSUER, key=make_ec_key().public_key())}
    document = make_document(assertionMethod=["#key-1", embedded], authentication="#key-2")
    assert method_in(document, METHOD, subject=ISSUER).purposes == {"assertionMethod"}
    assert method_in(document, ISSUER + "#key-2", subject=ISSUER).purposes == {"assertionMethod", "authentication"}


def test_a_document_about_somebody_else_gives_no_key() -> None:
    for document in (make_document(id="did:web:attacker.example"), make_document(id=None), {}, {"id": [ISSUER]}):
        with pytest.raises(KeyNotFound):
            method_in(document, METHOD, subject=ISSUER)


def test_v04_a_listed_key_that_belongs_to_another_controller_is_not_the_subjects() -> None:
    document = make_document()
    document["verificationMethod"][0]["controller"] = "did:web:other.example"
    assert method_in(document, METHOD, subject=ISSUER).controller == ""


@pytest.mark.parametrize("method_id", [ISSUER + "#key-2", ISSUER, ISSUER + "#", ISSUER + "#KEY-1"])
def test_v07_a_key_that_is_not_listed_is_not_found(method_id: str) -> None:
    with pytest.raises(KeyNotFound):
        resolve_verification_method(method_id, fetch=fetching({DOCUMENT_URL: make_document()}))


def test_v36_other_did_methods_are_unsupported() -> None:
    with pytest.raises(UnsupportedDidMethod):
        resolve_verification_method("did:foo:abc#key-1", fetch=fetching({}))


def test_a_did_of_another_method_is_read_where_its_document_is_at_hand() -> None:
    key = make_key().public_key()
    method = multikey_method("did:foo:abc#key-1", controller="did:foo:abc", key=key)
    document = did_document("did:foo:abc", verification_methods=[method], assertion_methods=[method["id"]])
    found = resolve_verification_method("did:foo:abc#key-1", fetch=fetching({"did:foo:abc": document}))
    assert (found.controller, found.key) == ("did:foo:abc", key)
    of_another = fetching({"did:foo:abc": document | {"id": "did:foo:b"}})
    with pytest.raises(KeyNotFound):
        resolve_verification_method("did:foo:abc#key-1", fetch=of_another)


@pytest.mark.parametrize(
    "method_id", ["did:web:localhost%3A8000#key-1", "did:web:127.0.0.1#key-1", "did:web:example.com:..:x#k"]
)
def test_v37_a_forbidden_place_is_never_fetched(method_id: str) -> None:
    with pytest.raises(UrlNotAllowed):
        resolve_verification_method(method_id, fetch=no_fetch)


@pytest.mark.parametrize("method_id", ["", "key-1", "../x", "x" * 3_000, "did:web:a.example#k\n"])
def test_v07_what_is_no_url_is_never_fetched(method_id: str) -> None:
    with pytest.raises(KeyNotFound):
        resolve_verification_method(method_id, fetch=no_fetch)


def test_network_trouble_stays_network_trouble() -> None:
    with pytest.raises(KeyUnavailable) as failure:
        resolve_verification_method(METHOD, fetch=fetching({}))
    assert not failure.value.conclusive


def test_a_profile_lists_its_keys_as_a_controller_document() -> None:
    method_id = PROFILE + "#key-1"
    document = {
        "id": PROFILE,
        "type": ["Profile"],
        "verificationMethod": [multikey_method(method_id, controller=PROFILE, key=KEY)],
        "assertionMethod": [method_id],
    }
    method = resolve_verification_method(method_id, fetch=fetching({PROFILE: document}))
    assert (method.controller, method.purposes) == (PROFILE, {"assertionMethod"})


def test_a_key_in_the_fragment_that_no_document_lists_belongs_to_nobody() -> None:
    method_id = f"{PROFILE}#{to_multikey(KEY)}"
    method = resolve_verification_method(method_id, fetch=fetching({PROFILE: {"id": PROFILE, "type": ["Profile"]}}))
    assert (method.controller, method.purposes) == ("", frozenset())
    assert thumbprint(method.key) == thumbprint(KEY)


def test_a_bare_jwk_belongs_to_nobody() -> None:
    url = "https://badges.example.org/keys/1"
    method = resolve_verification_method(url, fetch=fetching({url: {**to_jwk(KEY), "kid": url}}))
    assert (method.id, method.controller, method.purposes) == (url, "", frozenset())


def test_a_page_without_a_key_has_none() -> None:
    with pytest.raises(KeyNotFound):
        resolve_verification_method(PROFILE + "#key-1", fetch=fetching({PROFILE: {"id": PROFILE}}))


def test_legacy_base58_keys_are_read() -> None:
    entry = {"id": METHOD, "type": "Ed25519VerificationKey2018", "controller": ISSUER}
    document = make_document(
        verificationMethod=[{**entry, "publicKeyBase58": encode_base58btc(KEY.public_bytes_raw())}]
    )
    assert thumbprint(method_in(document, METHOD, subject=ISSUER).key) == thumbprint(KEY)


@pytest.mark.parametrize(
    ("entry", "error"),
    [
        ({"publicKeyJwk": {**to_jwk(KEY), "d": "AAAA"}}, KeyRefused),
        ({"publicKeyMultibase": to_multikey(KEY), "secretKeyMultibase": "z3u2"}, KeyRefused),
        ({"publicKeyMultibase": to_multikey(KEY), "privateKeyBase58": "1"}, KeyRefused),
        ({"publicKeyMultibase": to_multikey(KEY), "publicKeyJwk": to_jwk(make_key(2).public_key())}, KeyRefused),
        (
            {
                "type": "Ed25519VerificationKey2020",
                "publicKeyMultibase": to_multikey(make_ec_key().public_key()),
            },
            KeyRefused,
        ),
        ({"type": "Ed25519VerificationKey2018", "publicKeyBase58": "1111"}, KeyRefused),
        ({"publicKeyPem": "-----BEGIN PUBLIC KEY-----"}, UnsupportedKey),
        ({"publicKeyMultibase": "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"}, UnsupportedKey),
        ({"publicKeyMultibase": 5}, UnsupportedKey),
        ({}, KeyNotFound),
        ({"publicKeyJwk": {**to_jwk(KEY)}, "revoked": "yesterday"}, CryptoError),
    ],
)
def test_a_listed_key_that_cannot_be_used_says_why_and_does_not_hide_others(
    entry: dict[str, Any], error: type[CryptoError]
) -> None:
    broken = {"id": ISSUER + "#key-0", "type": "Multikey", "controller": ISSUER, **entry}
    document = make_document()
    document["verificationMethod"].insert(0, broken)
    with pytest.raises(error):
        method_in(document, ISSUER + "#key-0", subject=ISSUER)
    assert [method.id for method in verification_methods(document, subject=ISSUER)] == [METHOD]


@pytest.mark.parametrize(
    ("type_", "member"),
    [
        ("Multikey", {"publicKeyMultibase": to_multikey(KEY)}),
        ("Ed25519VerificationKey2020", {"publicKeyMultibase": to_multikey(KEY)}),
        ("JsonWebKey", {"publicKeyJwk": to_jwk(KEY)}),
        ("JsonWebKey2020", {"publicKeyJwk": {**to_jwk(KEY), "alg": "EdDSA", "use": "sig"}}),
    ],
)
def test_a_key_is_read_from_every_type_of_method_in_use(type_: str, member: dict[str, Any]) -> None:
    entry = {"id": METHOD, "type": type_, "controller": ISSUER, **member}
    found = method_in(make_document(verificationMethod=[entry]), METHOD, subject=ISSUER)
    assert (found.key, found.controller, found.purposes) == (KEY, ISSUER, {"assertionMethod"})


def test_v71_the_end_of_a_key_is_read() -> None:
    document = make_document()
    document["verificationMethod"][0].update(revoked="2026-01-31T00:00:00Z", expires="2027-01-31T00:00:00+02:00")
    method = method_in(document, METHOD, subject=ISSUER)
    assert method.revoked == datetime(2026, 1, 31, tzinfo=UTC)
    assert method.expires == datetime(2027, 1, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize("shape", [None, 5, "text", {}, [None], [[]], [5], {"id": 5}, [{"id": None}]])
def test_hostile_documents_raise_only_our_errors(shape: Any) -> None:
    for name in ("verificationMethod", "assertionMethod", "controller", "id"):
        try:
            method_in(make_document(**{name: shape}), METHOD, subject=ISSUER)
        except CryptoError:
            continue
