"""A report on its way through the reader's own page, so that he can ask for its receipt without handing in the badge
again and without us keeping it.

What comes back is signed only when it bears our own MAC and is not older than an hour: nobody can make us sign a
report that we did not make.
"""

from __future__ import annotations

import hashlib

from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer

from badges.receipts.making import Claims, claims_of
from badges.verification.report import Report
from issuer.access import settings
from issuer.base.errors import Gone

KEPT_SECONDS = 3600
LONGEST = 192 * 1024
"""Characters of a form field: longer reports are offered no receipt."""

_SALT = "rosette verification receipt"


def hold(report: Report, data_sha256: str) -> str:
    """The value of a hidden field, compressed and with a MAC; "" for a report too large to travel."""
    held = _serializer().dumps(claims_of(report, data_sha256))
    text = held if isinstance(held, str) else held.decode("ascii")
    return text if len(text) <= LONGEST else ""


def held(value: str) -> Claims:
    """What was held. Raises Gone when it is older than an hour, or not ours."""
    if len(value) > LONGEST:
        raise _gone()
    try:
        claims: Claims = _serializer().loads(value, max_age=KEPT_SECONDS)
    except BadData as error:
        raise _gone() from error
    return claims


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt=_SALT, signer_kwargs={"digest_method": hashlib.sha256})


def _gone() -> Gone:
    return Gone("receipt_gone", _("A receipt can be saved for an hour after the check. Check the badge again."))
