"""A status list as a signed BitstringStatusListCredential (Bitstring Status List 1.0, section 2.2), published as bytes.

It is signed again when a bit has changed and before its validity runs out; in between the same bytes are served.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, or_, select

from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.faults import fault_point
from issuer.crypto.bitstring import encode, expand, new_bits, set_bits
from issuer.crypto.contexts import VC2_CONTEXT
from issuer.crypto.strict_json import load_object
from issuer.crypto.timestamps import format_timestamp
from issuer.keys.keystore import STATUS_LIST, ensure_keys
from issuer.models import Organisation, SigningKey, StatusEntry, StatusList
from issuer.profile import issuer_did
from issuer.signing import prepare_status_list, sign
from issuer.status.places import lock_list, publish_soon, request_publication, status_list_url

VALIDITY = timedelta(days=7)
TIME_TO_LIVE = timedelta(seconds=50)
"""How long a copy of a list may be used: with the moments that signing takes, a change is seen within a minute."""
GIVEN_UP_AFTER = timedelta(minutes=5)
"""A job has been tried for the last time by then: issuer.base.jobs."""
RENEWAL = timedelta(days=3)
"""A list with less than this left is due: days in which a locked key or a stopped worker can be noticed and mended."""


def publish(list_id: str, *, validity: timedelta | None = None) -> bool:
    """Sign the list with that public id and store the bytes, unless those published still say it all.

    ``validity``: for how long it is to be believed, where it must be signed now in any case; else as always.
    Whether it was signed. Raises NotFound, KeyUnusable, NotSigned.
    """
    status_list = lock_list(list_id)
    now = utc_now()
    status_list.publication_asked_at = None
    bits = _bits_of(status_list)
    if validity is None and not is_due(status_list, now=now) and _published_bits(status_list) == bits:
        return False
    organisation = db.session.get_one(Organisation, status_list.organisation_id)
    ensure_keys(organisation)
    valid_until = now.replace(microsecond=0) + (validity or VALIDITY)
    document = _compose(status_list, bits, issuer=issuer_did(organisation), now=now, valid_until=valid_until)
    prepared = prepare_status_list(document, organisation=organisation, status_list=status_list, now=now)
    signed = sign(prepared, now=now)
    status_list.signed, status_list.signed_at, status_list.valid_until = signed.document, now, valid_until
    db.session.flush()
    audit.record("status_list.published", status_list.public_id, actor="system", key=signed.proof_kid)
    fault_point("status.after_publish")
    return True


def publish_list(list_id: str) -> None:
    """Job "status.publish"."""
    publish(list_id)


def replace_signatures(key: SigningKey) -> None:
    """Sign every list of the organisation anew when the key of its lists was compromised. Answers key.compromised.

    At once: what a list says counts for nothing while its signature does not. Raises KeyUnusable, NotSigned.
    """
    if key.purpose != STATUS_LIST:
        return
    published = select(StatusList).filter_by(organisation_id=key.organisation_id).where(StatusList.signed.is_not(None))
    for status_list in db.session.scalars(published.order_by(StatusList.id)).all():
        status_list.valid_until = None
        db.session.flush()
        publish(status_list.public_id)


def is_due(status_list: StatusList, *, now: datetime) -> bool:
    """Whether a list was never published or is about to run out."""
    return status_list.signed is None or status_list.valid_until is None or status_list.valid_until - now < RENEWAL


def request_renewal(status_list: StatusList) -> None:
    """Have a list published again by a worker, once an hour at most."""
    request_publication(status_list, because=f"renewal-{utc_now():%Y-%m-%dT%H}")


def request_renewals() -> int:
    """Chore: have every list published again that is about to run out or may lack a revocation; how many.

    A revocation asks for its own publication; this finds those whose job gave up, over a key locked for long.
    """
    unpublished = exists().where(StatusEntry.status_list_id == StatusList.id, StatusEntry.set_at > StatusList.signed_at)
    due = or_(StatusList.signed.is_(None), StatusList.valid_until < utc_now() + RENEWAL, unpublished)
    lists = db.session.scalars(select(StatusList).where(due)).all()
    for status_list in lists:
        request_renewal(status_list)
    return len(lists)


def publish_what_waits() -> int:
    """Chore of every minute: have lists published whose publication was given up, over a key that is usable again
    perhaps; how many. Until then each keeps the bytes it has."""
    newer = exists().where(StatusEntry.status_list_id == StatusList.id, StatusEntry.set_at > StatusList.signed_at)
    given_up = StatusList.publication_asked_at < utc_now() - GIVEN_UP_AFTER
    lists = db.session.scalars(select(StatusList).where(newer, given_up).order_by(StatusList.id).with_for_update())
    waiting = lists.all()
    for status_list in waiting:
        publish_soon(status_list)
    return len(waiting)


def _bits_of(status_list: StatusList) -> bytes:
    taken = select(StatusEntry.index).filter_by(status_list_id=status_list.id, is_set=True)
    return set_bits(new_bits(status_list.size), db.session.scalars(taken))


def _published_bits(status_list: StatusList) -> bytes:
    assert status_list.signed is not None
    return expand(load_object(status_list.signed)["credentialSubject"]["encodedList"])


def _compose(
    status_list: StatusList, bits: bytes, *, issuer: str, now: datetime, valid_until: datetime
) -> dict[str, Any]:
    url = status_list_url(status_list)
    return {
        "@context": [VC2_CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": format_timestamp(now),
        "validUntil": format_timestamp(valid_until),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": status_list.purpose,
            "ttl": int(TIME_TO_LIVE / timedelta(milliseconds=1)),
            "encodedList": encode(bits),
        },
    }
