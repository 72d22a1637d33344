"""Pages on which people of an organisation check many badges, see how far it is, and plan it again."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from badges.bulk_checks import jobs, reading, results, schedules
from badges.bulk_checks.api import csv_file
from badges.bulk_checks.asking import organisation_for, own_check, own_ids, own_schedule
from badges.bulk_checks.models import BulkCheck
from badges.bulk_checks.reading import MOST_BYTES, MOST_ROWS, Many
from badges.bulk_checks.wording import finding_words, notice_words, rhythm_words, rhythms, state_words
from badges.revoking.asking import asking_account
from issuer import limits, organisations
from issuer.access import current_actor, requires
from issuer.base.body_sizes import takes_up_to
from issuer.base.db import new_public_id, utc_now
from issuer.base.errors import Conflict, Invalid, Malformed, ServiceError, TooLarge, TooMany, Unavailable
from issuer.base.paging import USUAL
from issuer.identity_pages import error_sentences
from issuer.policy import permits

pages = Blueprint("bulk_checks", __name__)

TEMPLATE = "badge,name,note\r\nhttps://example.org/badges/1,Ada,delete this row\r\n"
ROOM_FOR_FIELDS = 64 * 1024
REFRESHED_SECONDS = 5
_LONGEST_KEY = 64


@pages.get("/checks")
@requires("checks.read")
def checks() -> ResponseReturnValue:
    """The checks of one's organisations, and what is planned."""
    own = own_ids("checks.read")
    page = jobs.checks_of(own, limit=USUAL, after=request.args.get("after"))
    rows = [(check, *state_words(check.state), jobs.counts_of(check)) for check in page.items]
    planned = [(each, schedules.newest_of(each), rhythm_words(each.every)) for each in schedules.active_of(own)]
    return render_template(
        "badges/bulk_checks.html", rows=rows, next=page.next, planned=planned, finding_words=finding_words
    )


@pages.get("/checks/new")
@requires("checks.run")
def ask() -> ResponseReturnValue:
    return _form(None)


@pages.get("/checks/template.csv")
@requires("checks.run")
def template() -> Response:
    """A table to fill in."""
    response = Response("\ufeff" + TEMPLATE, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="badges.csv"'
    return response


@pages.post("/checks/new")
@takes_up_to(MOST_BYTES + ROOM_FOR_FIELDS)
@requires("checks.run")
def begin() -> ResponseReturnValue:
    """Keep what was handed in; the same form sent twice leads to the same check."""
    form = request.form
    try:
        limits.spend("verifying", current_actor().public_id)
        organisation = organisation_for(form.get("organisation", ""), "checks.run")
        key = form.get("form_key", "")[:_LONGEST_KEY] or None
        check = jobs.begin(
            organisation, _sent(), name=form.get("name", ""), by=asking_account(), now=utc_now(), form_key=key
        )
    except (Invalid, Malformed, TooLarge, TooMany, Unavailable) as error:
        return _form(error)
    return _to(check)


@pages.get("/checks/<check_id>")
@requires("checks.read")
def check(check_id: str) -> ResponseReturnValue:
    """How far it is and what was found; while it runs the page asks again by itself, with no script."""
    found = own_check(check_id)
    chosen = request.args.get("finding") or None
    counts = jobs.counts_of(found)
    shown = results.page_of(found, finding=chosen, limit=USUAL, after=request.args.get("after"))
    may = permits(current_actor(), "checks.run", organisation_id=found.organisation_id)
    page = render_template(
        "badges/bulk_check.html",
        check=found,
        state=state_words(found.state),
        counts=counts,
        done=found.total - counts["waiting"],
        page=shown,
        chosen=chosen,
        may_run=may,
        changes=schedules.changes_of(found),
        rhythm=rhythm_words(found.schedule.every) if found.schedule and found.schedule.is_active else "",
        rhythms=rhythms(),
        finding_words=finding_words,
        notice_words=notice_words,
    )
    response = Response(page, content_type="text/html; charset=utf-8")
    if found.state == "waiting" and not request.args.get("after"):
        response.headers["Refresh"] = str(REFRESHED_SECONDS)
    return response


@pages.get("/checks/<check_id>/results.csv")
@requires("checks.read")
def results_csv(check_id: str) -> Response:
    return csv_file(own_check(check_id))


@pages.post("/checks/<check_id>/cancel")
@requires("checks.run")
def cancel(check_id: str) -> ResponseReturnValue:
    found = own_check(check_id, "checks.run")
    try:
        jobs.cancel(found.public_id, by=asking_account())
        flash(_("Cancelled. What was found until now stays."), "success")
    except Conflict as error:
        flash(error.detail, "error")
    return _to(found)


@pages.post("/checks/<check_id>/delete")
@requires("checks.run")
def remove(check_id: str) -> ResponseReturnValue:
    found = own_check(check_id, "checks.run")
    try:
        jobs.remove(found.public_id, by=asking_account())
    except Conflict as error:
        flash(error.detail, "error")
        return _to(found)
    flash(_("Deleted, with everything that was handed in."), "success")
    return redirect(url_for("bulk_checks.checks"), 303)


@pages.post("/checks/<check_id>/schedule")
@requires("checks.run")
def plan(check_id: str) -> ResponseReturnValue:
    found = own_check(check_id, "checks.run")
    every, mails = request.form.get("every", ""), request.form.get("mails") == "yes"
    try:
        schedules.plan(found, every=every, mails=mails, by=asking_account(), now=utc_now())
        flash(_("Planned. You are told when something is found otherwise."), "success")
    except (Conflict, Invalid) as error:
        flash(error.detail, "error")
    return _to(found)


@pages.post("/checks/schedules/<schedule_id>/stop")
@requires("checks.run")
def stop(schedule_id: str) -> ResponseReturnValue:
    schedules.stop(own_schedule(schedule_id), by=asking_account())
    flash(_("These badges are not checked again any more."), "success")
    return redirect(url_for("bulk_checks.checks"), 303)


def _form(error: ServiceError | None) -> ResponseReturnValue:
    own = organisations.with_ids(own_ids("checks.run"))
    page = render_template(
        "badges/bulk_check_form.html",
        organisations=[(each.slug, each.name) for each in own],
        form_key=request.form.get("form_key") or new_public_id(),
        most=format_decimal(MOST_ROWS),
        days=jobs.KEPT.days,
        errors=_errors(error) if error else {},
    )
    return page, 422 if error else 200


def _errors(error: ServiceError) -> dict[str, str]:
    """What belongs to no field stands at the first one."""
    if not isinstance(error, Invalid):
        return {"badges": str(error.detail)}
    return {"badges" if name == "form" else name: text for name, text in error_sentences(error).items()}


def _sent() -> Many:
    """The file if one was sent, else what was pasted."""
    file = request.files.get("file")
    if file is not None and file.filename:
        return reading.read_file(file.stream.read(MOST_BYTES + 1))
    return reading.read_text(request.form.get("badges", ""))


def _to(check: BulkCheck) -> ResponseReturnValue:
    return redirect(url_for("bulk_checks.check", check_id=check.public_id), 303)
