"""Ten thousand badges revoked by one proposal: until the published lists say so, and until every mail is written."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import insert, select, update

from badges.models import Achievement, Award
from badges.revoking import carrying_out, proposals
from badges.revoking.criteria import Criteria
from issuer import accounts, organisations
from issuer.base.db import db, new_public_id, utc_now
from issuer.models import Account, EmailAddress, StatusEntry, StatusList
from issuer.status import places, publishing
from issuer.status.index_permutation import permute
from issuer.status.reasons import Reason
from tests.bench.figures import Figure
from tests.live import Instance

BADGES = 10_000
WRITTEN_AT_ONCE = 1_000


def measure(instance: Instance) -> Iterator[Figure]:
    """In this process, with every part committed as a worker commits it; the mails are written, not sent."""
    with instance.use_cases():
        achievement = db.session.scalars(select(Achievement).order_by(Achievement.id).limit(1)).one()
        _make_badges(achievement)
        begin = time.perf_counter()
        proposal_id = _agree_to_revoke_all(achievement)
        work = carrying_out.carry_out(proposal_id)
        waiting = BADGES
        while waiting > 0:
            next(work)
            db.session.commit()
            waiting -= carrying_out.BATCH
        next(work)  # the lists are asked to be published
        for status_list in db.session.scalars(select(StatusList)).all():
            publishing.publish(status_list.public_id)
        db.session.commit()
        published = time.perf_counter() - begin
        for _part in work:
            db.session.commit()
        db.session.commit()
        told = time.perf_counter() - begin
        counted = carrying_out.outcomes_of(proposals.find(proposal_id))
        if counted["revoked"] < BADGES or counted["waiting"]:
            raise RuntimeError(f"Not all badges were revoked: {counted}.")
    yield Figure(f"{BADGES:,} badges revoked, until published", published, "s")
    yield Figure(f"{BADGES:,} badges revoked, until every mail is written", told, "s")


def _agree_to_revoke_all(achievement: Achievement) -> str:
    organisation, reason = achievement.organisation, Reason("Measured.")
    people = []
    for name in ("bench-one", "bench-two"):
        person = accounts.create(email=f"{name}@example.org", name=name, verified=True)
        membership = organisations.join(person, organisation, actor="system")
        organisations.change_roles(membership, ["administrator"], actor="system")
        people.append(person)
    criteria = Criteria(achievement=achievement.public_id)
    proposal = proposals.propose(organisation, criteria, reason=reason, proposer=people[0], now=utc_now())
    proposals.confirm(proposal.public_id, confirmer=people[1], now=utc_now())
    db.session.commit()
    return proposal.public_id


def _make_badges(achievement: Achievement) -> None:
    """Signed badges of as many learners, as far as revoking looks at them: written in bulk, which takes seconds."""
    now, version = utc_now(), achievement.current
    (status_list,) = places.give(achievement.organisation, "bench-first", purposes=[places.REVOCATION])
    first = status_list.next_counter
    status_list.next_counter += BADGES
    names = [new_public_id() for _ in range(BADGES)]
    _write(Account, [{"public_id": name, "name": "Learner", "locale": "en", "created_at": now} for name in names])
    ids = dict(db.session.execute(select(Account.public_id, Account.id)).tuples().all())
    address = {"verified_at": now, "is_primary": True, "created_at": now}
    _write(
        EmailAddress,
        [
            {"account_id": ids[name], "address": f"{name}@example.org", "lookup": f"{name}@example.org".lower()}
            | address
            for name in names
        ],
    )
    award = {"achievement_version_id": version.id, "awarded_at": now, "state": "issued", "visibility": "private"}
    basis: dict[str, Any] = {"evidence": [], "completions": [], "competencies": []}
    _write(
        Award,
        [{"public_id": name, "account_id": ids[name], "basis": basis, "created_at": now} | award for name in names],
    )
    key, size = status_list.index_key, status_list.size
    _write(
        StatusEntry,
        [
            {
                "status_list_id": status_list.id,
                "index": permute(key, first + number, size=size),
                "subject": name,
                "created_at": now,
            }
            for number, name in enumerate(names)
        ],
    )
    db.session.execute(update(StatusList).where(StatusList.id == status_list.id).values(next_counter=first + BADGES))
    db.session.commit()


def _write(model: Any, rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), WRITTEN_AT_ONCE):
        db.session.execute(insert(model), rows[start : start + WRITTEN_AT_ONCE])
