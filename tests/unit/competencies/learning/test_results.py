"""What a learner is told after marking, and what is withheld while it could still help."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from competencies.learning import attempts
from competencies.learning.models import Attempt
from competencies.learning.results import result_of
from issuer.base.errors import Conflict, NotFound
from issuer.models import Account
from tests.factories import learning as make
from tests.factories.people import make_account

HOUR = timedelta(hours=1)


def every_kind_twice() -> list[dict]:
    return [build(f"{build.__name__}-{number}", card=2) for number in (1, 2) for build in make.EVERY_KIND]


def failed(account: Account, **check: object) -> Attempt:
    rule = {"draw": 7, "pass_mark": 1, "items": every_kind_twice(), **check}
    module = make.make_module(check=rule)
    return make.make_marked_attempt(account, module, right=0)


def test_result_says_score_and_what_it_takes(ctx: Flask) -> None:
    account = make_account()
    result = result_of(make.make_marked_attempt(account, make.make_module(), right=4), account, now=make.NOON)
    assert (result.right, result.total, result.needed, result.score, result.passed) == (4, 5, 4, 0.8, True)
    assert result.title == "Who belongs on your list"
    assert [item.correct for item in result.items] == [True] * 4 + [False]
    assert [competency.code for competency in result.competencies] == ["PRO.1"]


def test_passing_shows_the_right_answers(ctx: Flask) -> None:
    account = make_account()
    result = result_of(make.make_marked_attempt(account, make.make_module(), right=4), account, now=make.NOON)
    wrong = result.items[4]
    assert wrong.right[0].endswith("option b")
    assert wrong.feedback[0].endswith("secret about a")
    assert wrong.card == 1


def test_failing_with_attempts_left_shows_none_and_leads_to_the_card(ctx: Flask) -> None:
    account = make_account()
    result = result_of(failed(account), account, now=make.NOON)
    assert (result.attempts_left, result.shows_right_answers) == (2, False)
    assert all(item.right == () and item.card == 2 and item.given for item in result.items)


def test_sentence_that_explains_the_solution_waits_with_it(ctx: Flask) -> None:
    account = make_account()
    early = result_of(failed(account), account, now=make.NOON)
    late = result_of(failed(account, max_attempts=1), account, now=make.NOON)
    told = {item.kind for item in early.items if item.feedback}
    assert told <= {"single_choice", "multiple_choice", "true_false"}
    assert all(item.feedback and item.right for item in late.items)


def test_last_attempt_shows_the_right_answers_of_all(ctx: Flask) -> None:
    account, module = make_account(), make.make_module(check={"max_attempts": 2})
    first = make.make_marked_attempt(account, module, right=0)
    assert not result_of(first, account, now=make.NOON).shows_right_answers
    make.make_marked_attempt(account, module, right=0, now=make.NOON + 5 * HOUR)
    assert result_of(first, account, now=make.NOON + 6 * HOUR).shows_right_answers


def test_result_says_when_to_try_again(ctx: Flask) -> None:
    account = make_account()
    attempt = failed(account)
    soon = result_of(attempt, account, now=make.NOON + HOUR)
    later = result_of(attempt, account, now=make.NOON + 4 * HOUR)
    assert soon.obstacle is not None
    assert (soon.obstacle.code, soon.obstacle.until, soon.may_retry) == ("cooldown", make.NOON + 4 * HOUR, False)
    assert later.may_retry


def test_answers_are_said_in_words(ctx: Flask) -> None:
    account = make_account()
    result = result_of(failed(account, max_attempts=1), account, now=make.NOON)
    words = {item.kind: (item.given, item.right) for item in result.items}
    for kind, (given, right) in words.items():
        assert given
        assert given != right, kind
    if "numeric" in words:
        assert words["numeric"] == (("1000001 names",), ("65 names",))
    if "ordering" in words:
        assert [line[-1] for line in words["ordering"][1]] == ["1", "2", "3", "4"]
    if "matching" in words:
        assert words["matching"][1][0].count(": ") == 1


def test_question_without_an_answer_is_said_to_have_none(ctx: Flask) -> None:
    account, module = make_account(), make.make_module()
    attempt = make.start_attempt(account, module)
    attempts.submit(account.id, attempt.public_id, now=make.NOON)
    result = result_of(attempt, account, now=make.NOON)
    assert all((item.given, item.feedback, item.correct) == ((), (), False) for item in result.items)


def test_open_attempt_has_no_result_and_an_expired_one_says_so(ctx: Flask) -> None:
    account, module = make_account(), make.make_module()
    attempt = make.start_attempt(account, module)
    with pytest.raises(Conflict):
        result_of(attempt, account, now=make.NOON)
    result = result_of(attempt, account, now=attempt.deadline_at)
    assert (result.state, result.passed, result.items, result.attempts_left) == ("expired", None, (), 2)


def test_result_of_another_learner_does_not_exist(ctx: Flask) -> None:
    account = make_account()
    with pytest.raises(NotFound):
        result_of(failed(account), make_account(), now=make.NOON)
