"""The issuance log: what is recorded is numbered, proved and never changed; a lie is found."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from issuer.base.db import db, utc_now
from issuer.crypto.merkle import leaf_hash, verify_consistency, verify_inclusion
from issuer.keys.key_file import KeyUnusable
from issuer.log import checking, entries, proofs, sequencing, tree
from issuer.log.checking import check_log
from issuer.log.models import LogBlinding, LogCheckpoint, LogEntry, LogLeaf, LogNode
from tests.factories.log import keep_up


def digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def issue(*names: str) -> None:
    for name in names:
        entries.record(name, digest(name))
    db.session.commit()


def badges(count: int) -> list[str]:
    return [f"badge-{number}" for number in range(count)]


def test_what_was_issued_is_in_the_log_after_the_next_checkpoint_and_can_be_proved(ctx: Flask) -> None:
    issue(*badges(7))
    assert proofs.inclusion_of(digest("badge-3")) is None
    assert proofs.is_waiting(digest("badge-3"))
    assert keep_up() == 7
    found = proofs.inclusion_of(digest("badge-3"))
    assert found is not None and found.checkpoint.size == 7
    leaf = leaf_hash(hashlib.sha256(b"\x00" + found.blinding + digest("badge-3")).digest())
    proved = {"leaf": leaf, "index": found.number, "size": 7, "proof": found.path}
    assert verify_inclusion(**proved, root_hash=found.checkpoint.root)
    assert not verify_inclusion(**proved, root_hash=digest("another root"))
    assert proofs.inclusion_of(digest("never issued")) is None


def test_numbers_follow_each_other_whatever_the_size_of_the_steps(ctx: Flask) -> None:
    names = badges(40)
    for start, end in ((0, 1), (1, 2), (2, 9), (9, 9), (9, 33), (33, 40)):
        issue(*names[start:end])
        keep_up()
    assert db.session.scalars(select(LogLeaf.number).order_by(LogLeaf.number)).all() == list(range(40))
    sizes = db.session.scalars(select(LogCheckpoint.size).order_by(LogCheckpoint.size)).all()
    assert sizes == [1, 2, 9, 33, 40]
    for old in sizes:
        older = db.session.get_one(LogCheckpoint, old)
        newest = db.session.get_one(LogCheckpoint, 40)
        proof = tree.consistency(old, 40)
        assert verify_consistency(old=old, new=40, old_root=older.root, new_root=newest.root, proof=proof)
    assert check_log().fault == ""


def test_nothing_new_signs_nothing(ctx: Flask) -> None:
    issue("badge")
    keep_up()
    assert keep_up() == 0
    assert db.session.scalar(select(func.count()).select_from(LogCheckpoint)) == 1


def test_an_empty_log_is_whole_and_has_no_checkpoint(ctx: Flask) -> None:
    assert keep_up() == 0
    assert tree.newest_checkpoint() is None
    assert (check_log().leaves, check_log().fault) == (0, "")


def test_since_when_something_is_proved_is_the_oldest_checkpoint_that_has_it(ctx: Flask) -> None:
    issue("old")
    keep_up()
    between = utc_now()
    issue("new")
    assert not proofs.logged_before(digest("new"), utc_now())
    keep_up()
    assert proofs.logged_before(digest("old"), between)
    assert not proofs.logged_before(digest("new"), between)
    assert proofs.logged_before(digest("new"), utc_now() + timedelta(seconds=1))
    assert not proofs.logged_before(digest("never issued"), utc_now() + timedelta(days=1))


def test_what_was_rolled_back_is_not_in_the_log(ctx: Flask) -> None:
    entries.record("badge", digest("badge"))
    db.session.rollback()
    assert keep_up() == 0


def test_one_document_has_one_entry(ctx: Flask) -> None:
    issue("badge")
    with pytest.raises(IntegrityError):
        issue("badge")
    db.session.rollback()


def test_two_who_number_at_once_give_each_entry_one_number(app: Flask) -> None:
    with app.app_context():
        issue("first")
        keep_up()
        issue(*badges(50))
    barrier, errors = threading.Barrier(3), []

    def number() -> None:
        with app.app_context():
            try:
                barrier.wait()
                keep_up()
            except Exception as error:
                db.session.rollback()
                errors.append(error)

    threads = [threading.Thread(target=number) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with app.app_context():
        assert tree.size() == 51
        assert check_log().fault == ""


def test_after_an_erasure_the_leaf_tells_nothing_and_the_log_is_whole(ctx: Flask) -> None:
    issue(*badges(3))
    keep_up()
    assert entries.erase("badge-1", actor="administrator") == 1
    db.session.commit()
    assert proofs.inclusion_of(digest("badge-1")) is None
    assert proofs.inclusion_of(digest("badge-2")) is not None
    assert db.session.scalars(select(LogBlinding.subject).order_by(LogBlinding.entry_id)).all() == [
        "badge-0",
        "badge-2",
    ]
    assert check_log().fault == ""


def test_the_leaf_of_a_document_cannot_be_guessed_from_the_document(ctx: Flask) -> None:
    issue("badge")
    stored = db.session.scalars(select(LogEntry.leaf_data)).one()
    assert stored not in (digest("badge"), hashlib.sha256(digest("badge")).digest(), leaf_hash(digest("badge")))


@pytest.mark.parametrize("table", ["log_entry", "log_leaf", "log_node", "log_checkpoint"])
def test_the_database_takes_nothing_back(ctx: Flask, table: str) -> None:
    issue(*badges(3))
    keep_up()
    with pytest.raises(IntegrityError):
        db.session.execute(text(f"DELETE FROM {table}"))
    db.session.rollback()


def without_guard(statement: str, table: str) -> None:
    """What somebody does who owns the database and has removed its guards."""
    if db.engine.dialect.name == "sqlite":
        for name in (f"{table}_no_update", f"{table}_no_delete"):
            db.session.execute(text(f"DROP TRIGGER {name}"))
    else:
        db.session.execute(text(f"DROP TRIGGER {table}_only_grows ON {table}"))
    db.session.execute(text(statement))
    db.session.commit()


OTHER = "(SELECT blinding FROM log_blinding LIMIT 1)"
FORGERIES = {
    "a leaf": (
        "log_entry",
        f"UPDATE log_entry SET leaf_data = {OTHER} WHERE id = 2",
    ),
    "a node": ("log_node", f"UPDATE log_node SET hash = {OTHER} WHERE level = 1"),
    "a missing leaf": ("log_leaf", "DELETE FROM log_leaf WHERE number = 1"),
    "leaves cut off": ("log_leaf", "DELETE FROM log_leaf WHERE number >= 4"),
    "a root": ("log_checkpoint", f"UPDATE log_checkpoint SET root = {OTHER}"),
    "a checkpoint by nobody": ("log_checkpoint", "UPDATE log_checkpoint SET kid = 'nobody'"),
    "another note": ("log_checkpoint", "UPDATE log_checkpoint SET note = (SELECT blinding FROM log_blinding LIMIT 1)"),
    "another size": ("log_checkpoint", "UPDATE log_checkpoint SET size = 4"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_whoever_rewrites_the_log_is_found(ctx: Flask, name: str) -> None:
    issue(*badges(6))
    keep_up()
    table, statement = FORGERIES[name]
    without_guard(statement, table)
    assert check_log().fault != ""


def test_an_entry_that_was_lost_on_its_way_to_the_tree_is_found(ctx: Flask) -> None:
    issue(*badges(2))
    keep_up()
    issue("lost")
    assert check_log().fault == ""
    db.session.execute(text("DELETE FROM log_waiting"))
    assert check_log().fault == "The entry 3 has no number and does not wait for one."


def test_a_log_longer_than_a_batch_is_checked_over_its_seams(ctx: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "BATCH", 5)
    for start, end in ((0, 3), (3, 11), (11, 23)):
        issue(*badges(23)[start:end])
        keep_up()
    assert check_log() == checking.LogCheck(23, 3)
    forged = "UPDATE log_entry SET leaf_data = (SELECT blinding FROM log_blinding LIMIT 1) WHERE id = 17"
    without_guard(forged, "log_entry")
    found = check_log()
    assert (found.leaves, found.checkpoints) == (15, 2)
    assert found.fault == "The node 16 of level 0 is not the hash of what is under it."


def test_no_checkpoint_is_signed_that_does_not_begin_with_the_last_one(ctx: Flask) -> None:
    issue(*badges(4))
    keep_up()
    forged = f"UPDATE log_node SET hash = {OTHER} WHERE level = 2"
    without_guard(forged, "log_node")
    db.session.expire_all()
    issue("one more")
    with pytest.raises(sequencing.NotSigned) as refused:
        keep_up()
    assert refused.value.code == "log_inconsistent"
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(LogCheckpoint)) == 1


def test_no_checkpoint_is_signed_of_a_log_that_became_shorter(ctx: Flask) -> None:
    issue(*badges(4))
    keep_up()
    without_guard("DELETE FROM log_leaf WHERE number = 3", "log_leaf")
    with pytest.raises(sequencing.NotSigned) as refused:
        keep_up()
    assert refused.value.code == "log_inconsistent"


def test_what_was_numbered_when_the_key_could_not_be_used_is_signed_later(ctx: Flask, tmp_path: Path) -> None:
    issue("first")
    keep_up()
    keys = tmp_path / "keys"
    keys.rename(tmp_path / "elsewhere")
    issue("second")
    with pytest.raises(KeyUnusable):
        keep_up()
    db.session.rollback()
    assert (tree.size(), tree.newest_checkpoint().size) == (2, 1)  # type: ignore[union-attr]
    (tmp_path / "elsewhere").rename(keys)
    assert keep_up() == 0
    assert tree.newest_checkpoint().size == 2  # type: ignore[union-attr]


def test_every_perfect_subtree_is_stored_once(ctx: Flask) -> None:
    issue(*badges(13))
    keep_up()
    counted = db.session.execute(select(LogNode.level, func.count()).group_by(LogNode.level).order_by(LogNode.level))
    assert [tuple(row) for row in counted] == [(0, 13), (1, 6), (2, 3), (3, 1)]
