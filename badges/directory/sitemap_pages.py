"""What search engines ask for: the map of what is meant to be found, and where they need not look."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _

from badges.directory import sitemap
from badges.directory.addresses import address_of
from badges.directory.sitemap import Place
from issuer.access import requires, settings
from issuer.base import http
from issuer.base.errors import NotFound

pages = Blueprint("sitemap", __name__)

FRESH = "public, max-age=600"
"""A badge that its holder takes back has left the map of whoever keeps one for a while, too, after ten minutes."""

ALWAYS_THERE = ("catalog.landing", "catalog.browse", "directory.issuers", "frameworks.browse_frameworks")
XML = "application/xml; charset=utf-8"

NOT_FOR_CRAWLERS = (
    "/account",
    "/admin",
    "/api/",
    "/attempts/",
    "/badges/*/report-problem",
    "/badges/*/request-evidence",
    "/badges/*/share",
    "/badges/*/wallet",
    "/badges/watchers",
    "/checks",
    "/conformance/",
    "/log/entries",
    "/outbox",
    "/search",
    "/sharing",
    "/sign-in",
    "/sign-up",
    "/skills",
    "/wallets/",
    "/watches",
    "/webhooks",
)
"""What needs an account, or is made for each question. Pages that say noindex are not here: it has to be read."""


@pages.get("/sitemap.xml")
@requires("public.read")
def index() -> Response:
    places = [Place(_at_home(url_for("sitemap.fixed_part")))]
    places += [
        Place(_at_home(url_for("sitemap.part", number=each.number)), each.changed_at) for each in sitemap.parts()
    ]
    return http.published(sitemap.index_document(places), XML, cache_control=FRESH)


@pages.get("/sitemaps/pages.xml")
@requires("public.read")
def fixed_part() -> Response:
    """The pages that are always there."""
    places = [Place(_at_home(url_for(endpoint))) for endpoint in ALWAYS_THERE]
    return http.published(sitemap.part_document(places), XML, cache_control=FRESH)


@pages.get("/sitemaps/<int:number>.xml")
@requires("public.read")
def part(number: int) -> Response:
    known = {each.number for each in sitemap.parts()}
    if number not in known:
        raise NotFound("not_found", _("There is nothing at this address."))
    rows = sitemap.entries_in(number)
    places = [Place(_at_home(address_of(row.kind, row.name)), row.changed_at) for row in rows]
    return http.published(sitemap.part_document(places), XML, cache_control=FRESH)


@pages.get("/robots.txt")
@requires("public.read")
def robots() -> Response:
    """RFC 9309: all may look at everything but these."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_CRAWLERS), "Allow: /", ""]
    lines.append(f"Sitemap: {_at_home(url_for('sitemap.index'))}")
    body = "\n".join([*lines, ""]).encode("ascii")
    return http.published(body, "text/plain; charset=utf-8", cache_control=FRESH)


def _at_home(path: str) -> str:
    return f"{settings().base_url}{path}"
