"""Awards as their holders and the world see them: private until the holder says otherwise, and what became of them.

What is not for the caller to see is not there: an unknown award and somebody else's private one give the same answer.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext
from sqlalchemy import select

from badges import status_letters
from badges.models import Award, Credential
from badges.privacy.remains import erased_or_nothing
from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, NotFound
from issuer.base.paging import Page, newest_first
from issuer.models import StatusEntry
from issuer.plain_text import refuse, required_line
from issuer.policy import Actor, permits
from issuer.status import places
from issuer.status.reasons import LONGEST_REASON, OTHER, REVOCATION_CODES, SUSPENSION_CODES, read_reason

PRIVATE, LINK, PUBLIC, LISTED = "private", "link", "public", "listed"
OPEN = frozenset({PUBLIC, LISTED})
VISIBILITIES = {
    PRIVATE: "award.unpublished",
    LINK: "award.shared_by_link",
    PUBLIC: "award.published",
    LISTED: "award.listed",
}
"""What a holder may choose -> what the audit record calls it."""


class Standing(StrEnum):
    """What may be said of a badge now."""

    VALID = "valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
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
    """An award that the caller may see: public or listed and signed, or their own. Raises NotFound, Gone."""
    award = find_award(public_id)
    if not may_see(actor, award):
        raise _nothing_here()
    return award


def may_see(actor: Actor, award: Award) -> bool:
    """Whether the award is there for the caller, by its address alone."""
    return is_open(award) or is_held_by(actor, award)


def is_open(award: Award) -> bool:
    """Whether anybody who has its address sees it: public or listed, and signed."""
    return award.visibility in OPEN and award.state == "issued"


def is_held_by(actor: Actor, award: Award) -> bool:
    return actor.is_signed_in and award.account_id == actor.account_id


def find_award(public_id: str) -> Award:
    """The award with that public id, whoever holds it; for those who administer. Raises NotFound, Gone."""
    award = db.session.scalar(select(Award).filter_by(public_id=public_id))
    if award is None:
        raise erased_or_nothing(public_id)
    return award


def administered_award(actor: Actor, public_id: str) -> Award:
    """An award by an organisation of which the caller is an administrator. Raises NotFound, also for any other."""
    award = find_award(public_id)
    if not permits(actor, "awards.revoke", organisation_id=award.achievement_version.achievement.organisation_id):
        raise _nothing_here()
    return award


def credential_of(award: Award) -> Credential:
    """What was signed. Raises Conflict while the award is pending."""
    if award.credential is None:
        raise Conflict("award_pending", gettext("This badge is not signed yet. It will be in a few minutes."))
    return award.credential


def set_visibility(actor: Actor, public_id: str, visibility: str) -> Award:
    """Say who sees one's own badge: private, link, public or listed, see Award. Asking again changes nothing.

    Raises NotFound, Invalid for another word, Conflict for showing a badge that is pending.
    """
    award = own_award(actor, public_id)
    if visibility not in VISIBILITIES:
        raise refuse("visibility", gettext("Choose private, link, public or listed."))
    if visibility != PRIVATE:
        credential_of(award)
    if award.visibility == visibility:
        return award
    was_open, award.visibility = award.visibility in OPEN, visibility
    if not was_open or visibility not in OPEN:
        award.published_at = utc_now() if visibility in OPEN else None
    db.session.flush()
    audit.record(VISIBILITIES[visibility], award.public_id, actor=actor.public_id)
    return award


def publish(actor: Actor, public_id: str) -> Award:
    """Show one's own badge to anybody who has its address; a listed one stays so. Raises NotFound, Conflict."""
    award = own_award(actor, public_id)
    return set_visibility(actor, public_id, LISTED if award.visibility == LISTED else PUBLIC)


def unpublish(actor: Actor, public_id: str) -> Award:
    """Show one's own badge to nobody else any more, whoever has a link. Raises NotFound."""
    return set_visibility(actor, public_id, PRIVATE)


def revoke(award: Award, *, reason: str, actor: str, code: str = OTHER, is_public: bool = False) -> StatusEntry:
    """Take a badge back, for ever; its page says so. A second revocation changes nothing.

    ``reason`` is for the holder, and for others only if ``is_public``. Raises Conflict while the badge is pending,
    Invalid for no reason or an unknown code. Who may do it is asked before.
    """
    credential_of(award)
    why = read_reason(reason, code, REVOCATION_CODES, is_public=is_public)
    is_news = not places.is_revoked(award.public_id)
    entry = places.revoke(award.public_id, reason=why.sentence, actor=actor, code=why.code, is_public=why.is_public)
    if is_news:
        version = award.achievement_version
        status_letters.tell_revoked(award.account, version.achievement.organisation, [version.name], why)
    return entry


def suspend(award: Award, *, reason: str, actor: str, code: str = OTHER, is_public: bool = False) -> StatusEntry:
    """Suspend a badge until that is lifted. A second suspension changes nothing.

    Raises Conflict for a badge that is pending, revoked, or cannot be suspended; Invalid as ``revoke``.
    """
    credential_of(award)
    why = read_reason(reason, code, SUSPENSION_CODES, is_public=is_public)
    _refuse_revoked(award)
    is_news = places.suspended_since(award.public_id) is None
    entry = places.suspend(award.public_id, reason=why.sentence, actor=actor, code=why.code, is_public=why.is_public)
    if is_news:
        version = award.achievement_version
        status_letters.tell_suspended(award.account, version.achievement.organisation, version.name, why)
    return entry


def lift(award: Award, *, reason: str, actor: str) -> StatusEntry:
    """Let a suspended badge count again; one that is not suspended stays as it is. Raises Conflict as ``suspend``."""
    credential_of(award)
    sentence = required_line(reason, field="reason", longest=LONGEST_REASON)
    _refuse_revoked(award)
    is_news = places.suspended_since(award.public_id) is not None
    entry = places.lift(award.public_id, reason=sentence, actor=actor)
    if is_news:
        version = award.achievement_version
        status_letters.tell_lifted(award.account, version.achievement.organisation, version.name, sentence)
    return entry


def standing_of(award: Award, *, now: datetime) -> Standing:
    """Revoked before expired: a badge that was taken back does not merely end."""
    if award.credential is None:
        return Standing.PENDING
    withdrawn = {
        purpose
        for purpose, is_set in (
            (places.REVOCATION, places.is_revoked(award.public_id)),
            (places.SUSPENSION, places.suspended_since(award.public_id) is not None),
        )
        if is_set
    }
    return standing_from(award.credential, withdrawn, now=now)


def standing_from(credential: Credential | None, withdrawn: Collection[str], *, now: datetime) -> Standing:
    """The same from what is known: the purposes of the lists in which the badge's bit is set."""
    if credential is None:
        return Standing.PENDING
    if places.REVOCATION in withdrawn:
        return Standing.REVOKED
    if credential.valid_until is not None and credential.valid_until < now:
        return Standing.EXPIRED
    return Standing.SUSPENDED if places.SUSPENSION in withdrawn else Standing.VALID


def _nothing_here() -> NotFound:
    return NotFound("not_found", gettext("There is no badge at this address."))


def _refuse_revoked(award: Award) -> None:
    if places.is_revoked(award.public_id):
        raise Conflict("revocation_final", gettext("This badge was revoked. A revocation is final."))
