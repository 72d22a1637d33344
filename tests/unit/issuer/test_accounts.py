from __future__ import annotations

import pytest
from flask import Flask

from issuer import accounts, sessions
from issuer.base.db import db
from issuer.base.errors import Conflict, Invalid, NotFound
from issuer.models import BrowserSession
from issuer.passwords import matches
from tests.factories.people import PASSWORD, make_account, make_member


def test_an_address_belongs_to_one_account_whatever_its_spelling(ctx: Flask) -> None:
    make_account(email="Ann@Example.org")
    with pytest.raises(Conflict) as refusal:
        make_account(email="ann@ＥXAMPLE.org")
    assert refusal.value.code == "address_taken"
    assert accounts.address_of("ANN@example.ORG") is not None


def test_a_bad_name_makes_no_account(ctx: Flask) -> None:
    with pytest.raises(Invalid) as refusal:
        make_account(email="ann@example.org", name="Ann\u202e")
    assert list(refusal.value.fields) == ["name"]
    assert accounts.address_of("ann@example.org") is None


def test_seeding_twice_makes_one_account_that_can_sign_in(ctx: Flask) -> None:
    first = accounts.ensure(email="ann@example.org", name="Ann")
    again = accounts.ensure(email="Ann@example.org", password=PASSWORD)
    assert again is first
    assert (first.name, matches(PASSWORD, first.password_hash)) == ("Ann", True)
    assert first.addresses[0].verified_at is not None


def test_a_password_chosen_by_a_stranger_is_dropped_when_the_owner_proves_the_address(ctx: Flask) -> None:
    account = make_account(verified=False, password=PASSWORD)
    accounts.prove(account.addresses[0], keeps_password=False)
    assert account.password_hash is None


def test_a_password_is_kept_when_it_was_chosen_in_the_browser_that_proves_the_address(ctx: Flask) -> None:
    account = make_account(verified=False, password=PASSWORD)
    accounts.prove(account.addresses[0], keeps_password=True)
    assert matches(PASSWORD, account.password_hash)


def test_proving_again_does_not_drop_a_password(ctx: Flask) -> None:
    account = make_account(password=PASSWORD)
    accounts.prove(account.addresses[0], keeps_password=False)
    assert account.password_hash is not None


def test_a_new_password_needs_the_present_one_and_ends_every_session(ctx: Flask) -> None:
    account = make_account(password=PASSWORD)
    sessions.start(account)
    with pytest.raises(Invalid) as refusal:
        accounts.set_password(account, "another long sentence", current="wrong")
    assert list(refusal.value.fields) == ["current"]
    accounts.set_password(account, "another long sentence", current=PASSWORD)
    assert matches("another long sentence", account.password_hash)
    assert all(row.ended_at for row in db.session.query(BrowserSession))


def test_a_further_address_becomes_the_main_one_only_by_choice(ctx: Flask) -> None:
    account = make_account(email="work@example.org")
    accounts.add_proven_address(account, "home@example.org")
    assert accounts.primary_address(account) == "work@example.org"
    accounts.make_primary(account, "HOME@example.org")
    assert accounts.primary_address(account) == "home@example.org"
    accounts.remove_address(account, "work@example.org")
    assert accounts.address_of("work@example.org") is None


def test_the_main_address_cannot_be_removed(ctx: Flask) -> None:
    account = make_account(email="work@example.org")
    with pytest.raises(Conflict):
        accounts.remove_address(account, "work@example.org")


def test_an_address_of_somebody_else_is_neither_chosen_nor_removed(ctx: Flask) -> None:
    account, other = make_account(), make_account(email="other@example.org")
    for change in (accounts.make_primary, accounts.remove_address):
        with pytest.raises(NotFound):
            change(account, "other@example.org")
    assert accounts.primary_address(other) == "other@example.org"


def test_an_address_of_another_account_cannot_be_added(ctx: Flask) -> None:
    account, _ = make_account(), make_account(email="other@example.org")
    with pytest.raises(Conflict) as refusal:
        accounts.add_proven_address(account, "other@example.org")
    assert refusal.value.code == "address_taken"


def test_a_sign_up_that_went_no_further_gives_its_address_to_who_proves_it(ctx: Flask) -> None:
    abandoned = make_account(email="home@example.org", verified=False)
    account = make_account()
    accounts.add_proven_address(account, "home@example.org")
    known = accounts.address_of("home@example.org")
    assert known is not None
    assert known.account_id == account.id != abandoned.id


def test_somebody_who_was_given_a_place_keeps_the_address(ctx: Flask) -> None:
    invited = make_account(email="home@example.org", verified=False)
    make_member("learner", account=invited)
    with pytest.raises(Conflict):
        accounts.add_proven_address(make_account(), "home@example.org")
