"""The check on somebody else's page: an iframe with the answer, no script, no cookie, no action but a link."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _

from badges.verification import doors
from badges.verification.answers import refuse
from badges.verification.report import Report
from badges.verification.wording import kind_of, mark_of, sentence_of
from issuer import limits
from issuer.access import requires, settings
from issuer.base.errors import ServiceError
from issuer.base.headers import may_be_framed
from issuer.base.http import status_of
from issuer.policy import ANONYMOUS

pages = Blueprint("embedding", __name__)

CACHE = "public, max-age=60"
WIDTH, HEIGHT = 320, 260


@pages.get("/embed/verify")
@requires("public.read")
def verify() -> Response:
    """The answer on ``?badge=ADDRESS or number`` for an iframe 320 pixels wide; what is private is not there (404)."""
    g.actor = ANONYMOUS  # whoever looks: a page of another site must not show what only its reader may see
    given = request.args.get("badge", "").strip()
    if not given:
        return _framed(status=404)
    limits.spend("verifying", limits.client_address())
    try:
        report = doors.answer(doors.named(given))
        refuse(report)
    except ServiceError as error:
        return _framed(status=status_of(error))
    return _framed(report, given=given)


def embed_snippet(badge: str = "") -> str:
    """The HTML that somebody puts into a page."""
    address = f"{settings().base_url}{url_for('embedding.verify')}?{urlencode({'badge': badge})}"
    title = _("Check of a badge")
    return f'<iframe src="{address}" title="{title}" width="{WIDTH}" height="{HEIGHT}" loading="lazy"></iframe>'


def _framed(report: Report | None = None, *, given: str = "", status: int = 200) -> Response:
    page = render_template(
        "badges/embed.html",
        kind=kind_of(report) if report else "neutral",
        mark=mark_of(report) if report else _("Nothing to show"),
        sentence=sentence_of(report) if report else _("There is no badge here that can be shown."),
        name=report.facts.name if report and report.facts else "",
        checked_at=report.checked_at if report else None,
        checked_words=format_datetime(report.checked_at, "medium") if report else "",
        details=f"{settings().base_url}{url_for('verification.verify')}"
        + (f"?{urlencode({'badge': given})}" if report else ""),
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = CACHE if report else "no-store"
    return may_be_framed(response)
