"""The process dies between the register and the commit of an erasure: nobody is half gone, and a replay ends it."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from sqlalchemy import select

from badges.privacy import register, replaying
from badges.privacy.erasing import counted
from issuer.base import faults
from issuer.base.db import db
from issuer.models import Account
from tests.factories.badges import make_award
from tests.faults.invariants import broken
from tests.live import Instance


def privacy(instance: Instance, *arguments: str, fault: str = "") -> int:
    """Run ``flask privacy``; how it ended."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "privacy", *arguments]
    variables = instance.variables(**({faults.VARIABLE: fault} if fault else {}))
    return subprocess.run(
        command, cwd=instance.settings().checkout, env=variables, capture_output=True, timeout=120, check=False
    ).returncode


@pytest.mark.fault
def test_a_kill_leaves_the_person_whole_and_the_replay_erases(instance: Instance) -> None:
    with instance.use_cases():
        account = make_award().account
        db.session.commit()
        public_id, account_id, before = account.public_id, account.id, counted(account.id)
    killed = privacy(instance, "erase", public_id, "--yes", fault="privacy.after_register")
    assert killed == -signal.SIGKILL
    with instance.use_cases():
        assert counted(account_id) == before
        assert len(register.read()) == 1
        assert replaying.nobody_is_back() is not None
    assert broken(instance) == []
    assert privacy(instance, "replay") == 0
    with instance.use_cases():
        assert db.session.scalar(select(Account.erased_at).filter_by(id=account_id)) is not None
        assert "award" not in counted(account_id)
        assert replaying.nobody_is_back() is None
