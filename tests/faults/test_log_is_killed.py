"""Whoever keeps the issuance log dies in the middle: nothing is numbered twice, and nothing is signed that does not
agree with what was signed before."""

from __future__ import annotations

import contextlib
import hashlib
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from issuer.base import faults
from issuer.base.db import db
from issuer.log import entries, proofs, tree
from issuer.log.checking import check_log
from issuer.log.models import LogCheckpoint, LogWaiting
from tests.faults.signers import signing_for, vault_of, with_keys_apart
from tests.live import Instance

COMMAND = [sys.executable, "-m", "flask", "--app", "wsgi", "log", "checkpoint"]
BEFORE_THE_NUMBERS_ARE_KEPT = {"log.after_numbering"}
POINTS = [*sorted(BEFORE_THE_NUMBERS_ARE_KEPT), "signing.before_sign", "signing.after_sign", "log.after_checkpoint"]


def issue(instance: Instance, *names: str) -> None:
    with instance.use_cases():
        for name in names:
            entries.record(name, digest(name))


def digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def keep_up(instance: Instance, *, fault: str = "") -> int:
    """The exit code of whoever keeps the log, who dies at ``fault``."""
    variables = instance.variables(**({faults.VARIABLE: fault} if fault else {}))
    ran = subprocess.run(
        COMMAND, cwd=instance.settings().checkout, env=variables, capture_output=True, timeout=120, check=False
    )
    return ran.returncode


def numbered_waiting_signed(instance: Instance) -> tuple[int, int, int]:
    """How many leaves, entries without a number, and leaves under the newest checkpoint."""
    with instance.use_cases():
        waiting = db.session.scalar(select(func.count()).select_from(LogWaiting)) or 0
        newest = tree.newest_checkpoint()
        return tree.size(), waiting, newest.size if newest else 0


def fault_in(instance: Instance) -> str:
    with instance.use_cases():
        return check_log().fault


@pytest.mark.fault
@pytest.mark.parametrize("point", POINTS)
def test_a_kill_loses_no_entry_and_the_next_run_numbers_and_signs_each_once(instance: Instance, point: str) -> None:
    issue(instance, "a", "b")
    assert keep_up(instance) == 0
    issue(instance, "c", "d", "e")
    assert keep_up(instance, fault=point) == -signal.SIGKILL
    kept = (2, 3, 2) if point in BEFORE_THE_NUMBERS_ARE_KEPT else (5, 0, 2)
    assert numbered_waiting_signed(instance) == kept
    assert fault_in(instance) == ""
    issue(instance, "f")
    assert keep_up(instance) == 0
    assert numbered_waiting_signed(instance) == (6, 0, 6)
    assert fault_in(instance) == ""
    with instance.use_cases():
        assert {proofs.inclusion_of(digest(name)).number for name in "abcdef"} == set(range(6))


@pytest.mark.fault
def test_what_a_signer_signed_for_somebody_who_died_is_the_beginning_of_what_it_signs_next(
    instance: Instance, tmp_path: Path
) -> None:
    apart = with_keys_apart(instance, tmp_path)
    with signing_for(apart):
        issue(apart, "a", "b", "c")
        assert keep_up(apart, fault="log.after_checkpoint") == -signal.SIGKILL
        issue(apart, "d")
        assert keep_up(apart) == 0
        assert numbered_waiting_signed(apart) == (4, 0, 4)
        with apart.use_cases():
            roots = {size: hashlib.sha256(tree.root(size)).hexdigest() for size in (3, 4)}
            assert db.session.scalars(select(LogCheckpoint.size)).all() == [4]
        assert signed_checkpoints(apart) == roots


def signed_checkpoints(instance: Instance) -> dict[int, str]:
    """Size -> digest of the root, of every checkpoint that the signer was asked to sign."""
    with contextlib.closing(sqlite3.connect(vault_of(instance) / "signer" / "journal.db")) as journal:
        return dict(journal.execute("SELECT size, sha256 FROM asked WHERE form = 'note'"))
