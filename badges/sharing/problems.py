"""A visitor reports a problem with a badge to its issuer, and both speak of it by the number of a ticket."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from badges.models import Award
from badges.sharing import letters
from badges.sharing.human_codes import ALPHABET
from badges.sharing.models import ProblemReport
from issuer.addresses import clean_address
from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, NotFound
from issuer.base.paging import Page, newest_first
from issuer.plain_text import clean_text, refuse
from issuer.policy import Actor

KINDS = ("impersonation", "error", "other")
LONGEST_WORDS = 2000
SHORTEST_WORDS = 10
LONGEST_ANSWER = 2000
TICKET_SIGNS = 8
_TRIES = 5


def report(award: Award, *, kind: str, words: str, email: str, locale: str) -> ProblemReport:
    """Tell the issuer of a badge that the caller may see; ``email`` "" for whoever wants no answer. Raises Invalid."""
    if kind not in KINDS:
        raise refuse("kind", _("Choose what kind of problem it is."))
    words = clean_text(words, field="words", longest=LONGEST_WORDS)
    if len(words) < SHORTEST_WORDS:
        raise refuse("words", _("Say in a sentence or two what is wrong."))
    organisation = award.achievement_version.achievement.organisation
    known = {
        "award_id": award.id,
        "organisation_id": organisation.id,
        "kind": kind,
        "words": words,
        "email": clean_address(email) if email.strip() else None,
        "locale": locale[:8],
    }
    made = _with_a_ticket(known)
    audit.record("problem.reported", award.public_id, actor="visitor", report=made.public_id, kind=kind)
    letters.tell_issuer(organisation, made.ticket)
    return made


def reports_of(organisation_ids: Collection[int], *, state: str, limit: int, after: str | None) -> Page:
    """What was reported to these organisations, the newest first. Raises Invalid for a cursor never given."""
    wanted = select(ProblemReport).where(
        ProblemReport.organisation_id.in_(organisation_ids), ProblemReport.state == state
    )
    return newest_first(wanted, ProblemReport, limit=limit, after=after)


def find(public_id: str) -> ProblemReport:
    """Raises NotFound. Whether the caller may read it is asked afterwards."""
    found = db.session.scalar(select(ProblemReport).filter_by(public_id=public_id).with_for_update())
    if found is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    return found


def close(problem: ProblemReport, *, answer: str, actor: Actor) -> ProblemReport:
    """Close a ticket. ``answer`` goes to whoever left an address, which is forgotten then. Raises Conflict, Invalid."""
    if problem.state == "closed":
        raise Conflict("already_closed", _("This ticket is closed already."))
    problem.answer = clean_text(answer, field="answer", longest=LONGEST_ANSWER)
    if problem.email is not None and problem.answer:
        letters.answer_reporter(problem)
    problem.email = None
    problem.state, problem.closed_at, problem.closed_by_id = "closed", utc_now(), actor.account_id
    db.session.flush()
    audit.record("problem.closed", problem.award.public_id, actor=actor.public_id, report=problem.public_id)
    return problem


def _with_a_ticket(known: dict[str, object]) -> ProblemReport:
    """Of 2**40 numbers two are rarely the same."""
    for _try in range(_TRIES):
        ticket = "".join(secrets.choice(ALPHABET) for _sign in range(TICKET_SIGNS))
        made = ProblemReport(ticket=ticket, **known)
        try:
            with db.session.begin_nested():
                db.session.add(made)
        except IntegrityError:
            continue
        return made
    raise Conflict("no_ticket", _("The report could not be numbered. Please send it again."))
