"""Checks of many badges, and a worker's turn at them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from badges.bulk_checks import carrying_out, jobs, reading
from badges.bulk_checks.models import BulkCheck, BulkRow
from badges.models import Award
from issuer.base.db import db, utc_now
from issuer.models import Organisation, StatusList
from issuer.status import publishing
from tests.factories.revoking import make_administrator, make_awards


def make_public_awards(count: int) -> list[Award]:
    """Published badges of one achievement, whose lists are published; committed."""
    awards = make_awards(count)
    for award in awards:
        award.visibility = "public"
    publish_lists()
    return awards


def publish_lists() -> None:
    """Publish every status list as it is now; committed."""
    for status_list in db.session.scalars(select(StatusList)).all():
        publishing.publish(status_list.public_id)
    db.session.commit()


def organisation_of(award: Award) -> Organisation:
    return award.achievement_version.achievement.organisation


def make_check(organisation: Organisation, given: Sequence[str] | bytes, **over: object) -> BulkCheck:
    """A check that nobody has begun to carry out; committed."""
    many = reading.read_file(given) if isinstance(given, bytes) else reading.read_lines(given)
    values = {"name": "A set", "by": make_administrator(organisation), "now": utc_now()}
    check = jobs.begin(organisation, many, **(values | over))  # type: ignore[arg-type]
    db.session.commit()
    return check


def carry_out(check: BulkCheck, *, run: str = "run") -> None:
    """What a worker does with it now, part by part, each committed."""
    for _part in carrying_out.carry_out(check.public_id, run):
        db.session.commit()
    db.session.commit()


def findings_of(check: BulkCheck) -> list[str | None]:
    """What was found, in the order of the rows."""
    wanted = select(BulkRow.finding).where(BulkRow.check_id == check.id).order_by(BulkRow.number)
    return list(db.session.scalars(wanted))
