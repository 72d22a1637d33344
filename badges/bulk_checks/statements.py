"""What a check found, in all, as a statement that this service signs once the check is done.

It names the input and the results by their SHA-256, so that whoever has the saved results can prove where they are
from; no badge and nobody's name stands in it.
"""

from __future__ import annotations

import structlog
from sqlalchemy import func, select

from badges.bulk_checks.models import BulkCheck, BulkRow
from badges.bulk_checks.results import all_of, as_object, digest_of
from badges.receipts.signing import BULK_TYPE, sign_statement
from issuer.access import settings
from issuer.base.db import db
from issuer.base.errors import ServiceError
from issuer.crypto.timestamps import format_timestamp

log = structlog.get_logger("rosette.bulk_checks")


def sign(check: BulkCheck) -> None:
    """Sign what a check that is done has found. A key that cannot be used now holds up nothing: see `sign_later`."""
    counted = select(BulkRow.finding, func.count().label("number")).where(BulkRow.check_id == check.id)
    told = {
        "check": f"{settings().base_url}/checks/{check.public_id}",
        "inputSha256": check.digest,
        "badges": check.total,
        "counts": {row.finding: row.number for row in db.session.execute(counted.group_by(BulkRow.finding))},
        "begun": format_timestamp(check.created_at),
        "ended": format_timestamp(check.ended_at) if check.ended_at else None,
        "resultsSha256": digest_of([as_object(each) for each in all_of(check)]),
    }
    try:
        check.statement = sign_statement(told, typ=BULK_TYPE)
    except ServiceError as error:
        log.warning("bulk_check_not_signed", check=check.public_id, reason=error.code)
    db.session.flush()


def sign_later() -> int:
    """Chore: sign what could not be signed when it was done; how many."""
    unsigned = db.session.scalars(select(BulkCheck).filter_by(state="done", statement=None)).all()
    for check in unsigned:
        sign(check)
    return sum(check.statement is not None for check in unsigned)
