"""Where something stands in the log, and since when that is proved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from issuer.base.db import db
from issuer.log import entries, tree
from issuer.log.models import LogCheckpoint, LogLeaf


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
    known = entries.blinding_of(credential_sha256)
    number = _number_of(known.entry_id) if known is not None else None
    newest = tree.newest_checkpoint()
    if known is None or number is None or newest is None or newest.size <= number:
        return None
    first = tree.first_checkpoint_over(number)
    assert first is not None
    path = tuple(tree.inclusion(number, newest.size))
    return Inclusion(number, known.blinding, path, newest, first.signed_at)


def is_waiting(credential_sha256: bytes) -> bool:
    """Whether a signed document has its entry, and only the next checkpoint is missing."""
    return entries.blinding_of(credential_sha256) is not None and inclusion_of(credential_sha256) is None


def logged_before(credential_sha256: bytes, moment: datetime) -> bool:
    """Whether a checkpoint that was signed at or before ``moment`` covers the document."""
    known = entries.blinding_of(credential_sha256)
    number = _number_of(known.entry_id) if known is not None else None
    return number is not None and tree.first_checkpoint_over(number, before=moment) is not None


def _number_of(entry_id: int) -> int | None:
    return db.session.scalar(select(LogLeaf.number).filter_by(entry_id=entry_id))
