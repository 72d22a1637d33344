"""Doing what two people agreed to: the bits first, in batches, then one publication of each list, then the mails.

What is done is seen in the items themselves, so whatever is killed in the middle goes on where it was, and nothing is
done twice. The proposal's row is held during each part: of two workers one waits, and finds it done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select, update

from badges import status_letters
from badges.models import AchievementVersion, Award
from badges.revoking.models import RevocationItem, RevocationProposal
from issuer.base import audit, jobs
from issuer.base.db import db, utc_now
from issuer.base.faults import fault_point
from issuer.models import Account
from issuer.status import many
from issuer.status.reasons import Reason

JOB = "award.revoke_many"
BATCH = 500
"""Badges in one transaction."""
TOLD_AT_ONCE = 50
"""Learners who are told in one transaction."""


def request(proposal: RevocationProposal, *, because: str) -> None:
    """Have a worker carry out a confirmed proposal, once for each ``because``."""
    jobs.enqueue(JOB, f"{proposal.public_id}:{because}", proposal_id=proposal.public_id)


def request_unfinished() -> int:
    """Chore: go on with what was confirmed and is not done; how many proposals."""
    confirmed = db.session.scalars(select(RevocationProposal).filter_by(state="confirmed")).all()
    for proposal in confirmed:
        request(proposal, because=f"{utc_now():%Y-%m-%dT%H}")
    return len(confirmed)


def carry_out(proposal_id: str) -> Iterator[None]:
    """Job "award.revoke_many": everything that the proposal with that public id names, in parts."""
    while (proposal := _held(proposal_id)) and (items := _waiting(proposal)):
        _revoke(proposal, items)
        fault_point("revoking.after_batch")
        yield
    if proposal is None:
        return
    many.publish_changed_lists(proposal.organisation)
    yield
    while (proposal := _held(proposal_id)) and (account_ids := _untold(proposal)):
        _tell(proposal, account_ids)
        fault_point("revoking.after_mails")
        yield
    if proposal is not None:
        proposal.state, proposal.ended_at = "done", utc_now()
        db.session.flush()
        counted = outcomes_of(proposal)
        audit.record("revocation.done", proposal.public_id, actor="system", **counted)


def outcomes_of(proposal: RevocationProposal) -> dict[str, int]:
    """How many badges of the proposal wait, were revoked by it, and had been revoked already."""
    counted = (
        select(RevocationItem.outcome, func.count().label("number"))
        .where(RevocationItem.proposal_id == proposal.id)
        .group_by(RevocationItem.outcome)
    )
    found = {row.outcome: row.number for row in db.session.execute(counted)}
    return {outcome: found.get(outcome, 0) for outcome in ("waiting", "revoked", "already")}


def _held(proposal_id: str) -> RevocationProposal | None:
    """The proposal as it is now, nobody else's until the commit; None unless it is confirmed and not done."""
    wanted = select(RevocationProposal).filter_by(public_id=proposal_id, state="confirmed").with_for_update()
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def _waiting(proposal: RevocationProposal) -> Sequence[tuple[int, str]]:
    """(item id, award public id) of the next batch."""
    waiting = (
        select(RevocationItem.id, Award.public_id)
        .join(Award, Award.id == RevocationItem.award_id)
        .where(RevocationItem.proposal_id == proposal.id, RevocationItem.outcome == "waiting")
        .order_by(RevocationItem.id)
        .limit(BATCH)
    )
    return [(item_id, name) for item_id, name in db.session.execute(waiting)]


def _revoke(proposal: RevocationProposal, items: Sequence[tuple[int, str]]) -> None:
    assert proposal.confirmed_by is not None
    people = {"proposal": proposal.public_id, "proposed_by": proposal.proposed_by.public_id}
    actor, names = proposal.confirmed_by.public_id, [name for _, name in items]
    revoked = many.revoke_many(names, reason=_reason(proposal), actor=actor, **people)
    for outcome, is_revoked in (("revoked", True), ("already", False)):
        ids = [item_id for item_id, name in items if (name in revoked) is is_revoked]
        done = update(RevocationItem).where(RevocationItem.id.in_(ids)).values(outcome=outcome, told=not is_revoked)
        db.session.execute(done.execution_options(synchronize_session=False))


def _untold(proposal: RevocationProposal) -> Sequence[int]:
    """The next learners who are to be told."""
    untold = (
        select(RevocationItem.account_id)
        .where(RevocationItem.proposal_id == proposal.id, RevocationItem.outcome == "revoked", ~RevocationItem.told)
        .group_by(RevocationItem.account_id)
        .order_by(RevocationItem.account_id)
        .limit(TOLD_AT_ONCE)
    )
    return db.session.scalars(untold).all()


def _tell(proposal: RevocationProposal, account_ids: Sequence[int]) -> None:
    """One mail to each, however many badges."""
    items = (
        select(RevocationItem.account_id, AchievementVersion.name)
        .join(Award, Award.id == RevocationItem.award_id)
        .join(AchievementVersion, AchievementVersion.id == Award.achievement_version_id)
        .where(RevocationItem.proposal_id == proposal.id, RevocationItem.outcome == "revoked")
        .where(RevocationItem.account_id.in_(account_ids))
        .order_by(RevocationItem.id)
    )
    names: dict[int, list[str]] = {}
    for account_id, name in db.session.execute(items):
        names.setdefault(account_id, []).append(name)
    for account in db.session.scalars(select(Account).where(Account.id.in_(names)).order_by(Account.id)):
        status_letters.tell_revoked(account, proposal.organisation, names[account.id], _reason(proposal))
    told = update(RevocationItem).where(
        RevocationItem.proposal_id == proposal.id, RevocationItem.account_id.in_(account_ids)
    )
    db.session.execute(told.values(told=True).execution_options(synchronize_session=False))


def _reason(proposal: RevocationProposal) -> Reason:
    return Reason(proposal.reason, proposal.reason_code, proposal.reason_is_public)
