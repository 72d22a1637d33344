"""Status of the test issuer that gives one: places, changing them, and the two lists, signed when somebody asks.

A list is composed and signed from the recorded places at every reading, so a change is seen at once, the verifier of
this instance needs no request to itself, and reading writes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from issuer.access import settings
from issuer.base.db import db
from issuer.base.errors import Conflict, NotFound
from issuer.crypto.bitstring import MINIMUM_ENTRIES, encode, new_bits, set_bits
from issuer.crypto.contexts import VC2_CONTEXT
from issuer.crypto.timestamps import format_timestamp
from issuer.status.index_permutation import permute
from issuer.vc.conformance import STATUS_ISSUER, did_of, means_of
from issuer.vc.mechanisms import secure
from issuer.vc.models import ConformanceStatus
from issuer.vc.status_changes import PURPOSES, REVOCATION

_VALIDITY = timedelta(days=1)


def list_url(purpose: str) -> str:
    """Where the list of a purpose is."""
    return f"{settings().base_url}/conformance/status/{purpose}"


def give_place(credential_id: str | None, purpose: str) -> dict[str, str]:
    """The credentialStatus of one more credential (Bitstring Status List 1.0, section 2.1). Raises Conflict."""
    index = _new_index(credential_id, purpose)
    url = list_url(purpose)
    return {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": url,
    }


def change(credential_id: str, purpose: str, *, status: bool) -> None:
    """Set or clear the status of every credential with that id. Raises NotFound, Conflict (a revocation is final)."""
    places = db.session.scalars(select(ConformanceStatus).filter_by(credential_id=credential_id, purpose=purpose)).all()
    if not places:
        raise NotFound("not_found", gettext("There is no such credential, or it has no such status."))
    if purpose == REVOCATION and not status and any(place.is_set for place in places):
        raise Conflict("revocation_final", gettext("A revocation cannot be undone."))
    for place in places:
        place.is_set = status
    db.session.flush()


def status_list(purpose: str, *, now: datetime) -> dict[str, Any]:
    """The signed list of a purpose as it is now (Bitstring Status List 1.0, section 2.2).

    Raises NotFound, KeyUnusable.
    """
    if purpose not in PURPOSES:
        raise NotFound("not_found", gettext("There is no such status list."))
    taken = db.session.scalars(select(ConformanceStatus.index).filter_by(purpose=purpose, is_set=True))
    url = list_url(purpose)
    document = {
        "@context": [VC2_CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did_of(STATUS_ISSUER),
        "validFrom": format_timestamp(now),
        "validUntil": format_timestamp(now + _VALIDITY),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encode(set_bits(new_bits(MINIMUM_ENTRIES), taken)),
        },
    }
    return secure(document, STATUS_ISSUER.mechanism, means=means_of(STATUS_ISSUER), created=now)


def own_status_list(url: str, *, now: datetime) -> Mapping[str, Any] | None:
    """The list at ``url``, or None for a URL that is none of these lists or on an instance that has none."""
    purpose = next((purpose for purpose in PURPOSES if list_url(purpose) == url), None)
    return status_list(purpose, now=now) if purpose is not None and settings().conformance else None


def _new_index(credential_id: str | None, purpose: str) -> int:
    key = hashlib.sha256(did_of(STATUS_ISSUER).encode("ascii")).digest()
    while True:
        taken = db.session.scalar(select(func.count()).select_from(ConformanceStatus).filter_by(purpose=purpose)) or 0
        if taken >= MINIMUM_ENTRIES:
            raise Conflict("status_list_full", gettext("The status list of this instance is full."))
        index = permute(key, taken, size=MINIMUM_ENTRIES)
        try:
            with db.session.begin_nested():
                db.session.add(ConformanceStatus(credential_id=credential_id, purpose=purpose, index=index))
        except IntegrityError:
            continue  # somebody else has just taken the place of that number
        return index
