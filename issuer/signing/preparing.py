"""Preparing: a document is checked against the rules for its purpose and against what is recorded, then written down.

Nothing is signed that did not pass here: ``sign`` takes a Prepared value, and only these functions make one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from issuer.access import settings
from issuer.base.db import db
from issuer.base.faults import fault_point
from issuer.keys import rules
from issuer.keys.keystore import active_key, ensure_keys
from issuer.keys.purposes import BADGE_JWT, BADGE_PROOF, CREDENTIAL_PROOF, DID_HISTORY, LOG_CHECKPOINT, STATUS_LIST
from issuer.keys.refusing import refuse_if
from issuer.keys.statements import content_of
from issuer.models import Organisation, SigningKey, StatusList
from issuer.profile import issuer_did
from issuer.signing.intents import Intent, Prepared, PreparedCheckpoint, record, record_checkpoint
from issuer.status.places import as_status, entry_of, references_of, revocation_list_reference, status_list_url

_LONGEST_SUBJECT = 300
_SUITES = {"EdDSA": "eddsa-rdfc-2022", "ES256": "ecdsa-rdfc-2019", "ES384": "ecdsa-rdfc-2019"}


def prepare_badge(document: Mapping[str, Any], *, organisation: Organisation, subject: str, now: datetime) -> Prepared:
    """Check a credential against what is recorded of the award with public id ``subject``.

    Its place in a status list must have been given before: what could not be revoked is not signed.
    Raises NotSigned, NotFound (no place), Conflict (no key yet).
    """
    return _prepare_with_place(document, "badges", organisation=organisation, subject=subject, now=now)


def prepare_endorsement(
    document: Mapping[str, Any], *, organisation: Organisation, subject: str, now: datetime
) -> Prepared:
    """The same for an EndorsementCredential, against the endorsement with public id ``subject``."""
    return _prepare_with_place(document, "endorsements", organisation=organisation, subject=subject, now=now)


def _prepare_with_place(
    document: Mapping[str, Any], folder: str, *, organisation: Organisation, subject: str, now: datetime
) -> Prepared:
    entry = entry_of(subject)
    status_list = db.session.get_one(StatusList, entry.status_list_id)
    _check(BADGE_PROOF, document, organisation=organisation, now=now)
    refuse_if(status_list.organisation_id != organisation.id, "issuer")
    refuse_if(document["id"] != f"{settings().base_url}/{folder}/{subject}", "id")
    refuse_if(not _is_recorded(document["credentialStatus"], organisation, subject), "credentialStatus")
    key = active_key(organisation, BADGE_PROOF)
    intent = Intent(
        organisation=organisation,
        subject=subject,
        content=content_of(document),
        proof_key=key,
        created=_whole_second(now),
        jwt_key=active_key(organisation, BADGE_JWT),
        cryptosuite=_SUITES[key.algorithm],
        status_list_id=status_list.id,
        status_index=entry.index,
    )
    prepared = record(intent, now=now)
    fault_point("signing.after_record")
    return prepared


def prepare_status_list(
    document: Mapping[str, Any], *, organisation: Organisation, status_list: StatusList, now: datetime
) -> Prepared:
    """Check a BitstringStatusListCredential against the list it publishes. Raises NotSigned, Conflict (no key yet)."""
    _check(STATUS_LIST, document, organisation=organisation, now=now)
    refuse_if(status_list.organisation_id != organisation.id, "issuer")
    refuse_if(document["id"] != status_list_url(status_list), "id")
    key = active_key(organisation, STATUS_LIST)
    intent = _intent(document, key, organisation=organisation, subject=status_list.public_id, now=now)
    return record(intent, now=now)


def prepare_credential(
    document: Mapping[str, Any], *, organisation: Organisation, now: datetime, cryptosuite: str = ""
) -> Prepared:
    """Check any W3C credential of which the organisation is the issuer, and which claims no address of our badges.

    ``cryptosuite`` is one that the organisation's credential_proof key can make, "" for the usual one.
    Raises NotSigned, KeyUnusable (its key had to be made and could not).
    """
    _check(CREDENTIAL_PROOF, document, organisation=organisation, now=now)
    ensure_keys(organisation, purposes=(CREDENTIAL_PROOF,))
    key = active_key(organisation, CREDENTIAL_PROOF)
    named = document.get("id")
    subject = named if isinstance(named, str) and len(named) <= _LONGEST_SUBJECT else _digest_name(document)
    intent = _intent(document, key, organisation=organisation, subject=subject, now=now, cryptosuite=cryptosuite)
    return record(intent, now=now)


def prepare_did_version(document: Mapping[str, Any], *, organisation: Organisation, now: datetime) -> Prepared:
    """Check a version of the organisation's DID document, see issuer.keys.history; JSON without a context, so the proof
    is over its canonical JSON. Raises NotSigned, Conflict (no key yet)."""
    _check(DID_HISTORY, document, organisation=organisation, now=now)
    key, subject = active_key(organisation, DID_HISTORY), document["id"]
    intent = _intent(document, key, organisation=organisation, subject=subject, now=now, cryptosuite="eddsa-jcs-2022")
    return record(intent, now=now)


def prepare_succession(document: Mapping[str, Any], *, organisation: Organisation, now: datetime) -> Prepared:
    """Check what the organisation states about its future, see issuer.succession; signed as a version of its DID
    document is. Raises NotSigned, Conflict (no key yet)."""
    return prepare_did_version(document, organisation=organisation, now=now)


def prepare_checkpoint(note_body: bytes, *, now: datetime) -> PreparedCheckpoint:
    """Check the body of a C2SP checkpoint, to be signed by the instance's log key; it is made when there is none.

    The body is text that ends with a newline: origin, size, base64 of the root, and perhaps more lines.
    Raises NotSigned, KeyUnusable.
    """
    checkpoint = rules.read_checkpoint(note_body)
    ensure_keys(None, purposes=(LOG_CHECKPOINT,))
    intent = Intent(
        organisation=None,
        subject=checkpoint.origin[:_LONGEST_SUBJECT],
        content=note_body,
        proof_key=active_key(None, LOG_CHECKPOINT),
        created=_whole_second(now),
    )
    return record_checkpoint(intent, now=now)


def _is_recorded(status: object, organisation: Organisation, subject: str) -> bool:
    """Every place that was given, and nothing else but perhaps the organisation's 1EdTechRevocationList."""
    given = references_of(subject)
    return status in (as_status(given), [*given, revocation_list_reference(organisation)])


def _check(purpose: str, document: Mapping[str, Any], *, organisation: Organisation, now: datetime) -> None:
    refuse_if(rules.issuer_in(document) != issuer_did(organisation), "issuer")
    rules.check_document(purpose, document, base_url=settings().base_url, now=now)


def _intent(
    document: Mapping[str, Any],
    key: SigningKey,
    *,
    organisation: Organisation,
    subject: str,
    now: datetime,
    cryptosuite: str = "",
) -> Intent:
    return Intent(
        organisation=organisation,
        subject=subject,
        content=content_of(document),
        proof_key=key,
        created=_whole_second(now),
        cryptosuite=cryptosuite or _SUITES[key.algorithm],
    )


def _whole_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _digest_name(document: Mapping[str, Any]) -> str:
    return f"sha256:{hashlib.sha256(content_of(document)).hexdigest()}"
