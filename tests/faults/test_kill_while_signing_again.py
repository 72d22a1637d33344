"""A worker dies in the middle of signing the badges of a compromised key again, and another goes on where it was."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from badges import resigning
from badges.models import Award, Credential
from issuer.base import faults
from issuer.base.db import db, utc_now
from issuer.keys import keystore, life
from issuer.keys.compromise import compromise
from issuer.models import OutgoingMail
from tests.factories.badges import earn, make_achievement
from tests.factories.people import make_account
from tests.faults.invariants import broken
from tests.live import Instance

BADGES = resigning.PART * 2 + 3


def make_badges(instance: Instance) -> str:
    """Badges of as many learners, and the loss of the key that signed them; the key's id."""
    with instance.use_cases():
        achievement = make_achievement()
        for _ in range(BADGES):
            earn(make_account(), achievement)
        key = keystore.active_key(achievement.organisation, "badge_proof")
        compromise(key, since=utc_now() - timedelta(days=1), actor="system", now=utc_now())
        return key.kid


def drain(instance: Instance, *, fault: str = "") -> int:
    """Run a worker until nothing waits; how it ended."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "drain"]
    variables = instance.variables(**({faults.VARIABLE: fault} if fault else {}))
    return subprocess.run(
        command, cwd=instance.settings().checkout, env=variables, capture_output=True, timeout=120, check=False
    ).returncode


def signed_again(instance: Instance, kid: str) -> int:
    with instance.use_cases():
        return resigning.progress_of(life.find_key(kid)).again


@pytest.mark.fault
def test_nothing_is_done_twice_and_nothing_is_left_out(instance: Instance) -> None:
    kid = make_badges(instance)
    assert drain(instance, fault="resigning.after_part") == -9
    assert signed_again(instance, kid) == 0, "a part is kept whole or not at all"
    with instance.use_cases():
        next(resigning.resign(kid, 0, "by hand"))
    assert signed_again(instance, kid) == resigning.PART
    assert drain(instance, fault="resigning.after_part") == -9
    assert signed_again(instance, kid) == resigning.PART

    assert drain(instance) == 0
    assert signed_again(instance, kid) == BADGES
    with instance.use_cases():
        editions = Counter(db.session.scalars(select(Credential.award_id)))
        assert set(editions.values()) == {2}
        assert len(editions) == db.session.query(Award).count() == BADGES
        mails = Counter(db.session.scalars(select(OutgoingMail.recipient)))
        assert (set(mails.values()), len(mails)) == ({1}, BADGES)
    assert broken(instance) == []
