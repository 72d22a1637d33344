"""Awards as their holders and the world see them: private until the holder publishes.

What is not for the caller to see is not there: an unknown award and somebody else's private one give the same answer.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_babel import gettext
from sqlalchemy import select

from badges.models import Award, Credential
from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, NotFound
from issuer.base.paging import Page, newest_first
from issuer.models import StatusEntry
from issuer.plain_text import required_line
from issuer.policy import Actor
from issuer.status import places

LONGEST_REASON = 500


class Standing(StrEnum):
    """What may be said of a badge now."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    PENDING = "pending"


def awards_of(account_id: int, *, limit: int, after: str | None = None) -> Page:
    """A person's awards, the newest first. Raises Invalid for a cursor that was never given."""
    return newest_first(select(Award).filter_by(account_id=account_id), Award, limit=limit, after=after)


def own_award(actor: Actor, public_id: str) -> Award:
    """The caller's own award. Raises NotFound, also for somebody else's."""
    award = db.session.scalar(select(Award).filter_by(public_id=public_id, account_id=actor.account_id))
    if award is None or actor.account_id is None:
        raise _nothing_here()
    return award


def visible_award(actor: Actor, public_id: str) -> Award:
    """An award that the caller may see: published and signed, or their own. Raises NotFound."""
    award = db.session.scalar(select(Award).filter_by(public_id=public_id))
    if award is None or not (_is_public(award) or (actor.is_signed_in and award.account_id == actor.account_id)):
        raise _nothing_here()
    return award


def find_award(public_id: str) -> Award:
    """The award with that public id, whoever holds it; for those who administer. Raises NotFound."""
    award = db.session.scalar(select(Award).filter_by(public_id=public_id))
    if award is None:
        raise _nothing_here()
    return award


def credential_of(award: Award) -> Credential:
    """What was signed. Raises Conflict while the award is pending."""
    if award.credential is None:
        raise Conflict("award_pending", gettext("This badge is not signed yet. It will be in a few minutes."))
    return award.credential


def publish(actor: Actor, public_id: str) -> Award:
    """Show one's own badge to anybody who has its address. Raises NotFound, Conflict while it is pending."""
    award = own_award(actor, public_id)
    credential_of(award)
    if award.visibility != "public":
        award.visibility, award.published_at = "public", utc_now()
        db.session.flush()
        audit.record("award.published", award.public_id, actor=actor.public_id)
    return award


def unpublish(actor: Actor, public_id: str) -> Award:
    """Show one's own badge to nobody else any more. Raises NotFound."""
    award = own_award(actor, public_id)
    if award.visibility != "private":
        award.visibility, award.published_at = "private", None
        db.session.flush()
        audit.record("award.unpublished", award.public_id, actor=actor.public_id)
    return award


def revoke(award: Award, *, reason: str, actor: str) -> StatusEntry:
    """Take a badge back, for ever; its page says so. A second revocation changes nothing.

    Raises Conflict while it is pending, Invalid for no reason. Who may do it is asked before.
    """
    credential_of(award)
    reason = required_line(reason, field="reason", longest=LONGEST_REASON)
    return places.revoke(award.public_id, reason=reason, actor=actor)


def standing_of(award: Award, *, now: datetime) -> Standing:
    """Revoked before expired: a badge that was taken back does not merely end."""
    if award.credential is None:
        return Standing.PENDING
    if places.is_revoked(award.public_id):
        return Standing.REVOKED
    valid_until = award.credential.valid_until
    return Standing.EXPIRED if valid_until is not None and valid_until < now else Standing.VALID


def _is_public(award: Award) -> bool:
    return award.visibility == "public" and award.state == "issued"


def _nothing_here() -> NotFound:
    return NotFound("not_found", gettext("There is no badge at this address."))
