"""The place of a credential that is signed again: the old one is withdrawn for ever, and the name is free for the next.

A subject's name is that of its newest edition, so whoever asks about a badge asks about the one that is served. The
places of older editions keep their index, under the subject's name with the number of the edition behind it.
"""

from __future__ import annotations

from sqlalchemy import select

from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.models import StatusEntry, StatusList
from issuer.status import history, places
from issuer.status.places import hold_lists

__all__ = ["former", "hold_lists", "supersede"]

CODE = "key_compromised"


def supersede(subject: str, *, edition: int, reason: str, actor: str) -> StatusEntry | None:
    """Withdraw the place of ``subject`` that its ``edition`` names, and free the subject's name for new places.

    Gives back the suspension that stood, if one did: it is not carried over here. The lists are held, see
    ``hold_lists``. Whoever calls has new places given in the same transaction, and the lists published:
    issuer.status.places.
    """
    own = select(StatusEntry, StatusList.purpose).join(StatusList, StatusList.id == StatusEntry.status_list_id)
    held = own.where(StatusEntry.subject == subject).execution_options(populate_existing=True)
    suspension = None
    for entry, purpose in db.session.execute(held).all():
        if purpose == places.SUSPENSION and entry.is_set:
            suspension = entry
        if purpose == places.REVOCATION and not entry.is_set:
            entry.is_set, entry.set_at, entry.reason, entry.reason_code = True, utc_now(), reason, CODE
            history.remember([entry.id], actor, at=entry.set_at, is_set=True, code=CODE, reason=reason)
        entry.subject = former(subject, edition)
        audit.record("credential.superseded", subject, actor=actor, edition=edition, index=entry.index)
    db.session.flush()
    return suspension


def former(subject: str, edition: int) -> str:
    """What the places of an older edition are kept under."""
    return f"{subject}#{edition}"
