"""A log that has been kept up."""

from __future__ import annotations

from issuer.base.db import db
from issuer.log import sequencing


def keep_up() -> int:
    """What a worker does every minute, once; how many entries were numbered."""
    added = sequencing.number_entries()
    db.session.commit()
    sequencing.sign_checkpoint()
    db.session.commit()
    return added
