"""Revoking many at once, in few statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.models import Organisation, StatusEntry, StatusList
from issuer.status import history
from issuer.status.places import REVOCATION, publish_soon
from issuer.status.reasons import Reason


def revoke_many(subjects: Sequence[str], *, reason: Reason, actor: str, **details: str) -> set[str]:
    """Set the bits of ``subjects`` (some hundreds at most), for ever; those that are now revoked and were not before.

    ``details`` go into the audit record of each. Who calls has the lists published: ``publish_changed_lists``.
    """
    places = _held(subjects)
    if not places:
        return set()
    now = utc_now()
    changed = (
        update(StatusEntry)
        .where(StatusEntry.id.in_([place.id for place in places]), ~StatusEntry.is_set)
        .values(
            is_set=True, set_at=now, reason=reason.sentence, reason_code=reason.code, reason_is_public=reason.is_public
        )
        .returning(StatusEntry.id)
        .execution_options(synchronize_session=False)
    )
    ids = set(db.session.scalars(changed))
    if ids:
        history.remember(sorted(ids), actor, at=now, is_set=True, code=reason.code, reason=reason.sentence)
    new = [place for place in places if place.id in ids]
    for place in new:
        told = {"status_list": place.public_id, "index": place.index, "reason_code": reason.code}
        audit.record("credential.revoked", place.subject, actor=actor, **told, **details)
    return {place.subject for place in new}


def publish_changed_lists(organisation: Organisation) -> int:
    """Have every list of the organisation published that says less than is recorded, once each; how many."""
    newer = StatusEntry.set_at > StatusList.signed_at
    changed = select(StatusEntry.id).where(StatusEntry.status_list_id == StatusList.id, newer)
    lists = select(StatusList).where(StatusList.organisation_id == organisation.id, changed.exists())
    found = db.session.scalars(lists.order_by(StatusList.id).with_for_update()).all()
    for status_list in found:
        publish_soon(status_list)
    return len(found)


def _held(subjects: Sequence[str]) -> Sequence[Any]:
    """Rows (id, subject, index, public id of the list) of the places there are, their lists held until the commit."""
    ours = (
        select(StatusEntry.id, StatusEntry.subject, StatusEntry.index, StatusList.public_id)
        .join(StatusList, StatusList.id == StatusEntry.status_list_id)
        .where(StatusEntry.subject.in_(subjects), StatusList.purpose == REVOCATION)
        .order_by(StatusEntry.id)
    )
    places = db.session.execute(ours).all()
    lists = {place.public_id for place in places}
    held = select(StatusList.id).where(StatusList.public_id.in_(lists)).order_by(StatusList.id)
    db.session.execute(held.with_for_update())
    return places
