"""Who sees an endorsement: whoever has given it or got it, and others as far as it is shown and what it endorses is.

What is not for the caller to see is not there.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from badges.awards import is_held_by, is_open
from badges.endorsements.models import Endorsement, EndorsementInvitation
from badges.models import Achievement, Award
from issuer.base.db import db
from issuer.base.errors import NotFound
from issuer.models import Organisation
from issuer.policy import Actor, permits


def visible_endorsement(actor: Actor, public_id: str) -> Endorsement:
    """Raises NotFound."""
    found = db.session.scalar(select(Endorsement).filter_by(public_id=public_id))
    if found is None or not may_see(actor, found):
        raise _nothing_here()
    return found


def may_see(actor: Actor, endorsement: Endorsement) -> bool:
    """Whether it is there for the caller, by its address alone."""
    return is_public(endorsement) or may_show(actor, endorsement) or may_withdraw(actor, endorsement)


def is_public(endorsement: Endorsement) -> bool:
    """Whether anybody who has its address sees it: shown, and of something that anybody may see."""
    return endorsement.is_shown and (endorsement.award is None or is_open(endorsement.award))


def may_show(actor: Actor, endorsement: Endorsement) -> bool:
    """Whether it is the caller's to show or hide: the holder's, or that of the organisation that is endorsed."""
    if endorsement.award is not None:
        return is_held_by(actor, endorsement.award)
    endorsed = endorsement.profile_id
    if endorsement.achievement is not None:
        endorsed = endorsement.achievement.organisation_id
    return permits(actor, "endorsements.give", organisation_id=endorsed)


def may_withdraw(actor: Actor, endorsement: Endorsement) -> bool:
    """Whether the caller administers the organisation that has endorsed on its own account."""
    is_own = endorsement.origin == "organisation" and endorsement.organisation_id is not None
    return is_own and permits(actor, "endorsements.give", organisation_id=endorsement.organisation_id)


def shown_or_hidden(actor: Actor, public_id: str) -> Endorsement:
    """One that is the caller's to show or hide, held until the commit. Raises NotFound."""
    found = _held(public_id)
    if found is None or not may_show(actor, found):
        raise _nothing_here()
    return found


def given_by(actor: Actor, public_id: str) -> Endorsement:
    """One that is the caller's to withdraw, held until the commit. Raises NotFound."""
    found = _held(public_id)
    if found is None or not may_withdraw(actor, found):
        raise _nothing_here()
    return found


def endorsements_of(award: Award) -> Sequence[Endorsement]:
    """All that was ever said of one badge, the newest first."""
    return db.session.scalars(_whole().filter_by(award_id=award.id)).all()


def endorsements_around(award: Award) -> Sequence[Endorsement]:
    """What is shown to others of a badge, of its achievement and of its issuer, the newest first."""
    achievement = award.achievement_version.achievement
    return _shown_of((Endorsement.award_id == award.id) | _about_achievement(achievement))


def endorsements_around_achievement(achievement: Achievement) -> Sequence[Endorsement]:
    """What is shown to others of an achievement and of its issuer, the newest first."""
    return _shown_of(_about_achievement(achievement))


def endorsements_of_issuer(organisation: Organisation) -> Sequence[Endorsement]:
    """What is shown to others of an issuer itself, the newest first."""
    return _shown_of(Endorsement.profile_id == organisation.id)


def invitations_to(award: Award) -> Sequence[EndorsementInvitation]:
    """Whom the holder has asked about one badge, the newest first."""
    asked = select(EndorsementInvitation).filter_by(award_id=award.id)
    return db.session.scalars(asked.order_by(EndorsementInvitation.id.desc())).all()


def _about_achievement(achievement: Achievement) -> ColumnElement[bool]:
    of_issuer = Endorsement.profile_id == achievement.organisation_id
    return (Endorsement.achievement_id == achievement.id) | of_issuer


def _shown_of(about: ColumnElement[bool]) -> Sequence[Endorsement]:
    return db.session.scalars(_whole().where(about, Endorsement.is_shown)).all()


def _whole() -> Select[Endorsement]:
    together = (joinedload(Endorsement.signed), joinedload(Endorsement.organisation))
    return select(Endorsement).options(*together).order_by(Endorsement.id.desc())


def _held(public_id: str) -> Endorsement | None:
    return db.session.scalar(select(Endorsement).filter_by(public_id=public_id).with_for_update())


def _nothing_here() -> NotFound:
    return NotFound("not_found", _("There is no endorsement at this address."))
