from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from issuer import tokens
from issuer.base.db import db, utc_now
from issuer.base.errors import Invalid, NotFound
from tests.factories.people import make_account


def test_a_token_is_kept_as_a_fingerprint_only(ctx: Flask) -> None:
    token, secret = tokens.make(make_account(), name="Report", scopes=["profile:read"], days=7)
    assert secret.startswith("rst_")
    assert secret not in str(vars(token))
    assert tokens.find(secret) is token


@pytest.mark.parametrize("secret", ["", "rst_", "rst_wrong", "Bearer rst_x", "\ud800"])
def test_a_wrong_token_is_nobodys(ctx: Flask, secret: str) -> None:
    tokens.make(make_account(), name="Report", scopes=["profile:read"], days=7)
    assert tokens.find(secret) is None


def test_a_token_ends_at_its_time(ctx: Flask) -> None:
    token, secret = tokens.make(make_account(), name="Report", scopes=["profile:read"], days=1)
    token.expires_at = utc_now() - timedelta(seconds=1)
    db.session.flush()
    assert tokens.find(secret) is None
    assert tokens.of_account(token.account_id) == []


def test_a_revoked_token_is_nobodys_and_revoking_again_changes_nothing(ctx: Flask) -> None:
    account = make_account()
    token, secret = tokens.make(account, name="Report", scopes=["profile:read"], days=1)
    tokens.revoke(account, token.public_id)
    first = token.revoked_at
    tokens.revoke(account, token.public_id)
    assert token.revoked_at == first is not None
    assert tokens.find(secret) is None


def test_nobody_revokes_the_token_of_another(ctx: Flask) -> None:
    token, secret = tokens.make(make_account(), name="Report", scopes=["profile:read"], days=1)
    with pytest.raises(NotFound):
        tokens.revoke(make_account(), token.public_id)
    assert tokens.find(secret) is token


@pytest.mark.parametrize(
    ("field", "over"),
    [
        ("token_name", {"name": " "}),
        ("scopes", {"scopes": []}),
        ("scopes", {"scopes": ["account.own"]}),
        ("days", {"days": 0}),
        ("days", {"days": 366}),
    ],
)
def test_a_token_needs_a_name_known_scopes_and_an_end(ctx: Flask, field: str, over: dict[str, object]) -> None:
    wanted: dict[str, object] = {"name": "Report", "scopes": ["profile:read"], "days": 7}
    with pytest.raises(Invalid) as refusal:
        tokens.make(make_account(), **(wanted | over))  # type: ignore[arg-type]
    assert list(refusal.value.fields) == [field]
