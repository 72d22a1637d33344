"""A holder saves all of their badges, or one, as a bundle that needs no server."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, render_template, send_file
from flask.typing import ResponseReturnValue

from badges import awards
from badges.afterlife import bundle
from badges.models import Award
from badges.public_names import shaped
from issuer import limits
from issuer.access import current_actor, requires

pages = Blueprint("bundle", __name__)

NOT_KEPT = "private, no-store"


@pages.get("/badges/bundle")
@requires("awards.own")
def offer() -> ResponseReturnValue:
    """What is in it, and the button."""
    return render_template("afterlife/bundle.html", badges=len(bundle.own_badges(current_actor())))


@pages.get("/badges/bundle.zip")
@requires("awards.own")
def all_badges() -> Response:
    """Every badge of one's own. Raises Conflict without one, TooMany."""
    return _saved(bundle.own_badges(current_actor()))


@pages.get("/badges/<award_id>/bundle.zip")
@requires("awards.own")
def one_badge(award_id: str) -> Response:
    """One badge of one's own. Raises NotFound, Conflict while it is not signed."""
    return _saved([awards.own_award(current_actor(), shaped(award_id))])


def _saved(held: Sequence[Award]) -> Response:
    actor = current_actor()
    limits.spend("bundling", actor.public_id)
    content = bundle.bundle_of(actor, held)
    name = bundle.file_name(held)
    response = send_file(content, mimetype="application/zip", as_attachment=True, download_name=name, etag=False)
    response.headers["Cache-Control"] = NOT_KEPT
    return response
