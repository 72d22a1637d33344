"""What an issuer has published over time, for its page: its dated keys, its lists of withdrawn badges, the log.

Everything here can be fetched and checked by others; the page only says where it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from issuer.base.db import db
from issuer.log import tree
from issuer.models import DidVersion, Organisation, StatusList

VERSIONS_SHOWN = 12
LISTS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class KeyVersion:
    """One dated and signed version of the document that names the keys. ``sha256`` of its bytes, hexadecimal."""

    number: int
    published_at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A list of withdrawn badges; ``purpose`` revocation or suspension. ``signed_at`` None: not signed yet."""

    public_id: str
    purpose: str
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class IssuerRecords:
    """``versions`` and ``lists``: the newest; ``log_size`` None while nothing was issued on this instance."""

    versions: tuple[KeyVersion, ...]
    version_count: int
    lists: tuple[PublishedList, ...]
    list_count: int
    log_size: int | None
    log_signed_at: datetime | None


def records_of(organisation: Organisation) -> IssuerRecords:
    """What is public of the organisation's keys, lists and log."""
    versions = select(DidVersion).filter_by(organisation_id=organisation.id)
    lists = select(StatusList).filter_by(organisation_id=organisation.id)
    newest = tree.newest_checkpoint()
    return IssuerRecords(
        versions=tuple(
            KeyVersion(each.number, each.created_at, each.sha256)
            for each in db.session.scalars(versions.order_by(DidVersion.number.desc()).limit(VERSIONS_SHOWN))
        ),
        version_count=db.session.scalar(select(func.count()).select_from(versions.subquery())) or 0,
        lists=tuple(
            PublishedList(each.public_id, each.purpose, each.signed_at)
            for each in db.session.scalars(lists.order_by(StatusList.id.desc()).limit(LISTS_SHOWN))
        ),
        list_count=db.session.scalar(select(func.count()).select_from(lists.subquery())) or 0,
        log_size=newest.size if newest else None,
        log_signed_at=newest.signed_at if newest else None,
    )
