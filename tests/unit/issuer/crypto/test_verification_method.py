"""Which keys may be asked for, before anything is fetched."""

import pytest

from issuer.crypto.errors import KeyNotBound, KeyNotFound
from issuer.crypto.verification_method import check_may_be_asked, check_method_id, issuer_of


@pytest.mark.parametrize(
    ("method_id", "issuer"),
    [
        ("did:web:a.example#key-1", "did:web:a.example"),
        ("did:web:a.example:issuers:x#key-1", "did:web:a.example:issuers:x"),
        ("https://a.example/keys/1", "https://a.example/issuers/x"),
        ("https://a.example/issuers/x#key-1", "https://A.example:443/issuers/x"),
        ("https://a.example/keys/1", "did:web:a.example:issuers:x"),
        ("http://localhost:8000/keys/1", "did:web:localhost%3A8000:issuers:x"),
        ("did:example:123#key-1", "did:example:123"),
        ("did:key:z6Mk#z6Mk", "https://a.example/issuers/x"),
    ],
)
def test_a_key_at_the_issuers_own_place_may_be_asked_for(method_id: str, issuer: str) -> None:
    check_may_be_asked(method_id, issuer=issuer)


@pytest.mark.parametrize(
    ("method_id", "issuer"),
    [
        ("did:web:b.example#key-1", "did:web:a.example"),
        ("https://b.example/keys/1", "https://a.example/issuers/x"),
        ("https://a.example.b.example/keys/1", "https://a.example/issuers/x"),
        ("https://a.example@b.example/keys/1", "https://a.example/issuers/x"),
        ("https://a.example:8443/keys/1", "https://a.example/issuers/x"),
        ("https://b.example/keys/1", "urn:uuid:5b0c"),
        ("did:example:124#key-1", "did:example:123"),
        ("did:example:123:4#key-1", "did:example:123"),
        ("did:web:a.example%3A8443#key-1", "did:web:a.example"),
        ("https:///keys/1", "https://a.example"),
    ],
)
def test_v05_a_key_at_another_place_may_not(method_id: str, issuer: str) -> None:
    with pytest.raises(KeyNotBound):
        check_may_be_asked(method_id, issuer=issuer)


@pytest.mark.parametrize("method_id", ["https://a.example:port/keys/1", "https://[::1/keys/1"])
def test_a_malformed_url_is_no_key(method_id: str) -> None:
    with pytest.raises(KeyNotFound):
        check_may_be_asked(method_id, issuer="https://a.example")


@pytest.mark.parametrize("method_id", ["https://a.example/keys/1", "did:web:a.example#key-1", "urn:uuid:5b0c"])
def test_an_absolute_url_names_a_key(method_id: str) -> None:
    assert check_method_id(method_id) == method_id


@pytest.mark.parametrize(
    "method_id",
    ["", "key", ":", "a:", "1a:b", "a b:c", "did:web:é", "a:b\x00", None, 5, ["did:a:b"], "a:" + "b" * 2048],
)
def test_v07_other_values_name_none(method_id: object) -> None:
    with pytest.raises(KeyNotFound):
        check_method_id(method_id)


@pytest.mark.parametrize(
    ("document", "issuer"),
    [
        ({"issuer": "did:web:a.example"}, "did:web:a.example"),
        ({"issuer": {"id": "did:web:a.example", "name": "A"}}, "did:web:a.example"),
        ({"holder": {"id": "did:key:z6Mk"}}, "did:key:z6Mk"),
        ({"issuer": "did:web:a.example", "holder": "did:key:z6Mk"}, "did:web:a.example"),
    ],
)
def test_the_issuer_or_holder_is_who_speaks(document: dict[str, object], issuer: str) -> None:
    assert issuer_of(document) == issuer
