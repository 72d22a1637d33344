"""Two forms for whoever sees a badge: asking its holder for the evidence, and reporting a problem to its issuer.

Both are at the address of the badge, and at that of a share link for whoever has only that. Neither tells anything of
the holder, and neither needs an account.
"""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from badges import awards
from badges.models import Award
from badges.public_names import shaped
from badges.sharing import evidence_requests, links, problems, wording
from issuer import limits
from issuer.access import current_actor, requires
from issuer.base.db import utc_now
from issuer.base.errors import Invalid, NotFound
from issuer.identity_pages import error_sentences

pages = Blueprint("asking", __name__)


@pages.after_request
def _keep_to_oneself(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@pages.get("/badges/<award_id>/request-evidence")
@pages.get("/s/<token>/<award_id>/request-evidence", endpoint="evidence_by_link")
@requires("public.read")
def evidence(award_id: str, token: str = "") -> ResponseReturnValue:
    return _evidence_form(_seen(award_id, token), token)


@pages.post("/badges/<award_id>/request-evidence")
@pages.post("/s/<token>/<award_id>/request-evidence", endpoint="ask_evidence_by_link")
@requires("badges.ask")
def ask_evidence(award_id: str, token: str = "") -> ResponseReturnValue:
    """The holder gets a mail and decides; whoever asks is told the same whatever they do."""
    award = _seen(award_id, token)
    limits.spend("asking", limits.client_address())
    try:
        evidence_requests.ask(
            award,
            email=request.form.get("email", ""),
            sentence=request.form.get("sentence", ""),
            locale=str(get_locale()),
        )
    except Invalid as error:
        return _evidence_form(award, token, error=error)
    flash(_("The holder decides. If they agree, a link is sent to your address; if not, you hear nothing."), "success")
    return _back(award, token)


@pages.get("/badges/<award_id>/report-problem")
@pages.get("/s/<token>/<award_id>/report-problem", endpoint="problem_by_link")
@requires("public.read")
def problem(award_id: str, token: str = "") -> ResponseReturnValue:
    return _problem_form(_seen(award_id, token), token)


@pages.post("/badges/<award_id>/report-problem")
@pages.post("/s/<token>/<award_id>/report-problem", endpoint="report_problem_by_link")
@requires("badges.ask")
def report_problem(award_id: str, token: str = "") -> ResponseReturnValue:
    """The issuer gets a mail; whoever reports gets a number."""
    award = _seen(award_id, token)
    limits.spend("asking", limits.client_address())
    form = request.form
    try:
        made = problems.report(
            award,
            kind=form.get("kind", ""),
            words=form.get("words", ""),
            email=form.get("email", ""),
            locale=str(get_locale()),
        )
    except Invalid as error:
        return _problem_form(award, token, error=error)
    flash(_("Thank you. The issuer has your report; its number is %(ticket)s.", ticket=made.ticket), "success")
    return _back(award, token)


def _seen(award_id: str, token: str) -> Award:
    """The badge, as far as the caller may see it. Raises NotFound, Gone."""
    if not token:
        return awards.visible_award(current_actor(), shaped(award_id))
    try:
        return links.opened(token, now=utc_now()).named(award_id)
    except NotFound:
        limits.spend("share_guess", limits.client_address())
        raise


def _evidence_form(award: Award, token: str, *, error: Invalid | None = None) -> ResponseReturnValue:
    return _form("badges/request_evidence.html", award, token, error, longest=evidence_requests.LONGEST_SENTENCE)


def _problem_form(award: Award, token: str, *, error: Invalid | None = None) -> ResponseReturnValue:
    return _form("badges/report_problem.html", award, token, error, kinds=wording.kind_choices())


def _form(template: str, award: Award, token: str, error: Invalid | None, **more: object) -> Response:
    version = award.achievement_version
    page = render_template(
        template,
        badge=version.name,
        issuer=version.achievement.organisation.name,
        back=_address(award, token),
        given=request.form,
        errors=error_sentences(error) if error else {},
        **more,
    )
    return make_response(page, 422 if error else 200)


def _address(award: Award, token: str) -> str:
    if token:
        return url_for("shared.badge", token=token, award_id=award.public_id)
    return url_for("awards.badge", award_id=award.public_id)


def _back(award: Award, token: str) -> ResponseReturnValue:
    return redirect(_address(award, token), 303)
