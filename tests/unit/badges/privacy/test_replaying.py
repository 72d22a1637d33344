"""A restored backup brings nobody back; a torn or strange register is told, not guessed at."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, select

from badges.privacy import register, replaying
from badges.privacy.erasing import ORDER, REQUEST, erase
from badges.privacy.models import Erasure
from issuer.base.db import db, utc_now
from issuer.base.errors import Malformed
from issuer.models import Account
from tests.factories.people import make_account


def restored(app: Flask) -> Account:
    """Somebody who was erased, in a backup from before."""
    account = make_account(name="Amara Okafor")
    db.session.commit()
    register.write(account.public_id, at=utc_now(), ground=ORDER)
    return account


def test_whoever_a_backup_brought_back_goes_again_on_the_same_ground(ctx: Flask) -> None:
    account_id = restored(ctx).id
    assert "1 erased" in (replaying.nobody_is_back() or "")
    assert replaying.replay() == 1
    db.session.commit()
    account = db.session.get_one(Account, account_id)
    assert account.erased_at is not None and account.name == ""
    assert db.session.scalars(select(Erasure)).one().ground == ORDER
    assert replaying.nobody_is_back() is None
    assert replaying.replay() == 0


def test_nobody_else_goes(ctx: Flask) -> None:
    restored(ctx)
    other_id = make_account(name="Somebody Else").id
    replaying.replay()
    db.session.commit()
    other = db.session.get_one(Account, other_id)
    assert other.erased_at is None and other.name == "Somebody Else"


def test_a_backup_from_before_the_person_came_is_noted_and_left(ctx: Flask) -> None:
    register.write("nobody-of-this-database", at=utc_now(), ground=REQUEST)
    assert replaying.replay() == 0
    db.session.commit()
    assert db.session.scalars(select(Erasure)).one().badges == 0


def test_a_database_that_forgot_its_erasures_reads_the_register_again(ctx: Flask) -> None:
    account = make_account()
    db.session.commit()
    erase(account, ground=REQUEST, actor="system")
    db.session.commit()
    db.session.execute(delete(Erasure))
    db.session.commit()
    assert replaying.replay() == 0
    assert replaying.nobody_is_back() is None


def test_the_register_holds_no_name_and_one_line_for_each(ctx: Flask) -> None:
    account = make_account(name="Amara Okafor", email="amara@example.org")
    for _again in range(2):
        register.write(account.public_id, at=utc_now(), ground=REQUEST)
    content = register.path().read_text()
    assert content.count("\n") == 1
    assert account.public_id not in content and "mara" not in content


def test_a_line_that_a_crash_tore_is_left_out_and_written_over(ctx: Flask) -> None:
    register.write("first", at=utc_now(), ground=REQUEST)
    with register.path().open("ab") as file:
        file.write(b'{"account": "ab')
    assert len(register.read()) == 1
    register.write("second", at=utc_now(), ground=REQUEST)
    assert len(register.read()) == 2


@pytest.mark.parametrize(
    "line", ["nonsense", '{"account": "short", "at": "2026-01-01T00:00:00+00:00", "ground": "order"}']
)
def test_a_register_that_somebody_has_changed_is_not_guessed_at(ctx: Flask, line: str) -> None:
    register.path().write_text(f"{line}\n")
    with pytest.raises(Malformed) as refused:
        replaying.replay()
    assert refused.value.code == "bad_register"
