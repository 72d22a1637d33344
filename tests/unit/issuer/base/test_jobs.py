"""A job exists exactly when the change that caused it does, and is done at least once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask

from issuer.base import jobs
from issuer.base.db import db
from issuer.models import Organisation


def _found(slug: str) -> None:
    db.session.add(Organisation(slug=slug, name=slug))


@pytest.fixture
def working_app(app: Flask) -> Flask:
    jobs.install(app, {"found": _found})
    return app


def _slugs(app: Flask) -> list[str]:
    with app.app_context():
        return sorted(db.session.scalars(db.select(Organisation.slug)))


def test_job_of_a_committed_change_is_done(working_app: Flask) -> None:
    with working_app.app_context():
        jobs.enqueue("found", "1", slug="north")
        db.session.commit()
    jobs.drain(working_app)
    assert _slugs(working_app) == ["north"]


def test_job_of_a_change_that_was_rolled_back_never_runs(working_app: Flask) -> None:
    with working_app.app_context():
        jobs.enqueue("found", "1", slug="north")
        db.session.rollback()
    jobs.drain(working_app)
    assert _slugs(working_app) == []


def test_same_key_twice_is_done_once(working_app: Flask) -> None:
    for _ in range(2):
        with working_app.app_context():
            jobs.enqueue("found", "same", slug="north")
            db.session.commit()
    jobs.drain(working_app)
    assert _slugs(working_app) == ["north"]


def _found_in_parts(slugs: list[str], last: str) -> Iterator[None]:
    for slug in slugs:
        if db.session.scalar(db.select(Organisation.id).filter_by(slug=slug)) is None:
            _found(slug)
            yield
    _found(last)
    if db.session.scalar(db.select(Organisation.id).filter_by(slug="strong")) is None:
        raise RuntimeError("not today")


def test_the_parts_of_a_job_are_kept_when_a_later_one_fails_and_the_next_try_goes_on(working_app: Flask) -> None:
    jobs.install(working_app, {"found_in_parts": _found_in_parts, "found": _found})
    with working_app.app_context():
        jobs.enqueue("found_in_parts", "1", slugs=["north", "south"], last="east")
        db.session.commit()
    with jobs.worker(working_app, name="one-shot"):
        pause = threading.Event()
        while _slugs(working_app) != ["north", "south"]:
            pause.wait(0.05)
        with working_app.app_context():
            _found("strong")
            db.session.commit()
        while len(_slugs(working_app)) < 4:
            pause.wait(0.05)
    assert _slugs(working_app) == ["east", "north", "south", "strong"]


def test_job_that_nobody_does_is_refused(working_app: Flask) -> None:
    with working_app.app_context(), pytest.raises(LookupError):
        jobs.enqueue("unheard_of", "1")
