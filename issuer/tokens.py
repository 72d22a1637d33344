"""API tokens: shown once, kept as hash, able to do less than their owner and never more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import or_, select

from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.errors import NotFound
from issuer.models import Account, ApiToken
from issuer.plain_text import refuse, required_line
from issuer.policy import SCOPES
from issuer.secret_text import hash_of, new_secret

PREFIX = "rst_"
LONGEST_LABEL = 100
MOST_DAYS = 365


def make(account: Account, *, name: str, scopes: Sequence[str], days: int) -> tuple[ApiToken, str]:
    """A token and its secret, which is shown now and never again. Valid for 1..365 days. Raises Invalid."""
    name = required_line(name, field="token_name", longest=LONGEST_LABEL)
    if not scopes or not set(scopes) <= set(SCOPES):
        raise refuse("scopes", _("Choose what the token may do."))
    if not 1 <= days <= MOST_DAYS:
        raise refuse("days", _("Choose from 1 to %(most)s days.", most=MOST_DAYS))
    secret = PREFIX + new_secret()
    token = ApiToken(
        account_id=account.id,
        name=name,
        token_hash=hash_of(secret),
        scopes=sorted(set(scopes)),
        expires_at=utc_now() + timedelta(days=days),
    )
    db.session.add(token)
    db.session.flush()
    audit.record("token.made", token.public_id, actor=account.public_id, scopes=token.scopes)
    return token, secret


def find(secret: str) -> ApiToken | None:
    """The token with that secret, if it may be used now."""
    if not secret.startswith(PREFIX):
        return None
    statement = select(ApiToken).where(
        ApiToken.token_hash == hash_of(secret),
        ApiToken.revoked_at.is_(None),
        or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > utc_now()),
    )
    return db.session.scalar(statement)


def of_account(account_id: int) -> list[ApiToken]:
    """The tokens that can still be used, newest first."""
    statement = select(ApiToken).where(
        ApiToken.account_id == account_id,
        ApiToken.revoked_at.is_(None),
        or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > utc_now()),
    )
    return list(db.session.scalars(statement.order_by(ApiToken.id.desc())))


def revoke(account: Account, public_id: str) -> None:
    """End a token of one's own; twice is the same as once. Raises NotFound."""
    token = db.session.scalar(select(ApiToken).filter_by(public_id=public_id, account_id=account.id))
    if token is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    if token.revoked_at is None:
        token.revoked_at = utc_now()
        audit.record("token.revoked", token.public_id, actor=account.public_id)
