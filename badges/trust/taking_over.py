"""A registry is taken over as it was looked at: what it says may have changed between the look and the import."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from badges.trust import registry_sources
from badges.trust.registry_documents import Listing
from badges.trust.registry_sources import Source
from issuer.base.errors import Conflict


def looked_at(given: Source, *, seen: str | None, now: datetime) -> Listing:
    """Read the registry once more. ``seen``: the digest of what was looked at, if anything was.

    Raises Conflict when it says something else by now, and as reading does.
    """
    listing = registry_sources.read(given, now=now)
    if seen and seen != listing.digest:
        raise Conflict("registry_changed", _("The registry says something else than a moment ago. Look at it again."))
    return listing
