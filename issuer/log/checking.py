"""Checking the whole log again, from its entries up: what a monitor does from outside, done at home."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from issuer.base.db import db
from issuer.crypto import merkle
from issuer.crypto.checkpoints import read_note
from issuer.crypto.errors import CryptoError
from issuer.log import entries, keys, tree
from issuer.log.models import LogBlinding, LogCheckpoint, LogEntry, LogLeaf, LogNode, LogWaiting
from issuer.log.sequencing import grown_nodes, origin
from issuer.models import SigningKey

BATCH = 5_000
"""Leaves that are read, and kept in memory, at once."""

Nodes = Mapping[tuple[int, int], bytes]


@dataclass(frozen=True, slots=True)
class LogCheck:
    """How many leaves and checkpoints were found good, and the first fault in words, or ""."""

    leaves: int
    checkpoints: int
    fault: str = ""


def check_log() -> LogCheck:
    """Every leaf, every node, every checkpoint, every entry. Constant memory, however long the log is.

    That each checkpoint's tree begins with the one before follows: all roots are computed from the same leaves.
    """
    newest, known = tree.newest_checkpoint(), keys.log_keys()
    promised = newest.size if newest is not None else 0
    leaves = checkpoints = 0
    for batch in _batches():
        fault = _fault_in_numbers(batch, leaves)
        if fault:
            return LogCheck(leaves, checkpoints, fault)
        grown = grown_nodes(leaves, [merkle.leaf_hash(data) for _number, data in batch])
        signed = _checkpoints_between(leaves, leaves + len(batch))
        fault = _fault_in_nodes(grown) or _first(_fault_in_checkpoint(each, grown, known) for each in signed)
        if fault:
            return LogCheck(leaves, checkpoints, fault)
        leaves, checkpoints = leaves + len(batch), checkpoints + len(signed)
        db.session.expunge_all()
    if promised > leaves:
        return LogCheck(leaves, checkpoints, f"The checkpoint of size {promised} is about leaves that are gone.")
    return LogCheck(leaves, checkpoints, _fault_in_entries())


def _batches() -> Iterator[Sequence[tuple[int, bytes]]]:
    start = 0
    while batch := tree.leaf_data(start=start, limit=BATCH):
        yield batch
        start = batch[-1][0] + 1


def _checkpoints_between(above: int, up_to: int) -> Sequence[LogCheckpoint]:
    found = select(LogCheckpoint).where(LogCheckpoint.size > above, LogCheckpoint.size <= up_to)
    return db.session.scalars(found.order_by(LogCheckpoint.size)).all()


def _first(faults: Iterator[str]) -> str:
    return next(filter(None, faults), "")


def _fault_in_numbers(batch: Sequence[tuple[int, bytes]], first: int) -> str:
    wrong = (place for place, (number, _data) in enumerate(batch, start=first) if number != place)
    return _first(f"The leaf with the number {place} is missing." for place in wrong)


def _fault_in_nodes(grown: Nodes) -> str:
    for level in range(max(level for level, _index in grown) + 1):
        computed = {index: found for (at, index), found in grown.items() if at == level}
        if not computed:
            continue
        rows = select(LogNode.index, LogNode.hash).where(
            LogNode.level == level, LogNode.index.between(min(computed), max(computed))
        )
        stored = {index: found for index, found in db.session.execute(rows)}  # noqa: C416 - mypy knows no dict of rows
        wrong = (index for index, found in computed.items() if stored.get(index) != found)
        if (index := next(wrong, None)) is not None:
            return f"The node {index} of level {level} is not the hash of what is under it."
    return ""


def _fault_in_checkpoint(checkpoint: LogCheckpoint, grown: Nodes, known: Mapping[str, SigningKey]) -> str:
    """``grown`` are the nodes just computed; those before have been found good already."""

    def node(level: int, index: int) -> bytes:
        return grown.get((level, index)) or tree.stored_node(level, index)

    if checkpoint.root != merkle.root(checkpoint.size, node):
        return f"The checkpoint of size {checkpoint.size} is of another tree."
    key = known.get(checkpoint.kid)
    if key is None:
        return f"The key of the checkpoint of size {checkpoint.size} is not known."
    try:
        said = read_note(checkpoint.note, name=origin(), key=keys.public_key(key))
    except CryptoError as error:
        return f"The checkpoint of size {checkpoint.size}: {error.detail}"
    is_same = (said.size, said.root) == (checkpoint.size, checkpoint.root)
    return "" if is_same else f"The checkpoint of size {checkpoint.size} says something else than its record."


def _fault_in_entries() -> str:
    """What an entry was made of, where that is not erased; and that each has its number or waits for it."""
    known = select(LogBlinding, LogEntry.leaf_data).join(LogEntry, LogEntry.id == LogBlinding.entry_id)
    for blinding, leaf_data in db.session.execute(known.execution_options(yield_per=500)):
        if entries.leaf_data(blinding.blinding, blinding.credential_sha256) != leaf_data:
            return f"The entry {blinding.entry_id} is not what it was made of."
    forgotten = (
        select(LogEntry.id)
        .outerjoin(LogLeaf, LogLeaf.entry_id == LogEntry.id)
        .outerjoin(LogWaiting, LogWaiting.entry_id == LogEntry.id)
        .where(LogLeaf.number.is_(None), LogWaiting.entry_id.is_(None))
    )
    lost = db.session.scalar(forgotten.order_by(LogEntry.id).limit(1))
    return "" if lost is None else f"The entry {lost} has no number and does not wait for one."
