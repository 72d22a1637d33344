"""The signer's memory: durable, for its owner only, and never changed."""

from __future__ import annotations

import sqlite3
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from issuer.base.environment import SettingsError
from issuer.keys.key_file import KeyUnusable
from issuer.keys.signer_journal import Journal
from issuer.keys.statements import NotSigned
from tests.unit.issuer.keys.signer_steps import NOW, badge, checkpoint_of, list_proof_of, proof_of, status_list

KEY = ed25519.Ed25519PrivateKey.generate().public_key()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def rows(path: Path) -> list[tuple[str, ...]]:
    return list(sqlite3.connect(path).execute("SELECT at, purpose, subject, edition, sha256 FROM asked ORDER BY id"))


def test_what_is_asked_stands_there_with_time_subject_and_digest(path: Path) -> None:
    Journal(path).write(proof_of(badge(), KEY), NOW)
    ((at, purpose, subject, edition, digest),) = rows(path)
    assert (at, purpose) == ("2026-03-04T05:06:07.000000+00:00", "badge_proof")
    assert (subject, edition) == (badge()["id"], badge()["validFrom"])
    assert len(digest) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("statement", ["UPDATE asked SET sha256 = ''", "DELETE FROM asked"])
def test_what_is_written_is_never_changed(path: Path, statement: str) -> None:
    Journal(path).write(proof_of(badge(), KEY), NOW)
    with pytest.raises(sqlite3.IntegrityError):
        sqlite3.connect(path).execute(statement)


def test_a_key_whose_file_does_not_say_its_purpose_is_bound_by_its_first_use(path: Path) -> None:
    journal = Journal(path)
    journal.write(proof_of(badge(), KEY), NOW)
    with pytest.raises(KeyUnusable) as caught:
        journal.write(list_proof_of(status_list(), KEY), NOW)
    assert caught.value.code == "key_purpose"


def test_nothing_refused_is_written(path: Path) -> None:
    journal = Journal(path)
    journal.write(checkpoint_of(KEY, size=5), NOW)
    with pytest.raises(NotSigned):
        journal.write(checkpoint_of(KEY, size=4), NOW)
    with pytest.raises(KeyUnusable):
        journal.write(checkpoint_of(KEY, size=6), NOW - timedelta(hours=1))
    assert len(rows(path)) == 1


def test_two_logs_have_sizes_of_their_own(path: Path) -> None:
    journal = Journal(path)
    journal.write(checkpoint_of(KEY, size=5, origin="one"), NOW)
    journal.write(checkpoint_of(KEY, size=1, origin="another"), NOW)
    assert len(rows(path)) == 2


def test_i21_a_clock_that_was_ahead_can_be_accepted_and_is_watched_again_from_there(path: Path) -> None:
    journal = Journal(path)
    journal.write(proof_of(badge(1), KEY), NOW + timedelta(days=400))
    with pytest.raises(KeyUnusable) as caught:
        journal.write(proof_of(badge(2), KEY), NOW)
    assert caught.value.code == "clock_behind"
    journal.accept_clock(NOW)
    journal.write(proof_of(badge(2), KEY), NOW)
    with pytest.raises(KeyUnusable):
        journal.write(proof_of(badge(3), KEY), NOW - timedelta(minutes=1))


def test_a_damaged_journal_keeps_the_signer_from_starting(path: Path) -> None:
    path.write_bytes(b"this was a database once" * 100)
    with pytest.raises(SettingsError, match="journal"):
        Journal(path)
