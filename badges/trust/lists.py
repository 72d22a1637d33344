"""The trust list of an organisation: entries are added, changed and removed by its administrators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from badges.trust.models import TrustedIssuer
from badges.trust.naming import Named, named
from issuer.base import audit
from issuer.base.db import db
from issuer.base.errors import Conflict, NotFound, TooLarge
from issuer.base.paging import Page, newest_first
from issuer.models import Account, Organisation
from issuer.plain_text import clean_text, refuse, required_line

MOST_ENTRIES = 10_000
LONGEST_NOTE = 1000
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as somebody wants it: read and found good, not kept yet."""

    issuer: Named
    name: str
    note: str = ""
    since: datetime | None = None
    until: datetime | None = None


def entry(
    *,
    kind: str,
    subject: str,
    name: str,
    note: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> Entry:
    """What somebody wrote -> an Entry. Raises Invalid naming the field."""
    if since is not None and until is not None and until <= since:
        raise refuse("until", _("The end is before the beginning."))
    return Entry(
        issuer=named(kind, subject),
        name=required_line(name, field="name"),
        note=clean_text(note, field="note", longest=LONGEST_NOTE),
        since=since,
        until=until,
    )


def add(organisation: Organisation, wanted: Entry, *, by: Account | None) -> TrustedIssuer:
    """Put an issuer on the list. Raises Conflict for one that is there, TooLarge for a full list."""
    lock(organisation)
    if count(organisation) >= MOST_ENTRIES:
        raise too_many()
    made = make(organisation, wanted, by=by)
    try:
        with db.session.begin_nested():
            db.session.add(made)
            db.session.flush()
    except IntegrityError as error:
        raise Conflict("trusted_already", _("This issuer is on the list already.")) from error
    _record("trust.added", made, by)
    return made


def edit(kept: TrustedIssuer, wanted: Entry, *, by: Account | None) -> None:
    """Change an entry. Raises Conflict when its new name is that of another entry."""
    try:
        with db.session.begin_nested():
            write(kept, wanted)
            db.session.flush()
    except IntegrityError as error:
        db.session.refresh(kept)
        raise Conflict("trusted_already", _("This issuer is on the list already.")) from error
    _record("trust.changed", kept, by)


def remove(kept: TrustedIssuer, *, by: Account | None) -> None:
    """Take an issuer off the list; what it issued is not known here any more, unless it is by something else."""
    _record("trust.removed", kept, by)
    db.session.delete(kept)
    db.session.flush()


def find(organisation: Organisation, public_id: str) -> TrustedIssuer:
    """The entry of that organisation's list. Raises NotFound."""
    wanted = select(TrustedIssuer).filter_by(public_id=public_id, organisation_id=organisation.id)
    kept = db.session.scalar(wanted)
    if kept is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    return kept


def find_named(organisation: Organisation, issuer: Named) -> TrustedIssuer:
    """The entry of an issuer. Raises NotFound."""
    wanted = select(TrustedIssuer).filter_by(organisation_id=organisation.id, kind=issuer.kind, subject=issuer.subject)
    kept = db.session.scalar(wanted)
    if kept is None:
        raise NotFound("not_found", _("This issuer is not on the list."))
    return kept


def page(organisation: Organisation, *, limit: int, after: str | None) -> Page:
    """The entries, the newest first. Raises Invalid for a cursor that was never given."""
    wanted = select(TrustedIssuer).filter_by(organisation_id=organisation.id)
    return newest_first(wanted.options(joinedload(TrustedIssuer.added_by)), TrustedIssuer, limit=limit, after=after)


def all_of(organisation: Organisation) -> list[TrustedIssuer]:
    """Every entry, the oldest first: at most 10,000."""
    wanted = select(TrustedIssuer).filter_by(organisation_id=organisation.id).order_by(TrustedIssuer.id)
    return list(db.session.scalars(wanted))


def count(organisation: Organisation) -> int:
    wanted = select(func.count()).select_from(TrustedIssuer).filter_by(organisation_id=organisation.id)
    return int(db.session.scalar(wanted) or 0)


def make(organisation: Organisation, wanted: Entry, *, by: Account | None) -> TrustedIssuer:
    """A row of an entry, not kept yet."""
    row = TrustedIssuer(organisation_id=organisation.id, added_by_id=by.id if by else None)
    write(row, wanted)
    return row


def write(row: TrustedIssuer, wanted: Entry) -> None:
    """Let ``row`` say what is wanted."""
    row.kind, row.subject = wanted.issuer.kind, wanted.issuer.subject
    row.name, row.note, row.since, row.until = wanted.name, wanted.note, wanted.since, wanted.until


def lock(organisation: Organisation) -> None:
    """One change of a list's length at a time, so that its bound holds."""
    db.session.execute(select(Organisation.id).filter_by(id=organisation.id).with_for_update())


def too_many() -> TooLarge:
    return TooLarge("too_many_entries", _("A trust list has at most %(most)s entries.", most=MOST_ENTRIES))


def _record(action: str, row: TrustedIssuer, by: Account | None) -> None:
    details: Mapping[str, str] = {"kind": row.kind, "organisation": _organisation_of(row)}
    audit.record(action, row.public_id, actor=by.public_id if by else SYSTEM, **details)


def _organisation_of(row: TrustedIssuer) -> str:
    return db.session.get_one(Organisation, row.organisation_id).public_id
