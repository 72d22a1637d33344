"""Where administrators endorse in the name of their organisation, and read what others have said of it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from badges.endorsements import finding, giving, importing
from badges.endorsements.issuing import endorsed_id
from badges.endorsements.showing import shown
from badges.public_names import shaped
from issuer import organisations
from issuer.access import authorise, current_actor, requires
from issuer.base.errors import Conflict, Forbidden, Invalid, ServiceError, TooMany, Unavailable
from issuer.base.paging import USUAL
from issuer.identity_pages import error_sentences

pages = Blueprint("endorsing", __name__)


@pages.get("/admin/endorsements")
@requires("endorsements.give")
def given() -> ResponseReturnValue:
    return _page()


@pages.post("/admin/endorsements")
@requires("endorsements.give")
def endorse() -> ResponseReturnValue:
    form = request.form
    organisation = organisations.get(shaped(form.get("organisation", "-")))
    actor = authorise("endorsements.give", organisation.id)
    try:
        giving.endorse(actor, organisation, address=form.get("address", ""), comment=form.get("comment", ""))
    except (Invalid, Conflict, Forbidden, Unavailable) as error:
        return _page(error=error)
    flash(_("Signed in the name of %(name)s.", name=organisation.name), "success")
    return redirect(url_for("endorsing.given"), 303)


@pages.post("/admin/endorsements/import")
@requires("endorsements.give")
def take_in() -> ResponseReturnValue:
    """Keep one of an own organisation, or of its achievements, that was signed elsewhere."""
    try:
        importing.take_in_as_issuer(current_actor(), request.form.get("input", "").encode("utf-8", "replace"))
    except (Invalid, Conflict, TooMany, Unavailable) as error:
        return _page(error=error, at="input")
    flash(_("It verifies, and is kept. Nobody else sees it before you say so."), "success")
    return redirect(url_for("endorsing.given"), 303)


@pages.post("/admin/endorsements/<endorsement_id>/withdraw")
@requires("endorsements.give")
def withdraw(endorsement_id: str) -> ResponseReturnValue:
    endorsement = finding.given_by(current_actor(), shaped(endorsement_id))
    giving.take_back(endorsement, actor=current_actor().public_id)
    flash(_("Withdrawn, for ever. Whoever checks it is told so."), "success")
    return redirect(url_for("endorsing.given"), 303)


def _page(*, error: ServiceError | None = None, at: str = "address") -> ResponseReturnValue:
    own = [place for place, roles in current_actor().roles.items() if "administrator" in roles]
    mine = giving.given_by_organisations(own, limit=USUAL, after=request.args.get("after"))
    page = render_template(
        "badges/endorsing.html",
        organisations=[(each.public_id, each.name) for each in organisations.with_ids(own)],
        rows=[(shown(each), endorsed_id(each)) for each in mine.items],
        next=mine.next,
        about=[shown(each) for each in giving.about_organisations(own, limit=USUAL, after=None).items],
        given=request.form,
        address=request.form.get("address") or request.args.get("of", ""),
        errors=_errors(error, at),
    )
    return page, 200 if error is None else 422


def _errors(error: ServiceError | None, at: str) -> dict[str, str]:
    if error is None:
        return {}
    if isinstance(error, Invalid) and error.fields:
        return error_sentences(error)
    return {at: str(error.detail)}
