from __future__ import annotations

import pytest

from issuer.vc.world import STRICT, UNLISTED_EXAMPLE_ISSUERS


@pytest.mark.parametrize(
    "issuer_id",
    [
        "https://vc.example/issuers/5678",
        "https://example.org/issuer",
        "https://issuers.example.com/1",
        "https://example.net",
        "https://a.test/x",
        "https://b.invalid/x",
        "https://VC.Example/issuers/1",
    ],
)
def test_nobody_can_publish_a_key_under_a_reserved_name(issuer_id: str) -> None:
    assert UNLISTED_EXAMPLE_ISSUERS.may_be_unlisted(issuer_id)
    assert not STRICT.may_be_unlisted(issuer_id)


@pytest.mark.parametrize(
    "issuer_id",
    [
        "https://university.edu/issuers/1",
        "https://example.org.attacker.net/",
        "https://notexample.org/",
        "https://example.co/",
        "https://attacker.net/example.org",
        "https://vc.example@attacker.net/",
        "http://vc.example/issuers/5678",
        "did:web:vc.example",
        "did:key:z6MkpJySvETLnxhQG9DzEdmKJtysBDjuuTeDfUj1uNNCUqcj",
        "https://localhost/",
        "https://[broken/",
        "",
    ],
)
def test_every_other_issuer_lists_its_keys(issuer_id: str) -> None:
    assert not UNLISTED_EXAMPLE_ISSUERS.may_be_unlisted(issuer_id)
