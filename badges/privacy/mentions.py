"""Rows that no column ties to a person and that speak of one all the same: found by what they say, and removed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, select, update

from badges.bulk_checks.models import BulkRow, WebhookDelivery
from badges.endorsements.models import EndorsementInvitation
from badges.privacy.traces import Traces
from badges.sharing.models import EvidenceRequest, ProblemReport
from issuer.base.db import Model, db
from issuer.base.idempotency import IdempotentReply
from issuer.log.models import LogBlinding
from issuer.models import OneTimeLink, OutgoingMail, StatusEntry
from issuer.signing.models import SigningIntent
from issuer.status.models import StatusChange
from issuer.vc.models import IssuedCredential

BATCH = 500
SHORTEST_NAME = 4
"""A shorter name is part of too many words to look for."""


def forget_mentions(traces: Traces) -> None:
    """Inside an opened erasure: everything found by what it says."""
    _forget_mails(traces)
    _forget_asked_by(traces)
    _forget_replies(traces)
    _remove_where(BulkRow, lambda row: _says(traces, row.cells, row.given, row.facts, row.sentence))
    _remove_where(WebhookDelivery, lambda row: _says(traces, row.body))
    _forget_issued(traces)
    for name in (*traces.badges, *traces.endorsements):
        _forget_places(name)


def _forget_issued(traces: Traces) -> None:
    """What programs had signed about the person; their places in lists are blanked like those of badges."""
    found = _found(IssuedCredential, lambda row: _says(traces, row.document))
    names = [db.session.get_one(IssuedCredential, each).public_id for each in found]
    _remove(IssuedCredential, found)
    for name in names:
        _forget_places(name)


def _forget_mails(traces: Traces) -> None:
    _run(delete(OneTimeLink).where(OneTimeLink.lookup.in_(traces.lookups)))
    _remove_where(
        OutgoingMail,
        lambda row: _says(traces, row.recipient, row.subject, row.body) or _is_named(traces, row.subject, row.body),
    )


def _is_named(traces: Traces, *texts: str) -> bool:
    return len(traces.name) >= SHORTEST_NAME and any(traces.name in text for text in texts)


def _forget_asked_by(traces: Traces) -> None:
    """What the person asked as a visitor of others' badges."""
    _remove_where(EvidenceRequest, lambda row: row.email.casefold() in traces.lookups)
    reported = [
        row
        for row in db.session.scalars(select(ProblemReport).where(ProblemReport.email.is_not(None)))
        if row.email and row.email.casefold() in traces.lookups
    ]
    for report in reported:
        report.email = None
    invited = [
        row
        for row in db.session.scalars(select(EndorsementInvitation).where(EndorsementInvitation.email.is_not(None)))
        if row.email and row.email.casefold() in traces.lookups
    ]
    for invitation in invited:
        invitation.email, invitation.state = None, "cancelled"
    db.session.flush()


def _forget_replies(traces: Traces) -> None:
    _remove_where(IdempotentReply, lambda row: traces.public_id in row.caller or _says(traces, row.body))


def _forget_places(name: str) -> None:
    """The place in the list stays given; to what, and why it was set, is forgotten. Its bit stays as it is."""
    entries = select(StatusEntry.id).where(StatusEntry.subject == name)
    _run(delete(StatusChange).where(StatusChange.status_entry_id.in_(entries)))
    digest = hashlib.sha256(name.encode()).hexdigest()
    _run(
        update(StatusEntry)
        .where(StatusEntry.subject == name)
        .values(subject=digest, reason=None, reason_is_public=False)
    )
    _run(update(SigningIntent).where(SigningIntent.subject == name).values(subject=digest, content=None))
    _run(delete(LogBlinding).where(LogBlinding.subject == name))


def _says(traces: Traces, *contents: Any) -> bool:
    return any(traces.says(_text(content)) for content in contents if content)


def _text(content: Any) -> str:
    if isinstance(content, bytes):
        return content.decode(errors="replace")
    return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)


def _remove_where(model: type[Model], is_about: Callable[[Any], bool]) -> None:
    _remove(model, _found(model, is_about))


def _found(model: type[Model], is_about: Callable[[Any], bool]) -> list[int]:
    """Row by row: what a row says is in JSON, bytes and text, which no database searches alike."""
    table = model.__table__
    found: list[int] = []
    after = 0
    while batch := db.session.execute(select(table).where(table.c.id > after).order_by(table.c.id).limit(BATCH)).all():
        found += [row.id for row in batch if is_about(row)]
        after = batch[-1].id
    return found


def _remove(model: type[Model], ids: list[int]) -> None:
    for start in range(0, len(ids), BATCH):
        _run(delete(model).where(model.__table__.c.id.in_(ids[start : start + BATCH])))


def _run(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
