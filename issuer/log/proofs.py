"""Where something stands in the log, and since when that is proved."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from issuer.base.db import db
from issuer.crypto.timestamps import format_timestamp
from issuer.log import entries, tree
from issuer.log.models import LogBlinding, LogCheckpoint, LogLeaf


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That a signed document is in the log: ``path`` leads from its leaf to the root of ``checkpoint``.

    ``blinding`` makes the leaf of the document's digest; ``since`` is when the first checkpoint that has it was signed.
    """

    number: int
    blinding: bytes
    path: tuple[bytes, ...]
    checkpoint: LogCheckpoint
    since: datetime


def inclusion_of(credential_sha256: bytes) -> Inclusion | None:
    """The proof against the newest checkpoint; None for what is not in the log, or not in a checkpoint yet."""
    return inclusions_of([credential_sha256]).get(credential_sha256)


def is_waiting(credential_sha256: bytes) -> bool:
    """Whether a signed document has its entry, and only the next checkpoint is missing."""
    found = inclusions_of([credential_sha256])
    return credential_sha256 in found and found[credential_sha256] is None


def inclusions_of(digests: Collection[bytes]) -> Mapping[bytes, Inclusion | None]:
    """Digest of each signed document that has its entry -> its proof, or None while the next checkpoint is missing.

    For some hundreds at once: whatever their number, they are read with two questions.
    """
    newest, first = aliased(LogCheckpoint), aliased(LogCheckpoint)
    last_size = select(func.max(LogCheckpoint.size)).scalar_subquery()
    first_size = select(func.min(LogCheckpoint.size)).where(LogCheckpoint.size > LogLeaf.number).scalar_subquery()
    rows = db.session.execute(
        select(LogBlinding.credential_sha256, LogBlinding.blinding, LogLeaf.number, first.signed_at, newest)
        .outerjoin(LogLeaf, LogLeaf.entry_id == LogBlinding.entry_id)
        .outerjoin(first, first.size == first_size)
        .outerjoin(newest, newest.size == last_size)
        .where(LogBlinding.credential_sha256.in_(digests))
    ).all()
    covered = [row for row in rows if row[3] is not None]
    paths = tree.inclusions([row.number for row in covered], covered[0][4].size) if covered else {}
    proved = {row[0]: Inclusion(row[2], row[1], tuple(paths[row[2]]), row[4], row[3]) for row in covered}
    return {row[0]: proved.get(row[0]) for row in rows}


def described(inclusion: Inclusion) -> dict[str, Any]:
    """The proof as the log gives it to whoever has the document: hashes in base64, the checkpoint as its note."""
    return {
        "number": inclusion.number,
        "blinding": _base64(inclusion.blinding),
        "size": inclusion.checkpoint.size,
        "proof": [_base64(each) for each in inclusion.path],
        "checkpoint": inclusion.checkpoint.note.decode("utf-8"),
        "since": format_timestamp(inclusion.since),
    }


def logged_before(credential_sha256: bytes, moment: datetime) -> bool:
    """Whether a checkpoint that was signed at or before ``moment`` covers the document."""
    known = entries.blinding_of(credential_sha256)
    number = _number_of(known.entry_id) if known is not None else None
    return number is not None and tree.first_checkpoint_over(number, before=moment) is not None


def _number_of(entry_id: int) -> int | None:
    return db.session.scalar(select(LogLeaf.number).filter_by(entry_id=entry_id))


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")
