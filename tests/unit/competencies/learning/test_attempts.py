"""The life of an attempt: started once, answered in time, marked once, on the server."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from competencies.evidence.models import Evidence
from competencies.learning import attempts, authoring
from competencies.learning.models import Answer, Attempt
from issuer.base.db import db
from issuer.base.errors import Conflict, Forbidden, Invalid, NotFound
from issuer.organisations import membership_of
from tests.factories import learning as make
from tests.factories.people import make_account, make_organisation

HOUR = timedelta(hours=1)


def evidence_count() -> int:
    return db.session.scalar(select(func.count()).select_from(Evidence)) or 0


def test_starting_enrols_the_learner_and_draws_as_the_rule_says(ctx: Flask) -> None:
    account, module = make_account(), make.make_module()
    attempt = make.start_attempt(account, module)
    assert membership_of(account.id, module.organisation_id) is not None
    assert len({drawn["item"] for drawn in attempt.drawn}) == 5
    assert attempt.deadline_at == make.NOON + timedelta(hours=24)
    assert attempt.state == "open"


def test_closed_organisation_lets_nobody_enrol_by_starting(ctx: Flask) -> None:
    module = make.make_module(make_organisation(open_enrolment=False))
    with pytest.raises(Forbidden):
        make.start_attempt(make_account(), module)


def test_starting_again_goes_on_with_the_open_attempt(ctx: Flask) -> None:
    account, module = make_account(), make.make_module()
    first = attempts.start(account.id, module, now=make.NOON)
    second = attempts.start(account.id, module, now=make.NOON + HOUR)
    assert (first.resumed, second.resumed) == (False, True)
    assert second.attempt is first.attempt


def test_database_refuses_a_second_open_attempt(ctx: Flask) -> None:
    account, module = make_account(), make.make_module()
    first = make.start_attempt(account, module)
    twin = Attempt(
        account_id=account.id,
        module_id=module.id,
        module_version=module.current,
        number=2,
        seed="x",
        drawn=first.drawn,
        opened_at=make.NOON,
        deadline_at=make.NOON + HOUR,
    )
    with pytest.raises(Exception, match=r"(?i)unique"), db.session.begin_nested():
        db.session.add(twin)
        db.session.flush()


@pytest.mark.parametrize("state", ["listed", "archived"])
def test_module_that_is_not_open_cannot_be_started(ctx: Flask, state: str) -> None:
    module = make.make_module(state=state)
    with pytest.raises(Conflict) as refused:
        make.start_attempt(make_account(), module)
    assert refused.value.code == "module_not_open"


def test_open_attempt_can_be_finished_after_the_module_was_archived(ctx: Flask) -> None:
    account, module = make_account(), make.make_module()
    attempt = make.start_attempt(account, module)
    authoring.archive_module(module, actor="system")
    make.answer_all(account, attempt, right=5)
    assert attempts.submit(account.id, attempt.public_id, now=make.NOON).passed


def test_four_of_five_pass_and_three_do_not(ctx: Flask) -> None:
    module = make.make_module()
    passed = make.make_marked_attempt(make_account(), module, right=4)
    failed = make.make_marked_attempt(make_account(), module, right=3)
    assert (passed.passed, passed.score) == (True, 0.8)
    assert (failed.passed, failed.score) == (False, 0.6)


@pytest.mark.parametrize("build", make.EVERY_KIND, ids=lambda build: build.__name__)
def test_every_kind_of_question_is_marked(ctx: Flask, build: object) -> None:
    items = [build(f"Q{number}") for number in range(1, 11)]  # type: ignore[operator]
    module = make.make_module(check={"draw": 10, "pass_mark": 1, "items": items})
    assert make.make_marked_attempt(make_account(), module, right=10).passed
    assert make.make_marked_attempt(make_account(), module, right=0).score == 0


def test_question_without_an_answer_is_wrong(ctx: Flask) -> None:
    account, module = make_account(), make.make_module()
    attempt = make.start_attempt(account, module)
    for item in attempts.drawn_items(attempt)[:3]:
        attempts.save_answer(account.id, attempt.public_id, item.public_id, make.right_response(item), now=make.NOON)
    assert attempts.submit(account.id, attempt.public_id, now=make.NOON).score == pytest.approx(0.6)


def test_later_answer_takes_the_place_of_an_earlier_one(ctx: Flask) -> None:
    account, module = make_account(), make.make_module()
    attempt = make.start_attempt(account, module)
    item = attempts.drawn_items(attempt)[0]
    for response in (make.wrong_response(item), make.right_response(item)):
        attempts.save_answer(account.id, attempt.public_id, item.public_id, response, now=make.NOON)
    rows = db.session.scalars(select(Answer).filter_by(attempt_id=attempt.id)).all()
    assert [row.response for row in rows] == [make.right_response(item)]


def test_answer_taken_back_is_no_answer(ctx: Flask) -> None:
    account, module = make_account(), make.make_module()
    attempt = make.start_attempt(account, module)
    item = attempts.drawn_items(attempt)[0]
    attempts.save_answer(account.id, attempt.public_id, item.public_id, "a", now=make.NOON)
    attempts.withdraw_answer(account.id, attempt.public_id, item.public_id, now=make.NOON)
    attempts.withdraw_answer(account.id, attempt.public_id, item.public_id, now=make.NOON)
    assert db.session.scalars(select(Answer)).all() == []


def test_submitting_twice_gives_the_same_result_and_one_piece_of_evidence(ctx: Flask) -> None:
    account, module = make_account(), make.make_module()
    first = make.make_marked_attempt(account, module, right=5)
    again = attempts.submit(account.id, first.public_id, now=make.NOON + HOUR)
    assert (again.score, again.passed, again.marked_at) == (1, True, make.NOON)
    assert evidence_count() == 1


def test_answer_to_a_marked_attempt_is_refused(ctx: Flask) -> None:
    account, module = make_account(), make.make_module()
    attempt = make.make_marked_attempt(account, module, right=0)
    item = attempts.drawn_items(attempt)[0]
    with pytest.raises(Conflict) as refused:
        attempts.save_answer(account.id, attempt.public_id, item.public_id, "a", now=make.NOON)
    assert refused.value.code == "attempt_closed"


def test_answer_is_taken_until_the_deadline_and_not_at_it(ctx: Flask) -> None:
    account, module = make_account(), make.make_module(check={"minutes_allowed": 10})
    attempt = make.start_attempt(account, module)
    item = attempts.drawn_items(attempt)[0]
    last_moment = attempt.deadline_at - timedelta(microseconds=1)
    attempts.save_answer(account.id, attempt.public_id, item.public_id, "a", now=last_moment)
    with pytest.raises(Conflict) as refused:
        attempts.save_answer(account.id, attempt.public_id, item.public_id, "b", now=attempt.deadline_at)
    assert refused.value.code == "deadline_passed"
    assert attempt.deadline_at == make.NOON + timedelta(minutes=10)


def test_attempt_submitted_late_expires_and_records_nothing(ctx: Flask) -> None:
    account, module = make_account(), make.make_module()
    attempt = make.start_attempt(account, module)
    make.answer_all(account, attempt, right=5)
    late = attempts.submit(account.id, attempt.public_id, now=attempt.deadline_at)
    assert (late.state, late.score, late.passed) == ("expired", None, None)
    assert evidence_count() == 0


def test_expired_attempt_makes_room_for_a_new_one_and_counts_as_used(ctx: Flask) -> None:
    account, module = make_account(), make.make_module(check={"max_attempts": 2})
    first = make.start_attempt(account, module)
    tomorrow = make.NOON + timedelta(days=2)
    second = make.start_attempt(account, module, now=tomorrow)
    assert (first.state, second.number) == ("expired", 2)
    with pytest.raises(Conflict) as refused:
        make.start_attempt(account, module, now=tomorrow + timedelta(days=2))
    assert refused.value.code == "attempts_used_up"


def test_another_learners_attempt_does_not_exist(ctx: Flask) -> None:
    module, owner, stranger = make.make_module(), make_account(), make_account()
    attempt = make.start_attempt(owner, module)
    item = attempts.drawn_items(attempt)[0]
    for ask in (
        lambda: attempts.find_attempt(stranger.id, attempt.public_id),
        lambda: attempts.submit(stranger.id, attempt.public_id, now=make.NOON),
        lambda: attempts.save_answer(stranger.id, attempt.public_id, item.public_id, "a", now=make.NOON),
    ):
        with pytest.raises(NotFound) as refused:
            ask()
        assert refused.value.code == "no_such_attempt"


def test_question_that_was_not_drawn_cannot_be_answered(ctx: Flask) -> None:
    account, module = make_account(), make.make_module()
    attempt = make.start_attempt(account, module)
    drawn = {item.public_id for item in attempts.drawn_items(attempt)}
    undrawn = next(item for item in module.current.items if item.public_id not in drawn)
    for item_id in (undrawn.public_id, "no-such-item"):
        with pytest.raises(NotFound) as refused:
            attempts.save_answer(account.id, attempt.public_id, item_id, "a", now=make.NOON)
        assert refused.value.code == "unknown_item"


def test_refused_answer_leaves_the_saved_one_as_it_was(ctx: Flask) -> None:
    account, module = make_account(), make.make_module()
    attempt = make.start_attempt(account, module)
    item = attempts.drawn_items(attempt)[0]
    attempts.save_answer(account.id, attempt.public_id, item.public_id, "a", now=make.NOON)
    with pytest.raises(Invalid):
        attempts.save_answer(account.id, attempt.public_id, item.public_id, "zz", now=make.NOON)
    assert db.session.scalars(select(Answer)).one().response == "a"


def test_failed_attempt_is_followed_by_a_pause_that_says_how_long(ctx: Flask) -> None:
    account, module = make_account(), make.make_module()
    make.make_marked_attempt(account, module, right=0)
    with pytest.raises(Conflict) as refused:
        make.start_attempt(account, module, now=make.NOON + HOUR)
    assert refused.value.code == "cooldown"
    assert refused.value.retry_after == 3 * 3600
    assert make.start_attempt(account, module, now=make.NOON + 4 * HOUR).number == 2


def test_new_attempt_asks_other_questions_than_the_last(ctx: Flask) -> None:
    account, module = make_account(), make.make_module()
    first = make.make_marked_attempt(account, module, right=0)
    second = make.start_attempt(account, module, now=make.NOON + 4 * HOUR, seed="another")
    assert {each["item"] for each in first.drawn}.isdisjoint(each["item"] for each in second.drawn)


def test_questions_of_the_last_attempt_are_avoided_in_a_new_version_too(ctx: Flask) -> None:
    account, module = make_account(), make.make_module()
    first = make.make_marked_attempt(account, module, right=0)
    seen = {item.code for item in attempts.drawn_items(first)}
    content = make.make_content(summary="Said better.")
    authoring.publish_version(module.organisation, "M01", content=content, actor="system")
    second = make.start_attempt(account, module, now=make.NOON + 4 * HOUR)
    assert second.module_version.number == 2
    assert seen.isdisjoint(item.code for item in attempts.drawn_items(second))


def test_open_attempt_stays_with_the_version_it_was_started_on(ctx: Flask) -> None:
    account, module = make_account(), make.make_module()
    attempt = make.start_attempt(account, module)
    content = make.make_content(check={"items": [make.single_choice(f"N{number}") for number in range(13)]})
    authoring.publish_version(module.organisation, "M01", content=content, actor="system")
    make.answer_all(account, attempt, right=5)
    marked = attempts.submit(account.id, attempt.public_id, now=make.NOON)
    assert (marked.module_version.number, marked.passed) == (1, True)


def test_passed_check_is_taken_again_only_when_it_is_due(ctx: Flask) -> None:
    account, module = make_account(), make.make_module(refresh_after_days=30)
    make.make_marked_attempt(account, module, right=5)
    with pytest.raises(Conflict) as refused:
        make.start_attempt(account, module, now=make.NOON + timedelta(days=29))
    assert refused.value.code == "already_passed"
    assert make.start_attempt(account, module, now=make.NOON + timedelta(days=30)).number == 2


def test_passed_check_without_refresh_is_never_taken_again(ctx: Flask) -> None:
    account, module = make_account(), make.make_module(refresh_after_days=None)
    make.make_marked_attempt(account, module, right=5)
    with pytest.raises(Conflict) as refused:
        make.start_attempt(account, module, now=make.NOON + timedelta(days=9999))
    assert refused.value.code == "already_passed"


def test_used_up_attempts_stay_used_up(ctx: Flask) -> None:
    account, module = make_account(), make.make_module(check={"max_attempts": 2})
    for attempt in range(2):
        make.make_marked_attempt(account, module, right=0, now=make.NOON + attempt * 5 * HOUR)
    with pytest.raises(Conflict) as refused:
        make.start_attempt(account, module, now=make.NOON + timedelta(days=365))
    assert refused.value.code == "attempts_used_up"
    assert refused.value.retry_after is None
