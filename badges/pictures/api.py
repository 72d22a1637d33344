"""The JSON API of pictures of achievements."""

from __future__ import annotations

from typing import Any

from flask import request

from badges import achievements
from badges.pictures import showing
from badges.public_names import shaped
from issuer.access import authorise, requires
from issuer.base.body_sizes import takes_up_to
from issuer.base.json_bodies import ApiBlueprint
from issuer.pictures.api import told
from issuer.pictures.keeping import find
from issuer.pictures.pages import MOST_SENT, sent_picture
from issuer.pictures.schemas import PictureSchema, picture_form

achievement_pictures_api = ApiBlueprint(
    "achievement_pictures_api", __name__, url_prefix="/api/v1/achievements", description="What badges look like."
)


@achievement_pictures_api.post("/<achievement_id>/picture")
@achievement_pictures_api.doc(requestBody=picture_form(image_alt={"type": "string"}))
@achievement_pictures_api.response(201, PictureSchema)
@takes_up_to(MOST_SENT)
@requires("achievements.edit")
def change_picture(achievement_id: str) -> dict[str, Any]:
    """PNG, JPEG, WebP or SVG of at most 2 MB and 16 million pixels. It makes a version, for awards from now on."""
    achievement = achievements.find_achievement(shaped(achievement_id))
    actor = authorise("achievements.edit", achievement.organisation_id)
    words = request.form.get("image_alt", "")
    version = showing.show_picture(achievement, sent_picture(), image_alt=words, actor=actor.public_id)
    return told(find(version.picture))


@achievement_pictures_api.delete("/<achievement_id>/picture")
@achievement_pictures_api.response(204)
@requires("achievements.edit")
def remove_picture(achievement_id: str) -> None:
    """A version with the drawn rosette; badges already signed keep the picture."""
    achievement = achievements.find_achievement(shaped(achievement_id))
    actor = authorise("achievements.edit", achievement.organisation_id)
    showing.remove_picture(achievement, actor=actor.public_id)
