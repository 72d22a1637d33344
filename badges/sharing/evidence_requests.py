"""A visitor asks to see the evidence of a badge; its holder decides, and the visitor is told nothing of the holder.

If the holder agrees, a share link that shows the evidence goes to the address that was left. If not, nothing does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from badges.models import Award
from badges.sharing import letters, links
from badges.sharing.models import EvidenceRequest
from issuer import accounts
from issuer.addresses import clean_address
from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, NotFound, TooMany
from issuer.plain_text import clean_line, refuse
from issuer.policy import Actor

LONGEST_SENTENCE = 500
SHORTEST_SENTENCE = 10
MOST_OPEN = 20
"""Of one badge: more would be no questions but a nuisance."""
KEPT = timedelta(days=90)
DAY_SECONDS = 86_400


def ask(award: Award, *, email: str, sentence: str, locale: str) -> EvidenceRequest:
    """Ask the holder of a badge that the caller may see. Who may, and how often, was asked before.

    Raises Invalid, and TooMany when the holder has not answered many others yet.
    """
    email = clean_address(email)
    sentence = clean_line(sentence, field="sentence", longest=LONGEST_SENTENCE)
    if len(sentence) < SHORTEST_SENTENCE:
        raise refuse("sentence", _("Say in a sentence who you are and why you ask."))
    waiting = select(func.count(EvidenceRequest.id)).filter_by(award_id=award.id, state="open")
    if (db.session.scalar(waiting) or 0) >= MOST_OPEN:
        sentence = _("Many have asked already, and wait for an answer. Try again in some days.")
        raise TooMany("too_many_requests", sentence, retry_after=DAY_SECONDS)
    request = EvidenceRequest(award_id=award.id, email=email, sentence=sentence, locale=locale[:8])
    db.session.add(request)
    db.session.flush()
    audit.record("evidence.requested", award.public_id, actor="visitor", request=request.public_id)
    if (address := accounts.primary_address(award.account)) is not None:
        letters.tell_holder(address, award)
    return request


def requests_to(account_id: int) -> Sequence[EvidenceRequest]:
    """What one was asked for and has not answered yet, the oldest first."""
    waiting = select(EvidenceRequest).join(Award).where(Award.account_id == account_id, EvidenceRequest.state == "open")
    return db.session.scalars(waiting.order_by(EvidenceRequest.id)).all()


def agree(actor: Actor, public_id: str) -> EvidenceRequest:
    """Send whoever asked a link to the badge with its evidence, for 30 days. Raises NotFound, Conflict."""
    request = _own_open(actor, public_id)
    label = _("For somebody who asked to see the evidence")
    link, secret = links.make(actor, [request.award.public_id], shows_evidence=True, label=label)
    letters.send_link(request, links.link_url(secret), until=link.expires_at)
    return _answer(actor, request, "agreed")


def decline(actor: Actor, public_id: str) -> EvidenceRequest:
    """Whoever asked is told nothing. Raises NotFound, Conflict."""
    return _answer(actor, _own_open(actor, public_id), "declined")


def forget_old() -> int:
    """Chore: addresses and sentences of strangers are kept for 90 days at most; how many went."""
    old = delete(EvidenceRequest).where(EvidenceRequest.created_at < utc_now() - KEPT)
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]


def _own_open(actor: Actor, public_id: str) -> EvidenceRequest:
    held = select(EvidenceRequest).filter_by(public_id=public_id).with_for_update()
    request = db.session.scalar(held)
    if request is None or actor.account_id is None or request.award.account_id != actor.account_id:
        raise NotFound("not_found", _("There is nothing at this address."))
    if request.state != "open":
        raise Conflict("already_answered", _("You have answered this already."))
    return request


def _answer(actor: Actor, request: EvidenceRequest, state: str) -> EvidenceRequest:
    request.state, request.answered_at = state, utc_now()
    db.session.flush()
    subject = request.award.public_id
    audit.record("evidence.answered", subject, actor=actor.public_id, request=request.public_id, state=state)
    return request
