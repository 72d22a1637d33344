"""A worker looks every hour after what has become due; a chore that fails does not stop the others."""

from __future__ import annotations

import threading

from flask import Flask

from issuer.base import jobs
from issuer.base.db import db
from issuer.models import Organisation


def found_north() -> int:
    db.session.add(Organisation(slug="north", name="North"))
    return 1


def fail_half_way() -> int:
    db.session.add(Organisation(slug="half", name="Half"))
    db.session.flush()
    raise ArithmeticError


def slugs(app: Flask) -> list[str]:
    with app.app_context():
        return sorted(db.session.scalars(db.select(Organisation.slug)))


def test_a_worker_does_its_chores_as_soon_as_it_runs(app: Flask) -> None:
    jobs.install(app, {}, chores=[found_north])
    stop = threading.Event()
    stop.set()
    jobs.work(app, name="worker-1", stop=stop)
    assert slugs(app) == ["north"]


def test_a_chore_that_fails_leaves_nothing_and_does_not_stop_the_next(app: Flask) -> None:
    jobs.install(app, {}, chores=[fail_half_way, found_north])
    jobs.do_chores(app)
    assert slugs(app) == ["north"]
