"""Numbering the entries of the log and signing what the tree has become.

Entries are numbered by whoever holds the log's one turn, so that issuing never waits for the log. What is signed was
numbered in an earlier transaction: whatever dies after a signature, the next checkpoint has the same beginning, and a
log must never sign two that have not (C2SP tlog-checkpoint). Each is signed only when the tree provably begins with
the tree of the last one.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import delete, insert, select

from issuer import signing
from issuer.access import settings
from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.faults import fault_point
from issuer.crypto.checkpoints import Checkpoint, signed_note
from issuer.crypto.merkle import leaf_hash, node_hash, verify_consistency
from issuer.log import tree
from issuer.log.models import LogCheckpoint, LogEntry, LogLeaf, LogNode, LogTurn, LogWaiting
from issuer.signing import NotSigned

BATCH = 10_000


def origin() -> str:
    """The name of this instance's log: its host and place, without a scheme (C2SP tlog-checkpoint)."""
    return f"{urlsplit(settings().base_url).netloc}/log"


def number_entries() -> int:
    """Chore of every minute: give what was issued since its numbers, in the order of the entries; how many there were.

    At most BATCH at once; the others wait for the next minute.
    """
    _take_turn()
    waiting = select(LogEntry.id, LogEntry.leaf_data).join(LogWaiting, LogWaiting.entry_id == LogEntry.id)
    entries = db.session.execute(waiting.order_by(LogEntry.id).limit(BATCH)).all()
    if not entries:
        return 0
    first = tree.size()
    leaves = [{"number": first + place, "entry_id": entry.id} for place, entry in enumerate(entries)]
    db.session.execute(insert(LogLeaf), leaves)
    # Only what has its number now: an entry with a lower id may have been committed since the first look.
    numbered = select(LogLeaf.entry_id).where(LogLeaf.number >= first)
    db.session.execute(delete(LogWaiting).where(LogWaiting.entry_id.in_(numbered)))
    nodes = grown_nodes(first, [leaf_hash(entry.leaf_data) for entry in entries])
    db.session.execute(insert(LogNode), [{"level": at[0], "index": at[1], "hash": each} for at, each in nodes.items()])
    fault_point("log.after_numbering")
    return len(entries)


def sign_checkpoint() -> int:
    """The chore after it, in a transaction of its own: sign the tree if it grew since the last checkpoint; 1 or 0.

    Raises KeyUnusable, and NotSigned for a tree that does not begin with the last one that was signed.
    """
    _take_turn()
    size, last = tree.size(), tree.newest_checkpoint()
    if size == (last.size if last is not None else 0):
        return 0
    _sign(size, last, now=utc_now())
    return 1


def _take_turn() -> None:
    db.session.execute(select(LogTurn.id).with_for_update())


def grown_nodes(first: int, leaves: list[bytes]) -> dict[tuple[int, int], bytes]:
    """The perfect subtrees that come into being when ``leaves`` follow the first ``first``."""
    nodes: dict[tuple[int, int], bytes] = {}
    for place, leaf in enumerate(leaves):
        level, index, found = 0, first + place, leaf
        nodes[level, index] = found
        while index & 1:
            left = nodes.get((level, index - 1)) or tree.stored_node(level, index - 1)
            level, index, found = level + 1, index >> 1, node_hash(left, found)
            nodes[level, index] = found
    return nodes


def _sign(size: int, last: LogCheckpoint | None, *, now: datetime) -> None:
    root = tree.root(size)
    if last is not None and not _begins_with(last, size, root):
        sentence = "The log does not begin with what was signed before. Run: flask log verify"
        raise NotSigned("log_inconsistent", sentence)
    body = Checkpoint(origin(), size, root).body()
    signed = signing.sign_checkpoint(signing.prepare_checkpoint(body, now=now), now=now)
    assert isinstance(signed.public_key, Ed25519PublicKey)
    note = signed_note(body, name=origin(), key=signed.public_key, signature=signed.signature)
    db.session.add(LogCheckpoint(size=size, root=root, note=note, kid=signed.kid, signed_at=signed.signed_at))
    db.session.flush()
    audit.record("log.checkpoint_signed", str(size), actor="system", key=signed.kid)
    fault_point("log.after_checkpoint")


def _begins_with(last: LogCheckpoint, size: int, root: bytes) -> bool:
    if size < last.size:
        return False
    proof = tree.consistency(last.size, size)
    return verify_consistency(old=last.size, new=size, old_root=last.root, new_root=root, proof=proof)
