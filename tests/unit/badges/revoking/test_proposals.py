"""Many badges are revoked by two administrators: what one proposed is exactly what the other confirms."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from badges import awards
from badges.awards import Standing
from badges.models import Award
from badges.revoking import proposals, reading
from badges.revoking.criteria import Criteria
from badges.revoking.models import RevocationItem, RevocationProposal
from issuer import organisations
from issuer.base import jobs
from issuer.base.audit import AuditEntry
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Forbidden, Invalid, NotFound
from issuer.models import Account, OutgoingMail
from tests.factories.badges import earn, make_achievement
from tests.factories.people import make_account, make_member
from tests.factories.revoking import make_administrator, make_awards, make_proposal


def standing(award_id: str) -> Standing:
    return awards.standing_of(awards.find_award(award_id), now=utc_now())


def test_a_proposal_names_exactly_the_badges_and_changes_none(ctx: Flask) -> None:
    achievement = make_achievement()
    given = make_awards(3, achievement)
    make_awards(1)
    proposal = make_proposal(achievement)
    assert (proposal.badges, proposal.learners) == (3, 3)
    named = {badge.award_id for badge in reading.badges_page(proposal, limit=10, after=None).items}
    assert named == {award.public_id for award in given}
    assert {standing(award.public_id) for award in given} == {Standing.VALID}


def test_what_two_people_agree_to_is_done_and_told_once(app: Flask) -> None:
    with app.app_context():
        achievement = make_achievement()
        names = [award.public_id for award in make_awards(3, achievement)]
        proposal = make_proposal(achievement)
        confirmer = make_administrator(achievement.organisation)
        db.session.flush()
        proposals.confirm(proposal.public_id, confirmer=confirmer, now=utc_now())
        db.session.commit()
        proposal_id, later = proposal.public_id, earn(make_account(), achievement).public_id
        db.session.commit()
    jobs.drain(app, timeout=60)
    with app.app_context():
        proposal = proposals.find(proposal_id)
        assert reading.state_of(proposal, now=utc_now()) == "done"
        assert reading.progress_of(proposal) == reading.Progress(waiting=0, revoked=3, already=0)
        assert {standing(name) for name in names} == {Standing.REVOKED}
        assert standing(later) is Standing.VALID
        letters = db.session.scalars(select(OutgoingMail).filter_by(subject="A badge of yours was withdrawn")).all()
        assert len({letter.recipient for letter in letters}) == len(letters) == 3
        assert all("The check had leaked." in letter.body and "Target List" in letter.body for letter in letters)
        actions = db.session.scalars(select(AuditEntry).filter_by(subject=proposal_id).order_by(AuditEntry.sequence))
        assert [entry.action for entry in actions] == [
            "revocation.proposed",
            "revocation.confirmed",
            "revocation.done",
        ]
        revoked = db.session.scalars(select(AuditEntry).filter_by(action="credential.revoked")).all()
        assert {entry.subject for entry in revoked} == set(names)
        assert all(entry.details["proposal"] == proposal_id for entry in revoked)


def test_nobody_confirms_what_they_proposed_themselves(ctx: Flask) -> None:
    achievement = make_achievement()
    make_awards(1, achievement)
    proposal = make_proposal(achievement)
    with pytest.raises(Forbidden) as refused:
        proposals.confirm(proposal.public_id, confirmer=proposal.proposed_by, now=utc_now())
    assert refused.value.code == "separation_of_duties"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE revocation_proposal SET state = 'confirmed', confirmed_by_id = proposed_by_id",
        "UPDATE revocation_proposal SET state = 'confirmed'",
        "UPDATE revocation_proposal SET proposed_by_id = proposed_by_id + 1",
        "UPDATE revocation_proposal SET set_digest = 'another'",
        "DELETE FROM revocation_item",
        "UPDATE revocation_item SET award_id = award_id + 1",
        "DELETE FROM revocation_proposal",
    ],
)
def test_the_database_lets_nobody_confirm_alone_or_change_what_was_proposed(ctx: Flask, statement: str) -> None:
    achievement = make_achievement()
    make_awards(1, achievement)
    make_administrator(achievement.organisation)
    make_proposal(achievement)
    db.session.commit()
    with pytest.raises(IntegrityError):
        db.session.execute(text(statement))
    db.session.rollback()


def test_the_database_lets_nobody_add_a_badge_to_what_was_confirmed(ctx: Flask) -> None:
    achievement = make_achievement()
    make_awards(1, achievement)
    proposal = make_proposal(achievement)
    confirmer = make_administrator(achievement.organisation)
    proposals.confirm(proposal.public_id, confirmer=confirmer, now=utc_now())
    added = earn(make_account(), achievement)
    db.session.commit()
    db.session.add(RevocationItem(proposal_id=proposal.id, award_id=added.id, account_id=added.account_id))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_set_that_is_not_the_proposed_one_is_not_confirmed(ctx: Flask) -> None:
    achievement = make_achievement()
    make_awards(1, achievement)
    proposal = make_proposal(achievement)
    added = earn(make_account(), achievement)
    db.session.add(RevocationItem(proposal_id=proposal.id, award_id=added.id, account_id=added.account_id))
    db.session.flush()
    confirmer = make_administrator(achievement.organisation)
    with pytest.raises(Conflict) as refused:
        proposals.confirm(proposal.public_id, confirmer=confirmer, now=utc_now())
    assert refused.value.code == "set_changed"


def test_who_looked_at_another_set_does_not_confirm_this_one(ctx: Flask) -> None:
    achievement = make_achievement()
    make_awards(1, achievement)
    proposal, confirmer = make_proposal(achievement), make_administrator(achievement.organisation)
    with pytest.raises(Conflict):
        proposals.confirm(proposal.public_id, confirmer=confirmer, now=utc_now(), seen="0" * 64)
    proposals.confirm(proposal.public_id, confirmer=confirmer, now=utc_now(), seen=proposal.set_digest)


@pytest.mark.parametrize("role", ["author", "assessor", "learner"])
def test_only_administrators_of_the_organisation_propose_and_confirm(ctx: Flask, role: str) -> None:
    achievement = make_achievement()
    make_awards(1, achievement)
    other = make_member(role, organisation=achievement.organisation).account
    elsewhere = make_member("administrator").account
    proposal = make_proposal(achievement)
    for person in (other, elsewhere):
        with pytest.raises(Forbidden):
            make_proposal(achievement, person)
        with pytest.raises(Forbidden):
            proposals.confirm(proposal.public_id, confirmer=person, now=utc_now())
    assert proposal.state == "proposed"


def test_what_somebody_proposed_who_is_no_administrator_any_more_is_not_confirmed(ctx: Flask) -> None:
    achievement = make_achievement()
    make_awards(1, achievement)
    proposal, confirmer = make_proposal(achievement), make_administrator(achievement.organisation)
    membership = organisations.membership_of(proposal.proposed_by_id, achievement.organisation_id)
    assert membership is not None
    organisations.change_roles(membership, ["learner"], actor="system")
    with pytest.raises(Conflict) as refused:
        proposals.confirm(proposal.public_id, confirmer=confirmer, now=utc_now())
    assert refused.value.code == "proposer_left"


def test_a_proposal_runs_out_after_seven_days(ctx: Flask) -> None:
    achievement = make_achievement()
    make_awards(1, achievement)
    proposal, confirmer = make_proposal(achievement), make_administrator(achievement.organisation)
    late = proposal.created_at + timedelta(days=7, seconds=1)
    with pytest.raises(Conflict) as refused:
        proposals.confirm(proposal.public_id, confirmer=confirmer, now=late)
    assert refused.value.code == "proposal_expired"
    assert reading.state_of(proposal, now=late) == "expired"
    proposals.confirm(proposal.public_id, confirmer=confirmer, now=late - timedelta(minutes=1))


def test_the_proposer_withdraws_and_nobody_else(ctx: Flask) -> None:
    achievement = make_achievement()
    make_awards(1, achievement)
    proposal, confirmer = make_proposal(achievement), make_administrator(achievement.organisation)
    with pytest.raises(Forbidden):
        proposals.withdraw(proposal.public_id, actor=confirmer, now=utc_now())
    for _ in range(2):
        proposals.withdraw(proposal.public_id, actor=proposal.proposed_by, now=utc_now())
    with pytest.raises(Conflict):
        proposals.confirm(proposal.public_id, confirmer=confirmer, now=utc_now())


def test_what_was_confirmed_is_neither_confirmed_again_nor_withdrawn(ctx: Flask) -> None:
    achievement = make_achievement()
    make_awards(1, achievement)
    proposal, confirmer = make_proposal(achievement), make_administrator(achievement.organisation)
    proposals.confirm(proposal.public_id, confirmer=confirmer, now=utc_now())
    for attempt in (
        lambda: proposals.confirm(proposal.public_id, confirmer=confirmer, now=utc_now()),
        lambda: proposals.withdraw(proposal.public_id, actor=proposal.proposed_by, now=utc_now()),
    ):
        with pytest.raises(Conflict):
            attempt()


def test_a_proposal_of_nothing_is_refused(ctx: Flask) -> None:
    achievement = make_achievement()
    with pytest.raises(Invalid) as refused:
        make_proposal(achievement)
    assert refused.value.code == "nothing_to_revoke"
    with pytest.raises(Invalid):
        make_proposal(achievement, criteria=Criteria(achievement="nothing"))


def test_an_unknown_proposal_is_not_found(ctx: Flask) -> None:
    account: Account = make_account()
    with pytest.raises(NotFound):
        proposals.confirm("nothing", confirmer=account, now=utc_now())
    assert db.session.scalar(select(RevocationProposal)) is None
    assert db.session.scalar(select(Award)) is None
