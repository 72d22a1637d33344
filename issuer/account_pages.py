"""The page on which a person looks after the own account, and what its forms do."""

from __future__ import annotations

import time

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from issuer import accounts, identity, identity_pages, sign_in, tokens
from issuer.access import current_actor, requires
from issuer.base.errors import Conflict, Invalid, ServiceError
from issuer.identity_pages import PROVEN_BY_MAIL_AT, error_sentences, spend_mail
from issuer.models import Account
from issuer.people import reminding
from issuer.policy import SCOPES

pages = identity_pages.pages

MAIL_PROOF_SECONDS = 30 * 60
TOKEN_DAYS = (7, 30, 90, 365)


@pages.get("/account")
@requires("account.own")
def account() -> ResponseReturnValue:
    return _page(_own_account())


@pages.post("/account/name")
@requires("account.own")
def rename() -> ResponseReturnValue:
    person = _own_account()
    try:
        accounts.rename(person, request.form.get("name", ""))
    except Invalid as error:
        return _page(person, error)
    return _done(_("Your name is saved. Badges you already have keep the name they were issued with."))


@pages.post("/account/addresses")
@requires("account.own")
def add_address() -> ResponseReturnValue:
    person, email = _own_account(), request.form.get("email", "")
    spend_mail(email)
    try:
        sign_in.request_address(person, email)
    except Invalid as error:
        return _page(person, error)
    return _done(_("We have sent a mail to that address. Open the link in it to add the address."))


@pages.post("/account/addresses/primary")
@requires("account.own")
def choose_address() -> ResponseReturnValue:
    try:
        accounts.make_primary(_own_account(), request.form.get("email", ""))
    except Conflict as error:
        return _not_done(error)
    return _done(_("Mails go to that address from now on."))


@pages.post("/account/addresses/remove")
@requires("account.own")
def remove_address() -> ResponseReturnValue:
    try:
        accounts.remove_address(_own_account(), request.form.get("email", ""))
    except Conflict as error:
        return _not_done(error)
    return _done(_("The address is removed."))


@pages.post("/account/password")
@requires("account.own")
def set_password() -> ResponseReturnValue:
    """Needs the present password, or that the person came by a mailed link a short while ago."""
    person = _own_account()
    current = None if proven_by_mail() else request.form.get("current", "")
    try:
        accounts.set_password(person, request.form.get("password", ""), current=current)
    except Invalid as error:
        return _page(person, error)
    identity.enter(person)
    return _done(_("The password is set. Every other browser was signed out."))


@pages.post("/account/tokens")
@requires("account.own")
def make_token() -> ResponseReturnValue:
    """The one page that shows the token."""
    person, form = _own_account(), request.form
    days = form.get("days", "")
    try:
        token, secret = tokens.make(
            person,
            name=form.get("token_name", ""),
            scopes=form.getlist("scopes"),
            days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
        )
    except Invalid as error:
        return _page(person, error)
    words = [scope_in_words(scope) for scope in token.scopes]
    return render_template("issuer/token.html", token=token, scopes=words, secret=secret)


@pages.post("/account/tokens/<token_id>/revoke")
@requires("account.own")
def revoke_token(token_id: str) -> ResponseReturnValue:
    tokens.revoke(_own_account(), token_id)
    return _done(_("The token does not work any more."))


def scope_in_words(scope: str) -> str:
    """What a program with this scope may do, for people; a scope nobody has put into words is named as it is."""
    words: dict[str, str] = {
        "achievements:write": _("Make and change achievements"),
        "audit:read": _("Read the audit record"),
        "awards:hand_over": _("Put my badges into wallets"),
        "awards:publish": _("Publish my badges, and hide them again"),
        "awards:read": _("See my badges"),
        "awards:revoke": _("Revoke badges of my organisations"),
        "credentials:derive": _("Make copies of credentials that show a part of them"),
        "credentials:issue": _("Have credentials signed by my organisations"),
        "credentials:verify": _("Check credentials of any issuer"),
        "frameworks:write": _("Import competency frameworks"),
        "learn": _("Learn for me: open modules and answer"),
        "modules:write": _("Make and change modules"),
        "organisation:write": _("Administer my organisations and their members"),
        "profile:read": _("See my profile and skills"),
        "trust:read": _("See whom my organisations trust"),
        "trust:write": _("Change whom my organisations trust"),
    }
    return words.get(scope, scope)


def _own_account() -> Account:
    account_id = current_actor().account_id
    return accounts.get(account_id if account_id is not None else -1)


def proven_by_mail() -> bool:
    """Whether the person came by a mailed link in this browser in the last half hour."""
    proven_at = session.get(PROVEN_BY_MAIL_AT)
    return isinstance(proven_at, int) and 0 <= time.time() - proven_at < MAIL_PROOF_SECONDS


def _page(person: Account, error: Invalid | None = None) -> ResponseReturnValue:
    page = render_template(
        "issuer/account.html",
        account=person,
        tokens=[(token, [scope_in_words(scope) for scope in token.scopes]) for token in tokens.of_account(person.id)],
        scopes=[(scope, scope_in_words(scope)) for scope in SCOPES],
        days=[(days, ngettext("%(num)s day", "%(num)s days", days)) for days in TOKEN_DAYS],
        needs_current=person.password_hash is not None and not proven_by_mail(),
        is_at_work_only=reminding.is_known_at_work_only(person),
        errors=error_sentences(error) if error else {},
    )
    return page, 422 if error else 200


def _done(sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("identity.account"), 303)


def _not_done(error: ServiceError) -> ResponseReturnValue:
    flash(error.detail, "error")
    return redirect(url_for("identity.account"), 303)
