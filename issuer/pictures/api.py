"""The JSON API of logos: an administrator sends one, or takes it away."""

from __future__ import annotations

from typing import Any

from issuer import organisations
from issuer.access import authorise, requires
from issuer.base.body_sizes import takes_up_to
from issuer.base.json_bodies import ApiBlueprint
from issuer.pictures import keeping
from issuer.pictures.models import Picture
from issuer.pictures.pages import MOST_SENT, sent_picture
from issuer.pictures.schemas import PictureSchema, picture_form

logos_api = ApiBlueprint("logos_api", __name__, url_prefix="/api/v1/organisations", description="The logos of issuers.")


@logos_api.post("/<organisation_id>/logo")
@logos_api.doc(requestBody=picture_form())
@logos_api.response(201, PictureSchema)
@takes_up_to(MOST_SENT)
@requires("organisation.administer")
def change_logo(organisation_id: str) -> dict[str, Any]:
    """PNG, JPEG, WebP or SVG of at most 2 MB and 16 million pixels; badges signed from now on carry it."""
    place = organisations.get(organisation_id)
    actor = authorise("organisation.administer", place.id)
    return told(keeping.show_logo(place, sent_picture(), actor=actor.public_id))


@logos_api.delete("/<organisation_id>/logo")
@logos_api.response(204)
@requires("organisation.administer")
def remove_logo(organisation_id: str) -> None:
    """The drawn emblem is shown again; badges already signed keep the logo."""
    place = organisations.get(organisation_id)
    actor = authorise("organisation.administer", place.id)
    keeping.remove_logo(place, actor=actor.public_id)


def told(picture: Picture) -> dict[str, Any]:
    """What the API says of a picture."""
    names = ("sha256", "media_type", "width", "height")
    return {"url": keeping.address_of(picture.sha256), **{name: getattr(picture, name) for name in names}}
