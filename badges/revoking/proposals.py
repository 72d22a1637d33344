"""Proposals to revoke many badges: made by one administrator, confirmed by another within seven days, or withdrawn.

Which badges is written down when the proposal is made, and is what the other one sees and confirms. Nothing has changed
for anybody until then. That they are two people is a rule here and a constraint in the database.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from badges.models import Award
from badges.revoking import carrying_out
from badges.revoking.criteria import Criteria
from badges.revoking.models import RevocationItem, RevocationProposal
from badges.revoking.selection import Selection, digest_of, select_badges
from issuer import organisations
from issuer.base import audit
from issuer.base.db import db
from issuer.base.errors import Conflict, Forbidden, Invalid, NotFound
from issuer.base.faults import fault_point
from issuer.base.paging import Page, newest_first
from issuer.models import Account, Organisation
from issuer.status.reasons import Reason

OPEN_FOR = timedelta(days=7)
KEPT_LEFT_OUT = 100
WRITTEN_AT_ONCE = 1000


def propose(
    organisation: Organisation, criteria: Criteria, *, reason: Reason, proposer: Account, now: datetime
) -> RevocationProposal:
    """Write down exactly which badges are to be revoked, and why. Nothing else changes.

    Raises Invalid for criteria that make no sense here, or that no badge meets; Forbidden for no administrator.
    """
    refuse_others(proposer, organisation)
    selection = select_badges(organisation, criteria)
    if not selection.chosen:
        raise Invalid("nothing_to_revoke", _("No badge that counts meets all of this."))
    proposal = RevocationProposal(
        organisation=organisation,
        criteria=criteria.as_json(),
        reason=reason.sentence,
        reason_code=reason.code,
        reason_is_public=reason.is_public,
        badges=len(selection.chosen),
        learners=selection.learners,
        set_digest=selection.digest,
        left_out=left_out_as_json(selection),
        state="proposed",
        proposed_by=proposer,
        expires_at=now + OPEN_FOR,
    )
    db.session.add(proposal)
    db.session.flush()
    _write_items(proposal, selection)
    audit.record("revocation.proposed", proposal.public_id, actor=proposer.public_id, **_told(proposal))
    return proposal


def confirm(public_id: str, *, confirmer: Account, now: datetime, seen: str | None = None) -> RevocationProposal:
    """Agree to a proposal of somebody else: a worker then revokes what it names.

    ``seen`` is the digest of the set that the confirmer has looked at, if they say so. Raises NotFound; Forbidden for
    the proposer, or no administrator; Conflict for what is closed, has run out, was proposed by somebody who may not
    any more, or is not the set that was proposed or seen.
    """
    proposal = locked(public_id)
    refuse_others(confirmer, proposal.organisation)
    _refuse_unless_open(proposal, now=now)
    if proposal.proposed_by_id == confirmer.id:
        raise _one_person()
    if not _administers(proposal.proposed_by, proposal.organisation):
        sentence = _("Who proposed this is no administrator any more. Propose it anew.")
        raise Conflict("proposer_left", sentence)
    if digest_of(_names(proposal)) != proposal.set_digest or seen not in (None, proposal.set_digest):
        raise Conflict("set_changed", _("These are not the badges that were proposed. Look at them again."))
    proposal.state, proposal.confirmed_by, proposal.confirmed_at = "confirmed", confirmer, now
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError as error:
        raise _one_person() from error
    audit.record("revocation.confirmed", proposal.public_id, actor=confirmer.public_id, **_told(proposal))
    carrying_out.request(proposal, because="confirmed")
    fault_point("revoking.after_confirm")
    return proposal


def withdraw(public_id: str, *, actor: Account, now: datetime) -> RevocationProposal:
    """Take one's own proposal back while nobody has confirmed it; a second time changes nothing.

    Raises NotFound, Forbidden for anybody else, Conflict for what is confirmed.
    """
    proposal = locked(public_id)
    refuse_others(actor, proposal.organisation)
    if proposal.proposed_by_id != actor.id:
        raise Forbidden("not_yours", _("Only who proposed it can withdraw it. Leave it unconfirmed, and it runs out."))
    if proposal.state == "withdrawn":
        return proposal
    if proposal.state != "proposed":
        raise Conflict("proposal_closed", _("This was confirmed already. A revocation is final."))
    proposal.state, proposal.ended_at = "withdrawn", now
    db.session.flush()
    audit.record("revocation.withdrawn", proposal.public_id, actor=actor.public_id, badges=proposal.badges)
    return proposal


def find(public_id: str) -> RevocationProposal:
    """The proposal with that public id. Raises NotFound."""
    proposal = db.session.scalar(select(RevocationProposal).filter_by(public_id=public_id))
    if proposal is None:
        raise _nothing_here()
    return proposal


def locked(public_id: str) -> RevocationProposal:
    """The same as it is now, nobody else's to change until the commit. Raises NotFound."""
    wanted = select(RevocationProposal).filter_by(public_id=public_id).with_for_update()
    proposal = db.session.scalar(wanted.execution_options(populate_existing=True))
    if proposal is None:
        raise _nothing_here()
    return proposal


