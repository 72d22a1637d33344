"""Registries that have an address are read again every day, each in a job of its own."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from badges.trust import registries
from badges.trust.models import TrustRegistry
from issuer.base import jobs
from issuer.base.db import db, utc_now

JOB = "trust.refresh"
EVERY = timedelta(hours=23)
"""A little less than a day, so that an hourly look finds it due once a day."""


def request_refreshes() -> int:
    """A chore: ask for each registry that was last read, or tried, a day ago. How many."""
    now = utc_now()
    wanted = select(TrustRegistry).where(TrustRegistry.address.is_not(None), TrustRegistry.tried_at <= now - EVERY)
    due = list(db.session.scalars(wanted.order_by(TrustRegistry.id)))
    for registry in due:
        key = f"{registry.public_id}:{registry.tried_at:%Y-%m-%dT%H:%M:%S}"
        jobs.enqueue(JOB, key, registry_id=registry.id)
    return len(due)


def refresh(registry_id: int) -> None:
    """A job: read it again. That a registry cannot be read is no failure of the job; it is tried again tomorrow."""
    registries.refresh(registry_id, by=None, now=utc_now())
