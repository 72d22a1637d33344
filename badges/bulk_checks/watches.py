"""Watching a badge of this service, with its holder's consent: asked for, accepted or declined, ended by either.

Until the holder has accepted nothing is looked at and nothing is noted about the badge. What is watched is how it
stands: withdrawn, suspended, run out, signed again. Each look is noted for the holder to see.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import CursorResult, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from badges import awards
from badges.bulk_checks import bulk_letters, webhooks
from badges.bulk_checks.models import BadgeWatch
from badges.models import AchievementVersion, Award
from badges.showcase import standings_of
from badges.verification.inputs import addresses
from badges.verification.inputs.refused import Refused
from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Invalid, NotFound
from issuer.base.paging import Page, newest_first
from issuer.crypto.timestamps import format_timestamp
from issuer.models import Account, Organisation
from issuer.own_addresses import own_path
from issuer.plain_text import required_line
from issuer.policy import ANONYMOUS

LOOKED_EVERY = timedelta(minutes=15)
LOOKED_AT_ONCE = 500
NOT_ASKED_AGAIN = timedelta(days=90)
"""After a no; then the request is forgotten and may be made again."""

LONGEST_PURPOSE = 500
CHANGED, ANSWERED = "watch.changed", "watch.answered"
ENDED = ("declined", "withdrawn", "stopped")

_BADGE = re.compile(r"/badges/([A-Za-z0-9_-]{1,64})(?:\.json|\.jwt)?/?")


def ask(organisation: Organisation, badge: str, *, purpose: str, by: Account, now: datetime) -> BadgeWatch:
    """Ask the holder of a public badge of this service, named by its code or address.

    Raises NotFound for a badge that nobody may see, Invalid for no purpose or a badge of somebody else's service,
    Conflict for one that is asked for or watched already, or was refused in the last ninety days.
    """
    purpose = required_line(purpose, field="purpose", longest=LONGEST_PURPOSE)
    award = awards.visible_award(ANONYMOUS, _named(badge))
    known = db.session.scalar(select(BadgeWatch).filter_by(organisation_id=organisation.id, award_id=award.id))
    if known is not None:
        _refuse_again(known, now=now)
        db.session.delete(known)
        db.session.flush()
    watch = BadgeWatch(
        organisation_id=organisation.id, account_id=by.id, award_id=award.id, purpose=purpose, asked_at=now
    )
    try:
        with db.session.begin_nested():
            db.session.add(watch)
            db.session.flush()
    except IntegrityError as error:
        raise Conflict("watched_already", _("Your organisation has asked for this badge already.")) from error
    audit.record("watch.asked", watch.public_id, actor=by.public_id, organisation=organisation.public_id)
    bulk_letters.ask_holder(watch, award.account, name_of(award))
    return watch


def accept(watch: BadgeWatch, *, by: Account, now: datetime) -> None:
    """The holder agrees; the first look follows within minutes. Raises Conflict for one that is over."""
    _refuse_ended(watch)
    if watch.state == "accepted":
        return
    watch.state, watch.answered_at, watch.next_look_at = "accepted", now, now
    _answered(watch, by)


def refuse(watch: BadgeWatch, *, by: Account, now: datetime) -> None:
    """The holder declines what is asked, or stops what was accepted; what was noted of the badge is forgotten."""
    if watch.state in ENDED:
        return
    watch.state = "declined" if watch.state == "asked" else "stopped"
    watch.answered_at = watch.answered_at or now
    _forget_looks(watch, now)
    _answered(watch, by)


def withdraw(watch: BadgeWatch, *, by: Account, now: datetime) -> None:
    """Whoever asked asks no more, or watches no more. A second time changes nothing."""
    if watch.state in ENDED:
        return
    watch.state = "withdrawn"
    _forget_looks(watch, now)
    audit.record("watch.withdrawn", watch.public_id, actor=by.public_id)


def find(public_id: str) -> BadgeWatch:
    """The watch with that public id, as it is now. Raises NotFound."""
    wanted = select(BadgeWatch).filter_by(public_id=public_id).with_for_update()
    watch = db.session.scalar(wanted.execution_options(populate_existing=True))
    if watch is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    return watch


def find_of_holder(public_id: str, account_id: int) -> BadgeWatch:
    """The same, of a badge that this person holds. Raises NotFound for everybody else."""
    watch = find(public_id)
    if award_of(watch).account_id != account_id:
        raise NotFound("not_found", _("There is nothing at this address."))
    return watch


def watches_of(organisation_ids: Collection[int], *, limit: int, after: str | None) -> Page:
    """What these organisations asked for, the newest first. Raises Invalid for a cursor that was never given."""
    wanted = select(BadgeWatch).where(BadgeWatch.organisation_id.in_(organisation_ids))
    return newest_first(wanted.options(joinedload(BadgeWatch.organisation)), BadgeWatch, limit=limit, after=after)


def about_holder(account_id: int) -> Sequence[BadgeWatch]:
    """Every watch of a badge of this person, those that wait for an answer first."""
    wanted = (
        select(BadgeWatch)
        .join(Award, Award.id == BadgeWatch.award_id)
        .where(Award.account_id == account_id, BadgeWatch.state.in_(("asked", "accepted")))
        .options(joinedload(BadgeWatch.organisation))
        .order_by(BadgeWatch.state.desc(), BadgeWatch.id.desc())
    )
    return db.session.scalars(wanted).all()


def award_of(watch: BadgeWatch) -> Award:
    return db.session.get_one(Award, watch.award_id)


def name_of(award: Award) -> str:
    return award.achievement_version.name


def look() -> int:
    """Chore of every minute: look at the watched badges whose turn it is, and tell of changes; how many changed."""
    now = utc_now()
    wanted = (
        select(BadgeWatch)
        .where(BadgeWatch.state == "accepted", BadgeWatch.next_look_at <= now)
        .order_by(BadgeWatch.next_look_at)
        .limit(LOOKED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    due = db.session.scalars(wanted).all()
    held = select(Award).where(Award.id.in_([watch.award_id for watch in due]))
    options = (
        joinedload(Award.credential),
        joinedload(Award.achievement_version).joinedload(AchievementVersion.achievement),
    )
    found = {award.id: award for award in db.session.scalars(held.options(*options))}
    standings = standings_of(list(found.values()), now=now)
    changed = 0
    for watch in due:
        award = found[watch.award_id]
        changed += _look(watch, award, standings[award.public_id].value, now)
    return changed


def forget_old() -> int:
    """Chore: delete requests and watches that ended ninety days ago; how many."""
    gone = db.session.execute(delete(BadgeWatch).where(BadgeWatch.ended_at <= utc_now() - NOT_ASKED_AGAIN))
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def as_told(watch: BadgeWatch, award: Award) -> dict[str, str]:
    """A watch as a webhook is told of it: no name of a person."""
    return {"watch": watch.public_id, "badge": award.public_id, "state": watch.state}


def _look(watch: BadgeWatch, award: Award, standing: str, now: datetime) -> bool:
    """Note the look; whether there was news. The first look is none, unless the badge does not count."""
    before, edition = watch.standing, watch.edition
    watch.standing, watch.edition = standing, award.edition
    watch.looked_at, watch.next_look_at = now, now + LOOKED_EVERY
    is_newer = edition is not None and award.edition > edition
    if standing == (before or "valid") and not is_newer:
        return False
    change = standing if standing != (before or "valid") else "superseded"
    bulk_letters.tell_watcher(watch, name_of(award), change)
    body = as_told(watch, award) | {"before": before or "", "after": change, "at": format_timestamp(now)}
    occasion = f"{CHANGED}:{watch.public_id}:{now.timestamp():.6f}"
    webhooks.announce(watch.organisation_id, CHANGED, occasion, body)
    return True


def _answered(watch: BadgeWatch, by: Account) -> None:
    db.session.flush()
    audit.record(f"watch.{watch.state}", watch.public_id, actor=by.public_id)
    award = award_of(watch)
    bulk_letters.tell_answer(watch, name_of(award))
    occasion = f"{ANSWERED}:{watch.public_id}:{watch.state}"
    webhooks.announce(watch.organisation_id, ANSWERED, occasion, as_told(watch, award))


def _forget_looks(watch: BadgeWatch, now: datetime) -> None:
    watch.ended_at, watch.next_look_at = now, None
    watch.looked_at = watch.standing = watch.edition = None
    db.session.flush()


def _refuse_again(known: BadgeWatch, *, now: datetime) -> None:
    if known.state in ("asked", "accepted"):
        raise Conflict("watched_already", _("Your organisation has asked for this badge already."))
    if known.state != "withdrawn" and known.ended_at is not None and now < known.ended_at + NOT_ASKED_AGAIN:
        raise Conflict("watch_refused", _("Its holder said no. Ask them yourself; here you can ask after 90 days."))


def _refuse_ended(watch: BadgeWatch) -> None:
    if watch.state in ENDED:
        raise Conflict("watch_over", _("This request is over."))


def _named(badge: str) -> str:
    """The public id that a code or an address of a badge of ours names."""
    try:
        link = addresses.find(badge)
    except Refused as refused:
        raise _no_badge_of_ours() from refused
    if link is not None and link.code:
        return link.code
    path = own_path(link.url) if link is not None else None
    found = _BADGE.fullmatch(path) if path is not None else None
    if found is None:
        raise _no_badge_of_ours()
    return found.group(1)


def _no_badge_of_ours() -> Invalid:
    sentence = _("Give the code or the address of a badge of this service.")
    return Invalid("no_badge_of_ours", sentence, fields={"badge": [sentence]})
