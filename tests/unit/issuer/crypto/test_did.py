"""did:key, did:jwk and did:web: what they stand for, and where they must not lead."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from issuer.crypto.did import (
    did_document,
    did_jwk_document,
    did_jwk_for,
    did_key_document,
    did_key_for,
    did_key_method_id,
    did_web_for,
    did_web_url,
    json_web_key_method,
    multikey_method,
)
from issuer.crypto.errors import (
    CryptoError,
    InvalidJson,
    KeyNotFound,
    KeyRefused,
    Malformed,
    UnsupportedKey,
    UrlNotAllowed,
)
from issuer.crypto.multibase import encode_base64url
from issuer.crypto.multikey import from_jwk, from_multikey, to_jwk
from issuer.crypto.signatures import PrivateKey
from tests.oracles import needs_shared, shared_json
from tests.unit.issuer.crypto.making import make_ec_key, make_key, make_rsa_key

PUBLIC = to_jwk(make_key().public_key())


@needs_shared
def test_did_key_vectors_name_their_key_and_method() -> None:
    for vector in shared_json("standards/vectors/did-key/did-key.json")["vectors"]:
        if vector["multicodec"] not in ("ed25519-pub", "p256-pub", "p384-pub"):
            with pytest.raises(UnsupportedKey):
                did_key_document(vector["did"])
            continue
        document = did_key_document(vector["did"])
        (method,) = document["verificationMethod"]
        assert document["id"] == method["controller"] == vector["did"]
        assert method["id"] == vector["verificationMethod"]
        assert method["publicKeyMultibase"] == vector["publicKeyMultibase"]
        assert document["assertionMethod"] == document["authentication"] == [vector["verificationMethod"]]
        assert did_key_for(from_multikey(vector["publicKeyMultibase"])) == vector["did"]


@pytest.mark.parametrize(
    "key", [make_key(), make_ec_key(), make_ec_key(ec.SECP384R1()), make_ec_key(ec.SECP521R1()), make_rsa_key()]
)
def test_every_key_has_a_did_key_and_a_did_jwk(key: PrivateKey) -> None:
    did = did_key_for(key.public_key())
    assert did_key_document(did)["verificationMethod"][0]["id"] == did_key_method_id(did)
    did = did_jwk_for(key.public_key())
    (method,) = did_jwk_document(did)["verificationMethod"]
    assert (method["id"], method["controller"]) == (f"{did}#0", did)
    assert from_jwk(method["publicKeyJwk"]) == key.public_key()


def test_the_example_of_did_jwk_is_resolved() -> None:
    """The did:jwk Method, examples: P-256."""
    did = (
        "did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyVjAi"
        "LCJ5IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9"
    )
    document = did_jwk_document(did)
    (method,) = document["verificationMethod"]
    assert document["id"] == did
    assert document["assertionMethod"] == document["authentication"] == [f"{did}#0"]
    assert "keyAgreement" not in document
    assert method["publicKeyJwk"] == {
        "kty": "EC",
        "crv": "P-256",
        "x": "acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0",
        "y": "_KcyLj9vWMptnmKtm46GqDz8wf74I5LKgrl2GzH3nSE",
    }


def did_jwk_of(jwk: Any) -> str:
    return "did:jwk:" + encode_base64url(json.dumps(jwk).encode())


@pytest.mark.parametrize(
    ("did", "error"),
    [
        ("did:jwk:", InvalidJson),
        ("did:jwk:e30=", Malformed),
        ("did:jwk:e30#0", Malformed),
        (did_jwk_of([]), InvalidJson),
        (did_jwk_of({}), UnsupportedKey),
        (did_jwk_of({**PUBLIC, "d": "AAAA"}), KeyRefused),
        (did_jwk_of({**PUBLIC, "use": "enc"}), KeyRefused),
        (did_jwk_of({**PUBLIC, "alg": "ES256"}), KeyRefused),
        (did_jwk_of({**PUBLIC, "x": encode_base64url(bytes(32))}), KeyRefused),
        (did_jwk_of({**PUBLIC, "padding": "a" * 2000}), KeyNotFound),
        ("did:key:z6Mk", KeyNotFound),
    ],
)
def test_what_is_no_did_jwk_is_refused(did: str, error: type[CryptoError]) -> None:
    with pytest.raises(error):
        did_jwk_document(did)


@pytest.mark.parametrize("did", ["did:key:", "did:key:z", "did:key:zabc", "did:web:a.example", "did:key", ""])
def test_what_is_no_did_key_is_refused(did: str) -> None:
    with pytest.raises(CryptoError):
        did_key_document(did)


@pytest.mark.parametrize(
    ("did", "url"),
    [
        ("did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"),
        ("did:web:w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json"),
        ("did:web:example.com%3A443", "https://example.com/.well-known/did.json"),
        ("did:web:EXAMPLE.com:A", "https://example.com/A/did.json"),
        ("did:web:xn--cole-9oa.example", "https://xn--cole-9oa.example/.well-known/did.json"),
        ("did:web:example.com:%C3%A9t%C3%A9", "https://example.com/%C3%A9t%C3%A9/did.json"),
    ],
)
def test_a_did_web_stands_for_the_url_of_its_document(did: str, url: str) -> None:
    assert did_web_url(did) == url


def test_another_port_is_followed_only_if_it_is_allowed() -> None:
    did = "did:web:example.com%3A3000:user:alice"
    with pytest.raises(UrlNotAllowed):
        did_web_url(did)
    assert did_web_url(did, ports=frozenset({3000})) == "https://example.com:3000/user/alice/did.json"


@pytest.mark.parametrize(
    "place",
    [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "[::1]",
        "%5B%3A%3A1%5D",
        "localhost",
        "LOCALHOST",
        "localhost%3A8000",
        "a.localhost",
        "intranet",
        "example.com.",
        "example..com",
        "-a.example",
        "exa mple.com",
        "user@example.com",
        "user%40example.com",
        "example.com%2Fpath",
        "example.com%3A22",
        "example.com%3A",
        "example.com%3A0443",
        "example.com%3A99999",
        "example.com%3A443%3A1",
        "example.com%3A-443",
        "example.com%253A443",
        "example.com/path",
        "example.com?x",
        "example.com\\@attacker.example",
        "",
    ],
)
def test_v37_a_did_web_that_is_no_public_domain_is_refused(place: str) -> None:
    with pytest.raises(UrlNotAllowed):
        did_web_url("did:web:" + place)


@pytest.mark.parametrize(
    "segment",
    [
        "..",
        ".",
        "",
        "%2e%2e",
        "%2E",
        "a%2Fb",
        "a%5Cb",
        "a%00",
        "a%0d%0ab",
        "a%3Fb",
        "a%23b",
        "%",
        "%zz",
        "%ff",
        "%252e",
        "a b",
        "a/b",
    ],
)
def test_v37_a_did_web_path_that_leads_elsewhere_is_refused(segment: str) -> None:
    for did in (f"did:web:example.com:{segment}", f"did:web:example.com:a:{segment}:b"):
        with pytest.raises(UrlNotAllowed):
            did_web_url(did)


@pytest.mark.parametrize(
    "did",
    ["did:key:z6Mk", "https://example.com", "", "did:WEB:example.com", "did:web:é.example", "did:web:" + "a" * 2000],
)
def test_what_is_no_did_web_is_refused(did: str) -> None:
    with pytest.raises(KeyNotFound):
        did_web_url(did)


@pytest.mark.parametrize(
    ("base_url", "path", "did"),
    [
        ("http://localhost:8000", ("issuers", "x"), "did:web:localhost%3A8000:issuers:x"),
        ("https://badges.example.org", (), "did:web:badges.example.org"),
        ("https://badges.example.org/", ("issuers", "x"), "did:web:badges.example.org:issuers:x"),
        ("https://Badges.Example.org:443/rosette/", ("x",), "did:web:badges.example.org:rosette:x"),
        ("https://badges.example.org:8443", ("x",), "did:web:badges.example.org%3A8443:x"),
        ("http://127.0.0.1:5000", (), "did:web:127.0.0.1%3A5000"),
    ],
)
def test_a_did_web_is_made_of_the_url_of_the_service(base_url: str, path: tuple[str, ...], did: str) -> None:
    assert did_web_for(base_url, *path) == did


@pytest.mark.parametrize(
    "base_url",
    [
        "http://badges.example.org",
        "https://192.0.2.1",
        "https://badges",
        "ftp://badges.example.org",
        "https://",
        "badges.example.org",
        "https://user@badges.example.org",
        "https://badges.example.org?x=1",
        "https://badges.example.org/#a",
        "https://badges.example.org:port",
        "https://badges.example.org/../x",
    ],
)
def test_no_did_web_is_made_of_a_url_that_others_could_not_follow(base_url: str) -> None:
    with pytest.raises(UrlNotAllowed):
        did_web_for(base_url)


@pytest.mark.parametrize("segment", ["", "..", "a/b", "a:b", "a%2Fb", "a\n"])
def test_no_did_web_is_made_of_a_path_that_leads_elsewhere(segment: str) -> None:
    with pytest.raises(UrlNotAllowed):
        did_web_for("https://badges.example.org", segment)


@given(
    st.lists(
        st.text(st.characters(codec="ascii", categories=["L", "N"], include_characters="-._~!"), min_size=1),
        max_size=3,
    )
)
def test_a_did_web_that_is_made_leads_back_to_its_url(path: list[str]) -> None:
    if {".", ".."} & set(path):
        return
    url = did_web_url(did_web_for("http://localhost:8000", *path), allow_loopback_http=True)
    assert url.startswith("http://localhost:8000/")
    assert url.endswith("/did.json")
    assert url.count("/") == 3 + max(len(path), 1)


def test_loopback_is_followed_over_http_only_where_it_is_allowed() -> None:
    did = "did:web:localhost%3A8000:issuers:x"
    assert did_web_url(did, allow_loopback_http=True) == "http://localhost:8000/issuers/x/did.json"
    assert did_web_url("did:web:localhost", allow_loopback_http=True) == "http://localhost/.well-known/did.json"
    for other in ("did:web:10.0.0.1", "did:web:a.localhost", "did:web:169.254.169.254"):
        with pytest.raises(UrlNotAllowed):
            did_web_url(other, allow_loopback_http=True)


def test_a_did_document_names_the_contexts_of_the_forms_it_holds() -> None:
    did = "did:web:badges.example.org"
    methods = [
        multikey_method(did + "#key-1", controller=did, key=make_key().public_key()),
        json_web_key_method(did + "#key-2", controller=did, key=make_ec_key().public_key()),
    ]
    document = did_document(did, verification_methods=methods, assertion_methods=[did + "#key-1", did + "#key-2"])
    assert document["@context"] == [
        "https://www.w3.org/ns/did/v1",
        "https://w3id.org/security/multikey/v1",
        "https://w3id.org/security/jwk/v1",
    ]
    assert document["assertionMethod"] == [did + "#key-1", did + "#key-2"]
    assert document["verificationMethod"][1]["publicKeyJwk"]["crv"] == "P-256"
