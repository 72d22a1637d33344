"""Registries of issuers that an organisation imported: looked at first, taken over whole, and read again every day.

What a registry says now replaces what it said before, in one step; when it cannot be read, what it said before stays,
and the trouble is written down beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from badges.trust import registry_sources
from badges.trust.lists import SYSTEM
from badges.trust.models import RegisteredIssuer, TrustRegistry
from badges.trust.naming import Named
from badges.trust.registry_documents import Listed, Listing
from badges.trust.registry_sources import IN_THE_BACKGROUND, Source
from issuer.base import audit
from issuer.base.db import db
from issuer.base.errors import Conflict, NotFound, ServiceError, TooLarge
from issuer.models import Account, Organisation
from issuer.plain_text import required_line

MOST_REGISTRIES = 50
WRITTEN_AT_ONCE = 1000
LONGEST_TROUBLE = 500


@dataclass(frozen=True, slots=True)
class Changes:
    """What taking a listing over would do."""

    listing: Listing
    added: tuple[Listed, ...]
    changed: tuple[Listed, ...]
    removed: tuple[Listed, ...]
    same: int

    @property
    def is_none(self) -> bool:
        return not (self.added or self.changed or self.removed)


def look(given: Source, *, known: TrustRegistry | None = None, now: datetime) -> Changes:
    """Read the registry and say what importing it would change; nothing is kept. Raises as reading does."""
    listing = registry_sources.read(given, now=now)
    return compare(_kept(known) if known is not None else {}, listing)


def compare(kept: Mapping[Named, Listed], listing: Listing) -> Changes:
    """What is new, what says something else, and what is no longer there. PURE."""
    wanted = {each.issuer: each for each in listing.issuers}
    changed = tuple(each for name, each in wanted.items() if name in kept and kept[name] != each)
    added = tuple(each for name, each in wanted.items() if name not in kept)
    removed = tuple(each for name, each in kept.items() if name not in wanted)
    return Changes(listing, added, changed, removed, len(wanted) - len(added) - len(changed))


def import_listing(
    organisation: Organisation, name: str, listing: Listing, *, address: str = "", by: Account | None, now: datetime
) -> TrustRegistry:
    """Take over a registry under a name of the organisation's own.

    Raises Invalid for a name that cannot be shown, Conflict for a name or an address that is taken, TooLarge for too
    many registries.
    """
    name = required_line(name, field="name")
    db.session.execute(select(Organisation.id).filter_by(id=organisation.id).with_for_update())
    if _count(organisation) >= MOST_REGISTRIES:
        raise TooLarge("too_many_registries", _("Import at most %(most)s registries.", most=MOST_REGISTRIES))
    registry = TrustRegistry(
        organisation_id=organisation.id,
        name=name,
        form=listing.form,
        address=address or None,
        anchor=listing.anchor,
        anchor_keys=list(listing.anchor_keys),
        imported_at=now,
        tried_at=now,
        added_by_id=by.id if by else None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(registry)
            db.session.flush()
    except IntegrityError as error:
        raise Conflict("registry_known", _("You have imported this registry already, or one of this name.")) from error
    changes = compare({}, listing)
    _write(registry, changes)
    _record("trust.registry_imported", registry, organisation, by, added=len(changes.added))
    return registry


def replace(registry: TrustRegistry, listing: Listing, *, by: Account | None, now: datetime) -> Changes:
    """Let the registry say what ``listing`` says. Raises Conflict when it is another kind of registry by now."""
    if (registry.form, registry.anchor) != (listing.form, listing.anchor):
        sentence = _("This is another kind of registry than before. Remove the old one and import it anew.")
        raise Conflict("registry_of_another", sentence)
    changes = compare(_kept(registry), listing)
    _write(registry, changes)
    registry.anchor_keys = list(listing.anchor_keys)
    registry.imported_at = registry.tried_at = now
    registry.trouble = ""
    db.session.flush()
    if not changes.is_none:
        counts = {name: len(getattr(changes, name)) for name in ("added", "changed", "removed")}
        _record("trust.registry_changed", registry, registry.organisation, by, **counts)
    return changes


def refresh(registry_id: int, *, by: Account | None, now: datetime, seconds: float = IN_THE_BACKGROUND) -> str:
    """Read a registry again at its address: "" when that went well, else why not, which is written down with it.

    ``registry_id`` is internal; other hosts are asked outside of any transaction.
    """
    registry = db.session.get(TrustRegistry, registry_id)
    if registry is None or registry.address is None:
        return ""
    given = Source(address=registry.address, pinned=tuple(registry.anchor_keys), seconds=seconds)
    person = by.id if by else None
    try:
        listing = registry_sources.read(given, now=now)
        registry = _locked(registry_id)
        if registry is not None:
            replace(registry, listing, by=db.session.get(Account, person) if person else None, now=now)
        return ""
    except ServiceError as error:
        trouble = next((told[0] for told in error.fields.values()), error.detail)[:LONGEST_TROUBLE]
    registry = _locked(registry_id)
    if registry is not None:
        registry.tried_at, registry.trouble = now, trouble
        db.session.flush()
    return trouble


def remove(registry: TrustRegistry, *, by: Account | None) -> None:
    """Forget a registry and all it lists."""
    _record("trust.registry_removed", registry, registry.organisation, by)
    db.session.execute(delete(RegisteredIssuer).where(RegisteredIssuer.registry_id == registry.id))
    db.session.delete(registry)
    db.session.flush()


def show_to_everybody(registry: TrustRegistry, is_public: bool) -> None:
    """Whether visitors are told about this registry too; for operators, who answer for the whole service."""
    registry.is_public = is_public
    action = "trust.registry_shown" if is_public else "trust.registry_hidden"
    _record(action, registry, registry.organisation, None)
    db.session.flush()


def find(organisation: Organisation, public_id: str) -> TrustRegistry:
    """The registry of that organisation. Raises NotFound."""
    wanted = select(TrustRegistry).filter_by(public_id=public_id, organisation_id=organisation.id)
    registry = db.session.scalar(wanted)
    if registry is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    return registry


def find_by_name(organisation: Organisation, name: str) -> TrustRegistry:
    """The organisation's registry of that name. Raises NotFound."""
    registry = db.session.scalar(select(TrustRegistry).filter_by(name=name, organisation_id=organisation.id))
    if registry is None:
        raise NotFound("not_found", _("There is no registry of this name."))
    return registry


