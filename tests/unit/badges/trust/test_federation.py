"""A federation is believed for what its anchor signed, now, with the key it is held to: and for nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from badges.trust.federation import Ask, read_federation, read_uploaded
from badges.trust.registry_documents import Listing
from issuer.base.errors import ServiceError
from issuer.crypto.multikey import to_jwk
from tests.factories.trust import ADDRESS, ANCHOR, MEMBERS, Federation
from tests.unit.issuer.crypto.making import make_ec_key, make_key

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _words(ctx: Flask) -> None:
    """Sentences need a language."""


def made(**over: Any) -> Federation:
    return Federation(NOW, **over)


def listing_of(federation: Federation, *, ask: Ask | None = None, now: datetime = NOW, **over: Any) -> Listing:
    over.setdefault("address", ADDRESS)
    return read_federation(federation.configuration(), ask=ask or federation.ask, now=now, **over)


def refused(federation: Federation, **over: Any) -> str:
    with pytest.raises(ServiceError) as caught:
        listing_of(federation, **over)
    return caught.value.code


def test_each_member_that_the_anchor_vouches_for_is_listed_with_its_name() -> None:
    federation = made()
    listing = listing_of(federation)
    assert {each.issuer.subject: each.name for each in listing.issuers} == MEMBERS
    assert (listing.anchor, listing.anchor_keys) == (ANCHOR, (federation.thumbprint,))


def test_a_file_of_its_statements_says_the_same() -> None:
    federation = made()
    assert read_uploaded(federation.uploaded(), now=NOW).digest == listing_of(federation).digest


def test_the_key_it_is_held_to_is_asked_for() -> None:
    federation = made()
    assert listing_of(federation, pinned=(federation.thumbprint,)).issuers
    assert refused(made(key=make_ec_key(seed=9)), pinned=(federation.thumbprint,)) == "anchor_key_changed"


def test_another_key_than_the_one_it_lists_signs_nothing() -> None:
    federation = made()
    own = json.loads(json.dumps(to_jwk(make_ec_key(seed=9).public_key())))
    federation.claims = {"jwks": {"keys": [{**own, "kid": federation.kid}]}}
    assert refused(federation) == "registry_signature"


def test_a_statement_that_somebody_else_signed_is_not_believed() -> None:
    federation, stranger = made(), made(key=make_ec_key(seed=9))

    def ask(url: str) -> bytes:
        return stranger.ask(url) if "/fetch" in url else federation.ask(url)

    assert refused(federation, ask=ask) == "registry_signature"


@pytest.mark.parametrize("alg", ["none", "HS256", "ES384", ""])
def test_another_algorithm_is_not_accepted(alg: str) -> None:
    assert refused(made(header={"alg": alg})) == "registry_signature"


def test_a_token_that_is_no_entity_statement_is_none() -> None:
    assert refused(made(header={"typ": "JWT"})) == "registry_wrong"


@pytest.mark.parametrize(
    ("times", "code"),
    [
        ({"exp": int((NOW - timedelta(seconds=1)).timestamp())}, "registry_expired"),
        ({"iat": int((NOW + timedelta(hours=1)).timestamp())}, "registry_wrong"),
        ({"exp": None}, "registry_wrong"),
        ({"exp": "tomorrow"}, "registry_wrong"),
        ({"exp": True}, "registry_wrong"),
    ],
)
def test_its_statements_hold_for_a_time(times: dict[str, Any], code: str) -> None:
    assert refused(made(claims=times)) == code
    assert refused(made(statement_claims=times)) == code


def test_what_holds_today_does_not_hold_for_ever() -> None:
    assert refused(made(), now=NOW + timedelta(days=2)) == "registry_expired"


def test_a_federation_that_lists_itself_leads_in_a_circle() -> None:
    assert refused(made(members={ANCHOR: "Itself"})) == "registry_cyclic"


def test_a_statement_about_somebody_else_is_no_answer() -> None:
    assert refused(made(statement_claims={"sub": "did:web:evil.example.org"})) == "registry_of_another"


def test_the_configuration_of_another_federation_is_not_that_of_this_address() -> None:
    assert refused(made(), address="https://other.example.org/.well-known/openid-federation") == "registry_of_another"
    assert refused(made(claims={"sub": "https://other.example.org"})) == "no_registry"


@pytest.mark.parametrize("members", [b"nonsense", b'{"a": 1}', b"[1, 2]", b"[" * 5000])
def test_a_list_of_members_that_is_none_is_said_to_be_none(members: bytes) -> None:
    federation = made()

    def ask(url: str) -> bytes:
        return members if "listing" in url else federation.ask(url)

    assert refused(federation, ask=ask) == "registry_wrong"


def test_more_members_than_are_read_are_too_many() -> None:
    federation = made()
    many = json.dumps([f"did:web:m{number}.example.org" for number in range(1001)]).encode()

    def ask(url: str) -> bytes:
        return many if "listing" in url else federation.ask(url)

    assert refused(federation, ask=ask) == "registry_too_large"


def test_a_key_that_the_pinned_one_lists_besides_is_its_successor() -> None:
    following = make_key(5)
    jwk = {**to_jwk(following.public_key()), "kid": "key-2"}
    federation = made(more_keys=(jwk,))
    assert len(listing_of(federation, pinned=(federation.thumbprint,)).anchor_keys) == 2
