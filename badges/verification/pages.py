"""The page on which anybody checks a badge: no account, no script, nothing kept."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from badges import artwork, awards
from badges.receipts.holding import hold
from badges.trust.counted import counted_for
from badges.trust.wording import equivalence_words
from badges.verification import doors, sources
from badges.verification.answers import leads_nowhere
from badges.verification.asking import MOST_BYTES
from badges.verification.carried_picture import picture_of
from badges.verification.criteria_since import changes_since
from badges.verification.embedding import embed_snippet
from badges.verification.report import RECEIPT, Finding, Report
from badges.verification.shown import shown
from issuer import limits
from issuer.access import current_actor, requires, settings
from issuer.base.body_sizes import takes_up_to
from issuer.base.errors import ServiceError
from issuer.base.http import status_of

pages = Blueprint("verification", __name__)

LONGEST_SHOWN = 2048
LONGEST_AGAIN = 512 * 1024
"""Bytes that a page carries so that the same badge can be checked again: nothing of it stays here."""

LONGEST_RECIPIENT = 320
ROOM_FOR_FIELDS = 1024 * 1024
CAMERA_POLICY = "camera=(self), microphone=(), geolocation=(), interest-cohort=()"


@pages.get("/verify", endpoint="verify")
@requires("verify")
def verify_form() -> ResponseReturnValue:
    """The form; with ?badge=ADDRESS or ID the check itself, so that a badge's page can link to its report."""
    given = request.args.get("badge", "").strip()
    if not given:
        return _form(errors={}, given="")
    return _answer(doors.named(given), shown_again=given)


@pages.post("/verify", endpoint="check")
@takes_up_to(MOST_BYTES + ROOM_FOR_FIELDS)
@requires("verify")
def check_given() -> ResponseReturnValue:
    """Check a file, or what was pasted (a badge or its address), or the same again with another question."""
    upload, pasted = request.files.get("file"), request.form.get("input", "").strip()
    if upload is not None and upload.filename:
        return _answer(upload.stream.read(MOST_BYTES + 1), shown_again="", name=upload.filename)
    if pasted:
        return _answer(pasted.encode("utf-8", "surrogatepass"), shown_again=pasted)
    if again := _again():
        return _answer(again, shown_again="")
    return _form(errors={"input": _("Paste a badge or its address, or choose a file.")}, given="", status=422)


def _again() -> bytes:
    try:
        return base64.b64decode(request.form.get("again", ""), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _form(*, errors: dict[str, str], given: str, status: int = 200) -> Response:
    """The form; its page alone may ask for the camera, to read a QR code."""
    recipient = request.form.get("recipient", "")[:LONGEST_RECIPIENT]
    page = render_template(
        "badges/verify.html",
        errors=errors,
        given=given,
        recipient=recipient,
        base_url=settings().base_url,
        embed_snippet=embed_snippet(),
    )
    response = make_response(page, status)
    response.headers["Permissions-Policy"] = CAMERA_POLICY
    return response


def _answer(data: bytes, *, shown_again: str, name: str = "") -> ResponseReturnValue:
    limits.spend("verifying", limits.client_address())
    recipient = request.form.get("recipient", "").strip()[:LONGEST_RECIPIENT]
    try:
        report = doors.answer(data, recipient=recipient, name=name)
        leads_nowhere(report)
    except ServiceError as error:
        form = _form(errors={"input": error.detail}, given=shown_again[:LONGEST_SHOWN], status=status_of(error))
        if error.retry_after is not None:
            form.headers["Retry-After"] = str(error.retry_after)
        return form
    return render_template(
        "badges/report.html",
        report=shown(report),
        again=base64.b64encode(data).decode("ascii") if len(data) <= LONGEST_AGAIN else "",
        recipient=recipient,
        base_url=settings().base_url,
        counted=[(equivalence_words(each), each.counts) for each in counted_for(current_actor(), report)],
        held=hold(report, hashlib.sha256(data).hexdigest()),
        picture=picture_of(report, data),
        **_of_this_service(report),
    )


def _of_this_service(report: Report) -> dict[str, Any]:
    """The rosette of a badge that was awarded here, how its criteria changed, and its page if the reader may see it."""
    award = sources.own_award(report) if report.kind != RECEIPT else None
    if award is None:
        return {"art": None, "page": None, "newer": None, "changes": ()}
    is_seen = awards.may_see(current_actor(), award)
    page = url_for("awards.badge", award_id=award.public_id) if is_seen else None
    _awarded, _current, changes = changes_since(award)
    return {
        "art": artwork.art_of(award.achievement_version),
        "page": page,
        "newer": page if report.finding is Finding.SUPERSEDED else None,
        "changes": changes,
    }
