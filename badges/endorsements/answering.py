"""An invited person answers: the badge's issuer signs that somebody reached at a mailbox has said so.

They have no key, so the organisation does not claim that they signed: it attests how it reached them and what they
wrote, and says no more of who they are than they allowed. See docs/adr/0029.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from badges.endorsements import giving, inviting, issuing, letters, wording
from badges.endorsements.models import Endorsement, EndorsementInvitation
from badges.models import AchievementCompetency, Award
from badges.sharing.presenting import initials_of
from competencies.frameworks.models import Competency
from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Forbidden
from issuer.plain_text import clean_text, refuse, required_line
from issuer.policy import Actor

LONGEST_COMMENT = 2000
SHORTEST_COMMENT = 10
LONGEST_ANSWER = 600


@dataclass(frozen=True, slots=True)
class Answer:
    """What was filled in. ``naming``: full, initials or role; ``skills``: public ids of the badge's skills.

    ``comment`` for a comment; ``what``, ``often`` and ``result`` for what was applied at work.
    """

    name: str
    naming: str
    relation: str
    comment: str = ""
    what: str = ""
    often: str = ""
    result: str = ""
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferedSkill:
    """One skill of the badge that may be chosen."""

    competency_id: str
    name: str


def skills_of(award: Award) -> Sequence[OfferedSkill]:
    """The skills that the badge proves, in their order."""
    offered = (
        select(Competency)
        .join(AchievementCompetency, AchievementCompetency.competency_id == Competency.id)
        .where(AchievementCompetency.achievement_version_id == award.achievement_version_id)
        .order_by(AchievementCompetency.id)
    )
    return [
        OfferedSkill(each.public_id, each.abbreviated_statement or each.full_statement)
        for each in db.session.scalars(offered)
    ]


def answer(actor: Actor, token: str, given: Answer) -> Endorsement:
    """Sign what was answered; the holder is told and decides who sees it.

    Raises NotFound, Gone, Invalid, Forbidden for the holder, Unavailable when it cannot be signed now.
    """
    invitation = inviting.still_open(inviting.opened(token))
    award = invitation.award
    refuse_holder(actor, award)
    comment = _comment(invitation, given)
    who = _who(given)
    if given.relation not in wording.RELATIONS:
        raise refuse("relation", _("Choose what you are to the holder."))
    endorsement = Endorsement(
        origin="invited",
        kind=invitation.kind,
        organisation=award.achievement_version.achievement.organisation,
        award=award,
        invitation_id=invitation.id,
        who=who,
        relation=given.relation,
        comment=comment,
        skills=_chosen(award, given.skills),
        is_shown=False,
        endorsed_at=utc_now(),
    )
    with force_locale(invitation.locale):
        _sign(endorsement, naming=given.naming)
    inviting.end(invitation, "answered", actor="invited")
    audit.record("endorsement.given", endorsement.public_id, actor="invited", badge=award.public_id)
    letters.tell_holder(award)
    return endorsement


def withdraw(token: str) -> Endorsement:
    """Whoever has answered takes it back, by the same link, at any time. Raises NotFound, Conflict."""
    invitation = inviting.opened(token)
    given = endorsement_by(invitation)
    if given is None:
        raise Conflict("not_answered", _("There is nothing to withdraw."))
    return giving.take_back(given, actor="invited")


def endorsement_by(invitation: EndorsementInvitation) -> Endorsement | None:
    """What came of an invitation."""
    return db.session.scalar(select(Endorsement).filter_by(invitation_id=invitation.id))


def refuse_holder(actor: Actor, award: Award) -> None:
    """Nobody endorses themselves. Raises Forbidden."""
    if actor.is_signed_in and actor.account_id == award.account_id:
        raise Forbidden("own_badge", _("This is your own badge. Nobody can endorse themselves."))


def _sign(endorsement: Endorsement, *, naming: str) -> None:
    assert endorsement.organisation is not None and endorsement.award is not None
    comment = wording.attested(
        endorsement.comment,
        organisation=endorsement.organisation.name,
        who=endorsement.who,
        naming=naming,
        relation=endorsement.relation,
        skills=endorsement.skills,
        at=endorsement.endorsed_at,
    )
    badge = endorsement.award.achievement_version.name
    name = _("Endorsement of the badge “%(badge)s”", badge=badge)
    issuing.sign(endorsement, name=name, comment=comment)


def _comment(invitation: EndorsementInvitation, given: Answer) -> str:
    if invitation.kind == "comment":
        comment = clean_text(given.comment, field="comment", longest=LONGEST_COMMENT)
        if len(comment) < SHORTEST_COMMENT:
            raise refuse("comment", _("Say in a sentence or two what you have seen."))
    else:
        what = required_line(given.what, field="what", longest=LONGEST_ANSWER)
        result = required_line(given.result, field="result", longest=LONGEST_ANSWER)
        if given.often not in wording.OFTEN:
            raise refuse("often", _("Choose how often."))
        with force_locale(invitation.locale):
            comment = wording.applied_comment(what, given.often, result)
    return comment


def _who(given: Answer) -> str:
    """The name as far as it may be signed and shown."""
    if given.naming not in wording.NAMINGS:
        raise refuse("naming", _("Choose how you want to be named."))
    if given.naming == "role":
        return ""
    name = required_line(given.name, field="name")
    return name if given.naming == "full" else initials_of(name)


def _chosen(award: Award, names: Collection[str]) -> list[str]:
    offered = {skill.competency_id: skill.name for skill in skills_of(award)}
    if not set(names) <= offered.keys():
        raise refuse("skills", _("Choose among the skills of this badge."))
    return [name for public_id, name in offered.items() if public_id in set(names)]
