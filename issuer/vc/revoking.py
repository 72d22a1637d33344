"""Changing the status of what was issued for a program: revoked for ever, or suspended for a while."""

from __future__ import annotations

from flask_babel import gettext
from sqlalchemy import select

from issuer.base.db import db
from issuer.base.errors import Conflict, NotFound
from issuer.models import StatusEntry, StatusList
from issuer.status import places
from issuer.vc.models import IssuedCredential
from issuer.vc.status_changes import REVOCATION, StatusChange

REASON = "asked for through the API"


def change_status(issued: IssuedCredential, wanted: StatusChange, *, actor: str) -> None:
    """Set or clear the status, and have its list published again; asking again changes nothing.

    Raises NotFound (it has no place for that purpose), Conflict (a revocation cannot be undone).
    """
    entry = _entry_of(issued, wanted.purpose)
    if entry is None:
        raise NotFound("not_found", gettext("There is no such credential, or it has no such status."))
    if wanted.purpose != REVOCATION:
        change = places.suspend if wanted.status else places.lift
        change(issued.public_id, reason=REASON, actor=actor)
    elif wanted.status:
        places.revoke(issued.public_id, reason=REASON, actor=actor)
    elif entry.is_set:
        raise Conflict("revocation_final", gettext("A revocation cannot be undone."))


def _entry_of(issued: IssuedCredential, purpose: str) -> StatusEntry | None:
    joined = select(StatusEntry).join(StatusList, StatusList.id == StatusEntry.status_list_id)
    return db.session.scalar(joined.where(StatusEntry.subject == issued.public_id, StatusList.purpose == purpose))
