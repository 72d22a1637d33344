"""Checking the whole log again, from its entries up: what a monitor does from outside, done at home."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from issuer.base.db import db
from issuer.crypto.checkpoints import read_note
from issuer.crypto.errors import CryptoError
from issuer.crypto.merkle import leaf_hash, node_hash
from issuer.log import entries, keys, tree
from issuer.log.models import LogBlinding, LogCheckpoint, LogEntry, LogLeaf
from issuer.log.sequencing import origin
from issuer.models import SigningKey

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class LogCheck:
    """How many leaves and checkpoints there are, and the first fault in words, or ""."""

    leaves: int
    checkpoints: int
    fault: str = ""


def check_log() -> LogCheck:
    """Every leaf, every node, every checkpoint. Constant memory but for one path through the tree."""
    checkpoints = db.session.scalars(select(LogCheckpoint).order_by(LogCheckpoint.size)).all()
    leaves, fault = _check_tree({each.size: each for each in checkpoints})
    known = keys.log_keys()
    fault = fault or next(filter(None, (_fault_in_note(each, known.get(each.kid)) for each in checkpoints)), "")
    if not fault and checkpoints and checkpoints[-1].size > leaves:
        fault = f"The checkpoint of size {checkpoints[-1].size} is about leaves that are gone."
    return LogCheck(leaves, len(checkpoints), fault or _fault_in_entries())


def _check_tree(checkpoints: dict[int, LogCheckpoint]) -> tuple[int, str]:
    """How many leaves, and what is wrong with them, the nodes over them, or the roots that were signed."""
    count, right_edge = 0, list[bytes | None]()
    for number, data in _leaves():
        if number != count:
            return count, f"The leaf with the number {count} is missing."
        level, index, found = 0, number, leaf_hash(data)
        while True:
            if not _is_stored(level, index, found):
                return count, f"The node {index} of level {level} is not the hash of what is under it."
            if level == len(right_edge):
                right_edge.append(None)
            left = right_edge[level]
            if not index & 1 or left is None:
                right_edge[level] = found
                break
            right_edge[level] = None
            level, index, found = level + 1, index >> 1, node_hash(left, found)
        count += 1
        signed = checkpoints.get(count)
        if signed is not None and signed.root != _root_of(right_edge):
            return count, f"The checkpoint of size {count} is of another tree."
    return count, ""


def _root_of(right_edge: list[bytes | None]) -> bytes:
    """The root over the perfect subtrees on the right edge, the smallest first."""
    found: bytes | None = None
    for subtree in right_edge:
        if subtree is not None:
            found = subtree if found is None else node_hash(subtree, found)
    assert found is not None
    return found


def _is_stored(level: int, index: int, found: bytes) -> bool:
    try:
        return tree.stored_node(level, index) == found
    except LookupError:
        return False


def _leaves() -> Iterator[tuple[int, bytes]]:
    start = 0
    while batch := tree.leaf_data(start=start, limit=BATCH):
        yield from batch
        db.session.expunge_all()
        start = batch[-1][0] + 1


def _fault_in_note(checkpoint: LogCheckpoint, key: SigningKey | None) -> str:
    if key is None:
        return f"The key of the checkpoint of size {checkpoint.size} is not known."
    try:
        said = read_note(checkpoint.note, name=origin(), key=keys.public_key(key))
    except CryptoError as error:
        return f"The checkpoint of size {checkpoint.size}: {error.detail}"
    is_same = (said.size, said.root) == (checkpoint.size, checkpoint.root)
    return "" if is_same else f"The checkpoint of size {checkpoint.size} says something else than its record."


def _fault_in_entries() -> str:
    known = select(LogBlinding, LogEntry.leaf_data).join(LogEntry, LogEntry.id == LogBlinding.entry_id)
    for blinding, leaf_data in db.session.execute(known.execution_options(yield_per=500)):
        if entries.leaf_data(blinding.blinding, blinding.credential_sha256) != leaf_data:
            return f"The entry {blinding.entry_id} is not what it was made of."
    unnumbered = select(LogLeaf.number).where(LogLeaf.entry_id.not_in(select(LogEntry.id))).limit(1)
    return "" if db.session.scalar(unnumbered) is None else "A leaf has no entry."
