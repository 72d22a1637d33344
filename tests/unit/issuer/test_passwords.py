from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from issuer import passwords
from issuer.base.errors import Invalid, Unavailable

GOOD = "a quiet walk by the river"


def test_a_password_matches_its_hash_and_no_other_does(ctx: Flask) -> None:
    stored = passwords.hash_password(GOOD)
    assert passwords.matches(GOOD, stored)
    assert not passwords.matches(GOOD + "!", stored)
    assert not passwords.matches("", stored)


def test_the_same_password_typed_on_another_keyboard_matches(ctx: Flask) -> None:
    assert passwords.matches("cafe\u0301 au lait, bien", passwords.hash_password("caf\u00e9 au lait, bien"))


def test_nothing_matches_where_there_is_no_password(ctx: Flask) -> None:
    assert not passwords.matches("nobody has this password", None)
    assert not passwords.matches(GOOD, "not a hash")


@pytest.mark.parametrize(
    "weak", ["", "short", "aaaaaaaaaaaaaaaa", "x" * 201, "abababababab", "lone \ud800 surrogate, long"]
)
def test_a_weak_password_is_refused(weak: str) -> None:
    with pytest.raises(Invalid) as refusal:
        passwords.accept(weak)
    assert refusal.value.code == "weak_password"


def test_hashes_carry_their_salt_and_cost(ctx: Flask) -> None:
    first, second = passwords.hash_password(GOOD), passwords.hash_password(GOOD)
    assert first != second
    assert first.startswith("$argon2id$")
    assert not passwords.needs_new_hash(first)
    assert passwords.needs_new_hash(first.replace("m=1024", "m=8"))


def test_a_flood_is_told_to_come_back(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "PATIENCE_SECONDS", 0.01)
    turns = app.extensions["rosette_passwords"].turns
    with app.app_context():
        for _ in range(passwords.AT_ONCE):
            turns.acquire()
        with pytest.raises(Unavailable) as refusal:
            passwords.matches(GOOD, None)
        for _ in range(passwords.AT_ONCE):
            turns.release()
        assert refusal.value.retry_after == 5
        assert not passwords.matches(GOOD, None)


def test_many_at_once_all_get_their_turn(app: Flask) -> None:
    def hash_in_a_thread(_: int) -> bool:
        with app.app_context():
            return passwords.matches(GOOD, passwords.hash_password(GOOD))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(hash_in_a_thread, range(24)))
