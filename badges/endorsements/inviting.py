"""A holder asks somebody by mail to endorse a badge; whoever has the link that was mailed may answer, once.

The badge may stay private: whoever is asked sees its name, its skills and its issuer, and nothing else of it.
"""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update

from badges.awards import credential_of, own_award
from badges.endorsements import letters
from badges.endorsements.models import EndorsementInvitation
from badges.endorsements.wording import RELATIONS
from badges.models import Award
from issuer.access import settings
from issuer.addresses import clean_address, lookup_of
from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Gone, NotFound, TooMany
from issuer.base.languages import LANGUAGES
from issuer.models import Account, EmailAddress
from issuer.plain_text import refuse
from issuer.policy import Actor
from issuer.secret_text import hash_of, new_secret

KINDS = ("comment", "applied")
VALID = timedelta(days=14)
KEPT = timedelta(days=90)
"""An invitation that nobody has answered is forgotten after this time."""
MOST_OPEN = 5
"""Of one badge."""
MOST_A_DAY = 20
"""Of one holder."""
DAY = timedelta(days=1)
LONGEST_TOKEN = 64


def invite(
    actor: Actor, award_id: str, *, email: str, relation: str, kind: str = "comment", locale: str = "en"
) -> tuple[EndorsementInvitation, str]:
    """Ask somebody about one's own badge; the invitation, and the token that is mailed.

    Raises NotFound, Conflict while the badge is pending, Invalid (also for an address of one's own), TooMany.
    """
    award = own_award(actor, award_id)
    credential_of(award)
    email = clean_address(email)
    if kind not in KINDS:
        raise refuse("kind", _("Choose what you want to ask."))
    if relation not in RELATIONS:
        raise refuse("relation", _("Choose what they are to you."))
    if locale not in LANGUAGES:
        raise refuse("locale", _("Choose a language."))
    if is_address_of(award.account_id, email):
        raise refuse("email", _("This is an address of your own. Nobody can endorse themselves."), "own_address")
    _refuse_too_many(award, email)
    secret = new_secret()
    invitation = EndorsementInvitation(
        award_id=award.id,
        kind=kind,
        email=email,
        relation=relation,
        locale=locale,
        token_hash=hash_of(secret),
        expires_at=utc_now() + VALID,
        state="open",
    )
    db.session.add(invitation)
    db.session.flush()
    audit.record("endorsement.asked", award.public_id, actor=actor.public_id, invitation=invitation.public_id)
    letters.invite(email, award, url=answer_url(secret), until=invitation.expires_at, locale=locale)
    return invitation, secret


def cancel(actor: Actor, public_id: str) -> EndorsementInvitation:
    """Call an invitation of one's own back; one that was answered stays. Raises NotFound."""
    invitation = db.session.scalar(
        select(EndorsementInvitation).filter_by(public_id=public_id).with_for_update(of=EndorsementInvitation)
    )
    if invitation is None or actor.account_id is None or invitation.award.account_id != actor.account_id:
        raise NotFound("not_found", _("There is nothing at this address."))
    if invitation.state == "open":
        end(invitation, "cancelled", actor=actor.public_id)
    return invitation


def opened(token: str) -> EndorsementInvitation:
    """The invitation with that token, whatever has become of it, held until the commit. Raises NotFound."""
    known = len(token) <= LONGEST_TOKEN
    asked = select(EndorsementInvitation).filter_by(token_hash=hash_of(token))
    found = db.session.scalar(asked.with_for_update()) if known else None
    if found is None:
        raise NotFound("not_found", _("There is nothing at this address. Is the link complete?"))
    return found


def still_open(invitation: EndorsementInvitation) -> EndorsementInvitation:
    """The invitation, if it may be answered now. Raises Gone, which does not say whose badge it was."""
    if invitation.state != "open" or invitation.expires_at <= utc_now():
        raise Gone("invitation_ended", _("This link has ended. Whoever asked you can ask again."))
    return invitation


def decline(token: str) -> None:
    """The holder learns that, and nothing else. Raises NotFound, Gone."""
    end(still_open(opened(token)), "declined", actor="invited")


def end(invitation: EndorsementInvitation, state: str, *, actor: str) -> None:
    """It is answered, or will not be: the address is forgotten."""
    invitation.state, invitation.answered_at, invitation.email = state, utc_now(), None
    db.session.flush()
    audit.record(f"endorsement.{state}", invitation.award.public_id, actor=actor, invitation=invitation.public_id)


def forget_old() -> int:
    """Chore: addresses of those whose time is over go at once, what was never answered after 90 days; how many."""
    now = utc_now()
    over = EndorsementInvitation.state == "open"
    late = update(EndorsementInvitation).where(
        over, EndorsementInvitation.expires_at < now, EndorsementInvitation.email.is_not(None)
    )
    forgotten = db.session.execute(late.values(email=None))
    old = delete(EndorsementInvitation).where(
        EndorsementInvitation.state != "answered", EndorsementInvitation.created_at < now - KEPT
    )
    return int(forgotten.rowcount) + int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]


def is_address_of(account_id: int, email: str) -> bool:
    """Whether a person has that address, in whatever case."""
    own = select(EmailAddress.id).filter_by(account_id=account_id, lookup=lookup_of(email))
    return db.session.scalar(own) is not None


def answer_url(secret: str) -> str:
    """The address that is mailed."""
    return f"{settings().base_url}/endorse/{secret}"


def _refuse_too_many(award: Award, email: str) -> None:
    """Nobody else of the same holder gets through before the commit: the account's row is held."""
    db.session.execute(select(Account.id).filter_by(id=award.account_id).with_for_update())
    now = utc_now()
    waiting = select(EndorsementInvitation).where(
        EndorsementInvitation.award_id == award.id,
        EndorsementInvitation.state == "open",
        EndorsementInvitation.expires_at > now,
    )
    open_ones = db.session.scalars(waiting).all()
    if any(each.email is not None and lookup_of(each.email) == lookup_of(email) for each in open_ones):
        raise Conflict("already_asked", _("They were asked already, and have not answered yet."))
    if len(open_ones) >= MOST_OPEN:
        sentence = _("You have asked %(most)s people about this badge. Wait for an answer, or call one back.")
        raise TooMany("too_many_invitations", sentence % {"most": MOST_OPEN}, retry_after=int(DAY.total_seconds()))
    today = (
        select(func.count(EndorsementInvitation.id))
        .join(Award, Award.id == EndorsementInvitation.award_id)
        .where(Award.account_id == award.account_id, EndorsementInvitation.created_at > now - DAY)
    )
    if (db.session.scalar(today) or 0) >= MOST_A_DAY:
        sentence = _("You have asked %(most)s people today. Go on tomorrow.", most=MOST_A_DAY)
        raise TooMany("too_many_invitations", sentence, retry_after=int(DAY.total_seconds()))
