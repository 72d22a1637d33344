"""Registries: looked at before they are taken over, replaced in one step, and kept when they cannot be read."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask

from badges.trust import refreshing, registries
from badges.trust.registry_documents import read_listing
from badges.trust.registry_sources import source
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Invalid, ServiceError
from issuer.models import Organisation
from tests.factories.people import make_organisation
from tests.factories.trust import MEMBERS, known_dids, make_registry


@pytest.fixture
def place(ctx: Flask) -> Organisation:
    return make_organisation()


def names(registry: registries.TrustRegistry) -> dict[str, str]:
    rows, _ = registries.issuers_of(registry, limit=100, after=0)
    return {row.subject: row.name for row in rows}


def listing(members: dict[str, str]) -> registries.Listing:
    document = {"registry": {did: {"name": name, "url": "https://example.edu"} for did, name in members.items()}}
    return read_listing(json.dumps(document).encode())


def test_looking_keeps_nothing(place: Organisation) -> None:
    changes = registries.look(source(data=known_dids()), now=utc_now())
    assert {each.name for each in changes.added} == set(MEMBERS.values())
    assert registries.all_of(place) == []


def test_what_a_registry_says_now_replaces_what_it_said(place: Organisation) -> None:
    registry = make_registry(place)
    first, second = MEMBERS
    now = {first: "North University of today", "did:web:west.example.edu": "West School"}
    changes = registries.replace(registry, listing(now), by=None, now=utc_now())
    assert [each.issuer.subject for each in changes.removed] == [second]
    assert names(registry) == now


def test_a_registry_of_another_kind_does_not_replace_it(place: Organisation) -> None:
    registry = make_registry(place)
    other = read_listing(json.dumps([{"domain": "west.example.edu", "name": "West"}]).encode())
    with pytest.raises(Conflict) as caught:
        registries.replace(registry, other, by=None, now=utc_now())
    assert caught.value.code == "registry_of_another"
    assert names(registry) == MEMBERS


def test_a_name_is_given_once(place: Organisation) -> None:
    make_registry(place)
    with pytest.raises(Conflict) as caught:
        make_registry(place)
    assert caught.value.code == "registry_known"


def test_another_organisation_may_give_it_too(place: Organisation) -> None:
    make_registry(place)
    assert names(make_registry(make_organisation())) == MEMBERS


def test_a_registry_that_cannot_be_read_stays_as_it_was_and_says_why(place: Organisation) -> None:
    registry = make_registry(place, address="https://127.0.0.1/registry.json")
    db.session.commit()  # other hosts are asked outside of any transaction
    trouble = registries.refresh(registry.id, by=None, now=utc_now())
    [(kept, count)] = registries.all_of(db.session.get_one(Organisation, place.id))
    assert trouble
    assert (kept.trouble, count) == (trouble, len(MEMBERS))
    assert names(kept) == MEMBERS


def test_a_registry_with_an_address_is_due_once_a_day(place: Organisation) -> None:
    registry = make_registry(place, address="https://registry.example.org/list.json")
    assert refreshing.request_refreshes() == 0
    registry.tried_at = utc_now() - timedelta(days=1)
    db.session.flush()
    assert refreshing.request_refreshes() == 1


def test_a_registry_that_was_handed_in_is_never_due(place: Organisation) -> None:
    make_registry(place).tried_at = utc_now() - timedelta(days=9)
    db.session.flush()
    assert refreshing.request_refreshes() == 0


def test_removing_one_forgets_all_it_lists(place: Organisation) -> None:
    registry = make_registry(place)
    registries.remove(registry, by=None)
    assert registries.all_of(place) == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"nonsense", "no_registry"),
        (b"{}", "no_registry"),
        (b"[]", "registry_empty"),
        (b'{"registry": {}}', "registry_empty"),
        (b'[{"name": "Nobody"}]', "registry_wrong"),
        (b'[{"did": "did:web:a.example.org", "domain": "a.example.org", "name": "Two"}]', "registry_wrong"),
        (b'[{"did": "not a did", "name": "None"}]', "registry_wrong"),
        (
            b'[{"domain": "a.example.org", "name": "A"}, {"domain": "A.example.org.", "name": "B"}]',
            "registry_names_twice",
        ),
        (b"[" * 1000, "no_registry"),
        (b'[{"domain": "a.example.org", "name": "A\\u202eB"}]', "registry_wrong"),
        (b"[" + b" " * 1024 * 1024 + b"]", "registry_too_large"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_no_registry_is_refused_with_a_reason(ctx: Flask, data: bytes, code: str) -> None:
    with pytest.raises(ServiceError) as caught:
        read_listing(data)
    assert caught.value.code == code
    assert str(caught.value.detail).strip()


def test_a_registry_is_either_at_an_address_or_handed_in(ctx: Flask) -> None:
    with pytest.raises(Invalid):
        source(data=None)
    with pytest.raises(Invalid):
        source(address="https://registry.example.org/list.json", data=known_dids())
