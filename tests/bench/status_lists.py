"""Status lists: giving 100,000 places, and from a revocation to the bytes that are served."""

from __future__ import annotations

import gzip
import secrets
import statistics
import time
from collections.abc import Iterator

from sqlalchemy import select

from issuer.base.db import db
from issuer.crypto.bitstring import MINIMUM_ENTRIES
from issuer.models import Organisation
from issuer.status import places, publishing
from issuer.status.index_permutation import KEY_BYTES, permute
from tests.bench.figures import Figure
from tests.bench.limits import Limits
from tests.live import Instance

INDICES = 100_000
ALLOCATED = 2_000
CHANGES = 12


def measure(instance: Instance, limits: Limits) -> Iterator[Figure]:
    """In this process, beside a running service's database, with every change committed."""
    begin = time.process_time()
    key = secrets.token_bytes(KEY_BYTES)
    taken = {permute(key, counter, size=MINIMUM_ENTRIES) for counter in range(INDICES)}
    seconds = time.process_time() - begin
    if len(taken) != INDICES:
        raise RuntimeError("An index was given twice.")
    yield Figure(f"{INDICES:,} indices, CPU", seconds, "s")
    with instance.use_cases():
        organisation = db.session.scalars(select(Organisation).limit(1)).one()
        each = _allocate(organisation)
        yield Figure("one place in a status list, CPU", each * 1e6, "us", limits.commit_cpu, "one durable commit")
        packing = _seconds_of(lambda: gzip.compress(bytes(MINIMUM_ENTRIES // 8)))
        least = packing * 1e6 + limits.ed25519_sign + limits.commit_wall
        changed = statistics.median(_change(number) for number in range(CHANGES)) * 1e6
        yield Figure("revocation to published bytes", changed, "us", least, "gzip + sign Ed25519 + one durable commit")


def _allocate(organisation: Organisation) -> float:
    """CPU seconds of one place, of many in one transaction."""
    begin = time.process_time()
    for number in range(ALLOCATED):
        places.allocate(organisation, f"bench-{number}")
    db.session.commit()
    return (time.process_time() - begin) / ALLOCATED


def _change(number: int) -> float:
    """Seconds from the revocation to its commit in the signed list."""
    begin = time.perf_counter()
    entry = places.revoke(f"bench-{number}", reason="Measured.", actor="system")
    status_list = db.session.get_one(places.StatusList, entry.status_list_id)
    publishing.publish(status_list.public_id)
    db.session.commit()
    return time.perf_counter() - begin


def _seconds_of(work: object) -> float:
    begin = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - begin