def proposals_of(organisation_ids: Collection[int], *, limit: int, after: str | None) -> Page:
    """The proposals of these organisations, the newest first. Raises Invalid for a cursor that was never given."""
    query = select(RevocationProposal).where(RevocationProposal.organisation_id.in_(organisation_ids))
    return newest_first(query, RevocationProposal, limit=limit, after=after)


def has_run_out(proposal: RevocationProposal, *, now: datetime) -> bool:
    """Whether nobody can confirm it any more because nobody did in time."""
    return proposal.state == "proposed" and now >= proposal.expires_at


def left_out_as_json(selection: Selection) -> list[dict[str, object]]:
    """[{"row", "value", "reason"}], the first hundred."""
    return [
        {"row": each.row, "value": each.value, "reason": each.reason} for each in selection.left_out[:KEPT_LEFT_OUT]
    ]


def refuse_others(account: Account, organisation: Organisation) -> None:
    """Raises Forbidden unless the person is an administrator of the organisation."""
    if not _administers(account, organisation):
        raise Forbidden("not_allowed", _("Only administrators of the organisation may do this."))


def _administers(account: Account, organisation: Organisation) -> bool:
    membership = organisations.membership_of(account.id, organisation.id)
    return membership is not None and "administrator" in organisations.roles_of(membership)


def _write_items(proposal: RevocationProposal, selection: Selection) -> None:
    rows = [
        {"proposal_id": proposal.id, "award_id": each.award_id, "account_id": each.account_id}
        for each in selection.chosen
    ]
    for start in range(0, len(rows), WRITTEN_AT_ONCE):
        db.session.execute(insert(RevocationItem), rows[start : start + WRITTEN_AT_ONCE])


def _names(proposal: RevocationProposal) -> list[str]:
    items = select(Award.public_id).join(RevocationItem, RevocationItem.award_id == Award.id)
    return list(db.session.scalars(items.where(RevocationItem.proposal_id == proposal.id)))


def _refuse_unless_open(proposal: RevocationProposal, *, now: datetime) -> None:
    if proposal.state == "withdrawn":
        raise Conflict("proposal_closed", _("This was withdrawn."))
    if proposal.state != "proposed":
        raise Conflict("proposal_closed", _("This was confirmed already."))
    if has_run_out(proposal, now=now):
        raise Conflict("proposal_expired", _("This was not confirmed in time. Propose it anew."))


def _told(proposal: RevocationProposal) -> dict[str, object]:
    return {"badges": proposal.badges, "digest": proposal.set_digest, "reason_code": proposal.reason_code}


def _one_person() -> Forbidden:
    return Forbidden("separation_of_duties", _("Another administrator has to confirm what you have proposed."))


def _nothing_here() -> NotFound:
    return NotFound("not_found", _("There is nothing at this address."))
