"""Issuers: the page that says who vouches, for what, and with which keys."""

from __future__ import annotations

import json

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from badges import artwork, offering, revocation_list
from badges.achievement_pages import PICTURE_CACHE, PICTURE_POLICY
from badges.directory.issuer_records import records_of
from badges.endorsements.showing import shown_of_issuer
from badges.public_names import shaped
from issuer.access import requires, settings
from issuer.base import http
from issuer.profile import find_organisation
from issuer.status.publishing import TIME_TO_LIVE
from issuer.succession.standing import sentence_about, told_of

pages = Blueprint("issuers", __name__)


@pages.get("/issuers/<slug>")
@requires("public.read")
def issuer(slug: str) -> ResponseReturnValue:
    """Who vouches, for what, with which keys, and how to check it; ``?after=`` leafs through what is awarded."""
    organisation = find_organisation(shaped(slug))
    after = request.args.get("after")
    return render_template(
        "badges/issuer.html",
        sheet=offering.issuer_sheet(organisation, after=after),
        is_further_page=after is not None,
        records=records_of(organisation),
        future=sentence_about(organisation),
        logo=organisation.logo,
        endorsements=shown_of_issuer(organisation),
        told=told_of(organisation),
        base_url=settings().base_url,
    )


@pages.get("/issuers/<slug>/revocations")
@requires("public.read")
def revocations(slug: str) -> Response:
    """The organisation's 1EdTechRevocationList, for verifiers that read no bitstring status lists."""
    organisation = find_organisation(shaped(slug))
    tag, cache = revocation_list.tag_of(organisation), f"public, max-age={int(TIME_TO_LIVE.total_seconds())}"
    if request.if_none_match.contains(tag):
        return http.published_as(b"", "application/json", tag=tag, cache_control=cache)
    body = json.dumps(revocation_list.document_of(organisation), ensure_ascii=False).encode("utf-8")
    return http.published_as(body, "application/json", tag=tag, cache_control=cache)


@pages.get("/issuers/<slug>/image.svg")
@requires("public.read")
def emblem_svg(slug: str) -> Response:
    drawing = artwork.emblem_of(find_organisation(shaped(slug))).encode("utf-8")
    response = http.published(drawing, "image/svg+xml", cache_control=PICTURE_CACHE)
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    return response


@pages.get("/issuers/<slug>/image.png")
@requires("public.read")
def emblem_png(slug: str) -> Response:
    """The picture that the issuer's Profile names in every badge."""
    picture = artwork.emblem_png_of(find_organisation(shaped(slug)))
    return http.published(picture, "image/png", cache_control=PICTURE_CACHE)
