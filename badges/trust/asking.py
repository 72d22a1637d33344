"""Which organisation's trust is asked about, by somebody who may."""

from __future__ import annotations

from badges.public_names import shaped
from issuer import organisations
from issuer.access import authorise
from issuer.models import Organisation


def place_of(organisation_id: str, permission: str = "trust.edit") -> Organisation:
    """The organisation with that public id. Raises NotFound for outsiders, Forbidden without the permission."""
    place = organisations.get(shaped(organisation_id))
    authorise(permission, place.id)
    return place
