"""Pictures: the public address of each, and the page on which administrators hand in a logo."""

from __future__ import annotations

import re

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from issuer import organisations
from issuer.access import authorise, current_actor, requires
from issuer.base import http
from issuer.base.body_sizes import takes_up_to
from issuer.base.errors import Invalid, NotFound, TooLarge
from issuer.models import Organisation
from issuer.pictures import keeping

pages = Blueprint("pictures", __name__)

FOR_EVER = "public, max-age=31536000, immutable"
POLICY = "sandbox; default-src 'none'"
MOST_SENT = keeping.MOST_BYTES + 64 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")


@pages.get("/pictures/<digest>")
@requires("public.read")
def image_kept(digest: str) -> Response:
    """The picture that has this SHA-256. It can be nothing else, so it may be kept for ever."""
    if not _DIGEST.fullmatch(digest):
        raise NotFound("not_found", _("There is no such picture."))
    found = keeping.find(digest)
    response = http.published_as(found.content, found.media_type, tag=digest, cache_control=FOR_EVER)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@pages.get("/admin/organisations/<organisation_id>/logo")
@requires("organisation.administer")
def logo(organisation_id: str) -> ResponseReturnValue:
    return _logo_page(_administered(organisation_id), {}, 200)


@pages.post("/admin/organisations/<organisation_id>/logo")
@takes_up_to(MOST_SENT)
@requires("organisation.administer")
def change_logo(organisation_id: str) -> ResponseReturnValue:
    """Take the picture that was sent; or, when ``remove`` was pressed, show the drawn emblem again."""
    place, actor = _administered(organisation_id), current_actor().public_id
    if "remove" in request.form:
        keeping.remove_logo(place, actor=actor)
        flash(_("The drawn emblem is shown again. Badges already signed keep the logo."), "success")
        return redirect(url_for("pictures.logo", organisation_id=organisation_id), 303)
    try:
        keeping.show_logo(place, sent_picture(), actor=actor)
    except (Invalid, TooLarge) as error:
        return _logo_page(place, {keeping.FIELD: error.detail}, http.status_of(error))
    flash(_("The logo is saved. The next badges carry it."), "success")
    return redirect(url_for("pictures.logo", organisation_id=organisation_id), 303)


def sent_picture() -> bytes:
    """The bytes of the field ``picture`` of the form, one more than is taken at most; none when there is no file."""
    file = request.files.get(keeping.FIELD)
    return file.stream.read(keeping.MOST_BYTES + 1) if file is not None else b""


def _administered(public_id: str) -> Organisation:
    place = organisations.get(public_id)
    authorise("organisation.administer", place.id)
    return place


def _logo_page(place: Organisation, errors: dict[str, str], status: int) -> ResponseReturnValue:
    return render_template("issuer/logo.html", organisation=place, errors=errors), status
