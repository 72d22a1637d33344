"""The history of places in status lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select

from issuer.base.db import db
from issuer.models import StatusEntry, StatusList
from issuer.status.models import StatusChange


def remember(entry_ids: Sequence[int], actor: str, *, at: datetime, is_set: bool, code: str, reason: str) -> None:
    """Write down one change that was made to each of these places."""
    said = {"actor": actor, "at": at, "is_set": is_set, "reason_code": code, "reason": reason}
    db.session.execute(insert(StatusChange), [{"status_entry_id": entry_id, **said} for entry_id in entry_ids])


def history_of(subject: str) -> list[tuple[str, StatusChange]]:
    """(purpose, change) of what happened to the places of ``subject``, the newest first."""
    changes = (
        select(StatusList.purpose, StatusChange)
        .join(StatusEntry, StatusEntry.id == StatusChange.status_entry_id)
        .join(StatusList, StatusList.id == StatusEntry.status_list_id)
        .where(StatusEntry.subject == subject)
        .order_by(StatusChange.id.desc())
    )
    return [(purpose, change) for purpose, change in db.session.execute(changes)]