def all_of(organisation: Organisation) -> list[tuple[TrustRegistry, int]]:
    """Each registry of the organisation with how many issuers it lists, by name: at most 50."""
    wanted = (
        select(TrustRegistry, func.count(RegisteredIssuer.id))
        .outerjoin(RegisteredIssuer, RegisteredIssuer.registry_id == TrustRegistry.id)
        .where(TrustRegistry.organisation_id == organisation.id)
        .group_by(TrustRegistry.id)
        .order_by(TrustRegistry.name)
        .options(joinedload(TrustRegistry.added_by))
    )
    return [(row[0], row[1]) for row in db.session.execute(wanted)]


def count_issuers(registry: TrustRegistry) -> int:
    """How many issuers a registry lists."""
    wanted = select(func.count()).select_from(RegisteredIssuer).filter_by(registry_id=registry.id)
    return int(db.session.scalar(wanted) or 0)


def issuers_of(registry: TrustRegistry, *, limit: int, after: int) -> tuple[list[RegisteredIssuer], int | None]:
    """Issuers of a registry from the place ``after`` on, and the place of the next page or None."""
    wanted = select(RegisteredIssuer).filter_by(registry_id=registry.id).where(RegisteredIssuer.id > after)
    rows = list(db.session.scalars(wanted.order_by(RegisteredIssuer.id).limit(limit + 1)))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def _kept(registry: TrustRegistry) -> dict[Named, Listed]:
    rows = db.session.scalars(select(RegisteredIssuer).filter_by(registry_id=registry.id))
    return {(name := Named(row.kind, row.subject)): Listed(name, row.name, row.url) for row in rows}


def _write(registry: TrustRegistry, changes: Changes) -> None:
    gone = [each.issuer for each in (*changes.removed, *changes.changed)]
    for each in gone:
        which = (RegisteredIssuer.kind == each.kind, RegisteredIssuer.subject == each.subject)
        db.session.execute(delete(RegisteredIssuer).where(RegisteredIssuer.registry_id == registry.id, *which))
    _insert(registry, (*changes.added, *changes.changed))


def _insert(registry: TrustRegistry, issuers: Iterable[Listed]) -> None:
    rows = [
        {
            "registry_id": registry.id,
            "kind": each.issuer.kind,
            "subject": each.issuer.subject,
            "name": each.name,
            "url": each.url,
        }
        for each in issuers
    ]
    for start in range(0, len(rows), WRITTEN_AT_ONCE):
        db.session.execute(insert(RegisteredIssuer), rows[start : start + WRITTEN_AT_ONCE])


def _locked(registry_id: int) -> TrustRegistry | None:
    wanted = select(TrustRegistry).filter_by(id=registry_id).with_for_update()
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def _count(organisation: Organisation) -> int:
    wanted = select(func.count()).select_from(TrustRegistry).filter_by(organisation_id=organisation.id)
    return int(db.session.scalar(wanted) or 0)


def _record(
    action: str, registry: TrustRegistry, organisation: Organisation, by: Account | None, **details: int
) -> None:
    actor = by.public_id if by else SYSTEM
    audit.record(action, registry.public_id, actor=actor, organisation=organisation.public_id, **details)
