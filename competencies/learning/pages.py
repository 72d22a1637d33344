"""The player: cards, the knowledge check, and the page before an attempt is submitted."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from competencies.learning import attempts, reading
from competencies.learning.forms import fields_of_response, response_from_form
from competencies.learning.models import Module
from competencies.learning.publications import figure_of, find_module
from competencies.learning.queries import entries_of
from competencies.learning.sheets import Sheet, ShownItem, sheet_of
from competencies.learning.standing import is_open, moment_words
from competencies.learning.visibility import may_read, may_see
from issuer import limits
from issuer.access import current_actor, requires
from issuer.base.db import utc_now
from issuer.base.errors import Conflict, Invalid, NotFound
from issuer.base.http import with_etag

pages = Blueprint("learning", __name__)

A_YEAR = "max-age=31536000, immutable"
FIGURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@pages.get("/modules/<module_id>/cards/<int:number>")
@requires("public.read")
def card(module_id: str, number: int) -> ResponseReturnValue:
    """One idea, with the way back and on. Showing it writes nothing; the page itself tells where the learner is."""
    actor = current_actor()
    module = _readable(module_id)
    version = module.current
    reading.check_card(version, number)
    progress = entries_of([module_id], actor=actor, now=utc_now())[module_id].progress
    standing = None if progress is None else progress.standing
    return render_template(
        "competencies/card.html",
        module=module,
        version=version,
        card=version.cards[number - 1],
        number=number,
        total=len(version.cards),
        has_check=version.check_rule is not None,
        obstacle=standing.obstacle if standing is not None and number == len(version.cards) else None,
        is_kept=progress is not None and progress.card == number,
        is_answering=progress is not None and progress.attempt_id is not None,
    )


@pages.post("/modules/<module_id>/reading", endpoint="read")
@requires("learn")
def note_reading(module_id: str) -> ResponseReturnValue:
    """Remember the card, so that another device opens there."""
    number = reading.card_number(request.form.get("card"))
    module = _readable(module_id)
    reading.note_card(_learner(), module.current, number, now=utc_now())
    if _wants_json():
        return jsonify({"card": number})
    return redirect(url_for("learning.card", module_id=module_id, number=number), 303)


@pages.get("/modules/<module_id>/versions/<int:number>/figures/<name>")
@requires("public.read")
def figure(module_id: str, number: int, name: str) -> ResponseReturnValue:
    """A picture of a version: it never changes, and it can do nothing but be seen."""
    module = _readable(module_id)
    picture = figure_of(module, number, name)
    reach = "public" if module.organisation.open_enrolment and module.state == "open" else "private"
    response = make_response(picture.data)
    response.mimetype = picture.media_type
    response.headers["Content-Security-Policy"] = FIGURE_POLICY
    return with_etag(response, picture.sha256, cache_control=f"{reach}, {A_YEAR}")


@pages.post("/modules/<module_id>/attempts")
@requires("learn")
def start(module_id: str) -> ResponseReturnValue:
    """Begin the check, or go on at the first question without an answer."""
    limits.spend("answering", current_actor().public_id)
    attempt = attempts.start(_learner(), _visible(module_id), now=utc_now()).attempt
    sheet = sheet_of(attempt)
    number = next((item.number for item in sheet.items if not item.is_answered), None)
    if number is None:
        return redirect(url_for("learning.review", attempt_id=attempt.public_id), 303)
    return redirect(url_for("learning.item", attempt_id=attempt.public_id, number=number), 303)


@pages.get("/attempts/<attempt_id>/items/<int:number>")
@requires("learn")
def item(attempt_id: str, number: int) -> ResponseReturnValue:
    attempt = attempts.find_attempt(_learner(), attempt_id)
    if not is_open(attempt, utc_now()):
        return redirect(url_for("learning.review", attempt_id=attempt_id), 303)
    sheet = sheet_of(attempt)
    return _item_page(sheet, sheet.item(number))


@pages.post("/attempts/<attempt_id>/items/<int:number>", endpoint="answer")
@requires("learn")
def take_answer(attempt_id: str, number: int) -> ResponseReturnValue:
    """Save what was given, then go where the learner goes; a script gets told that it is saved, and stays."""
    limits.spend("answering", current_actor().public_id)
    account_id, now = _learner(), utc_now()
    sheet = sheet_of(attempts.find_attempt(account_id, attempt_id))
    shown = sheet.item(number)
    response = response_from_form(shown, request.form)
    try:
        if response is None:
            attempts.withdraw_answer(account_id, attempt_id, shown.item_id, now=now)
        else:
            attempts.save_answer(account_id, attempt_id, shown.item_id, response, now=now)
    except Invalid as error:
        if _wants_json():
            raise
        return _item_page(sheet, shown, form=request.form, error=error.detail), 422
    if _wants_json():
        return jsonify({"number": number, "answered": response is not None, "saved_at": now.isoformat()})
    return redirect(_address(sheet, shown, request.form.get("go", "next")), 303)


@pages.get("/attempts/<attempt_id>")
@requires("learn")
def review(attempt_id: str) -> ResponseReturnValue:
    """What is answered and what is not, before it counts."""
    attempt = attempts.find_attempt(_learner(), attempt_id)
    if attempt.state != "open":
        return redirect(url_for("catalog.result", attempt_id=attempt_id), 303)
    is_over = not is_open(attempt, utc_now())
    until = moment_words(attempt.deadline_at)
    return render_template("competencies/review.html", sheet=sheet_of(attempt), is_over=is_over, until=until)


@pages.post("/attempts/<attempt_id>/submit")
@requires("learn")
def submit(attempt_id: str) -> ResponseReturnValue:
    limits.spend("answering", current_actor().public_id)
    attempts.submit(_learner(), attempt_id, now=utc_now())
    return redirect(url_for("catalog.result", attempt_id=attempt_id), 303)


def _learner() -> int:
    account_id = current_actor().account_id
    if account_id is None:
        raise NotFound("no_such_attempt", gettext("There is no such attempt."))
    return account_id


def _visible(module_id: str) -> Module:
    module = find_module(module_id)
    if not may_see(current_actor(), module):
        raise NotFound("no_such_module", gettext("There is no such module."))
    return module


def _readable(module_id: str) -> Module:
    """A module whose cards the caller may read. Raises NotFound, or Conflict for one that is not open yet."""
    actor, module = current_actor(), find_module(module_id)
    if may_read(actor, module):
        return module
    if may_see(actor, module):
        raise Conflict("module_not_open", gettext("This module is not open yet."))
    raise NotFound("no_such_module", gettext("There is no such module."))


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _item_page(sheet: Sheet, shown: ShownItem, *, form: Any = None, error: str = "") -> str:
    """The question; with ``form``, as it was just filled in."""
    chosen = fields_of_response(shown) if form is None else {name: form.getlist(name) for name in form}
    addresses = {"next": _address(sheet, shown, "next"), "back": _address(sheet, shown, "back")}
    return render_template(
        "competencies/item.html",
        sheet=sheet,
        item=shown,
        chosen=chosen,
        error=error,
        addresses=addresses,
        until=moment_words(sheet.deadline_at),
    )


def _address(sheet: Sheet, shown: ShownItem, go: str) -> str:
    """Where ``go`` ("next" or "back") leads from a question: another question, or the overview after the last."""
    number = shown.number - 1 if go == "back" else shown.number + 1
    if 1 <= number <= sheet.total:
        return url_for("learning.item", attempt_id=sheet.attempt_id, number=number)
    return url_for("learning.review", attempt_id=sheet.attempt_id)
