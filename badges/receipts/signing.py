"""The one door to the key for receipts, for one check and for many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from issuer import signing
from issuer.access import settings
from issuer.base.db import new_public_id, utc_now

RECEIPT_TYPE = signing.TOKEN_TYPES[signing.RECEIPT]
BULK_TYPE = signing.TOKEN_TYPES[signing.BULK_RECEIPT]

_FORMS = {kind: form for form, kind in signing.TOKEN_TYPES.items()}


def sign_statement(payload: Mapping[str, Any], *, typ: str) -> str:
    """What this service found -> a compact JWS of the type ``typ``, RECEIPT_TYPE or BULK_TYPE, signed by its own key.

    ``iss`` (our address), ``iat`` (now, seconds) and ``jti`` (128 random bits) are added where they are not given. At
    most 256 KiB as JSON: of more, sign its SHA-256. Raises NotSigned, KeyUnusable.
    """
    now = utc_now()
    claims = {"iss": settings().base_url, "iat": int(now.timestamp()), "jti": new_public_id(), **payload}
    prepared = signing.prepare_receipt(claims, form=_FORMS.get(typ, ""), now=now)
    return signing.sign_receipt(prepared, now=now)
