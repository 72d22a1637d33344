"""Places in Bitstring Status Lists: given once and unique for ever. A revocation is never cleared, a suspension may be.

A list is a row lock as well: who gives a place in it, sets a bit of it or publishes it holds its row until the commit,
so the published bits are always those of some committed state, and never step back.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from issuer.access import settings
from issuer.base import audit, jobs
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, NotFound
from issuer.crypto.bitstring import MINIMUM_ENTRIES
from issuer.models import Organisation, StatusEntry, StatusList
from issuer.status.index_permutation import KEY_BYTES, permute

REVOCATION, SUSPENSION = "revocation", "suspension"


def status_list_url(status_list: StatusList) -> str:
    """Where a status list is published."""
    return f"{settings().base_url}/status/{status_list.public_id}"


def status_reference(status_list: StatusList, index: int) -> dict[str, str]:
    """The credentialStatus of a credential (Bitstring Status List 1.0, section 2.1)."""
    url = status_list_url(status_list)
    return {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": status_list.purpose,
        "statusListIndex": str(index),
        "statusListCredential": url,
    }


def allocate(
    organisation: Organisation, subject: str, *, purpose: str = REVOCATION, size: int = MINIMUM_ENTRIES
) -> tuple[StatusList, int]:
    """The place of ``subject`` (a public id) in the organisation's newest list for ``purpose``: list and index.

    The same subject always gets the same place. A full list is followed by a new one of ``size`` entries.
    """
    status_list = _newest_list_locked(organisation, purpose=purpose, size=size)
    if (entry := _entry_of(subject, purpose)) is not None:
        return db.session.get_one(StatusList, entry.status_list_id), entry.index
    index = permute(status_list.index_key, status_list.next_counter, size=status_list.size)
    status_list.next_counter += 1
    db.session.add(StatusEntry(status_list_id=status_list.id, index=index, subject=subject))
    db.session.flush()
    return status_list, index


def revoke(subject: str, *, reason: str, actor: str) -> StatusEntry:
    """Set the bit of ``subject``, for ever, and have its list published again. Raises NotFound.

    A second revocation changes nothing: the first reason and time stand.
    """
    entry = entry_of(subject)
    status_list = _hold(entry)
    if entry.is_set:
        return entry
    entry.is_set, entry.set_at, entry.reason = True, utc_now(), reason
    db.session.flush()
    audit.record("credential.revoked", subject, actor=actor, status_list=status_list.public_id, index=entry.index)
    request_publication(status_list, because=str(entry.index))
    return entry


def suspend(subject: str, *, reason: str, actor: str) -> StatusEntry:
    """Set the suspension of ``subject`` until it is lifted. Raises Conflict for one that was issued without a place
    for it. A second suspension changes nothing."""
    return _turn(subject, on=True, reason=reason, actor=actor)


def lift(subject: str, *, reason: str, actor: str) -> StatusEntry:
    """End the suspension of ``subject``; what is not suspended stays as it is. Raises Conflict as ``suspend``."""
    return _turn(subject, on=False, reason=reason, actor=actor)


def _turn(subject: str, *, on: bool, reason: str, actor: str) -> StatusEntry:
    entry = _entry_of(subject, SUSPENSION)
    if entry is None:
        sentence = gettext("This was issued without a place for suspensions: it can be revoked, not suspended.")
        raise Conflict("cannot_be_suspended", sentence)
    status_list = _hold(entry)
    if entry.is_set == on:
        return entry
    entry.is_set, entry.set_at, entry.reason = on, utc_now(), reason
    db.session.flush()
    action = "credential.suspended" if on else "credential.suspension_lifted"
    audit.record(action, subject, actor=actor, status_list=status_list.public_id, index=entry.index)
    request_publication(status_list, because=f"{entry.index}-{entry.set_at.timestamp():.6f}")
    return entry


def is_revoked(subject: str) -> bool:
    """Whether the bit of ``subject`` is set; a subject without a place is not revoked."""
    entry = _entry_of(subject, REVOCATION)
    return entry is not None and entry.is_set


def suspended_since(subject: str) -> datetime | None:
    """Since when ``subject`` is suspended; None for what is not, or cannot be."""
    entry = _entry_of(subject, SUSPENSION)
    return entry.set_at if entry is not None and entry.is_set else None


def entry_of(subject: str, purpose: str = REVOCATION) -> StatusEntry:
    """The place of ``subject`` in a list for ``purpose``. Raises NotFound."""
    entry = _entry_of(subject, purpose)
    if entry is None:
        raise NotFound("not_found", gettext("There is no such credential."))
    return entry


def find_list(public_id: str) -> StatusList:
    """The list with that public id. Raises NotFound."""
    status_list = db.session.scalar(select(StatusList).filter_by(public_id=public_id))
    if status_list is None:
        raise NotFound("not_found", gettext("There is no such status list."))
    return status_list


def lock_list(public_id: str) -> StatusList:
    """The list as it is now, nobody else's to change until the commit. Raises NotFound."""
    status_list = db.session.scalar(_locked(select(StatusList).filter_by(public_id=public_id)))
    if status_list is None:
        raise NotFound("not_found", gettext("There is no such status list."))
    return status_list


def request_publication(status_list: StatusList, *, because: str) -> None:
    """Have a worker publish the list again, once for each ``because``."""
    jobs.enqueue("status.publish", f"{status_list.public_id}:{because}", list_id=status_list.public_id)


def _hold(entry: StatusEntry) -> StatusList:
    """The list of a place, held until the commit, and the place as it is now."""
    status_list = db.session.scalars(_locked(select(StatusList).filter_by(id=entry.status_list_id))).one()
    db.session.refresh(entry)
    return status_list


def _newest_list_locked(organisation: Organisation, *, purpose: str, size: int) -> StatusList:
    """The organisation's newest list that still has room, its row locked; a new one when there is none."""
    newest = (
        select(StatusList)
        .filter_by(organisation_id=organisation.id, purpose=purpose)
        .order_by(StatusList.number.desc())
        .limit(1)
    )
    while True:
        status_list = db.session.scalar(_locked(newest))
        if status_list is not None and status_list.next_counter < status_list.size:
            return status_list
        number = 1 if status_list is None else status_list.number + 1
        try:
            with db.session.begin_nested():
                db.session.add(_new_list(organisation, purpose=purpose, number=number, size=size))
        except IntegrityError:
            continue  # somebody else has just begun the list of that number: use theirs


def _new_list(organisation: Organisation, *, purpose: str, number: int, size: int) -> StatusList:
    return StatusList(
        organisation_id=organisation.id,
        purpose=purpose,
        number=number,
        size=size,
        index_key=secrets.token_bytes(KEY_BYTES),
        next_counter=0,
    )


def _locked(query: Select[StatusList]) -> Select[StatusList]:
    """Lock the row and read it as it is now, whatever this session remembers of it."""
    return query.with_for_update().execution_options(populate_existing=True)


def _entry_of(subject: str, purpose: str) -> StatusEntry | None:
    lists = select(StatusList.id).filter_by(purpose=purpose)
    own = select(StatusEntry).filter_by(subject=subject)
    return db.session.scalar(own.where(StatusEntry.status_list_id.in_(lists)))
