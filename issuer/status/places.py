"""Places in Bitstring Status Lists: given once and unique for ever. A revocation is never cleared, a suspension may be.

A list is a row lock as well: who gives a place in it, sets a bit of it or publishes it holds its row until the commit,
so the published bits are always those of some committed state, and never step back.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from issuer.access import settings
from issuer.base import audit, jobs
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, NotFound
from issuer.crypto.bitstring import MINIMUM_ENTRIES
from issuer.models import Organisation, StatusEntry, StatusList
from issuer.status import history
from issuer.status.index_permutation import KEY_BYTES, permute
from issuer.status.reasons import LIFTED, OTHER

REVOCATION, SUSPENSION = "revocation", "suspension"
REVOCATION_LIST_TYPE = "1EdTechRevocationList"

Status = dict[str, str] | list[dict[str, str]]
"""A credentialStatus: one object, or an array when there is more than one."""

COALESCED = timedelta(seconds=10)
"""Changes of a list within this time are published together, unless the publication comes first."""


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


def references_of(subject: str) -> list[dict[str, str]]:
    """A status reference for every place of ``subject``, the one for its revocation first."""
    held = (
        select(StatusList, StatusEntry.index)
        .join(StatusEntry, StatusEntry.status_list_id == StatusList.id)
        .where(StatusEntry.subject == subject)
        .order_by(StatusList.purpose)
    )
    return [status_reference(status_list, index) for status_list, index in db.session.execute(held)]


def revocation_list_url(organisation: Organisation) -> str:
    """Where the organisation's 1EdTechRevocationList is published."""
    return f"{settings().base_url}/issuers/{organisation.slug}/revocations"


def revocation_list_reference(organisation: Organisation) -> dict[str, str]:
    """The same as an entry of credentialStatus (1EdTech Revocation List 1.0)."""
    return {"id": revocation_list_url(organisation), "type": REVOCATION_LIST_TYPE}


def as_status(references: Sequence[dict[str, str]]) -> Status:
    """The credentialStatus that says them: one object where the standards want one, else an array."""
    return references[0] if len(references) == 1 else list(references)


def give(organisation: Organisation, subject: str, *, purposes: Sequence[str]) -> list[StatusList]:
    """Places of ``subject`` for each purpose; the lists they are in. All lists of the organisation are held before."""
    hold_lists(organisation)
    return [allocate(organisation, subject, purpose=purpose)[0] for purpose in purposes]


def allocate(
    organisation: Organisation, subject: str, *, purpose: str = REVOCATION, size: int = MINIMUM_ENTRIES
) -> tuple[StatusList, int]:
    """The place of ``subject`` (a public id) in the organisation's newest list for ``purpose``: list and index.

    The same subject always gets the same place. A full list is followed by a new one of ``size`` entries.
    """
    status_list = _newest_list_locked(organisation, purpose=purpose, size=size)
    if (entry := find_entry(subject, purpose)) is not None:
        return db.session.get_one(StatusList, entry.status_list_id), entry.index
    index = permute(status_list.index_key, status_list.next_counter, size=status_list.size)
    status_list.next_counter += 1
    db.session.add(StatusEntry(status_list_id=status_list.id, index=index, subject=subject))
    db.session.flush()
    return status_list, index


def revoke(subject: str, *, reason: str, actor: str, code: str = OTHER, is_public: bool = False) -> StatusEntry:
    """Set the bit of ``subject``, for ever, and have its list published again. Raises NotFound.

    A second revocation changes nothing: the first reason and time stand. ``code`` and ``is_public``: see reasons.
    """
    entry = entry_of(subject)
    why = _Why("credential.revoked", reason, code, actor, is_public)
    return _turn(entry, on=True, why=why)


def suspend(subject: str, *, reason: str, actor: str, code: str = OTHER, is_public: bool = False) -> StatusEntry:
    """Set the suspension of ``subject`` until it is lifted. Raises Conflict for one that was issued without a place
    for it. A second suspension changes nothing."""
    why = _Why("credential.suspended", reason, code, actor, is_public)
    return _turn(_place_for_suspension(subject), on=True, why=why)


