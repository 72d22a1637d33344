"""Ten thousand badges of this service checked by one job of a running worker; the list names 501 of them in turn."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from sqlalchemy import select

from badges.bulk_checks import jobs, reading
from badges.demonstration.learning import play
from issuer import accounts, organisations
from issuer.base.db import db, reads_only, utc_now
from issuer.models import StatusList
from issuer.status import publishing
from tests.bench.figures import Figure
from tests.learners import demonstration_module
from tests.live import Instance, running

BADGES = 10_000
PEOPLE = 501
"""Odd, and more than a batch: no two rows of one batch are the same badge, so nothing is read once for both."""
LONGEST_SECONDS = 600.0
LOOKED_EVERY = 0.25
QUIET_SECONDS = 15.0


def measure(instance: Instance) -> Iterator[Figure]:
    """From handing them in to the last row stored, by a worker that is running; nobody else asks for anything."""
    with running(instance), instance.use_cases():
        names = _make_badges()
        _wait_for_quiet()
        begin = time.perf_counter()
        check_id = _hand_in(names)
        looking = reads_only.set(True)
        while (check := jobs.find(check_id)).state == "waiting":
            if time.perf_counter() - begin > LONGEST_SECONDS:
                raise RuntimeError("The check of many badges takes longer than anybody waits.")
            db.session.rollback()
            time.sleep(LOOKED_EVERY)
        seconds = time.perf_counter() - begin
        counts = dict(jobs.counts_of(check))
        db.session.rollback()
        reads_only.reset(looking)
    if counts.get("valid") != BADGES:
        raise RuntimeError(f"Not all badges were found valid: {counts}.")
    yield Figure(f"{BADGES:,} own badges checked in bulk", seconds, "s")
    yield Figure("own badges checked in bulk, of each", seconds / BADGES * 1000, "ms")


def _make_badges() -> list[str]:
    """Badges that were earned and signed one by one, of as many people; the lists are published."""
    module = demonstration_module("M03")
    names = []
    for number in range(PEOPLE):
        person = accounts.create(email=f"bulk{number}@example.org", name="Bench", verified=True)
        award = play(person, module, answers="right", now=utc_now()).awards[0]
        award.visibility = "public"
        names.append(award.public_id)
        db.session.commit()
    for status_list in db.session.scalars(select(StatusList)).all():
        publishing.publish(status_list.public_id)
    db.session.commit()
    return names


def _wait_for_quiet() -> None:
    """Until the worker has done what followed from the awards."""
    time.sleep(QUIET_SECONDS)


def _hand_in(names: Sequence[str]) -> str:
    module = demonstration_module("M03")
    person = accounts.create(email="bulk@example.org", name="Bench", verified=True)
    membership = organisations.join(person, module.organisation, actor="system")
    organisations.change_roles(membership, ["administrator"], actor="system")
    many = reading.read_lines([names[number % PEOPLE] for number in range(BADGES)])
    check_id = jobs.begin(module.organisation, many, name="Measured", by=person, now=utc_now()).public_id
    db.session.commit()
    return check_id
