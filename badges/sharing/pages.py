"""What a holder says about sharing: who sees a badge, under which name, by which links, and who asked for more."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from badges import awards
from badges.models import Award
from badges.public_names import shaped
from badges.sharing import evidence_requests, links, shown_forms, wording
from badges.sharing.human_codes import written
from badges.sharing.models import ShareLink
from badges.sharing.presenting import INITIALS, initials_of
from competencies.profiles.asking import own_account_id
from issuer.access import current_actor, requires
from issuer.base.db import utc_now
from issuer.base.errors import Conflict, Invalid, ServiceError, Unavailable
from issuer.base.paging import USUAL
from issuer.identity_pages import error_sentences

pages = Blueprint("sharing", __name__)

BADGES_OFFERED = 50


@pages.get("/sharing")
@requires("awards.own")
def overview() -> ResponseReturnValue:
    """All one's links, and what visitors ask."""
    return _overview()


@pages.get("/badges/<award_id>/share")
@requires("awards.own")
def share(award_id: str) -> ResponseReturnValue:
    """Everything about sharing one badge."""
    return _share(awards.own_award(current_actor(), shaped(award_id)))


@pages.post("/badges/<award_id>/visibility")
@requires("awards.publish")
def set_visibility(award_id: str) -> ResponseReturnValue:
    award = awards.own_award(current_actor(), shaped(award_id))
    try:
        awards.set_visibility(current_actor(), award.public_id, request.form.get("visibility", ""))
    except (Invalid, Conflict) as error:
        return _share(award, error=error)
    flash(wording.seen_by(award.visibility), "success")
    return redirect(url_for("sharing.share", award_id=award.public_id), 303)


@pages.post("/badges/<award_id>/shown-name")
@requires("awards.publish")
def choose_name(award_id: str) -> ResponseReturnValue:
    award = awards.own_award(current_actor(), shaped(award_id))
    try:
        shown_forms.choose_name(current_actor(), award.public_id, request.form.get("shown_name", ""))
    except (Invalid, Conflict, Unavailable) as error:
        return _share(award, error=error)
    flash(
        _("Others read the name that you chose from now on. Files that they saved before stay as they are."), "success"
    )
    return redirect(url_for("sharing.share", award_id=award.public_id), 303)


@pages.post("/sharing/links")
@requires("awards.publish")
def make_link() -> ResponseReturnValue:
    """The page with the new link: the only one that ever shows it."""
    form = request.form
    names = [shaped(name) for name in form.getlist("badges")[: links.MOST_BADGES + 1]]
    try:
        link, secret = links.make(
            current_actor(),
            names,
            days=_days(form.get("days", "")),
            shows_evidence=form.get("shows_evidence") == "yes",
            label=form.get("label", ""),
        )
    except (Invalid, Conflict) as error:
        if len(names) == 1 and form.get("from") == "badge":
            return _share(awards.own_award(current_actor(), names[0]), error=error)
        return _overview(error=error)
    return _uncached(render_template("badges/share_link.html", link=link, url=links.link_url(secret)))


@pages.post("/sharing/links/<link_id>/revoke")
@requires("awards.publish")
def revoke_link(link_id: str) -> ResponseReturnValue:
    links.revoke(current_actor(), shaped(link_id))
    flash(_("This link shows nothing any more, to anybody."), "success")
    return redirect(url_for("sharing.overview"), 303)


@pages.post("/sharing/requests/<request_id>/agree")
@requires("awards.publish")
def agree(request_id: str) -> ResponseReturnValue:
    try:
        evidence_requests.agree(current_actor(), shaped(request_id))
    except (Conflict, Invalid) as error:
        flash(error.detail, "error")
    else:
        flash(
            _("A link that shows the evidence for 30 days is on its way. You can end it here at any time."), "success"
        )
    return redirect(url_for("sharing.overview"), 303)


@pages.post("/sharing/requests/<request_id>/decline")
@requires("awards.publish")
def decline(request_id: str) -> ResponseReturnValue:
    try:
        evidence_requests.decline(current_actor(), shaped(request_id))
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash(_("Declined. Whoever asked is told nothing."), "success")
    return redirect(url_for("sharing.overview"), 303)


def _days(text: str) -> int:
    """Out of range, and so refused by the room, for what is no small whole number."""
    text = text.strip() or str(links.USUAL_DAYS)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0


def _share(award: Award, *, error: ServiceError | None = None) -> ResponseReturnValue:
    name = award.account.name
    page = render_template(
        "badges/share.html",
        award=award,
        badge=award.achievement_version.name,
        is_signed=award.credential is not None,
        code=written(award.code),
        visibilities=wording.visibility_choices(),
        names=wording.name_choices(name, initials_of(name)),
        initials=INITIALS,
        links=[_shown(link) for link in links.links_to(award)],
        usual_days=links.USUAL_DAYS,
        most_days=links.MOST_DAYS,
        errors=_errors(error),
    )
    return _uncached(page, 200 if error is None else 422)


def _overview(*, error: ServiceError | None = None) -> ResponseReturnValue:
    account_id = own_account_id()
    page = links.links_of(account_id, limit=USUAL, after=request.args.get("after"))
    own = awards.awards_of(account_id, limit=BADGES_OFFERED)
    shown = render_template(
        "badges/sharing.html",
        rows=[_shown(link) for link in page.items],
        next=page.next,
        badges=[(award.public_id, award.achievement_version.name) for award in own.items if award.state == "issued"],
        asked=evidence_requests.requests_to(account_id),
        usual_days=links.USUAL_DAYS,
        most_days=links.MOST_DAYS,
        errors=_errors(error),
    )
    return _uncached(shown, 200 if error is None else 422)


def _shown(link: ShareLink) -> tuple[ShareLink, str, tuple[str, str]]:
    """A link, what it shows, and (words, kind) of how it stands."""
    names = ", ".join(award.achievement_version.name for award in link.awards)
    return link, names, wording.link_state(link, is_working=links.is_working(link, now=utc_now()))


def _errors(error: ServiceError | None) -> dict[str, str]:
    """What belongs to no field of the page stands at the first one."""
    if error is None:
        return {}
    if isinstance(error, Invalid) and error.fields:
        return error_sentences(error)
    return {"visibility": str(error.detail)}


def _uncached(page: str, status: int = 200) -> Response:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
