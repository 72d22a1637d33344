"""What an issuer states about its future, published; and the pages on which two administrators state it."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from issuer import accounts, organisations
from issuer.access import authorise, current_actor, requires
from issuer.base import http
from issuer.base.errors import Conflict, Forbidden, Invalid, NotSignedIn
from issuer.identity_pages import error_sentences
from issuer.models import Account, Organisation
from issuer.succession import standing, stating

pages = Blueprint("succession", __name__)

MEDIA_TYPE = "application/json"
CACHE = "public, max-age=300"
FOREVER = "public, max-age=31536000, immutable"
FIELDS = ("state", "since", "successor_id", "successor_name", "successor_url", "note")


@pages.get("/issuers/<slug>/succession.json")
@requires("public.read")
def newest(slug: str) -> Response:
    """The statement that counts, byte for byte as it was signed."""
    return http.published(standing.find(slug).document, MEDIA_TYPE, cache_control=CACHE)


@pages.get("/issuers/<slug>/succession/<int:number>.json")
@requires("public.read")
def numbered(slug: str, number: int) -> Response:
    """One of the statements; it never changes."""
    return http.published(standing.find(slug, number).document, MEDIA_TYPE, cache_control=FOREVER)


@pages.get("/admin/organisations/<organisation_id>/succession")
@requires("organisation.administer")
def future(organisation_id: str) -> ResponseReturnValue:
    """What is stated, what waits to be confirmed, and the form for another statement."""
    return _page(_organisation(organisation_id))


@pages.post("/admin/organisations/<organisation_id>/succession")
@requires("organisation.administer")
def propose(organisation_id: str) -> ResponseReturnValue:
    place, form = _organisation(organisation_id), request.form
    try:
        said = stating.wanted(
            place, **{name: form.get(name, "") for name in FIELDS}, takes_over=form.get("takes_over") == "yes"
        )
        stating.propose(place, said, proposer=_person())
    except Invalid as error:
        return _page(place, error)
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash(_("Proposed. Nothing is stated until another administrator confirms it."), "success")
    return _back(place)


@pages.post("/admin/organisations/<organisation_id>/succession/<proposal_id>/confirm")
@requires("organisation.administer")
def confirm(organisation_id: str, proposal_id: str) -> ResponseReturnValue:
    place = _organisation(organisation_id)
    proposal = stating.find_proposal(place, proposal_id)
    if request.form.get("read") != "yes":
        flash(_("Read it first, and say so with the tick."), "error")
        return _back(place)
    try:
        stating.confirm(proposal, confirmer=_person())
    except (Conflict, Forbidden) as error:
        flash(error.detail, "error")
    else:
        flash(_("It is signed and published. The holders of its badges get a mail."), "success")
    return _back(place)


@pages.post("/admin/organisations/<organisation_id>/succession/<proposal_id>/withdraw")
@requires("organisation.administer")
def withdraw(organisation_id: str, proposal_id: str) -> ResponseReturnValue:
    place = _organisation(organisation_id)
    try:
        stating.withdraw(stating.find_proposal(place, proposal_id), actor=_person())
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash(_("Withdrawn. Nothing was stated."), "success")
    return _back(place)


def _page(place: Organisation, error: Invalid | None = None) -> ResponseReturnValue:
    proposal = stating.waiting(place)
    page = render_template(
        "issuer/succession.html",
        organisation=place,
        stated=standing.newest(place),
        told=standing.sentence_about(place),
        proposal=proposal,
        proposed=stating.sentence_for(place, stating.said_in(proposal)) if proposal else "",
        is_own=proposal is not None and proposal.proposed_by_id == current_actor().account_id,
        errors=error_sentences(error) if error else {},
    )
    return page, 422 if error else 200


def _organisation(public_id: str) -> Organisation:
    place = organisations.get(public_id)
    authorise("organisation.administer", place.id)
    return place


def _person() -> Account:
    account_id = current_actor().account_id
    if account_id is None:
        raise NotSignedIn("sign_in_needed", _("Sign in first; then you come back here."))
    return accounts.get(account_id)


def _back(place: Organisation) -> ResponseReturnValue:
    return redirect(url_for("succession.future", organisation_id=place.public_id), 303)
