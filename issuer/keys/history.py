"""Every version of an issuer's DID document, signed and dated, at an address of its own.

did:web answers with the document of today only. Who asks years later which keys an issuer published on the day of a
signature finds it here: each version carries its time, its number and the digest of the one before it, and is signed by
a key that signs nothing else (eddsa-jcs-2022, so the bytes need no JSON-LD). What was published is never changed.

    {"id", "issuer", "versionId", "versionTime", "previousVersion": {"id", "digestSRI"}, "didDocument", "proof"}

versionId and versionTime: DID Core 1.0, section 7.3. digestSRI: VC Data Model 2.0, section 5.3.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from issuer import signing
from issuer.base import audit, jobs
from issuer.base.db import db, utc_now
from issuer.base.errors import NotFound
from issuer.crypto.jcs import canonicalize
from issuer.crypto.strict_json import load_object
from issuer.crypto.timestamps import format_timestamp
from issuer.keys import keystore
from issuer.keys.purposes import DID_HISTORY
from issuer.models import DidVersion, Organisation, SigningKey
from issuer.profile import issuer_did, issuer_did_document, issuer_url

KEEP_JOB = "did.keep"


def keep(organisation: Organisation) -> DidVersion | None:
    """Store the DID document as it is now as a new version, unless the newest says the same. Answers keys.changed.

    Raises KeyUnusable, NotSigned.
    """
    keystore.ensure_keys(organisation, purposes=(DID_HISTORY,))
    db.session.execute(select(Organisation.id).filter_by(id=organisation.id).with_for_update())
    newest = _newest(organisation)
    described = issuer_did_document(organisation)
    state = _digest_of(described)
    if newest is not None and newest.state_sha256 == state:
        return None
    now = utc_now().replace(microsecond=0)
    number = newest.number + 1 if newest else 1
    document = _compose(organisation, described, number=number, previous=newest, now=now)
    signed = signing.sign(signing.prepare_did_version(document, organisation=organisation, now=now), now=now)
    version = DidVersion(
        organisation_id=organisation.id,
        number=number,
        document=signed.document,
        sha256=hashlib.sha256(signed.document).hexdigest(),
        state_sha256=state,
        signed_kid=signed.proof_kid,
        created_at=now,
    )
    db.session.add(version)
    db.session.flush()
    audit.record("did.published", organisation.public_id, actor="system", version=number, key=signed.proof_kid)
    return version


def request_versions() -> int:
    """Chore: have a version kept of every DID document that is not as it was last kept; how many.

    Keys change with their version, in one transaction; this is for what changes otherwise, such as the base URL.
    """
    with_keys = select(Organisation).where(Organisation.id.in_(select(SigningKey.organisation_id)))
    changed = [each for each in db.session.scalars(with_keys) if _has_changed(each)]
    for organisation in changed:
        key = f"{organisation.public_id}:{utc_now():%Y-%m-%dT%H}"
        jobs.enqueue(KEEP_JOB, key, organisation_id=organisation.public_id)
    return len(changed)


def keep_of(organisation_id: str) -> None:
    """Job "did.keep", by the public id of the organisation."""
    organisation = db.session.scalar(select(Organisation).filter_by(public_id=organisation_id))
    if organisation is None:
        raise NotFound("not_found", "There is no such organisation.")
    keep(organisation)


def versions_of(organisation: Organisation) -> Sequence[DidVersion]:
    """All versions, the newest first."""
    kept = select(DidVersion).filter_by(organisation_id=organisation.id)
    return db.session.scalars(kept.order_by(DidVersion.number.desc())).all()


def find_version(organisation: Organisation, number: int) -> DidVersion:
    """Raises NotFound."""
    version = db.session.scalar(select(DidVersion).filter_by(organisation_id=organisation.id, number=number))
    if version is None:
        raise NotFound("not_found", gettext("There is no such version of this issuer's document."))
    return version


def listing(organisation: Organisation) -> dict[str, Any]:
    """The versions with their dates, the newest first, for whoever looks for the one of a certain day."""
    return {
        "id": issuer_did(organisation),
        "versions": [
            {
                "versionId": str(version.number),
                "versionTime": format_timestamp(version.created_at),
                **_reference(organisation, version),
            }
            for version in versions_of(organisation)
        ],
    }


def refusal(version: DidVersion, *, organisation: Organisation, now: datetime) -> str:
    """Why a stranger who reads our DID document would refuse the version; "" when nothing is wrong."""
    if hashlib.sha256(version.document).hexdigest() != version.sha256:
        return "bytes_changed"
    refused = signing.refusal(version.document, None, organisation=organisation, now=now)
    return refused or _unlike_its_state(version)


def _unlike_its_state(version: DidVersion) -> str:
    return "" if _digest_of(load_object(version.document)["didDocument"]) == version.state_sha256 else "bytes_changed"


def _newest(organisation: Organisation) -> DidVersion | None:
    kept = select(DidVersion).filter_by(organisation_id=organisation.id)
    return db.session.scalar(kept.order_by(DidVersion.number.desc()).limit(1))


def _has_changed(organisation: Organisation) -> bool:
    newest = _newest(organisation)
    return newest is None or newest.state_sha256 != _digest_of(issuer_did_document(organisation))


def _compose(
    organisation: Organisation, described: dict[str, Any], *, number: int, previous: DidVersion | None, now: datetime
) -> dict[str, Any]:
    document = {
        "id": _version_url(organisation, number),
        "issuer": issuer_did(organisation),
        "versionId": str(number),
        "versionTime": format_timestamp(now),
        "didDocument": described,
    }
    return document if previous is None else {**document, "previousVersion": _reference(organisation, previous)}


def _reference(organisation: Organisation, version: DidVersion) -> dict[str, str]:
    digest = base64.b64encode(bytes.fromhex(version.sha256)).decode("ascii")
    return {"id": _version_url(organisation, version.number), "digestSRI": f"sha256-{digest}"}


def _version_url(organisation: Organisation, number: int) -> str:
    return f"{issuer_url(organisation)}/did/{number}.json"


def _digest_of(described: dict[str, Any]) -> str:
    return hashlib.sha256(canonicalize(described)).hexdigest()
