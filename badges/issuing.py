"""Issuing: an award becomes a signed credential, in the transaction that made the award.

Compose, give it a place in a status list, record the intent, sign, verify our own output, store the exact bytes. When
a key cannot be used, the award stays pending with its intent, and a job signs the same bytes later: an award is never
lost, never shown unsigned, and never signed in two versions.
"""

from __future__ import annotations

import hashlib
from typing import Any

import structlog
from sqlalchemy import select

from badges.award_facts import facts_of
from badges.credential import compose
from badges.models import Award, Credential
from badges.verification.open_badges_3.data_model import check_data_model
from badges.verification.open_badges_3.open_badge import check_open_badge
from badges.verification.report import Outcome
from issuer import signing
from issuer.base import audit, facts, jobs
from issuer.base.db import db, utc_now
from issuer.base.errors import NotFound
from issuer.base.faults import fault_point
from issuer.crypto.timestamps import parse_timestamp
from issuer.keys import keystore
from issuer.keys.key_file import KeyUnusable
from issuer.log import entries
from issuer.models import StatusList
from issuer.status import places, publishing

log = structlog.get_logger("rosette.issuing")

SIGN_JOB = "award.sign"


def issue(award: Award) -> None:
    """Sign the award now, or leave it pending with a job to sign it. Answers award.made."""
    try:
        with db.session.begin_nested():
            prepared = _prepare(award)
        _sign(award, prepared)
    except (KeyUnusable, signing.NotSigned) as error:
        log.error("award_not_signed", award=award.public_id, code=error.code)
        request_signature(award, because="made")


def sign_pending(award_id: str) -> None:
    """Job "award.sign": sign the award with that public id, unless it is signed. Raises KeyUnusable, NotSigned.

    What it signs was recorded by an earlier transaction, so that whatever dies here, the next try signs the same.
    """
    pending = select(Award).filter_by(public_id=award_id).with_for_update()
    award = db.session.scalar(pending.execution_options(populate_existing=True))
    if award is None:
        raise NotFound("not_found", "There is no such award.")
    if award.state != "pending":
        return
    prepared = signing.resume(award.public_id)
    if prepared is None:
        request_signature(award, because=_prepare(award).token)
    else:
        _sign(award, prepared)


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


def _prepare(award: Award) -> signing.Prepared:
    """What is going to be signed: composed, checked, with its place in a status list, and written down."""
    now = utc_now()
    organisation = award.achievement_version.achievement.organisation
    keystore.ensure_keys(organisation)
    known = facts_of(award, status=give_places(award))
    document = linted(compose(known))
    return signing.prepare_badge(document, organisation=organisation, subject=award.public_id, now=now)


def _sign(award: Award, prepared: signing.Prepared) -> None:
    """Sign and store."""
    signed = signing.sign(prepared, now=utc_now())
    award.editions.append(kept(signed, prepared.intent, edition=1))
    award.state = "issued"
    db.session.flush()
    db.session.expire(award, ["credential"])
    fault_point("issuing.after_store")
    status_list = db.session.get_one(StatusList, prepared.intent.status_list_id)
    audit.record("award.issued", award.public_id, actor="system", key=signed.proof_kid, list=status_list.public_id)
    facts.announce("award.issued", award=award)


def give_places(award: Award) -> places.Status:
    """The credentialStatus of the award: places in the lists that its achievement asks for, each published before."""
    version = award.achievement_version
    organisation = version.achievement.organisation
    purposes = (places.REVOCATION, places.SUSPENSION) if version.may_be_suspended else (places.REVOCATION,)
    for status_list in places.give(organisation, award.public_id, purposes=purposes):
        publish_if_due(status_list)
    references = places.references_of(award.public_id)
    if version.names_revocation_list:
        references.append(places.revocation_list_reference(organisation))
    return places.as_status(references)


def linted(document: dict[str, Any]) -> dict[str, Any]:
    """The document, if our own verifier would find it well-formed. Raises NotSigned."""
    for check in (check_data_model(document), check_open_badge(document)):
        if check.outcome is not Outcome.PASS:
            raise signing.NotSigned(check.code, check.reason)
    return document


def publish_if_due(status_list: StatusList) -> None:
    """A list must be there before the first badge names it; one that runs out can wait for a worker."""
    if status_list.signed is None:
        publishing.publish(status_list.public_id)
    elif publishing.is_due(status_list, now=utc_now()):
        publishing.request_renewal(status_list)


def kept(signed: signing.Signed, intent: signing.Intent, *, edition: int) -> Credential:
    """What is stored of a signed badge, and noted in the issuance log."""
    return Credential(edition=edition, **noted(signed, intent))


def noted(signed: signing.Signed, intent: signing.Intent) -> dict[str, Any]:
    """Note a signed badge in the issuance log; what is stored of it, by the names of the columns."""
    assert signed.jwt is not None and signed.jwt_kid is not None
    assert intent.status_list_id is not None and intent.status_index is not None
    said = signed.unsigned
    digest = hashlib.sha256(signed.document)
    entries.record(intent.subject, digest.digest())
    return {
        "credential_id": said["id"],
        "document": signed.document,
        "jwt": signed.jwt,
        "sha256": digest.hexdigest(),
        "proof_kid": signed.proof_kid,
        "jwt_kid": signed.jwt_kid,
        "status_list_id": intent.status_list_id,
        "status_index": intent.status_index,
        "valid_from": parse_timestamp(said["validFrom"]),
        "valid_until": parse_timestamp(said["validUntil"]) if "validUntil" in said else None,
        "signed_at": signed.signed_at,
    }
