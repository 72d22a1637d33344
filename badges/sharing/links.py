"""Links by which a holder shows some badges to whoever has the link, for a time, and takes it back at once.

A link is what it says: whoever has it sees what it shows. So its token is 256 random bits, kept as SHA-256 only, and
the holder learns how often it was opened and when last, and nothing of who opened it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from badges.awards import LINK, PRIVATE, credential_of, own_award, set_visibility
from badges.models import Award
from badges.sharing.models import ShareLink, ShareLinkBadge
from issuer.access import settings
from issuer.base import audit
from issuer.base.db import db, reads_only, utc_now
from issuer.base.errors import Gone, Invalid, NotFound
from issuer.base.paging import Page, newest_first
from issuer.plain_text import clean_line, refuse
from issuer.policy import Actor
from issuer.secret_text import hash_of, new_secret

USUAL_DAYS = 30
MOST_DAYS = 365
MOST_BADGES = 50
MOST_LINKS = 200
"""Working ones of one holder: more than anybody keeps in mind."""
LONGEST_LABEL = 100
LONGEST_TOKEN = 64

log = structlog.get_logger("rosette.sharing")


@dataclass(frozen=True, slots=True)
class SharedBadges:
    """What a link shows now: the badges that their holder has not made private since, at least one."""

    link: ShareLink
    awards: tuple[Award, ...]

    def named(self, award_id: str) -> Award:
        """One of them. Raises NotFound."""
        found = next((award for award in self.awards if award.public_id == award_id), None)
        if found is None:
            raise NotFound("not_found", _("There is no badge at this address."))
        return found


def make(
    actor: Actor,
    award_ids: Sequence[str],
    *,
    days: int = USUAL_DAYS,
    shows_evidence: bool = False,
    label: str = "",
) -> tuple[ShareLink, str]:
    """A link to one's own badges and its token, which is handed out now and never again.

    A private badge becomes visible by link. Valid for 1..365 days. Raises NotFound for a badge that is not one's own,
    Conflict for one that is pending, Invalid.
    """
    names = list(dict.fromkeys(award_ids))
    if not names or len(names) > MOST_BADGES:
        raise refuse("badges", _("Choose from 1 to %(most)s badges.", most=MOST_BADGES))
    if not 1 <= days <= MOST_DAYS:
        raise refuse("days", _("Choose from 1 to %(most)s days.", most=MOST_DAYS))
    label = clean_line(label, field="label", longest=LONGEST_LABEL)
    awards = [own_award(actor, name) for name in names]
    assert actor.account_id is not None
    if len(_working(actor.account_id)) >= MOST_LINKS:
        raise Invalid("too_many_links", _("You have %(most)s links that work. End some first.", most=MOST_LINKS))
    for award in awards:
        credential_of(award)
        if award.visibility == PRIVATE:
            set_visibility(actor, award.public_id, LINK)
    secret = new_secret()
    link = ShareLink(
        account_id=actor.account_id,
        token_hash=hash_of(secret),
        label=label,
        shows_evidence=shows_evidence,
        expires_at=utc_now() + timedelta(days=days),
        seen=0,
    )
    db.session.add(link)
    db.session.flush()
    db.session.add_all(ShareLinkBadge(share_link_id=link.id, award_id=award.id) for award in awards)
    db.session.flush()
    audit.record("share_link.made", link.public_id, actor=actor.public_id, badges=names)
    return link, secret


def revoke(actor: Actor, public_id: str) -> ShareLink:
    """End a link of one's own, at once and for good; twice is the same as once. Raises NotFound."""
    link = own_link(actor, public_id)
    if link.revoked_at is None:
        link.revoked_at = utc_now()
        db.session.flush()
        audit.record("share_link.revoked", link.public_id, actor=actor.public_id)
    return link


def own_link(actor: Actor, public_id: str) -> ShareLink:
    """Raises NotFound, also for somebody else's."""
    link = db.session.scalar(select(ShareLink).filter_by(public_id=public_id, account_id=actor.account_id))
    if link is None or actor.account_id is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    return link


def links_of(account_id: int, *, limit: int, after: str | None) -> Page:
    """A holder's links, ended ones too, the newest first. Raises Invalid for a cursor that was never given."""
    return newest_first(select(ShareLink).filter_by(account_id=account_id), ShareLink, limit=limit, after=after)


def links_to(award: Award) -> Sequence[ShareLink]:
    """The working links to a badge, the newest first."""
    shown = select(ShareLinkBadge.share_link_id).filter_by(award_id=award.id)
    return _working(award.account_id, ShareLink.id.in_(shown))


def opened(token: str, *, now: datetime) -> SharedBadges:
    """What the link with that token shows. Raises NotFound for one that was never made, Gone for one that has ended.

    Neither says whose link it is or was.
    """
    known = len(token) <= LONGEST_TOKEN
    link = db.session.scalar(select(ShareLink).filter_by(token_hash=hash_of(token))) if known else None
    if link is None:
        raise NotFound("not_found", _("There is nothing at this address. Is the link complete?"))
    awards = tuple(award for award in link.awards if award.visibility != PRIVATE and award.state == "issued")
    if not is_working(link, now=now) or not awards:
        raise Gone("link_ended", _("This link has ended. Ask whoever gave it to you for a new one."))
    return SharedBadges(link, awards)


def is_working(link: ShareLink, *, now: datetime) -> bool:
    return link.revoked_at is None and link.expires_at > now


def note_seen(link: ShareLink) -> None:
    """Count that somebody has opened it, and nothing of who.

    In a transaction of its own, because reading a page changes nothing else. A database that is too busy to count is
    no reason to withhold the page.
    """
    token = reads_only.set(False)
    try:
        with db.engine.begin() as connection:
            row = update(ShareLink).where(ShareLink.id == link.id)
            connection.execute(row.values(seen=ShareLink.seen + 1, last_seen_at=utc_now()))
    except OperationalError:
        log.warning("share_link_not_counted", link=link.public_id)
    finally:
        reads_only.reset(token)


def link_url(secret: str) -> str:
    """The address that the holder hands on."""
    return f"{settings().base_url}/s/{secret}"


def _working(account_id: int, *which: object) -> list[ShareLink]:
    working = select(ShareLink).where(
        ShareLink.account_id == account_id,
        ShareLink.revoked_at.is_(None),
        ShareLink.expires_at > utc_now(),
        *which,  # type: ignore[arg-type]
    )
    return list(db.session.scalars(working.order_by(ShareLink.id.desc())))
