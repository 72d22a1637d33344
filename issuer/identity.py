"""Who is asking: a person by the cookie of a signed-in browser, a program by its bearer token, or nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask, current_app, request, session
from flask_babel import gettext as _
from sqlalchemy import Row, Select, select

from issuer import access, sessions, tokens
from issuer.base.db import db, utc_now
from issuer.base.errors import NotSignedIn
from issuer.models import Account, BrowserSession, Membership, MembershipRole
from issuer.policy import ANONYMOUS, Actor
from issuer.secret_text import hash_of

SESSION_TOKEN = "token"  # noqa: S105 - the name of the place, not a secret
BEARER = "bearer "


def init_app(app: Flask) -> None:
    """Find out who asks before every view; a browser stays signed in as long as its row says."""
    app.config.update(PERMANENT_SESSION_LIFETIME=sessions.LIFETIME, SESSION_REFRESH_EACH_REQUEST=False)
    access.init_app(app, load_actor)


def enter(account: Account) -> None:
    """Sign this browser in: whatever its cookie held before is gone."""
    leave()
    session[SESSION_TOKEN] = sessions.start(account)
    session.permanent = True


def leave() -> None:
    """Sign this browser out."""
    token = session.get(SESSION_TOKEN)
    session.clear()
    if token:
        sessions.end(token)


def load_actor() -> Actor:
    """Who is asking: a program by its bearer token, or a person by the session's cookie; ANONYMOUS for neither.

    Raises NotSignedIn for a token that is not known, expired or revoked: a program must not go on as nobody.
    """
    header = request.headers.get("Authorization", "")
    if header.lower().startswith(BEARER):
        return _program(header[len(BEARER) :].strip())
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        return ANONYMOUS  # without touching the session: the reply then does not vary by cookie
    token = session.get(SESSION_TOKEN)
    return _person(token) if isinstance(token, str) else ANONYMOUS


def actor_of(account_id: int) -> Actor:
    """That account as somebody with no scope: for work that goes on after its request, and only reads."""
    return _actor(db.session.execute(_who().where(Account.id == account_id)).all(), frozenset())


def _person(token: str) -> Actor:
    valid = (
        BrowserSession.token_hash == hash_of(token),
        BrowserSession.ended_at.is_(None),
        BrowserSession.expires_at > utc_now(),
    )
    statement = _who().join(BrowserSession, BrowserSession.account_id == Account.id).where(*valid)
    return _actor(db.session.execute(statement).all(), None)


def _program(secret: str) -> Actor:
    token = tokens.find(secret)
    if token is None:
        raise NotSignedIn("bad_token", _("This token is not known, has expired or was revoked."))
    return _actor(db.session.execute(_who().where(Account.id == token.account_id)).all(), frozenset(token.scopes))


def _who() -> Select[*tuple[Any, ...]]:
    """A person, once a role: internal id, public id, name, language, organisation's internal id, role."""
    return (
        select(
            Account.id,
            Account.public_id,
            Account.name,
            Account.locale,
            Membership.organisation_id,
            MembershipRole.role,
        )
        .outerjoin(Membership, Membership.account_id == Account.id)
        .outerjoin(MembershipRole, MembershipRole.membership_id == Membership.id)
    )


def _actor(rows: Sequence[Row[*tuple[Any, ...]]], scopes: frozenset[str] | None) -> Actor:
    if not rows:
        return ANONYMOUS
    account_id, public_id, name, locale = rows[0][:4]
    roles: dict[int, frozenset[str]] = {}
    for *_person_columns, organisation_id, role in rows:
        if organisation_id is not None:
            roles[organisation_id] = roles.get(organisation_id, frozenset()) | ({role} if role else set())
    return Actor(account_id, public_id, name, locale, roles, scopes)
