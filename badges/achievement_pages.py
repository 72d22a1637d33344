"""Achievements: the page that says what a badge stands for, the same as a document, and its picture."""

from __future__ import annotations

import json

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotAcceptable

from badges import achievements, artwork, offering
from badges.endorsements.showing import shown_of_achievement
from badges.models import AchievementVersion
from badges.public_names import shaped
from issuer.access import current_actor, requires, settings
from issuer.base import http
from issuer.base.db import utc_now
from issuer.base.errors import Invalid
from issuer.policy import permits

pages = Blueprint("achievements", __name__)

HTML = "text/html"
JSON_TYPES = ("application/json", "application/ld+json")
DOCUMENT_CACHE = "public, max-age=300"
PICTURE_CACHE = "public, max-age=86400"
PICTURE_POLICY = "default-src 'none'; img-src data:; sandbox"


@pages.get("/achievements/<achievement_id>")
@requires("public.read")
def achievement(achievement_id: str) -> ResponseReturnValue:
    """The page, also for */*; the Achievement of the current version for whoever likes JSON better."""
    version = _version(achievement_id)
    media_type = http.negotiate((HTML, *JSON_TYPES), default=HTML)
    if media_type is None:
        raise NotAcceptable()
    if media_type != HTML:
        return _document(version, media_type)
    page = render_template(
        "badges/achievement.html",
        sheet=offering.sheet_of(version, actor=current_actor(), now=utc_now()),
        art=artwork.art_of(version),
        endorsements=shown_of_achievement(version.achievement),
        may_edit=permits(current_actor(), "achievements.edit", organisation_id=version.achievement.organisation_id),
        base_url=settings().base_url,
    )
    response = make_response(page)
    response.vary.add("Accept")
    return response


@pages.get("/achievements/<achievement_id>.json")
@requires("public.read")
def achievement_json(achievement_id: str) -> Response:
    """The Achievement; the address names the form, so Accept decides only what it is called."""
    return _document(_version(achievement_id), http.negotiate(JSON_TYPES, default=JSON_TYPES[0]) or JSON_TYPES[0])


@pages.get("/achievements/<achievement_id>/image.svg")
@requires("public.read")
def image_svg(achievement_id: str) -> Response:
    """The rosette of the current version."""
    drawing = artwork.drawing_of(_version(achievement_id)).encode("utf-8")
    response = http.published(drawing, "image/svg+xml", cache_control=PICTURE_CACHE)
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    return response


@pages.get("/achievements/<achievement_id>/image.png")
@requires("public.read")
def image_png(achievement_id: str) -> Response:
    """The same in ``?size=512`` (unless asked for otherwise) or 1200 pixels."""
    version = _version(achievement_id)
    return http.published(artwork.png_of(version, size=_size()), "image/png", cache_control=PICTURE_CACHE)


def _version(achievement_id: str) -> AchievementVersion:
    """The version asked for with ``?version=``, the current one without."""
    number = request.args.get("version", type=int)
    if "version" in request.args and number is None:
        number = 0
    return offering.version_of(achievements.find_achievement(shaped(achievement_id)), number)


def _size() -> int:
    asked = request.args.get("size", str(artwork.PNG_SIZES[0]))
    sizes = {str(size): size for size in artwork.PNG_SIZES}
    if asked not in sizes:
        sentence = "The picture comes in these sizes: " + ", ".join(sizes) + "."
        raise Invalid("bad_size", sentence, fields={"size": [sentence]})
    return sizes[asked]


def _document(version: AchievementVersion, media_type: str) -> Response:
    body = json.dumps(offering.document_of(version), ensure_ascii=False).encode("utf-8")
    response = http.published(body, media_type, cache_control=DOCUMENT_CACHE)
    response.vary.add("Accept")
    return response