def lift(subject: str, *, reason: str, actor: str) -> StatusEntry:
    """End the suspension of ``subject``; what is not suspended stays as it is. Raises Conflict as ``suspend``."""
    why = _Why("credential.suspension_lifted", reason, LIFTED, actor, False)
    return _turn(_place_for_suspension(subject), on=False, why=why)


@dataclass(frozen=True, slots=True)
class _Why:
    action: str
    reason: str
    code: str
    actor: str
    is_public: bool


def _turn(entry: StatusEntry, *, on: bool, why: _Why) -> StatusEntry:
    status_list = _hold(entry)
    if entry.is_set == on:
        return entry
    entry.is_set, entry.set_at, entry.reason = on, utc_now(), why.reason
    entry.reason_code, entry.reason_is_public = why.code, why.is_public
    db.session.flush()
    history.remember([entry.id], why.actor, at=entry.set_at, is_set=on, code=why.code, reason=why.reason)
    details = {"status_list": status_list.public_id, "index": entry.index, "reason_code": why.code}
    audit.record(why.action, entry.subject, actor=why.actor, **details)
    publish_soon(status_list)
    return entry


def _place_for_suspension(subject: str) -> StatusEntry:
    entry = find_entry(subject, SUSPENSION)
    if entry is None:
        sentence = gettext("This was issued without a place for suspensions: it can be revoked, not suspended.")
        raise Conflict("cannot_be_suspended", sentence)
    return entry


def is_revoked(subject: str) -> bool:
    """Whether the bit of ``subject`` is set; a subject without a place is not revoked."""
    entry = find_entry(subject, REVOCATION)
    return entry is not None and entry.is_set


def suspended_since(subject: str) -> datetime | None:
    """Since when ``subject`` is suspended; None for what is not, or cannot be."""
    entry = find_entry(subject, SUSPENSION)
    return entry.set_at if entry is not None and entry.is_set else None


def find_entry(subject: str, purpose: str) -> StatusEntry | None:
    """The place of ``subject`` in a list for ``purpose``, if it has one."""
    lists = select(StatusList.id).filter_by(purpose=purpose)
    return db.session.scalar(
        select(StatusEntry).filter_by(subject=subject).where(StatusEntry.status_list_id.in_(lists))
    )


def entries_of(subjects: Collection[str]) -> Mapping[str, Mapping[str, StatusEntry]]:
    """Subject -> purpose -> its place, of all subjects with one question; what has no place is left out."""
    held: dict[str, dict[str, StatusEntry]] = {}
    rows = db.session.execute(
        select(StatusEntry, StatusList.purpose)
        .join(StatusList, StatusList.id == StatusEntry.status_list_id)
        .where(StatusEntry.subject.in_(subjects))
    )
    for entry, purpose in rows:
        held.setdefault(entry.subject, {})[purpose] = entry
    return held


def entry_of(subject: str, purpose: str = REVOCATION) -> StatusEntry:
    """The place of ``subject`` in a list for ``purpose``. Raises NotFound."""
    entry = find_entry(subject, purpose)
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


def hold_lists(organisation: Organisation) -> None:
    """Hold the organisation's status lists until the commit, in the order in which everybody asks for them."""
    lists = select(StatusList.id).filter_by(organisation_id=organisation.id).order_by(StatusList.id)
    db.session.execute(lists.with_for_update())


def publish_soon(status_list: StatusList) -> None:
    """Have a worker publish the list, whose row is held, unless one has just been asked to and has not begun.

    Its request stands in the row that it will hold when it publishes, so no change can slip in between the two.
    """
    now = utc_now()
    asked = status_list.publication_asked_at
    if asked is not None and timedelta(0) <= now - asked < COALESCED:
        return
    status_list.publication_asked_at = now
    db.session.flush()
    request_publication(status_list, because=f"{now.timestamp():.6f}")


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
