"""A job exists exactly when the change that caused it does, and is done at least once."""

from __future__ import annotations

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


def test_job_that_nobody_does_is_refused(working_app: Flask) -> None:
    with working_app.app_context(), pytest.raises(LookupError):
        jobs.enqueue("unheard_of", "1")
