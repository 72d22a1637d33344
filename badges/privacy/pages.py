"""A person takes everything along, or goes."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from badges.privacy import asking, exporting
from issuer import accounts, limits
from issuer.access import current_actor, requires
from issuer.account_pages import proven_by_mail
from issuer.base.errors import Conflict, Invalid, ServiceError
from issuer.identity_pages import error_sentences
from issuer.models import Account

pages = Blueprint("privacy", __name__)


@pages.after_request
def _keep_to_oneself(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get("/account/export")
@requires("account.own")
def export() -> ResponseReturnValue:
    """What is in it, and the button."""
    return render_template("privacy/export.html")


@pages.post("/account/export")
@requires("account.own")
def take_along() -> ResponseReturnValue:
    """The ZIP itself."""
    person = _own_account()
    limits.spend("asking", f"export {person.public_id}")
    content = exporting.export_of(person, actor=current_actor().public_id)
    response = Response(content, mimetype="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="rosette-export.zip"'
    return response


@pages.get("/account/erase")
@requires("account.own")
def erase() -> ResponseReturnValue:
    """What goes, what stays, and the form; or until when it can be taken back."""
    return _page(_own_account())


@pages.post("/account/erase")
@requires("account.own")
def ask() -> ResponseReturnValue:
    person = _own_account()
    limits.spend("sign_in", person.public_id, limits.client_address())
    if "sure" not in request.form:
        sentence = _("Tick the box to say that you have read what goes.")
        return _page(person, Invalid("not_sure", sentence, fields={"sure": [sentence]}))
    try:
        asking.ask(person, password=request.form.get("password", ""), proven_by_mail=proven_by_mail())
    except (Invalid, Conflict) as error:
        return _page(person, error)
    flash(_("You will be erased in a day. Until then you can take it back on this page."), "success")
    return redirect(url_for("privacy.erase"), 303)


@pages.post("/account/erase/take-back")
@requires("account.own")
def take_back() -> ResponseReturnValue:
    asking.take_back(_own_account())
    flash(_("You stay. Nothing was erased."), "success")
    return redirect(url_for("privacy.erase"), 303)


def _own_account() -> Account:
    account_id = current_actor().account_id
    return accounts.get(account_id if account_id is not None else -1)


def _page(person: Account, error: ServiceError | None = None) -> ResponseReturnValue:
    errors = error_sentences(error) if isinstance(error, Invalid) else {}
    page = render_template(
        "privacy/erase.html",
        asked=asking.request_of(person),
        needs_password=person.password_hash is not None and not proven_by_mail(),
        errors=errors,
        refused=error.detail if error and not errors else "",
    )
    return page, 200 if error is None else 422 if errors else 409
