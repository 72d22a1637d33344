"""Which entries of the audit record the administrators of an organisation may read."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, func, or_, select, true

from issuer.base.audit import AuditEntry
from issuer.base.db import db
from issuer.models import Organisation

NEWEST = 100


def newest(organisation_ids: Collection[int]) -> list[AuditEntry]:
    """The newest entries that concern these organisations (internal ids), newest first.

    An entry concerns the organisation that it names as its subject or in its details. One that names none
    is shown where there is only one organisation, so that it can concern no other.
    """
    statement = select(AuditEntry).where(_concerns(organisation_ids)).order_by(AuditEntry.sequence.desc())
    return list(db.session.scalars(statement.limit(NEWEST)))


def _concerns(organisation_ids: Collection[int]) -> ColumnElement[bool]:
    if db.session.scalar(select(func.count()).select_from(Organisation)) == 1:
        return true()
    statement = select(Organisation.public_id).where(Organisation.id.in_(organisation_ids))
    named = list(db.session.scalars(statement))
    return or_(AuditEntry.subject.in_(named), AuditEntry.details["organisation"].as_string().in_(named))
