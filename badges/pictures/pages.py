"""The page on which an author hands in the picture of an achievement."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from badges import achievements, artwork
from badges.models import Achievement
from badges.pictures import showing
from badges.public_names import shaped
from issuer.access import authorise, current_actor, requires
from issuer.base.body_sizes import takes_up_to
from issuer.base.errors import Conflict, Invalid, TooLarge
from issuer.base.http import status_of
from issuer.pictures.keeping import FIELD
from issuer.pictures.pages import MOST_SENT, sent_picture

pages = Blueprint("achievement_pictures", __name__)


@pages.get("/achievements/<achievement_id>/picture")
@requires("achievements.edit")
def form(achievement_id: str) -> ResponseReturnValue:
    return _page(_own(achievement_id), {}, 200)


@pages.post("/achievements/<achievement_id>/picture")
@takes_up_to(MOST_SENT)
@requires("achievements.edit")
def change(achievement_id: str) -> ResponseReturnValue:
    """Take the picture that was sent; or, when ``remove`` was pressed, go back to the drawn rosette."""
    achievement, actor = _own(achievement_id), current_actor().public_id
    try:
        if "remove" in request.form:
            showing.remove_picture(achievement, actor=actor)
        else:
            words = request.form.get("image_alt", "")
            showing.show_picture(achievement, sent_picture(), image_alt=words, actor=actor)
    except (Conflict, Invalid, TooLarge) as error:
        errors = {name: " ".join(sentences) for name, sentences in error.fields.items()} or {FIELD: error.detail}
        return _page(achievement, errors, status_of(error))
    flash(_("The picture is saved. Badges awarded from now on show it."), "success")
    return redirect(url_for("achievement_pictures.form", achievement_id=achievement_id), 303)


def _own(achievement_id: str) -> Achievement:
    achievement = achievements.find_achievement(shaped(achievement_id))
    authorise("achievements.edit", achievement.organisation_id)
    return achievement


def _page(achievement: Achievement, errors: dict[str, str], status: int) -> ResponseReturnValue:
    version = achievement.current
    page = render_template(
        "badges/picture.html", achievement=achievement, version=version, art=artwork.art_of(version), errors=errors
    )
    return page, status
