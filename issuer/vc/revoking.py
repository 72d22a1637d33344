"""Changing the status of what was issued for a program: revoked for ever, or suspended for a while."""

from __future__ import annotations

from flask_babel import gettext

from issuer.base.errors import Conflict
from issuer.status import places
from issuer.vc.models import IssuedCredential
from issuer.vc.status_changes import REVOCATION, StatusChange

REASON = "asked for through the API"


def change_status(issued: IssuedCredential, wanted: StatusChange, *, actor: str) -> None:
    """Set or clear the status, and have its list published again; asking again changes nothing.

    Raises NotFound (it has no place for that purpose), Conflict (a revocation cannot be undone).
    """
    entry = places.entry_of(issued.public_id, wanted.purpose)
    if wanted.purpose != REVOCATION:
        change = places.suspend if wanted.status else places.lift
        change(issued.public_id, reason=REASON, actor=actor)
    elif wanted.status:
        places.revoke(issued.public_id, reason=REASON, actor=actor)
    elif entry.is_set:
        raise Conflict("revocation_final", gettext("A revocation cannot be undone."))
