"""What has served its purpose is deleted: old mails and links, ended sessions, sign-ups that went no further.

Awards, memberships and the audit record stay; nothing here belongs to them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, Delete, delete, or_, select

from issuer.base.db import db, utc_now
from issuer.models import Account, BrowserSession, EmailAddress, Membership, OneTimeLink, OutgoingMail

MAILS_STAY = timedelta(days=7)
LINKS_STAY = timedelta(days=1)
SESSIONS_STAY = timedelta(days=7)
SIGN_UPS_STAY = timedelta(days=30)


def forget_what_is_spent() -> int:
    """Chore: delete what nobody needs any more; how many rows. To be run every hour or day."""
    now = utc_now()
    return sum(
        (
            _rows(delete(OutgoingMail).where(OutgoingMail.sent_at < now - MAILS_STAY)),
            _rows(delete(OneTimeLink).where(OneTimeLink.expires_at < now - LINKS_STAY)),
            _rows(delete(BrowserSession).where(_is_over(now - SESSIONS_STAY))),
            _forget_sign_ups(now - SIGN_UPS_STAY),
        )
    )


def _is_over(before: datetime) -> ColumnElement[bool]:
    return or_(BrowserSession.ended_at < before, BrowserSession.expires_at < before)


def _forget_sign_ups(before: datetime) -> int:
    """Accounts made before then of which no address was ever proven, and to which nobody gave a place."""
    proven = select(EmailAddress.account_id).where(EmailAddress.verified_at.is_not(None))
    placed = select(Membership.account_id)
    abandoned = select(Account.id).where(
        Account.created_at < before, Account.erased_at.is_(None), Account.id.not_in(proven), Account.id.not_in(placed)
    )
    ids = list(db.session.scalars(abandoned))
    _rows(delete(EmailAddress).where(EmailAddress.account_id.in_(ids)))
    return _rows(delete(Account).where(Account.id.in_(ids)))


def _rows(statement: Delete) -> int:
    result = db.session.execute(statement)
    return result.rowcount if isinstance(result, CursorResult) else 0
