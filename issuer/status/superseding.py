"""The place of a credential that is signed again: the old one is withdrawn for ever, and the name is free for the next.

A subject's name is that of its newest edition, so whoever asks about a badge asks about the one that is served. The
places of older editions keep their index, under the subject's name with the number of the edition behind it.
"""

from __future__ import annotations

from sqlalchemy import select

from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.models import Organisation, StatusEntry, StatusList


def hold_lists(organisation: Organisation) -> None:
    """Hold the organisation's status lists until the commit, in the order in which everybody asks for them."""
    lists = select(StatusList.id).filter_by(organisation_id=organisation.id).order_by(StatusList.id)
    db.session.execute(lists.with_for_update())


def supersede(subject: str, *, edition: int, reason: str, actor: str) -> None:
    """Withdraw the place of ``subject`` that its ``edition`` names, and free the subject's name for a new place.

    The lists are held, see ``hold_lists``. Whoever calls has a new place given in the same transaction, and the lists
    published: issuer.status.places.
    """
    own = select(StatusEntry).filter_by(subject=subject).execution_options(populate_existing=True)
    for entry in db.session.scalars(own):
        if not entry.is_set:
            entry.is_set, entry.set_at, entry.reason = True, utc_now(), reason
        entry.subject = former(subject, edition)
        audit.record("credential.superseded", subject, actor=actor, edition=edition, index=entry.index)
    db.session.flush()


def former(subject: str, edition: int) -> str:
    """What the place of an older edition is kept under."""
    return f"{subject}#{edition}"
