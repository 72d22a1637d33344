"""One endorsement at its own address, shown and verified by itself, in the forms in which it was signed."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from badges.endorsements import finding, showing
from badges.endorsements.issuing import endorsed_id
from badges.endorsements.models import Endorsement
from badges.public_names import shaped
from badges.signed_forms import CACHE
from badges.verification import outward
from badges.verification import shown as showing_reports
from issuer import limits
from issuer.access import current_actor, requires
from issuer.base import http
from issuer.base.errors import NotFound

pages = Blueprint("endorsement", __name__)


@pages.get("/endorsements/<endorsement_id>")
@requires("public.read")
def page(endorsement_id: str) -> ResponseReturnValue:
    """Who says what of what, and the checks, made now."""
    endorsement = _visible(endorsement_id)
    if endorsement.origin == "imported":
        limits.spend("verifying", limits.client_address())
    with outward.passage():
        report = showing.report_of(endorsement)
    response = Response(
        render_template(
            "badges/endorsement.html",
            endorsement=showing.shown(endorsement),
            report=showing_reports.shown(report),
            endorsed=endorsed_id(endorsement),
            has_json=endorsement.signed.document is not None,
            has_jwt=endorsement.signed.jwt is not None,
        )
    )
    response.headers["Cache-Control"] = CACHE
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@pages.get("/endorsements/<endorsement_id>.json")
@requires("public.read")
def document(endorsement_id: str) -> Response:
    """The credential with its embedded proof, byte for byte."""
    return _answer(_visible(endorsement_id).signed.document, "application/vc")


@pages.get("/endorsements/<endorsement_id>.jwt")
@requires("public.read")
def token(endorsement_id: str) -> Response:
    """The same as VC-JWT."""
    return _answer(_visible(endorsement_id).signed.jwt, "text/plain")


def _visible(endorsement_id: str) -> Endorsement:
    return finding.visible_endorsement(current_actor(), shaped(endorsement_id))


def _answer(body: bytes | None, media_type: str) -> Response:
    if body is None:
        raise NotFound("not_found", _("It was not signed in this form."))
    return http.published(body, media_type, cache_control=CACHE)
