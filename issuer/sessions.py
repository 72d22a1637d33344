"""Signed-in browsers: one row each, named by a random token that only the browser's cookie holds."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import update

from issuer.base.db import db, utc_now
from issuer.models import Account, BrowserSession
from issuer.secret_text import hash_of, new_secret

LIFETIME = timedelta(days=30)

log = structlog.get_logger("rosette.sessions")


def start(account: Account) -> str:
    """Sign a browser in; returns the token for its cookie. A new one each time: no token is ever taken over."""
    token = new_secret()
    db.session.add(BrowserSession(account_id=account.id, token_hash=hash_of(token), expires_at=utc_now() + LIFETIME))
    db.session.flush()
    log.info("signed_in", account=account.public_id)
    return token


def end(token: str) -> None:
    """Sign one browser out; a token that is not known, or ended before, is nothing to do."""
    _end(BrowserSession.token_hash == hash_of(token))


def end_all(account: Account) -> None:
    """Sign a person out everywhere: the password or the person's rights have changed."""
    _end(BrowserSession.account_id == account.id)


def _end(which: object) -> None:
    statement = update(BrowserSession).where(which, BrowserSession.ended_at.is_(None))  # type: ignore[arg-type]
    db.session.execute(statement.values(ended_at=utc_now()))
