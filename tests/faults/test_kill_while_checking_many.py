"""A worker dies in the middle of a check of many badges: the next one goes on, and no row is checked twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import datetime

import pytest
from sqlalchemy import select

from badges.bulk_checks import jobs
from badges.bulk_checks.models import BulkCheck, BulkRow
from issuer.base import faults
from issuer.base.db import db
from tests.factories.bulk_checks import make_check, make_public_awards, organisation_of
from tests.faults.invariants import broken
from tests.live import Instance

ROWS = 300
FIRST_BATCH = 250


def drain(instance: Instance, *, fault: str = "") -> int:
    """Run a worker until nothing waits; how it ended."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "drain"]
    variables = instance.variables(**({faults.VARIABLE: fault} if fault else {}))
    return subprocess.run(
        command, cwd=instance.settings().checkout, env=variables, capture_output=True, timeout=120, check=False
    ).returncode


@pytest.mark.fault
def test_what_was_not_stored_when_it_died_is_done_by_the_next(instance: Instance) -> None:
    with instance.use_cases():
        (award,) = make_public_awards(1)
        check_id = make_check(organisation_of(award), [award.public_id] * ROWS).public_id
        db.session.commit()
    assert drain(instance, fault="bulk_checks.after_batch") == -signal.SIGKILL
    with instance.use_cases():
        assert jobs.counts_of(jobs.find(check_id))["waiting"] == ROWS
    assert drain(instance, fault="bulk_checks.after_first_batch") == -signal.SIGKILL
    with instance.use_cases():
        stored = dict(_checked_at(check_id))
        assert len(stored) == FIRST_BATCH
    assert drain(instance) == 0
    with instance.use_cases():
        check = db.session.scalars(select(BulkCheck).filter_by(public_id=check_id)).one()
        assert (check.state, jobs.counts_of(check)["valid"]) == ("done", ROWS)
        after = dict(_checked_at(check_id))
        assert {number: after[number] for number in stored} == stored
    assert broken(instance) == []


def _checked_at(check_id: str) -> list[tuple[int, datetime]]:
    wanted = select(BulkRow.number, BulkRow.checked_at).join(BulkCheck, BulkCheck.id == BulkRow.check_id)
    found = db.session.execute(wanted.where(BulkCheck.public_id == check_id, BulkRow.finding.is_not(None)))
    return [(row.number, row.checked_at) for row in found]
