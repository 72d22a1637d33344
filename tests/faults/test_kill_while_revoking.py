"""A worker dies in the middle of revoking many badges: each is revoked once, each learner is told once."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter

import pytest
from sqlalchemy import func, select

from badges.revoking import proposals, reading
from issuer.base import faults
from issuer.base.db import db, utc_now
from issuer.crypto.bitstring import expand
from issuer.crypto.strict_json import load_object
from issuer.models import OutgoingMail, StatusList
from issuer.status.models import StatusChange
from tests.factories.badges import make_achievement
from tests.factories.revoking import make_administrator, make_awards, make_proposal
from tests.faults.invariants import broken
from tests.live import Instance

BADGES = 4


def agreed(instance: Instance) -> str:
    """A confirmed proposal about four badges of as many learners; its public id."""
    with instance.use_cases():
        achievement = make_achievement()
        make_awards(BADGES, achievement)
        proposal = make_proposal(achievement)
        confirmer = make_administrator(achievement.organisation)
        proposals.confirm(proposal.public_id, confirmer=confirmer, now=utc_now())
        return proposal.public_id


def drain(instance: Instance, *, fault: str = "") -> int:
    """Run a worker until nothing waits; how it ended."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "drain"]
    variables = instance.variables(**({faults.VARIABLE: fault} if fault else {}))
    return subprocess.run(
        command, cwd=instance.settings().checkout, env=variables, capture_output=True, timeout=120, check=False
    ).returncode


def published_bits(instance: Instance) -> int:
    """How many bits are set in all published lists."""
    with instance.use_cases():
        signed = db.session.scalars(select(StatusList.signed).where(StatusList.signed.is_not(None))).all()
        lists = [expand(load_object(each)["credentialSubject"]["encodedList"]) for each in signed if each]
        return sum(bin(int.from_bytes(bits)).count("1") for bits in lists)


@pytest.mark.fault
@pytest.mark.parametrize("point", ["revoking.after_batch", "status.after_publish", "revoking.after_mails"])
def test_nothing_is_revoked_or_told_twice_and_nothing_is_left_out(instance: Instance, point: str) -> None:
    proposal_id = agreed(instance)
    assert drain(instance, fault=point) == -signal.SIGKILL
    assert drain(instance) == 0
    with instance.use_cases():
        proposal = proposals.find(proposal_id)
        assert reading.state_of(proposal, now=utc_now()) == "done"
        assert reading.progress_of(proposal) == reading.Progress(waiting=0, revoked=BADGES, already=0)
        assert db.session.scalar(select(func.count(StatusChange.id))) == BADGES
        mails = Counter(db.session.scalars(select(OutgoingMail.recipient)))
        assert (set(mails.values()), len(mails)) == ({1}, BADGES)
    assert published_bits(instance) == BADGES
    assert broken(instance) == []


@pytest.mark.fault
def test_a_confirmation_that_died_before_its_reply_has_confirmed_nothing(instance: Instance) -> None:
    with instance.use_cases():
        achievement = make_achievement()
        make_awards(1, achievement)
        proposal_id = make_proposal(achievement).public_id
        confirmer = make_administrator(achievement.organisation).addresses[0].address
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "badge", "revocation", proposal_id]
    variables = instance.variables(**{faults.VARIABLE: "revoking.after_confirm"})
    ran = subprocess.run(
        [*command, "--confirmed-by", confirmer],
        cwd=instance.settings().checkout,
        env=variables,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == -signal.SIGKILL
    with instance.use_cases():
        assert proposals.find(proposal_id).state == "proposed"
        assert reading.progress_of(proposals.find(proposal_id)).waiting == 1
