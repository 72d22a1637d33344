"""How an issuer is named: one form for one issuer, and another for whatever only looks like it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from badges.trust.naming import host_of, key_in_name, kind_of, named
from issuer.base.errors import Invalid
from issuer.crypto.did import did_jwk_for, did_key_for
from issuer.crypto.multikey import thumbprint, to_multikey
from tests.unit.badges.verification.strangers import speaking_english
from tests.unit.issuer.crypto.making import make_ec_key, make_key

KEY = make_key().public_key()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with speaking_english():
        yield


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("badges.example.org", "badges.example.org"),
        (" Badges.Example.ORG ", "badges.example.org"),
        ("badges.example.org.", "badges.example.org"),
        ("münchen.example", "xn--mnchen-3ya.example"),
        ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
    ],
)
def test_a_domain_is_kept_in_the_letters_of_the_dns(written: str, kept: str) -> None:
    assert named("domain", written).subject == kept


def test_a_look_alike_is_another_domain() -> None:
    honest, look_alike = named("domain", "example.org"), named("domain", "ex\u0430mple.org")
    assert look_alike != honest
    assert look_alike.subject.startswith("xn--")


@pytest.mark.parametrize(
    "written",
    [
        *("https://example.org", "example.org/path", "example.org:443", "example", "localhost", "*.example.org"),
        *("192.0.2.1", "[2001:db8::1]", "a..example.org", "example.org..", ".example.org", "-a.example.org"),
        *("example.org\u0000", "user@example.org", "example org", "", "a" * 64 + ".example", "1.2.3.4"),
    ],
)
def test_what_is_no_domain_is_refused(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        named("domain", written)
    assert set(refused.value.fields) == {"subject"}


@pytest.mark.parametrize(
    "written",
    [
        *("did:web:example.org", "did:web:example.org:issuers:a", "did:web:example.org%3A8443", "did:ebsi:zx3"),
        *("https://example.org/issuers/1", "https://example.org"),
    ],
)
def test_an_id_is_kept_as_badges_say_it(written: str) -> None:
    assert named("id", written).subject == written


def test_the_host_of_a_did_web_is_kept_in_small_letters_and_its_path_as_it_is() -> None:
    assert named("id", "did:web:Example.ORG:Issuers:A").subject == "did:web:example.org:Issuers:A"


@pytest.mark.parametrize(
    "written",
    [
        *("did:", "did:web:", "did:web:example.org#key-1", "did:key:z6Mkbroken", "did:jwk:e30", "DID:web:example.org"),
        *("http://example.org/a", "https://user:secret@example.org/", "https://example.org/#me", "https://", "urn:x:y"),
        *("did:web:example.org\u202e", "https://ex\u0430mple.org/", "did:web:a b", "https://example.org:port/"),
    ],
)
def test_what_is_no_id_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        named("id", written)


def test_a_key_is_kept_as_its_thumbprint_however_it_is_written() -> None:
    assert named("key", to_multikey(KEY)) == named("key", thumbprint(KEY))
    assert named("key", to_multikey(make_key(2).public_key())) != named("key", thumbprint(KEY))


@pytest.mark.parametrize("written", ["z6Mkbroken", "short", "A" * 42, "A" * 44, "=" * 43])
def test_what_is_no_key_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        named("key", written)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        named("name", "example.org")
    assert set(refused.value.fields) == {"kind"}


def test_the_kind_is_told_from_how_a_name_looks() -> None:
    looks = [
        "did:web:example.org",
        "https://example.org/x",
        "example.org",
        thumbprint(KEY),
        to_multikey(KEY),
        "z.example",
    ]
    assert [kind_of(name) for name in looks] == ["id", "id", "domain", "key", "key", "domain"]


@pytest.mark.parametrize(
    ("issuer_id", "host"),
    [
        ("did:web:example.org:issuers:a", "example.org"),
        ("did:web:Example.org%3A8443:a", "example.org:8443"),
        ("https://Example.org/issuers/1", "example.org"),
        ("https://example.org:444/", "example.org:444"),
        ("https://user@example.org/", ""),
        ("https://[broken", ""),
        ("urn:uuid:1", ""),
        ("did:key:z6Mk", ""),
    ],
)
def test_the_host_that_answers_for_an_id(issuer_id: str, host: str) -> None:
    assert host_of(issuer_id) == host


def test_the_key_that_an_id_is() -> None:
    curve_key = make_ec_key().public_key()
    assert key_in_name(did_key_for(KEY)) == thumbprint(KEY)
    assert key_in_name(did_jwk_for(curve_key)) == thumbprint(curve_key)
    assert key_in_name("did:key:z6Mkbroken") == key_in_name("did:web:example.org") == key_in_name("") == ""
