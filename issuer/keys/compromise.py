"""A key that somebody else may hold: from a moment on, nothing that it signed proves anything.

Whoever has the key can write any date into what he signs, so the dates inside a badge are no defence. What the issuance
log held before that moment is; the rest is signed again, under a new key (badges.resigning answers key.compromised).
"""

from __future__ import annotations

from datetime import datetime

from issuer.base import audit, facts
from issuer.base.db import db
from issuer.base.errors import Invalid
from issuer.crypto.timestamps import format_timestamp
from issuer.keys import keystore, life
from issuer.models import SigningKey


def compromise(key: SigningKey, *, since: datetime, actor: str, now: datetime) -> None:
    """Mark ``key`` as compromised from ``since`` on, whole seconds; if it was signing, a key made now takes over.

    An announced successor is set aside: it lay where the compromised key lay. Saying it again changes nothing, unless
    ``since`` is earlier than was thought. Raises Invalid for a time to come, KeyUnusable when no key can be made.
    """
    moment = since.replace(microsecond=0)
    if moment > now:
        raise Invalid("since_in_future", "A key is compromised since a moment in the past.")
    life.lock_keys_of(key)
    if key.compromised_since is not None and key.compromised_since <= moment:
        return
    was_signing = key.state == "active"
    key.state, key.compromised_since = "compromised", moment
    key.compromised_at = key.compromised_at or now
    key.retired_at = key.retired_at or now
    db.session.flush()
    audit.record("key.compromised", key.kid, actor=actor, since=format_timestamp(moment))
    owner = life.owner_of(key)
    if was_signing:
        if (announced := life.successor_of(key)) is not None:
            life.end(announced, actor=actor, now=now)
        keystore.create(owner, key.purpose, activates_at=now)
    if owner is not None:
        facts.announce("keys.changed", organisation=owner)
    facts.announce("key.compromised", key=key)
