"""One-time links: mailed, used once within minutes, kept as hash only.

Opening a link changes nothing: mail scanners open every link. The page behind it has a button, and the
button uses it.
"""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select, update

from issuer.addresses import lookup_of
from issuer.base.db import db, utc_now
from issuer.base.errors import Gone, NotFound
from issuer.models import OneTimeLink
from issuer.secret_text import hash_of, new_secret

SIGN_IN = "sign_in"
VERIFY_ADDRESS = "verify_address"
PATH = "/sign-in/link/"
MINUTES = 20
INVITATION_DAYS = 7


def make(purpose: str, email: str, *, next_path: str = "/", lifetime: timedelta = timedelta(minutes=MINUTES)) -> str:
    """The URL of a fresh link for the person at ``email``."""
    token = new_secret()
    db.session.add(
        OneTimeLink(
            token_hash=hash_of(token),
            purpose=purpose,
            lookup=lookup_of(email),
            next_path=next_path,
            expires_at=utc_now() + lifetime,
        )
    )
    return f"{current_app.config['ROSETTE'].base_url}{PATH}{token}"


def read(token: str) -> OneTimeLink:
    """The link, unused. Raises NotFound for one never made, Gone for one used or expired."""
    link = db.session.scalar(select(OneTimeLink).filter_by(token_hash=hash_of(token)))
    if link is None:
        raise NotFound("unknown_link", _("There is no such link. Copy the whole line from the mail."))
    if link.used_at is not None or link.expires_at <= utc_now():
        raise _spent()
    return link


def use(token: str) -> OneTimeLink:
    """Use the link up. Of two uses at once one gets it, the other Gone."""
    link = read(token)
    unused = update(OneTimeLink).where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None))
    if db.session.execute(unused.values(used_at=utc_now())).rowcount != 1:  # type: ignore[attr-defined]
        raise _spent()
    return link


def _spent() -> Gone:
    return Gone("link_spent", _("This link was used before or is too old. Ask for a new one; it comes at once."))
