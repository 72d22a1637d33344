"""The search page and the directory of issuers, open to anybody."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from badges.directory.addresses import address_of
from badges.directory.asked import Asked, asked
from badges.directory.issuers import issuers_page
from badges.directory.models import KINDS
from badges.directory.searching import Results, search
from badges.directory.wording import kind_words, kinds_words
from issuer.access import requires
from issuer.base.errors import Invalid

pages = Blueprint("directory", __name__)


@pages.get("/search", endpoint="search")
@requires("public.read")
def search_page() -> ResponseReturnValue:
    """A form, and below it what was found; without words the form alone."""
    wanted = asked(request.args)
    results = _search(wanted)
    return render_template(
        "badges/search.html",
        asked=wanted,
        results=results,
        kinds=[("", kinds_words("")), *((kind, kinds_words(kind)) for kind in KINDS)],
        kind_words=kind_words,
        address_of=address_of,
        next_href=_further(wanted, results.next) if results.next else None,
        first_href=_further(wanted, None) if wanted.after else None,
    )


@pages.get("/issuers", endpoint="issuers")
@requires("public.read")
def browse_issuers() -> ResponseReturnValue:
    """Who awards badges here."""
    page = issuers_page(after=request.args.get("after") or None)
    next_href = url_for("directory.issuers", after=page.next) if page.next else None
    return render_template("badges/issuers.html", issuers=page.items, next_href=next_href)


def _search(wanted: Asked) -> Results:
    try:
        return search(wanted.text, kind=wanted.kind, after=wanted.after)
    except Invalid:  # an old place among results that are others now: begin at their beginning
        return search(wanted.text, kind=wanted.kind)


def _further(wanted: Asked, after: str | None) -> str:
    parameters = wanted.as_query() | ({"after": after} if after else {})
    return f"{url_for('directory.search')}?{urlencode(parameters)}"
