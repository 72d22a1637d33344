"""c_nonce: made without being written down, used once. OpenID for Verifiable Credential Issuance 1.0, section 7.

Anybody may ask for one, so asking stores nothing: a nonce is a random text and the moment it runs out, under the
secret of the service. Only the used ones are kept, until they would have run out.
"""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import IntegrityError

from badges.wallets.models import SpentNonce
from badges.wallets.opening import derived
from badges.wallets.refusing import INVALID_NONCE, Refused
from issuer.base.db import db
from issuer.crypto.multibase import encode_base64url
from issuer.secret_text import hash_of

LIFETIME = timedelta(minutes=5)
_RANDOM_BYTES = 16
_SHAPE = re.compile(r"(?P<said>[A-Za-z0-9_-]{22}\.(?P<until>[0-9]{10}))\.(?P<tag>[A-Za-z0-9_-]{43})", re.ASCII)


def new_nonce(*, now: datetime) -> str:
    """A nonce that may be used within five minutes."""
    said = f"{secrets.token_urlsafe(_RANDOM_BYTES)}.{int((now + LIFETIME).timestamp())}"
    return f"{said}.{_tag(said)}"


def spend(nonce: str, *, now: datetime) -> None:
    """Use it up. Raises Refused (invalid_nonce) for one that is not ours, has run out or was used."""
    read = _SHAPE.fullmatch(nonce)
    if read is None or not hmac.compare_digest(read["tag"], _tag(read["said"])):
        raise _refused()
    until = datetime.fromtimestamp(int(read["until"]), UTC)
    if until <= now:
        raise _refused()
    try:
        with db.session.begin_nested():
            db.session.add(SpentNonce(nonce_hash=hash_of(nonce), expires_at=until))
    except IntegrityError:
        raise _refused() from None


def _tag(said: str) -> str:
    return encode_base64url(derived("nonce", said))


def _refused() -> Refused:
    return Refused(INVALID_NONCE, "The nonce is not one of this issuer, has run out or was used. Ask for a new one.")
