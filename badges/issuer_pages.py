"""Issuers: the page that says who vouches, for what, and with which keys."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from badges import offering
from badges.public_names import shaped
from issuer.access import requires, settings
from issuer.profile import find_organisation

pages = Blueprint("issuers", __name__)


@pages.get("/issuers/<slug>")
@requires("public.read")
def issuer(slug: str) -> ResponseReturnValue:
    sheet = offering.issuer_sheet(find_organisation(shaped(slug)))
    return render_template("badges/issuer.html", sheet=sheet, base_url=settings().base_url)
