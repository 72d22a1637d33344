"""The tree of the log as it is stored: its size, its roots and proofs, each read with a few rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from issuer.base.db import db
from issuer.crypto import merkle
from issuer.log.models import LogCheckpoint, LogEntry, LogLeaf, LogNode


def size() -> int:
    """How many leaves there are."""
    last = db.session.scalar(select(func.max(LogLeaf.number)))
    return 0 if last is None else last + 1


def stored_node(level: int, index: int) -> bytes:
    """The hash of a perfect subtree. Raises LookupError for one that is not complete yet."""
    node = db.session.get(LogNode, (level, index))
    if node is None:
        raise LookupError((level, index))
    return node.hash


def root(leaves: int) -> bytes:
    """The root of the tree of the first so many leaves."""
    return merkle.root(leaves, stored_node)


def inclusion(number: int, leaves: int) -> list[bytes]:
    """That the leaf with that number is in the tree of the first so many. Raises IndexError outside of it."""
    return merkle.inclusion_proof(number, leaves, stored_node)


def inclusions(numbers: Collection[int], leaves: int) -> Mapping[int, list[bytes]]:
    """`inclusion` of each leaf, all nodes read at once: for some hundreds. Raises IndexError, LookupError."""
    wanted: dict[int, set[int]] = {}

    def note(level: int, index: int) -> bytes:
        wanted.setdefault(level, set()).add(index)
        return b""

    for number in numbers:
        merkle.inclusion_proof(number, leaves, note)
    nodes = _stored_nodes(wanted)
    return {
        number: merkle.inclusion_proof(number, leaves, lambda level, index: nodes[level, index]) for number in numbers
    }


def consistency(old: int, new: int) -> list[bytes]:
    """That the tree of ``old`` leaves is the beginning of that of ``new``. Raises IndexError."""
    return merkle.consistency_proof(old, new, stored_node)


def newest_checkpoint() -> LogCheckpoint | None:
    return db.session.scalar(select(LogCheckpoint).order_by(LogCheckpoint.size.desc()).limit(1))


def checkpoints(*, after: int, limit: int) -> Sequence[LogCheckpoint]:
    """The checkpoints of trees larger than ``after`` leaves, the smallest first."""
    return db.session.scalars(
        select(LogCheckpoint).where(LogCheckpoint.size > after).order_by(LogCheckpoint.size).limit(limit)
    ).all()


def first_checkpoint_over(number: int, *, before: datetime | None = None) -> LogCheckpoint | None:
    """The oldest checkpoint whose tree has the leaf with that number, or the oldest signed by ``before``."""
    covering = select(LogCheckpoint).where(LogCheckpoint.size > number)
    if before is not None:
        covering = covering.where(LogCheckpoint.signed_at <= before)
    return db.session.scalar(covering.order_by(LogCheckpoint.size).limit(1))


def leaf_data(*, start: int, limit: int) -> Sequence[tuple[int, bytes]]:
    """(number, leaf data) from ``start`` on."""
    rows = (
        select(LogLeaf.number, LogEntry.leaf_data)
        .join(LogEntry, LogEntry.id == LogLeaf.entry_id)
        .where(LogLeaf.number >= start)
        .order_by(LogLeaf.number)
        .limit(limit)
    )
    return [(row.number, row.leaf_data) for row in db.session.execute(rows)]


def _stored_nodes(wanted: Mapping[int, Collection[int]]) -> dict[tuple[int, int], bytes]:
    """Level -> indexes of nodes; those of them that are stored."""
    if not wanted:
        return {}
    places = (and_(LogNode.level == level, LogNode.index.in_(indexes)) for level, indexes in sorted(wanted.items()))
    rows = db.session.execute(select(LogNode.level, LogNode.index, LogNode.hash).where(or_(*places)))
    return {(row[0], row[1]): row[2] for row in rows}
