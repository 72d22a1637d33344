"""A badge where it is shared: its QR code, its picture, its frame, and oEmbed. All for anybody, or not there at all."""

from __future__ import annotations

import json

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotImplemented as NotOffered

from badges import artwork, awards, kept_pages, showcase, showing_elsewhere
from badges.badge_head import picture_address, picture_of
from badges.models import Award
from badges.public_names import shaped
from badges.qr_codes import qr_png, qr_svg
from badges.sharing.shown_forms import shown_to_others
from badges.signed_forms import CACHE
from badges.social_picture import paint
from badges.verification.sources import check
from badges.verification.wording import kind_of, mark_of, sentence_of
from issuer.access import current_actor, requires
from issuer.base import http
from issuer.base.errors import Malformed, NotFound
from issuer.base.headers import may_be_framed
from issuer.own_addresses import own_path
from issuer.policy import ANONYMOUS

pages = Blueprint("elsewhere", __name__)
pages.record_once(lambda state: kept_pages.init_app(state.app))

FRAME_CACHE = f"public, max-age={showing_elsewhere.KEPT_SECONDS}"
LONGEST_ADDRESS = 2048
FORMATS = ("json", "xml")
_PAGE = "/badges/"


@pages.get("/badges/<award_id>/qr.svg")
@requires("public.read")
def qr_code(award_id: str) -> Response:
    """The address of the page as a QR code."""
    award = awards.visible_award(current_actor(), shaped(award_id))
    drawn = qr_svg(_address(award), title=_("QR code of the badge's page"))
    return http.published(drawn, "image/svg+xml", cache_control=CACHE)


@pages.get("/badges/<award_id>/qr.png")
@requires("public.read")
def qr_code_png(award_id: str) -> Response:
    """The same in pixels, for slides and print."""
    award = awards.visible_award(current_actor(), shaped(award_id))
    return http.published(qr_png(_address(award)), "image/png", cache_control=CACHE)


@pages.get("/badges/<award_id>/social.png")
@requires("public.read")
def social_picture(award_id: str) -> Response:
    """The picture of the badge as it stands now; ``?v=`` is only for those who keep pictures by their address."""
    award = awards.visible_award(current_actor(), shaped(award_id))
    picture = picture_of(award, showcase.showcase_of(award))
    return http.published_as(paint(picture), "image/png", tag=picture.version, cache_control=CACHE)


@pages.get("/embed/badges/<award_id>")
@requires("public.read")
def embed(award_id: str) -> Response:
    """The badge for an iframe: no action but a link, no script, no cookie. What is private is not there."""
    g.actor = ANONYMOUS  # a page of another site must not show what only its reader may see
    award = awards.visible_award(ANONYMOUS, shaped(award_id))
    report = check(shown_to_others(award).document)
    page = render_template(
        "badges/embed_badge.html",
        kind=kind_of(report),
        mark=mark_of(report),
        sentence=sentence_of(report),
        holder=report.facts.holder if report.facts else "",
        name=award.achievement_version.name,
        issuer=award.achievement_version.achievement.organisation.name,
        art=artwork.art_of(award.achievement_version),
        address=_address(award),
    )
    response = may_be_framed(make_response(page))
    response.headers["Cache-Control"] = FRAME_CACHE
    response.vary.add("Accept-Language")
    return response


@pages.get("/oembed")
@requires("public.read")
def oembed() -> Response:
    """oEmbed 1.0 for the page of a public badge: ``?url=``, ``format=`` json or xml, ``maxwidth=``, ``maxheight=``."""
    form = request.args.get("format", FORMATS[0])
    if form not in FORMATS:
        raise NotOffered()
    award = awards.visible_award(ANONYMOUS, _named(request.args.get("url", "")))
    picture = picture_of(award, showcase.showcase_of(award))
    said = showing_elsewhere.oembed_of(
        award, thumbnail=picture_address(award, picture), most=(_length("maxwidth"), _length("maxheight"))
    )
    if form == "xml":
        return http.published(showing_elsewhere.as_xml(said), "text/xml; charset=utf-8", cache_control=FRAME_CACHE)
    body = json.dumps(said, ensure_ascii=False).encode()
    return http.published(body, "application/json", cache_control=FRAME_CACHE)


def _named(address: str) -> str:
    """The id in the address of a badge's page. Raises NotFound for any other address, here or elsewhere."""
    path = own_path(address) if len(address) <= LONGEST_ADDRESS else None
    if path is None or not path.startswith(_PAGE):
        raise NotFound("not_found", _("There is no badge at this address."))
    return shaped(path.removeprefix(_PAGE).partition("?")[0].partition("#")[0])


def _length(name: str) -> int | None:
    """A length in pixels. Raises Malformed for what is none."""
    given = request.args.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= 6):
        raise Malformed("bad_length", _("maxwidth and maxheight are numbers of pixels."))
    return int(given)


def _address(award: Award) -> str:
    return showing_elsewhere.at_home(url_for("awards.badge", award_id=award.public_id))
