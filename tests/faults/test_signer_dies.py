"""The signer process dies in the middle of a signature, or the web process that asked for it does."""

from __future__ import annotations

import http.client
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from badges.models import Award
from issuer.base.db import db
from issuer.crypto.strict_json import load_object
from issuer.signing.models import SigningIntent
from tests.faults.invariants import awards_of, broken, everybodys_awards
from tests.faults.signers import KEPT_APART, journal_of, signing_for, vault_of, with_keys_apart
from tests.learners import Learner, make_ready
from tests.live import Instance, running

LOST = (OSError, http.client.HTTPException)
PATIENCE = 60.0


@pytest.fixture
def apart(instance: Instance, tmp_path: Path) -> Instance:
    """An instance whose keys only a signer can reach."""
    return with_keys_apart(instance, tmp_path)


def state_of_award(instance: Instance) -> str:
    with instance.use_cases():
        return db.session.scalars(select(Award.state)).one()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.2)


@pytest.mark.fault
def test_a_badge_is_signed_by_a_service_that_has_neither_keys_nor_passphrase(apart: Instance) -> None:
    (learner,) = make_ready(apart, 1)
    with signing_for(apart), running(apart, with_worker=False):
        assert learner.submit().status == 200
    assert awards_of(apart, learner) == ["C-PRO.1"]
    assert broken(apart) == []
    assert [name for name in KEPT_APART if (apart.data_dir / name).exists()] == []
    assert {purpose for purpose, _ in journal_of(apart)} >= {"status_list", "badge_proof", "badge_jwt"}


@pytest.mark.fault
@pytest.mark.parametrize("point", ["signer.before_journal", "signer.after_journal"])
def test_a_signer_killed_while_it_signs_leaves_the_award_pending_and_its_successor_signs_it(
    apart: Instance, point: str
) -> None:
    publish_first_list(apart)
    (learner,) = make_ready(apart, 1)
    with running(apart) as service:
        with signing_for(apart, fault=point) as doomed:
            assert learner.submit(key="once").status == 200
            assert doomed.wait(PATIENCE) == -signal.SIGKILL
            assert pending_awards(apart) == 1
        with signing_for(apart):
            wait_until(lambda: pending_awards(apart) == 0)
            service.stop()
    assert awards_of(apart, learner).count("C-PRO.1") == 1
    assert broken(apart) == []
    assert signed_as_recorded(apart)


def publish_first_list(instance: Instance) -> None:
    """One badge, so that the issuer's status list is out and the next signature asked for is a badge's own."""
    (first,) = make_ready(instance, 1)
    with signing_for(instance), running(instance, with_worker=False):
        assert first.submit().status == 200


def pending_awards(instance: Instance) -> int:
    with instance.use_cases():
        return len(db.session.scalars(select(Award.id).filter_by(state="pending")).all())


def signed_as_recorded(instance: Instance) -> bool:
    """Whether every badge shows the time that was recorded when it was prepared."""
    with instance.use_cases():
        created = {row.subject: row.created for row in db.session.scalars(select(SigningIntent))}
        for award in db.session.scalars(select(Award)):
            proof = load_object(award.credential.document)["proof"][0]
            if proof["created"] != f"{created[award.public_id]:%Y-%m-%dT%H:%M:%SZ}":
                return False
    return True


@pytest.mark.fault
@pytest.mark.parametrize("point", ["signing.after_record", "signing.before_sign", "signing.after_sign"])
def test_a_web_process_killed_between_intent_and_store_earns_the_badge_once_at_the_second_try(
    apart: Instance, point: str
) -> None:
    (learner,) = make_ready(apart, 1)
    with signing_for(apart):
        with running(apart, with_worker=False, fault=point) as doomed:
            with pytest.raises(LOST):
                learner.submit(key="once")
            doomed.kill()
        with running(apart, with_worker=False):
            assert learner.submit(key="once").status == 200
    assert awards_of(apart, learner) == ["C-PRO.1"]
    assert broken(apart) == []


@pytest.mark.fault
def test_a_signer_killed_again_and_again_loses_and_doubles_nothing(apart: Instance) -> None:
    learners = make_ready(apart, 24)
    with running(apart):
        done = threading.Event()
        clients = threading.Thread(target=_submit_all, args=(learners, done))
        clients.start()
        while not done.is_set():
            with signing_for(apart) as signer:
                done.wait(0.4)
                os.killpg(signer.pid, signal.SIGKILL)
        clients.join()
        with signing_for(apart):
            wait_until(lambda: pending_awards(apart) == 0)
    assert everybodys_awards(apart) == {learner.account_id: ["C-PRO.1"] for learner in learners}
    assert broken(apart) == []


def _submit_all(learners: list[Learner], done: threading.Event) -> None:
    try:
        for learner in learners:
            assert learner.submit(key=learner.attempt_id).status == 200
    finally:
        done.set()


@pytest.mark.fault
def test_while_the_signer_is_gone_pages_are_served_and_awards_wait(apart: Instance) -> None:
    (learner,) = make_ready(apart, 1)
    with running(apart, with_worker=False):
        assert learner.submit().status == 200
        assert learner.send("GET", "/catalog").status == 200
    assert state_of_award(apart) == "pending"
    assert not (vault_of(apart) / "signer").exists()
