"""The page on which administrators read what was reported about their badges, and close the tickets."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from badges.public_names import shaped
from badges.sharing import problems, wording
from issuer.access import authorise, current_actor, requires
from issuer.base.errors import Conflict, Invalid
from issuer.base.paging import USUAL

pages = Blueprint("problems", __name__)


@pages.get("/admin/problems")
@requires("problems.handle")
def tickets() -> ResponseReturnValue:
    """What is open; with ?state=closed what was."""
    own = [place for place, roles in current_actor().roles.items() if "administrator" in roles]
    state = "closed" if request.args.get("state") == "closed" else "open"
    page = problems.reports_of(own, state=state, limit=USUAL, after=request.args.get("after"))
    return render_template(
        "badges/problems.html", reports=page.items, next=page.next, state=state, kind_words=wording.kind_words
    )


@pages.post("/admin/problems/<report_id>/close")
@requires("problems.handle")
def close(report_id: str) -> ResponseReturnValue:
    report = problems.find(shaped(report_id))
    actor = authorise("problems.handle", report.organisation_id)
    try:
        problems.close(report, answer=request.form.get("answer", ""), actor=actor)
    except (Conflict, Invalid) as error:
        flash(error.detail, "error")
    else:
        flash(_("Ticket %(ticket)s is closed.", ticket=report.ticket), "success")
    return redirect(url_for("problems.tickets"), 303)
