"""Issuing: an award becomes a signed credential, in the transaction that made the award.

Compose, give it a place in a status list, sign, verify our own output, store the exact bytes. When a key cannot be
used, all of that is undone, the award stays pending, and a job signs it later: an award is never lost, and never shown
unsigned.
"""

from __future__ import annotations

import hashlib
from typing import Any

import structlog
from sqlalchemy import select

from badges.award_facts import facts_of
from badges.credential import AwardFacts, compose
from badges.models import Award, Credential
from badges.verification.open_badge import check_data_model, check_open_badge
from badges.verification.report import Outcome
from issuer import signing
from issuer.base import audit, facts, jobs
from issuer.base.db import db, utc_now
from issuer.base.errors import NotFound
from issuer.base.faults import fault_point
from issuer.keys import keystore
from issuer.keys.key_file import KeyUnusable
from issuer.models import StatusList
from issuer.status import places, publishing

log = structlog.get_logger("rosette.issuing")

SIGN_JOB = "award.sign"


def issue(award: Award) -> None:
    """Sign the award now, or leave it pending with a job to sign it. Answers award.made."""
    try:
        _sign(award)
    except (KeyUnusable, signing.NotSigned) as error:
        log.error("award_not_signed", award=award.public_id, code=error.code)
        request_signature(award, because="made")


def sign_pending(award_id: str) -> None:
    """Job "award.sign": sign the award with that public id, unless it is signed. Raises KeyUnusable, NotSigned."""
    pending = select(Award).filter_by(public_id=award_id).with_for_update()
    award = db.session.scalar(pending.execution_options(populate_existing=True))
    if award is None:
        raise NotFound("not_found", "There is no such award.")
    if award.state == "pending":
        _sign(award)


def request_signature(award: Award, *, because: str) -> None:
    """Have a worker sign the award, once for each ``because``."""
    jobs.enqueue(SIGN_JOB, f"{award.public_id}:{because}", award_id=award.public_id)


def request_signatures(*, because: str) -> int:
    """Have every pending award signed, once for each ``because``; how many."""
    pending = db.session.scalars(select(Award).filter_by(state="pending").order_by(Award.id)).all()
    for award in pending:
        request_signature(award, because=because)
    return len(pending)


def sign_what_waits() -> int:
    """Chore: have every award signed that a key which could not be used has left pending, once an hour at most."""
    return request_signatures(because=f"{utc_now():%Y-%m-%dT%H}")


def _sign(award: Award) -> None:
    """Sign and store, or leave no trace at all."""
    now = utc_now()
    organisation = award.achievement_version.achievement.organisation
    with db.session.begin_nested():
        keystore.ensure_keys(organisation)
        status_list, index = places.allocate(organisation, award.public_id)
        _publish_if_due(status_list)
        known = facts_of(award, status=places.status_reference(status_list, index))
        document = _linted(compose(known))
        prepared = signing.prepare_badge(document, organisation=organisation, subject=award.public_id, now=now)
        signed = signing.sign(prepared, now=now)
        award.editions.append(_credential(signed, known, status_list=status_list, index=index))
        award.state = "issued"
    db.session.expire(award, ["credential"])
    fault_point("issuing.after_store")
    audit.record("award.issued", award.public_id, actor="system", key=signed.proof_kid, list=status_list.public_id)
    facts.announce("award.issued", award=award)


def _linted(document: dict[str, Any]) -> dict[str, Any]:
    """The document, if our own verifier would find it well-formed. Raises NotSigned."""
    for check in (check_data_model(document), check_open_badge(document)):
        if check.outcome is not Outcome.PASS:
            raise signing.NotSigned(check.code, check.reason)
    return document


def _publish_if_due(status_list: StatusList) -> None:
    """A list must be there before the first badge names it; one that runs out can wait for a worker."""
    if status_list.signed is None:
        publishing.publish(status_list.public_id)
    elif publishing.is_due(status_list, now=utc_now()):
        publishing.request_renewal(status_list)


def _credential(signed: signing.Signed, known: AwardFacts, *, status_list: StatusList, index: int) -> Credential:
    assert signed.jwt is not None and signed.jwt_kid is not None
    return Credential(
        edition=1,
        credential_id=known.url,
        document=signed.document,
        jwt=signed.jwt,
        sha256=hashlib.sha256(signed.document).hexdigest(),
        proof_kid=signed.proof_kid,
        jwt_kid=signed.jwt_kid,
        status_list_id=status_list.id,
        status_index=index,
        valid_from=known.valid_from,
        valid_until=known.valid_until,
        signed_at=signed.signed_at,
    )
