"""The catalog as it is read, by everybody and by one learner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from competencies.learning import attempts, authoring
from competencies.learning.catalog_state import states_for
from competencies.learning.queries import CatalogEntry, Filters, browse, entries_of, entry_of
from competencies.learning.reading import note_card
from issuer.base.db import db
from issuer.base.errors import Invalid, NotFound
from issuer.models import Account
from issuer.policy import ANONYMOUS, Actor
from tests.factories import learning as make
from tests.factories.people import make_account, make_organisation


def actor_of(account: Account, **roles: frozenset[str]) -> Actor:
    return Actor(account_id=account.id, public_id=account.public_id, **roles)  # type: ignore[arg-type]


def codes(**filters: Any) -> list[str]:
    return [entry.code for entry in browse(Filters(**filters), actor=ANONYMOUS, now=make.NOON)]


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    yield seen
    event.remove(db.engine, "before_cursor_execute", count)


@pytest.fixture
def shelf(ctx: Flask) -> None:
    organisation = make_organisation(slug="north")
    make.make_module(organisation, code="M01", minutes=5)
    make.make_module(
        organisation,
        code="M02",
        title="Éclairs and 100% chocolate",
        minutes=20,
        delivery_mode="sync",
        content_type="compliance",
        competencies=[{"code": "ETH.1", "weight": 1}],
        check={"items": [make.single_choice(f"Q{number}", competency="ETH.1") for number in range(13)]},
        state="listed",
    )
    make.make_module(organisation, code="M03", state="archived")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["M01", "M02"]),
        ({"max_minutes": 19}, ["M01"]),
        ({"mode": "sync"}, ["M02"]),
        ({"content_type": "compliance"}, ["M02"]),
        ({"competency": "ETH.1"}, ["M02"]),
        ({"competency": "PRO.1"}, ["M01"]),
        ({"text": "BELONGS"}, ["M01"]),
        ({"text": "m02"}, ["M02"]),
        ({"text": "can do eth"}, ["M02"]),
        ({"text": "100%"}, ["M02"]),
        ({"text": "1_0%"}, []),
        ({"text": "%"}, ["M02"]),
        ({"organisation": "north"}, ["M01", "M02"]),
        ({"organisation": "south"}, []),
        ({"mode": "sync", "max_minutes": 10}, []),
    ],
)
def test_catalog_is_filtered(shelf: None, filters: dict[str, Any], expected: list[str]) -> None:
    assert codes(**filters) == expected


def test_competency_is_found_by_its_public_id(shelf: None) -> None:
    entry = browse(Filters(mode="sync"), actor=ANONYMOUS, now=make.NOON)[0]
    assert codes(competency=entry.competencies[0].competency_id) == ["M02"]


def test_catalog_goes_on_after_the_last_one_seen(shelf: None) -> None:
    first = browse(Filters(), actor=ANONYMOUS, now=make.NOON, limit=1)
    assert [entry.code for entry in first] == ["M01"]
    rest = browse(Filters(), actor=ANONYMOUS, now=make.NOON, after=first[0].module_id)
    assert [entry.code for entry in rest] == ["M02"]
    with pytest.raises(Invalid):
        browse(Filters(), actor=ANONYMOUS, now=make.NOON, after="nothing")


def test_entry_shows_the_newest_version(ctx: Flask) -> None:
    module = make.make_module()
    authoring.publish_version(module.organisation, "M01", content=make.make_content(title="Anew"), actor="system")
    entry = entry_of(module.public_id, actor=ANONYMOUS, now=make.NOON)
    assert (entry.title, entry.version_number, entry.card_count, entry.item_count) == ("Anew", 2, 2, 13)
    assert entry.progress is None
    assert len(browse(Filters(), actor=ANONYMOUS, now=make.NOON)) == 1


def test_closed_organisation_shows_its_modules_to_members_only(ctx: Flask) -> None:
    module = make.make_module(make_organisation(open_enrolment=False))
    assert browse(Filters(), actor=ANONYMOUS, now=make.NOON) == ()
    with pytest.raises(NotFound):
        entry_of(module.public_id, actor=ANONYMOUS, now=make.NOON)
    member = actor_of(make_account(), roles={module.organisation_id: frozenset({"learner"})})
    assert entry_of(module.public_id, actor=member, now=make.NOON).code == "M01"
    assert len(browse(Filters(), actor=member, now=make.NOON)) == 1


def test_archived_module_is_seen_by_its_authors_only(ctx: Flask) -> None:
    module = make.make_module(state="archived")
    with pytest.raises(NotFound):
        entry_of(module.public_id, actor=ANONYMOUS, now=make.NOON)
    author = actor_of(make_account(), roles={module.organisation_id: frozenset({"author"})})
    assert entry_of(module.public_id, actor=author, now=make.NOON).state == "archived"


def state_now(account: Account, module_id: str, now: Any = make.NOON) -> str:
    entry: CatalogEntry = entry_of(module_id, actor=actor_of(account), now=now)
    assert entry.progress is not None
    return entry.progress.state


def test_state_of_a_learner_follows_the_learner(ctx: Flask) -> None:
    account, hour = make_account(), timedelta(hours=1)
    module = make.make_module(refresh_after_days=30, check={"max_attempts": 2})
    seen = [state_now(account, module.public_id)]
    note_card(account.id, module.current, 2, now=make.NOON)
    seen.append(state_now(account, module.public_id))
    attempt = make.start_attempt(account, module)
    seen.append(state_now(account, module.public_id))
    attempts.submit(account.id, attempt.public_id, now=make.NOON)
    seen.append(state_now(account, module.public_id))
    seen.append(state_now(account, module.public_id, make.NOON + 4 * hour))
    make.make_marked_attempt(account, module, right=5, now=make.NOON + 4 * hour)
    seen.append(state_now(account, module.public_id, make.NOON + 5 * hour))
    seen.append(state_now(account, module.public_id, make.NOON + timedelta(days=31)))
    assert seen == ["new", "reading", "answering", "waiting", "failed", "passed", "refresh_due"]


def test_state_of_a_learner_without_attempts_left(ctx: Flask) -> None:
    account, module = make_account(), make.make_module(check={"max_attempts": 1})
    make.make_marked_attempt(account, module, right=0)
    assert state_now(account, module.public_id, make.NOON + timedelta(days=99)) == "used_up"


def test_catalog_costs_the_same_queries_however_many_modules(ctx: Flask) -> None:
    organisation, account = make_organisation(), make_account()
    costs = []
    for rounds in (2, 6):
        for number in range(rounds):
            module = make.make_module(organisation, code=f"R{rounds}{number}")
            note_card(account.id, module.current, 1, now=make.NOON)
            make.start_attempt(account, module)
        db.session.flush()
        db.session.expunge_all()
        with counted_statements() as statements:
            entries = browse(Filters(), actor=actor_of(account), now=make.NOON)
        costs.append(len(statements))
    assert len(entries) == 8
    assert costs[0] == costs[1] <= 4


def test_authors_page_costs_the_same_queries_however_many_modules(ctx: Flask) -> None:
    organisation = make_organisation()
    author = actor_of(make_account(), roles={organisation.id: frozenset({"author"})})
    costs = []
    for rounds in (2, 6):
        for number in range(rounds):
            make.make_module(organisation, code=f"R{rounds}{number}")
        db.session.flush()
        db.session.expunge_all()
        with counted_statements() as statements:
            states = states_for(author)
        costs.append(len(statements))
    assert len(states) == 8
    assert costs[0] == costs[1] <= 4


def test_several_modules_are_found_by_id_whatever_their_state(shelf: None) -> None:
    module_id = browse(Filters(), actor=ANONYMOUS, now=make.NOON)[0].module_id
    assert set(entries_of([module_id, "nothing"], actor=ANONYMOUS, now=make.NOON)) == {module_id}
