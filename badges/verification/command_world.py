"""The world of the command line: beside an empty database or none at all, and, if asked, without the network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from badges.verification.offline import Documents, Offline
from badges.verification.own_badges import with_our_records
from badges.verification.reading import Given
from badges.verification.report import Report
from badges.verification.sources import own_document, this_world
from badges.verification.verifying import verify
from badges.verification.world import Answer, Signatory, World
from issuer.base.db import db
from issuer.crypto.errors import KeyUnavailable
from issuer.outbound import this_fetcher
from issuer.published import Published

T = TypeVar("T")
_NO_RECORDS = "The records of this service cannot be read. Run: flask db upgrade"


def command_world(*, now: datetime | None, documents: Documents | None, recipient: str) -> World:
    """``now``: the moment that is asked about; ``documents``: all that is published, or None for the network."""
    world = this_world(recipient, now=now)
    if documents is not None:
        offline = Offline(documents, Published(this_fetcher(), own_document))
        world = replace(world, fetch=offline.fetch, read=offline.read)
    return _without_needing_records(world)


def check_by_command(data: bytes, world: World, *, name: str = "") -> Report:
    """Check what was handed in; with our own records besides, if there are any."""
    report = verify(data, world, name=name)
    try:
        return with_our_records(report)
    except SQLAlchemyError:
        db.session.rollback()
        return report


def _without_needing_records(world: World) -> World:
    """A stranger's badge can be checked whatever the database is like."""

    def fetch(url: str) -> dict[str, Any]:
        return _or_trouble(lambda: world.fetch(url))

    def read(url: str) -> Answer:
        return _or_trouble(lambda: world.read(url))

    def trust(signatory: Signatory) -> str | None:
        try:
            return world.trust(signatory)
        except SQLAlchemyError:
            db.session.rollback()
            return None

    def was_before(given: Given, moment: datetime) -> bool:
        try:
            return world.was_before(given, moment)
        except SQLAlchemyError:
            db.session.rollback()
            return False

    return replace(world, fetch=fetch, read=read, trust=trust, was_before=was_before)


def _or_trouble(read: Callable[[], T]) -> T:
    try:
        return read()
    except SQLAlchemyError as error:
        db.session.rollback()
        raise KeyUnavailable(_NO_RECORDS) from error
