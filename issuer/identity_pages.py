"""Pages through which people come in: sign up, sign in, the mailed link, sign out, the language."""

from __future__ import annotations

import time
from ipaddress import ip_address

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from issuer import accounts, identity, limits, links, mail, sign_in
from issuer.access import current_actor, requires
from issuer.addresses import lookup_of
from issuer.base import forms, http, languages
from issuer.base.errors import Invalid, NotFound, NotSignedIn
from issuer.local_paths import local_path
from issuer.models import OneTimeLink

MARK = "mark"
PROVEN_BY_MAIL_AT = "proven_by_mail_at"

pages = Blueprint("identity", __name__)


@pages.get("/sign-up", endpoint="sign_up")
@requires("sign_in")
def sign_up_page() -> ResponseReturnValue:
    return render_template("issuer/sign_up.html", errors={}, next=local_path(request.args.get("next")))


@pages.post("/sign-up", endpoint="ask_for_account")
@requires("sign_in")
def ask_for_account() -> ResponseReturnValue:
    form, next_path = request.form, local_path(request.form.get("next"))
    email = form.get("email", "")
    spend_mail(email)
    try:
        session[MARK] = sign_in.sign_up(
            name=form.get("name", ""),
            email=email,
            password=form.get("password") or None,
            locale=_language(),
            next_path=next_path,
            mark=session.get(MARK),
        )
    except Invalid as error:
        page = render_template("issuer/sign_up.html", errors=error_sentences(error), next=next_path)
        return page, 422
    return redirect(url_for("identity.look_in_your_mail"), 303)


@pages.get("/sign-in", endpoint="sign_in")
@requires("sign_in")
def sign_in_page() -> ResponseReturnValue:
    next_path = local_path(request.args.get("next"))
    if current_actor().is_signed_in:
        return redirect(next_path, 303)
    return render_template("issuer/sign_in.html", errors={}, next=next_path)


@pages.post("/sign-in", endpoint="let_in")
@requires("sign_in")
def let_in() -> ResponseReturnValue:
    """With a password: in. Without one, or by the second button: a link is mailed."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    next_path = local_path(request.form.get("next"))
    try:
        if not password or request.form.get("way") == "link":
            spend_mail(email)
            sign_in.request_link(email, next_path=next_path)
            return redirect(url_for("identity.look_in_your_mail"), 303)
        limits.spend("sign_in_from_one_place", limits.client_address())
        limits.spend("sign_in", lookup_of(email), limits.client_address())
        identity.enter(sign_in.sign_in(email, password))
    except Invalid as error:
        return render_template("issuer/sign_in.html", errors=error_sentences(error), next=next_path), 422
    return redirect(next_path, 303)


@pages.get("/sign-in/sent")
@requires("sign_in")
def look_in_your_mail() -> ResponseReturnValue:
    return render_template("issuer/look_in_your_mail.html", outbox=_may_see_outbox())


@pages.get(f"{links.PATH}<token>")
@requires("sign_in")
def link(token: str) -> ResponseReturnValue:
    """The page behind a mailed link: it only shows the button that uses the link."""
    mailed = _read(token)
    adds = mailed.purpose == links.VERIFY_ADDRESS
    return render_template("issuer/link.html", address=mailed.lookup, adds_address=adds, path=request.path)


@pages.post(f"{links.PATH}<token>")
@requires("sign_in")
def use_link(token: str) -> ResponseReturnValue:
    _read(token)
    entry = sign_in.use_link(token, actor=current_actor(), mark=session.get(MARK))
    if entry.account.id != current_actor().account_id:
        identity.enter(entry.account)
    session[PROVEN_BY_MAIL_AT] = int(time.time())
    if entry.password_dropped:
        flash(_("Your address is confirmed. Choose your password again, or keep signing in by mail."), "warning")
        return redirect(url_for("identity.account"), 303)
    flash(_("Your address is confirmed."), "success")
    return redirect(entry.next_path, 303)


@pages.post("/sign-out")
@requires("sign_in")
def sign_out() -> ResponseReturnValue:
    identity.leave()
    flash(_("You are signed out."), "success")
    return redirect("/", 303)


@pages.post("/language")
@requires("public.read")
@forms.without_token
def language() -> ResponseReturnValue:
    chosen = request.form.get("locale", "")
    if chosen not in languages.LANGUAGES:
        raise Invalid("unknown_language", _("Choose English or French."))
    account_id = current_actor().account_id
    if account_id is not None:
        accounts.choose_language(accounts.get(account_id), chosen)
    response = redirect(local_path(request.form.get("next")), 303)
    languages.remember(response, chosen)
    return response


@pages.get("/outbox")
@requires("public.read")
def outbox() -> ResponseReturnValue:
    """In development: the mails, for whoever sits at this machine."""
    if not _may_see_outbox():
        raise NotFound("not_found", _("There is nothing at this address."))
    return render_template("issuer/outbox.html", mails=mail.newest())


def answer_with_sign_in(app: Flask) -> None:
    """Send people who need to sign in to the page for it, and back; programs get their 401."""

    @app.errorhandler(NotSignedIn)
    def _answer(error: NotSignedIn) -> ResponseReturnValue:
        answer = http.answer_service_error(error)
        if not http.wants_html() or forms.has_bearer_token():
            return answer
        here = request.full_path if request.query_string else request.path
        come_back = request.method == "GET" or app.url_map.bind("").test(request.path, "GET")
        return redirect(url_for("identity.sign_in", next=local_path(here) if come_back else "/"), 303)


def error_sentences(error: Invalid) -> dict[str, str]:
    """Field -> its first sentence, as the form macros show them."""
    return {name: str(sentences[0]) for name, sentences in error.fields.items()} or {"form": str(error.detail)}


def _read(token: str) -> OneTimeLink:
    try:
        return links.read(token)
    except NotFound:
        limits.spend("guess", limits.client_address())
        raise


def spend_mail(email: str) -> None:
    """Count a mail to ``email`` that somebody asked for. Raises TooMany."""
    limits.spend("link_from_one_place", limits.client_address())
    limits.spend("link", lookup_of(email))


def _language() -> str:
    locale = get_locale()
    return locale.language if locale else "en"


def _may_see_outbox() -> bool:
    at_this_machine = request.remote_addr is not None and ip_address(request.remote_addr).is_loopback
    return bool(current_app.config["ROSETTE"].outbox_page) and at_this_machine
