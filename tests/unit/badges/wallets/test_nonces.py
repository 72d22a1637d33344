"""A nonce is ours, in time, and used once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from badges.wallets import nonces
from badges.wallets.refusing import INVALID_NONCE, Refused
from issuer.base.db import utc_now


def refused(nonce: str) -> str:
    with pytest.raises(Refused) as caught:
        nonces.spend(nonce, now=utc_now())
    return caught.value.code


def test_a_nonce_holds_until_its_last_second(ctx: Flask) -> None:
    nonces.spend(nonces.new_nonce(now=utc_now() - nonces.LIFETIME + timedelta(seconds=30)), now=utc_now())


def test_an_old_nonce_is_refused(ctx: Flask) -> None:
    assert refused(nonces.new_nonce(now=utc_now() - nonces.LIFETIME)) == INVALID_NONCE


def test_a_nonce_cannot_be_given_more_time(ctx: Flask) -> None:
    text, until, tag = nonces.new_nonce(now=utc_now() - nonces.LIFETIME).split(".")
    assert refused(f"{text}.{int(until) + 600}.{tag}") == INVALID_NONCE


def test_a_nonce_of_another_service_is_refused(ctx: Flask) -> None:
    nonce = nonces.new_nonce(now=utc_now())
    ctx.config["ROSETTE"] = replace(ctx.config["ROSETTE"], secret_key="another secret, as long as ours is")
    assert refused(nonce) == INVALID_NONCE


def test_a_nonce_is_used_once(ctx: Flask) -> None:
    nonce = nonces.new_nonce(now=utc_now())
    nonces.spend(nonce, now=utc_now())
    assert refused(nonce) == INVALID_NONCE
