"""What an invited person sees: what is to be endorsed, the form, and later the way to take it back. No account needed.

Nothing here is kept by a browser or a search engine, and no address that is followed from here is told the link.
"""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from badges.endorsements import answering, inviting, wording
from badges.endorsements.answering import Answer
from badges.endorsements.models import EndorsementInvitation
from issuer import limits
from issuer.access import current_actor, requires
from issuer.base.errors import Invalid, NotFound, Unavailable
from issuer.identity_pages import error_sentences

pages = Blueprint("endorse", __name__)


@pages.after_request
def _keep_to_oneself(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@pages.get("/endorse/<token>")
@requires("public.read")
def form(token: str) -> ResponseReturnValue:
    """The form; once it was answered, what was said, and the way to take it back."""
    invitation = _opened(token)
    if (given := answering.endorsement_by(invitation)) is not None:
        return render_template("badges/endorse_done.html", given=given, token=token)
    answering.refuse_holder(current_actor(), inviting.still_open(invitation).award)
    return _form(invitation)


@pages.post("/endorse/<token>")
@requires("badges.ask")
def answer(token: str) -> ResponseReturnValue:
    invitation, filled = _opened(token), request.form
    limits.spend("asking", limits.client_address())
    given = Answer(
        name=filled.get("name", ""),
        naming=filled.get("naming", ""),
        relation=filled.get("relation", ""),
        comment=filled.get("comment", ""),
        what=filled.get("what", ""),
        often=filled.get("often", ""),
        result=filled.get("result", ""),
        skills=tuple(filled.getlist("skills")[:100]),
    )
    try:
        answering.answer(current_actor(), token, given)
    except Invalid as error:
        return _form(invitation, errors=error_sentences(error))
    except Unavailable as error:
        return _form(invitation, errors={"comment": str(error.detail)}, status=503)
    flash(_("Thank you. It is signed, and the holder decides who sees it."), "success")
    return redirect(url_for("endorse.form", token=token), 303)


@pages.post("/endorse/<token>/decline")
@requires("badges.ask")
def decline(token: str) -> ResponseReturnValue:
    _opened(token)
    inviting.decline(token)
    return render_template("badges/endorse_done.html", given=None, token=token)


@pages.post("/endorse/<token>/withdraw")
@requires("badges.ask")
def withdraw(token: str) -> ResponseReturnValue:
    _opened(token)
    answering.withdraw(token)
    flash(_("Withdrawn, for ever. Whoever checks it is told so."), "success")
    return redirect(url_for("endorse.form", token=token), 303)


def _opened(token: str) -> EndorsementInvitation:
    """Whoever guesses is soon asked to wait."""
    try:
        return inviting.opened(token)
    except NotFound:
        limits.spend("share_guess", limits.client_address())
        raise


def _form(
    invitation: EndorsementInvitation, *, errors: dict[str, str] | None = None, status: int | None = None
) -> Response:
    award = invitation.award
    version = award.achievement_version
    with force_locale(invitation.locale):
        page = render_template(
            "badges/endorse.html",
            invitation=invitation,
            version=version,
            issuer=version.achievement.organisation,
            holder=award.account.name,
            skills=[(each.competency_id, each.name) for each in answering.skills_of(award)],
            relations=wording.relation_choices(),
            often=wording.often_choices(),
            namings=wording.naming_choices(),
            given=request.form,
            errors=errors or {},
        )
    return make_response(page, status or (422 if errors else 200))
