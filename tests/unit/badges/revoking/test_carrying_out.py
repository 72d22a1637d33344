"""A worker does what was confirmed: in batches, whatever interrupts it, each badge and each mail once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from badges import awards
from badges.revoking import carrying_out, proposals, reading
from badges.revoking.criteria import Criteria
from badges.revoking.models import RevocationProposal
from issuer.base import jobs
from issuer.base.db import db, utc_now
from issuer.models import OutgoingMail, StatusEntry, StatusList
from issuer.status.models import StatusChange
from tests.factories.badges import earn, make_achievement
from tests.factories.people import make_account
from tests.factories.revoking import make_administrator, make_awards, make_proposal


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying_out, "BATCH", 2)
    monkeypatch.setattr(carrying_out, "TOLD_AT_ONCE", 2)


def confirmed(count: int = 5) -> RevocationProposal:
    """A confirmed proposal about so many badges, committed."""
    achievement = make_achievement()
    make_awards(count, achievement)
    proposal = make_proposal(achievement)
    confirmer = make_administrator(achievement.organisation)
    proposals.confirm(proposal.public_id, confirmer=confirmer, now=utc_now())
    db.session.commit()
    return proposal


def run_parts(work: Iterator[None], parts: int | None = None) -> None:
    """As the worker does: each part is committed; after ``parts`` of them it dies."""
    for number, _part in enumerate(work, start=1):
        db.session.commit()
        if number == parts:
            return
    db.session.commit()


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("parts", [0, 1, 2, 3, 4, 5])
def test_whatever_is_killed_in_the_middle_goes_on_and_does_nothing_twice(ctx: Flask, parts: int) -> None:
    proposal = confirmed()
    if parts:
        run_parts(carrying_out.carry_out(proposal.public_id), parts)
    for _again in range(2):
        run_parts(carrying_out.carry_out(proposal.public_id))
    assert proposal.state == "done"
    assert reading.progress_of(proposal) == reading.Progress(waiting=0, revoked=5, already=0)
    letters = db.session.scalars(select(OutgoingMail.recipient)).all()
    assert len(letters) == len(set(letters)) == 5
    assert db.session.scalar(select(func.count(StatusChange.id))) == 5


@pytest.mark.usefixtures("small_batches")
def test_what_was_done_before_it_was_killed_stays_done(ctx: Flask) -> None:
    proposal = confirmed()
    run_parts(carrying_out.carry_out(proposal.public_id), 1)
    assert reading.progress_of(proposal) == reading.Progress(waiting=3, revoked=2, already=0)
    assert carrying_out.request_unfinished() == 1


def test_a_badge_that_somebody_else_revoked_meanwhile_keeps_that_reason_and_gets_no_second_mail(ctx: Flask) -> None:
    achievement = make_achievement()
    first, second = make_awards(2, achievement)
    proposal = make_proposal(achievement)
    awards.revoke(first, reason="Misconduct.", actor="a", code="misconduct")
    confirmer = make_administrator(achievement.organisation)
    proposals.confirm(proposal.public_id, confirmer=confirmer, now=utc_now())
    db.session.commit()
    run_parts(carrying_out.carry_out(proposal.public_id))
    assert reading.progress_of(proposal) == reading.Progress(waiting=0, revoked=1, already=1)
    entries = {entry.subject: entry for entry in db.session.scalars(select(StatusEntry))}
    assert entries[first.public_id].reason == "Misconduct."
    assert entries[second.public_id].reason_code == "evidence_not_valid"
    assert len(db.session.scalars(select(OutgoingMail)).all()) == 2
    outcomes = [badge.outcome for badge in reading.badges_page(proposal, limit=9, after=None).items]
    assert outcomes == ["already", "revoked"]


def test_a_learner_of_several_badges_gets_one_mail_that_names_them_all(ctx: Flask) -> None:
    achievement = make_achievement(name="Target List")
    other = make_achievement(achievement.organisation, name="Concession Ladder")
    learner = make_account()
    held = [earn(learner, each) for each in (achievement, other)]
    names = tuple(award.public_id for award in held)
    proposal = make_proposal(achievement, criteria=Criteria(awarded_from=held[0].awarded_at))
    assert (proposal.badges, proposal.learners) == (2, 1)
    confirmer = make_administrator(achievement.organisation)
    proposals.confirm(proposal.public_id, confirmer=confirmer, now=utc_now())
    db.session.commit()
    run_parts(carrying_out.carry_out(proposal.public_id))
    (letter,) = db.session.scalars(select(OutgoingMail)).all()
    assert "- Target List\n- Concession Ladder" in letter.body
    assert letter.subject == "Badges of yours were withdrawn"
    assert all(name not in letter.body for name in names)


def test_a_hundred_badges_take_few_statements_and_one_publication_of_their_list(app: Flask) -> None:
    with app.app_context():
        proposal = confirmed(60)
        proposal_id = proposal.public_id
        statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
        work = carrying_out.carry_out(proposal_id)
        next(work)
        db.session.commit()
        assert len([text for text in statements if text.startswith("UPDATE status_entry")]) == 1
        assert len(statements) < 30
        run_parts(work)
        db.session.commit()
        signed_at = db.session.scalars(select(StatusList.signed_at)).one()
    jobs.drain(app, timeout=60)
    with app.app_context():
        published = select(func.count()).where(StatusList.signed_at > signed_at)
        assert db.session.scalar(published) == 1


def test_what_nobody_confirmed_is_not_done(ctx: Flask) -> None:
    achievement = make_achievement()
    (award,) = make_awards(1, achievement)
    proposal = make_proposal(achievement)
    db.session.commit()
    run_parts(carrying_out.carry_out(proposal.public_id))
    run_parts(carrying_out.carry_out("nothing"))
    assert proposal.state == "proposed"
    assert awards.standing_of(award, now=utc_now()) == "valid"
