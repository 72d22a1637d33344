"""Where a person says which identifiers are theirs."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from issuer import accounts, limits
from issuer.access import current_actor, requires
from issuer.base.errors import Conflict, Invalid, NotFound, ServiceError, Unavailable
from issuer.identity_pages import error_sentences
from issuer.models import Account
from issuer.people import identifiers
from issuer.people.identifiers import Challenge

pages = Blueprint("identifiers", __name__)


@pages.get("/account/identifiers")
@requires("account.own")
def mine() -> ResponseReturnValue:
    """Those that were shown to be one's own, and how to add one."""
    return _page()


@pages.post("/account/identifiers/challenge")
@requires("account.own")
def challenge() -> ResponseReturnValue:
    """A text to sign, with the form that takes the signed one."""
    person = _own_account()
    limits.spend("guess", person.public_id)
    return _page(challenge=identifiers.challenge(person))


@pages.post("/account/identifiers")
@requires("account.own")
def add() -> ResponseReturnValue:
    person = _own_account()
    limits.spend("guess", person.public_id)
    try:
        identifiers.prove(person, request.form.get("token", ""))
    except (Invalid, Conflict, Unavailable) as error:
        return _page(error=error)
    flash(_("It is yours, and noted here."), "success")
    return redirect(url_for("identifiers.mine"), 303)


@pages.post("/account/identifiers/<identifier_id>/remove")
@requires("account.own")
def remove(identifier_id: str) -> ResponseReturnValue:
    try:
        identifiers.remove(_own_account(), identifier_id)
    except NotFound as error:
        flash(error.detail, "error")
    else:
        flash(_("Removed. Badges that were signed for it stay as they are."), "success")
    return redirect(url_for("identifiers.mine"), 303)


def _own_account() -> Account:
    account_id = current_actor().account_id
    return accounts.get(account_id if account_id is not None else -1)


def _page(*, challenge: Challenge | None = None, error: ServiceError | None = None) -> Response:
    errors = error_sentences(error) if isinstance(error, Invalid) else {"token": error.detail} if error else {}
    page = render_template(
        "issuer/identifiers.html",
        held=identifiers.identifiers_of(_own_account().id),
        challenge=challenge,
        errors=errors,
    )
    response = make_response(page, 422 if error else 200)
    response.headers["Cache-Control"] = "no-store"
    return response
