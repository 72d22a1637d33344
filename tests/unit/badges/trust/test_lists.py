"""The trust list of an organisation: each issuer once, in its own organisation, and written down who did it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from badges.trust import lists
from badges.trust.naming import Named
from issuer.base.audit import AuditEntry
from issuer.base.db import db
from issuer.base.errors import Conflict, Invalid, NotFound, TooLarge
from issuer.models import Organisation
from tests.factories.people import make_account, make_organisation
from tests.factories.trust import make_trusted

DID = "did:web:badges.example.org"
HOST = "badges.example.org"
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def place(ctx: Flask) -> Organisation:
    return make_organisation()


def entry(**over: Any) -> lists.Entry:
    return lists.entry(**({"kind": "id", "subject": DID, "name": "Harbour"} | over))


def test_an_issuer_is_kept_with_who_added_it_and_why(place: Organisation) -> None:
    person = make_account()
    kept = lists.add(place, entry(note="  A partner\r\nof ours  ", since=NEW_YEAR), by=person)
    assert (kept.kind, kept.subject, kept.note) == ("id", DID, "A partner\nof ours")
    assert (kept.added_by_id, kept.since, kept.until) == (person.id, NEW_YEAR, None)


@pytest.mark.parametrize("again", [HOST, "Badges.Example.ORG", f" {HOST}. "])
def test_an_issuer_stands_on_the_list_once_however_it_is_written(place: Organisation, again: str) -> None:
    make_trusted(place, HOST, kind="domain", name="First")
    with pytest.raises(Conflict) as caught:
        make_trusted(place, again, kind="domain", name="Second")
    assert caught.value.code == "trusted_already"
    assert [row.name for row in lists.all_of(place)] == ["First"]


def test_the_same_issuer_may_be_named_in_several_ways_and_by_several_organisations(place: Organisation) -> None:
    make_trusted(place, DID)
    make_trusted(place, HOST, kind="domain")
    make_trusted(make_organisation(), DID)
    assert lists.count(place) == 2


def test_an_entry_is_changed(place: Organisation) -> None:
    kept = make_trusted(place, DID)
    lists.edit(kept, entry(kind="domain", subject=HOST, name="By its domain", until=NEW_YEAR), by=None)
    assert (kept.kind, kept.subject, kept.name, kept.until) == ("domain", HOST, "By its domain", NEW_YEAR)


def test_an_entry_cannot_be_changed_into_another_that_exists(place: Organisation) -> None:
    make_trusted(place, DID)
    other = make_trusted(place, HOST, kind="domain", name="Other")
    with pytest.raises(Conflict):
        lists.edit(other, entry(), by=None)
    assert (other.kind, other.subject, other.name) == ("domain", HOST, "Other")
    assert lists.count(place) == 2


def test_a_removed_issuer_is_gone_and_can_be_added_anew(place: Organisation) -> None:
    kept = make_trusted(place, DID)
    public_id = kept.public_id
    lists.remove(kept, by=None)
    for find in (lambda: lists.find(place, public_id), lambda: lists.find_named(place, Named("id", DID))):
        with pytest.raises(NotFound):
            find()
    assert make_trusted(place, DID).public_id != public_id


def test_the_entry_of_another_organisation_is_not_found(place: Organisation) -> None:
    kept, other = make_trusted(place, DID), make_organisation()
    assert lists.find(place, kept.public_id) is kept
    assert lists.find_named(place, Named("id", DID)) is kept
    with pytest.raises(NotFound):
        lists.find(other, kept.public_id)
    with pytest.raises(NotFound):
        lists.find_named(other, Named("id", DID))


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"kind": "name"}, "kind"),
        ({"subject": ""}, "subject"),
        ({"kind": "domain"}, "subject"),
        ({"name": "  "}, "name"),
        ({"name": "a" * 201}, "name"),
        ({"name": "Harbour\u0000"}, "name"),
        ({"name": "Harbour\u202e"}, "name"),
        ({"note": "a" * 1001}, "note"),
        ({"since": NEW_YEAR, "until": NEW_YEAR}, "until"),
    ],
)
def test_what_cannot_stand_on_a_list_is_refused_at_its_field(ctx: Flask, over: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        entry(**over)
    assert set(caught.value.fields) == {field}


def test_a_list_is_bounded(place: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_ENTRIES", 1)
    make_trusted(place, DID)
    with pytest.raises(TooLarge):
        make_trusted(place, HOST, kind="domain")
    assert lists.count(place) == 1


def test_every_change_is_written_down_with_who_made_it(place: Organisation) -> None:
    person = make_account()
    kept = lists.add(place, entry(), by=person)
    lists.edit(kept, entry(name="Harbour School"), by=person)
    lists.remove(kept, by=None)
    db.session.commit()
    wanted = select(AuditEntry).where(AuditEntry.action.like("trust.%")).order_by(AuditEntry.sequence)
    events = [(each.action, each.actor) for each in db.session.scalars(wanted)]
    assert events == [
        ("trust.added", person.public_id),
        ("trust.changed", person.public_id),
        ("trust.removed", lists.SYSTEM),
    ]


def test_the_newest_entry_stands_first_and_pages_follow_on_another(place: Organisation) -> None:
    for number in range(3):
        make_trusted(place, f"a{number}.example.org", kind="domain")
    first = lists.page(place, limit=2, after=None)
    second = lists.page(place, limit=2, after=first.next)
    assert [row.subject[:2] for row in (*first.items, *second.items)] == ["a2", "a1", "a0"]
    assert second.next is None
