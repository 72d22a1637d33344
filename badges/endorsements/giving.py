"""An organisation of this service endorses an achievement or a badge of another one, or the other one itself."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from sqlalchemy import select

from badges import achievements, awards
from badges.endorsements import issuing, letters
from badges.endorsements.models import Endorsement
from badges.models import Achievement
from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Forbidden, NotFound
from issuer.base.paging import Page, newest_first
from issuer.models import Organisation
from issuer.own_addresses import own_path
from issuer.plain_text import clean_text, refuse
from issuer.policy import Actor
from issuer.profile import find_organisation
from issuer.status import places
from issuer.status.reasons import OTHER

LONGEST_COMMENT = 2000
SHORTEST_COMMENT = 10
LONGEST_ADDRESS = 300

_PLACE = re.compile(r"/(badges|achievements|issuers)/([A-Za-z0-9_-]{1,64})")


def endorse(actor: Actor, organisation: Organisation, *, address: str, comment: str) -> Endorsement:
    """Endorse what lies at ``address``, as the organisation; that the caller may speak for it was asked before.

    What is said of an achievement or an issuer is shown at once, what is said of a badge when its holder says so.
    Raises Invalid for an address of nothing that the caller sees, Forbidden for what is one's own, Conflict for what
    was endorsed already, Unavailable when it cannot be signed now.
    """
    comment = clean_text(comment, field="comment", longest=LONGEST_COMMENT)
    if len(comment) < SHORTEST_COMMENT:
        raise refuse("comment", _("Say in a sentence or two what you endorse, and why."))
    endorsement = _of(actor, address)
    endorsement.origin, endorsement.organisation, endorsement.who = "organisation", organisation, organisation.name
    endorsement.comment, endorsement.endorsed_at = comment, utc_now()
    endorsement.is_shown, endorsement.skills = endorsement.award is None, []
    _refuse_own(actor, organisation, endorsement)
    _refuse_twice(organisation, endorsement)
    issuing.sign(endorsement, name=_("Endorsement by %(name)s", name=organisation.name), comment=comment)
    audit.record("endorsement.given", endorsement.public_id, actor=actor.public_id, of=_named(endorsement))
    if endorsement.award is not None:
        letters.tell_holder(endorsement.award)
    return endorsement


def take_back(endorsement: Endorsement, *, actor: str) -> Endorsement:
    """Withdraw it for ever: its place in the status list says so. Twice is as once. Who may was asked before."""
    if endorsement.withdrawn_at is None:
        endorsement.withdrawn_at = utc_now()
        db.session.flush()
        places.revoke(endorsement.public_id, reason="Withdrawn by the endorser.", actor=actor, code=OTHER)
        audit.record("endorsement.withdrawn", endorsement.public_id, actor=actor)
    return endorsement


def show(endorsement: Endorsement, *, is_shown: bool, actor: Actor) -> Endorsement:
    """Show it to others, or hide it. Raises Conflict for showing one that was withdrawn."""
    if is_shown and endorsement.withdrawn_at is not None:
        raise Conflict("withdrawn", _("It was withdrawn, so it cannot be shown."))
    if endorsement.is_shown != is_shown:
        endorsement.is_shown = is_shown
        db.session.flush()
        what = "endorsement.shown" if is_shown else "endorsement.hidden"
        audit.record(what, endorsement.public_id, actor=actor.public_id)
    return endorsement


def given_by_organisations(organisation_ids: list[int], *, limit: int, after: str | None) -> Page:
    """What these organisations have endorsed on their own account, the newest first."""
    own = select(Endorsement).where(
        Endorsement.organisation_id.in_(organisation_ids), Endorsement.origin == "organisation"
    )
    return newest_first(own, Endorsement, limit=limit, after=after)


def about_organisations(organisation_ids: list[int], *, limit: int, after: str | None) -> Page:
    """What others have said of these organisations and their achievements, the newest first."""
    wanted = select(Endorsement).outerjoin(Endorsement.achievement)
    about = Endorsement.profile_id.in_(organisation_ids) | Achievement.organisation_id.in_(organisation_ids)
    return newest_first(wanted.where(about), Endorsement, limit=limit, after=after)


def _of(actor: Actor, address: str) -> Endorsement:
    """A new endorsement of what lies at an address of ours that the caller may see."""
    text = address.strip()
    path = own_path(text) if len(text) <= LONGEST_ADDRESS else None
    found = _PLACE.fullmatch(path or "")
    if found is None:
        raise refuse("address", _("Give the address of a badge, an achievement or an issuer of this service."))
    kind, name = found.groups()
    try:
        if kind == "badges":
            return Endorsement(award=awards.visible_award(actor, name))
        if kind == "achievements":
            return Endorsement(achievement=achievements.find_achievement(name))
        return Endorsement(profile=find_organisation(name))
    except NotFound as error:
        raise refuse("address", _("There is nothing at this address.")) from error


def _refuse_own(actor: Actor, organisation: Organisation, endorsement: Endorsement) -> None:
    issuer_id = endorsement.profile.id if endorsement.profile else None
    if endorsement.achievement is not None:
        issuer_id = endorsement.achievement.organisation_id
    if endorsement.award is not None:
        issuer_id = endorsement.award.achievement_version.achievement.organisation_id
        if awards.is_held_by(actor, endorsement.award):
            raise Forbidden("own_badge", _("This is your own badge. Nobody can endorse themselves."))
    if issuer_id == organisation.id:
        raise Forbidden("own_achievement", _("An organisation cannot endorse itself, nor what it issues."))


def _refuse_twice(organisation: Organisation, endorsement: Endorsement) -> None:
    same = endorsement.endorsed_columns()
    with db.session.no_autoflush:
        db.session.execute(select(Organisation.id).filter_by(id=organisation.id).with_for_update())
        known = select(Endorsement.id).filter_by(
            organisation_id=organisation.id, origin="organisation", withdrawn_at=None, **same
        )
        if db.session.scalar(known) is not None:
            raise Conflict("already_endorsed", _("This was endorsed already. Withdraw that first to say it anew."))


def _named(endorsement: Endorsement) -> str:
    thing = endorsement.award or endorsement.achievement or endorsement.profile
    assert thing is not None
    return thing.public_id
