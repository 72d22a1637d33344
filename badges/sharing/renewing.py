"""After a key was compromised: presentations of a name that it signed are signed again by its successor.

A badge whose edition it signed is signed again as a whole, see badges.resigning, and its presentation with it. Here it
is only about a badge whose edition an older key had signed, and whose holder chose another name later.
"""

from __future__ import annotations

from collections.abc import Iterator

import structlog
from sqlalchemy import or_, select

from badges.models import Award
from badges.sharing import shown_forms
from badges.sharing.models import ShownForm
from issuer import signing
from issuer.base import jobs
from issuer.base.db import db, utc_now
from issuer.keys.purposes import BADGE_JWT, BADGE_PROOF
from issuer.models import SigningKey

log = structlog.get_logger("rosette.sharing")

JOB = "award.present"
BATCH = 50
_PURPOSES = (BADGE_PROOF, BADGE_JWT)


def begin(key: SigningKey) -> None:
    """Have them signed again. Answers key.compromised."""
    if key.purpose in _PURPOSES:
        _request(key.kid, because=utc_now().isoformat())


def request_renewals() -> int:
    """Chore: go on with what could not be signed, once an hour at most; how many keys."""
    compromised = select(SigningKey).where(SigningKey.state == "compromised", SigningKey.purpose.in_(_PURPOSES))
    kids = [key.kid for key in db.session.scalars(compromised) if _waiting(key.kid, after=0)]
    for kid in kids:
        _request(kid, because=f"{utc_now():%Y-%m-%dT%H}")
    return len(kids)


def renew(kid: str) -> Iterator[None]:
    """Job "award.present": sign what others are given of each such badge anew, in parts.

    Raises KeyUnusable, to be tried again. What cannot be signed stays as it is, and is logged.
    """
    after = 0
    while waiting := _waiting(kid, after=after):
        for award_id in waiting:
            held = select(Award).filter_by(id=award_id).with_for_update().execution_options(populate_existing=True)
            award = db.session.scalars(held).one()
            try:
                with db.session.begin_nested():
                    shown_forms.follow_edition(award)
            except signing.NotSigned as error:
                log.error("award_not_presented_again", award=award.public_id, code=error.code)
        after = waiting[-1]
        yield


def _request(kid: str, *, because: str) -> None:
    jobs.enqueue(JOB, f"{kid}:{because}", kid=kid)


def _waiting(kid: str, *, after: int) -> list[int]:
    """The next awards, by id, of which others are given what that key signed."""
    newest = ShownForm.__table__.alias("newest")
    later = (
        select(newest.c.id)
        .where(newest.c.award_id == ShownForm.award_id, newest.c.edition == ShownForm.edition)
        .where(newest.c.shown_name == ShownForm.shown_name, newest.c.id > ShownForm.id)
    )
    signed = (
        select(Award.id)
        .join(ShownForm, ShownForm.award_id == Award.id)
        .where(or_(ShownForm.proof_kid == kid, ShownForm.jwt_kid == kid), Award.id > after)
        .where(ShownForm.edition == Award.edition, ShownForm.shown_name == Award.shown_name, ~later.exists())
    )
    return list(db.session.scalars(signed.order_by(Award.id).limit(BATCH)))
