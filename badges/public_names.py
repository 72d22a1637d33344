"""Names of things as they come in an address, before the database is asked about them."""

from __future__ import annotations

import re

from flask_babel import gettext

from issuer.base.errors import NotFound

_SHAPE = re.compile(r"[A-Za-z0-9_-]{1,64}")


def shaped(name: str) -> str:
    """``name`` if it could be a public id or a slug. Raises NotFound: nothing of ours is named otherwise."""
    if not _SHAPE.fullmatch(name):
        raise NotFound("not_found", gettext("There is nothing at this address."))
    return name
