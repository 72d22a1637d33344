"""Pages of watching: what an organisation asked for, its webhooks; and for holders, who asks and who watches."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from badges.bulk_checks import watches, webhooks
from badges.bulk_checks.asking import organisation_for, own_ids, own_watch, own_webhook
from badges.bulk_checks.wording import delivery_words, standing_words, watch_words
from badges.public_names import shaped
from badges.revoking.asking import asking_account
from competencies.profiles.asking import own_account_id
from issuer import limits, organisations
from issuer.access import current_actor, requires
from issuer.base.db import utc_now
from issuer.base.errors import Conflict, Invalid, NotFound, ServiceError
from issuer.base.paging import USUAL
from issuer.identity_pages import error_sentences

pages = Blueprint("watches", __name__)


@pages.get("/watches")
@requires("watches.edit")
def asked() -> ResponseReturnValue:
    return _list(None)


@pages.post("/watches")
@requires("watches.edit")
def ask() -> ResponseReturnValue:
    form = request.form
    try:
        limits.spend("verifying", current_actor().public_id)
        organisation = organisation_for(form.get("organisation", ""), "watches.edit")
        badge, purpose = form.get("badge", ""), form.get("purpose", "")
        watches.ask(organisation, badge, purpose=purpose, by=asking_account(), now=utc_now())
    except (Invalid, Conflict, NotFound) as error:
        return _list(error)
    flash(_("Asked. The holder gets a mail, and decides."), "success")
    return redirect(url_for("watches.asked"), 303)


@pages.get("/watches/<watch_id>")
@requires("watches.edit")
def watch(watch_id: str) -> ResponseReturnValue:
    found = own_watch(watch_id)
    award = watches.award_of(found)
    return render_template(
        "badges/bulk_watch.html",
        watch=found,
        badge=watches.name_of(award),
        award_id=award.public_id,
        state=watch_words(found.state),
        standing=standing_words(found.standing) if found.standing else None,
    )


@pages.post("/watches/<watch_id>/withdraw")
@requires("watches.edit")
def withdraw(watch_id: str) -> ResponseReturnValue:
    watches.withdraw(own_watch(watch_id), by=asking_account(), now=utc_now())
    flash(_("You are not told of this badge any more."), "success")
    return redirect(url_for("watches.asked"), 303)


@pages.get("/badges/watchers")
@requires("awards.own")
def watchers() -> ResponseReturnValue:
    """Who asks to watch one's badges, and who watches them; each can be ended."""
    found = [(each, watches.award_of(each)) for each in watches.about_holder(own_account_id())]
    rows = [(each, award.public_id, watches.name_of(award)) for each, award in found]
    return render_template(
        "badges/bulk_watchers.html",
        asked=[row for row in rows if row[0].state == "asked"],
        watching=[row for row in rows if row[0].state == "accepted"],
    )


@pages.post("/badges/watchers/<watch_id>/accept")
@requires("awards.publish")
def accept(watch_id: str) -> ResponseReturnValue:
    found = watches.find_of_holder(shaped(watch_id), own_account_id())
    try:
        watches.accept(found, by=asking_account(), now=utc_now())
        flash(_("They are told when this badge changes, until you stop it."), "success")
    except Conflict as error:
        flash(error.detail, "error")
    return redirect(url_for("watches.watchers"), 303)


@pages.post("/badges/watchers/<watch_id>/refuse")
@requires("awards.publish")
def refuse(watch_id: str) -> ResponseReturnValue:
    """Decline what is asked, or stop what was accepted."""
    found = watches.find_of_holder(shaped(watch_id), own_account_id())
    watches.refuse(found, by=asking_account(), now=utc_now())
    flash(_("They do not watch this badge."), "success")
    return redirect(url_for("watches.watchers"), 303)


@pages.get("/webhooks")
@requires("webhooks.edit")
def hooks() -> ResponseReturnValue:
    return _hooks(None)


@pages.post("/webhooks")
@requires("webhooks.edit")
def make_hook() -> ResponseReturnValue:
    """The page that answers is the only one that shows the secret."""
    try:
        organisation = organisation_for(request.form.get("organisation", ""), "webhooks.edit")
        _webhook, secret = webhooks.make(organisation, request.form.get("url", ""), by=asking_account())
    except (Invalid, Conflict) as error:
        return _hooks(error)
    return _hooks(None, secret=secret)


@pages.post("/webhooks/<webhook_id>/test")
@requires("webhooks.edit")
def test_hook(webhook_id: str) -> ResponseReturnValue:
    webhooks.test(own_webhook(webhook_id), now=utc_now())
    flash(_("A test event is on its way. Reload this page to see whether it was taken."), "success")
    return redirect(url_for("watches.hooks"), 303)


@pages.post("/webhooks/<webhook_id>/remove")
@requires("webhooks.edit")
def remove_hook(webhook_id: str) -> ResponseReturnValue:
    webhooks.remove(own_webhook(webhook_id), by=asking_account())
    flash(_("This address is told nothing any more."), "success")
    return redirect(url_for("watches.hooks"), 303)


def _list(error: ServiceError | None) -> ResponseReturnValue:
    own = own_ids("watches.edit")
    page = watches.watches_of(own, limit=USUAL, after=request.args.get("after"))
    rows = [(each, watches.name_of(watches.award_of(each)), *watch_words(each.state)) for each in page.items]
    shown = render_template(
        "badges/bulk_watches.html",
        rows=rows,
        next=page.next,
        organisations=[(each.slug, each.name) for each in organisations.with_ids(own)],
        errors=_errors(error, "badge"),
    )
    return shown, 422 if error else 200


def _hooks(error: ServiceError | None, *, secret: str = "") -> ResponseReturnValue:
    own = own_ids("webhooks.edit")
    rows = [(each, webhooks.newest_deliveries(each)) for each in webhooks.webhooks_of(own)]
    shown = render_template(
        "badges/bulk_webhooks.html",
        rows=rows,
        secret=secret,
        organisations=[(each.slug, each.name) for each in organisations.with_ids(own)],
        delivery_words=delivery_words,
        errors=_errors(error, "url"),
    )
    return shown, 422 if error else 200


def _errors(error: ServiceError | None, field: str) -> dict[str, str]:
    """What belongs to no field stands at ``field``."""
    if error is None:
        return {}
    if not isinstance(error, Invalid):
        return {field: str(error.detail)}
    return {field if name == "form" else name: text for name, text in error_sentences(error).items()}
