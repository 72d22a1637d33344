"""The holder's page: asking for endorsements, taking in those signed elsewhere, and saying which others see."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from badges import awards
from badges.endorsements import finding, giving, importing, inviting, reminding, wording
from badges.endorsements.showing import shown
from badges.models import Award
from badges.public_names import shaped
from issuer.access import current_actor, requires
from issuer.base.db import utc_now
from issuer.base.errors import Conflict, Invalid, ServiceError, TooMany, Unavailable
from issuer.identity_pages import error_sentences

pages = Blueprint("endorsements", __name__)


@pages.get("/badges/<award_id>/endorsements")
@requires("awards.own")
def mine(award_id: str) -> ResponseReturnValue:
    """What was said of one's own badge, who was asked, and the forms."""
    return _page(awards.own_award(current_actor(), shaped(award_id)))


@pages.post("/badges/<award_id>/endorsements/ask")
@requires("awards.publish")
def ask(award_id: str) -> ResponseReturnValue:
    """Ask somebody by mail."""
    award, form = awards.own_award(current_actor(), shaped(award_id)), request.form
    try:
        inviting.invite(
            current_actor(),
            award.public_id,
            email=form.get("email", ""),
            relation=form.get("relation", ""),
            kind=form.get("kind", ""),
            locale=form.get("locale", ""),
        )
    except (Invalid, Conflict, TooMany) as error:
        return _page(award, error=error)
    flash(_("Asked. The link in the mail works for 14 days."), "success")
    return _back(award)


@pages.post("/badges/<award_id>/endorsements/import")
@requires("awards.publish")
def take_in(award_id: str) -> ResponseReturnValue:
    """Keep one that was signed elsewhere."""
    award = awards.own_award(current_actor(), shaped(award_id))
    try:
        importing.take_in(current_actor(), award.public_id, request.form.get("input", "").encode("utf-8", "replace"))
    except (Invalid, Conflict, TooMany, Unavailable) as error:
        return _page(awards.own_award(current_actor(), shaped(award_id)), error=error)
    flash(_("It verifies, and is kept. Nobody else sees it before you say so."), "success")
    return redirect(url_for("endorsements.mine", award_id=shaped(award_id)), 303)


@pages.post("/badges/<award_id>/endorsements/reminders")
@requires("awards.publish")
def reminders(award_id: str) -> ResponseReturnValue:
    """Choose when to be reminded."""
    award = awards.own_award(current_actor(), shaped(award_id))
    days = [int(each) for each in request.form.getlist("days") if each in ("30", "60")]
    reminding.choose(current_actor(), award.public_id, days)
    flash(_("Saved."), "success")
    return _back(award)


@pages.post("/endorsements/invitations/<invitation_id>/cancel")
@requires("awards.publish")
def cancel(invitation_id: str) -> ResponseReturnValue:
    invitation = inviting.cancel(current_actor(), shaped(invitation_id))
    flash(_("Called back. The link does not work any more."), "success")
    return _back(invitation.award)


@pages.post("/endorsements/<endorsement_id>/show")
@requires("awards.publish")
def show(endorsement_id: str) -> ResponseReturnValue:
    return _set(endorsement_id, is_shown=True, words=_("Others who see the badge read it now."))


@pages.post("/endorsements/<endorsement_id>/hide")
@requires("awards.publish")
def hide(endorsement_id: str) -> ResponseReturnValue:
    return _set(endorsement_id, is_shown=False, words=_("Hidden. Nobody else sees it here."))


def _set(endorsement_id: str, *, is_shown: bool, words: str) -> ResponseReturnValue:
    endorsement = finding.shown_or_hidden(current_actor(), shaped(endorsement_id))
    try:
        giving.show(endorsement, is_shown=is_shown, actor=current_actor())
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash(words, "success")
    if endorsement.award is not None:
        return _back(endorsement.award)
    return redirect(url_for("endorsing.given"), 303)


def _page(award: Award, *, error: ServiceError | None = None) -> Response:
    now = utc_now()
    page = render_template(
        "badges/endorsements.html",
        award=award,
        badge=award.achievement_version.name,
        endorsements=[shown(each) for each in finding.endorsements_of(award)],
        invitations=[
            (each, *wording.invitation_state(each.state, is_expired=each.expires_at <= now))
            for each in finding.invitations_to(award)
        ],
        relations=wording.relation_choices(),
        kinds=wording.kind_choices(),
        language=request.form.get("locale") or str(get_locale()),
        reminders=[str(each.days) for each in reminding.reminders_of(award)],
        given=request.form,
        errors=_errors(error),
    )
    response = make_response(page, 200 if error is None else 422)
    response.headers["Cache-Control"] = "no-store"
    return response


def _errors(error: ServiceError | None) -> dict[str, str]:
    if error is None:
        return {}
    if isinstance(error, Invalid) and error.fields:
        return error_sentences(error)
    return {"email": str(error.detail)}


def _back(award: Award) -> ResponseReturnValue:
    return redirect(url_for("endorsements.mine", award_id=award.public_id), 303)
