"""The same learner on two devices at one moment; each device is a thread with a session of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from competencies.evidence.models import Evidence
from competencies.learning import attempts
from competencies.learning.models import Answer, Attempt
from competencies.learning.publications import find_module
from issuer.base.db import db, utc_now
from issuer.base.errors import ServiceError
from issuer.models import Membership
from tests.factories import learning as make
from tests.factories.people import make_account

DEVICES = 4


def at_once(app: Flask, *deeds: Callable[[], Any]) -> list[Any]:
    """Run every deed in its own thread and transaction, all released together; results or the errors raised."""
    gate = threading.Barrier(len(deeds))
    results: list[Any] = [None] * len(deeds)

    def run(place: int, deed: Callable[[], Any]) -> None:
        with app.app_context():
            gate.wait()
            try:
                results[place] = deed()
                db.session.commit()
            except ServiceError as error:
                db.session.rollback()
                results[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def prepared(app: Flask) -> tuple[int, str]:
    with app.app_context():
        account, module = make_account(), make.make_module()
        db.session.commit()
        return account.id, module.public_id


def started(app: Flask, account_id: int, module_id: str) -> tuple[str, list[str]]:
    with app.app_context():
        attempt = attempts.start(account_id, find_module(module_id), now=utc_now()).attempt
        db.session.commit()
        return attempt.public_id, [drawn["item"] for drawn in attempt.drawn]


def test_starting_on_many_devices_opens_one_attempt(app: Flask) -> None:
    account_id, module_id = prepared(app)

    def start() -> str:
        return attempts.start(account_id, find_module(module_id), now=utc_now()).attempt.public_id

    names = at_once(app, *[start] * DEVICES)
    with app.app_context():
        assert len(set(names)) == 1
        assert count(Attempt) == 1
        assert count(Membership) == 1


def test_answering_one_question_on_many_devices_keeps_one_answer(app: Flask) -> None:
    account_id, module_id = prepared(app)
    attempt_id, items = started(app, account_id, module_id)

    def answer(response: str) -> Callable[[], Any]:
        return lambda: attempts.save_answer(account_id, attempt_id, items[0], response, now=utc_now()).response

    at_once(app, *[answer(response) for response in "abcd"])
    with app.app_context():
        assert count(Answer) == 1


def test_submitting_on_many_devices_records_one_piece_of_evidence(app: Flask) -> None:
    account_id, module_id = prepared(app)
    attempt_id, _ = started(app, account_id, module_id)

    def submit() -> str:
        return attempts.submit(account_id, attempt_id, now=utc_now()).state

    assert at_once(app, *[submit] * DEVICES) == ["marked"] * DEVICES
    with app.app_context():
        assert count(Evidence) == 1


def test_answer_that_meets_the_submission_is_marked_or_refused(app: Flask) -> None:
    account_id, module_id = prepared(app)
    attempt_id, items = started(app, account_id, module_id)

    def answer() -> str:
        attempts.save_answer(account_id, attempt_id, items[0], "b", now=utc_now())
        return "saved"

    def submit() -> float | None:
        return attempts.submit(account_id, attempt_id, now=utc_now()).score

    saved, score = at_once(app, answer, submit)
    with app.app_context():
        rows = db.session.scalars(select(Answer)).all()
        if saved == "saved":
            assert [row.correct for row in rows] == [True]
            assert score == 0.2
        else:
            assert saved.code == "attempt_closed"
            assert rows == []
