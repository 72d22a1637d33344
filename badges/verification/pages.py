"""The page on which anybody checks a badge: no account, no script, nothing kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _

from badges import artwork
from badges.verification import sources
from badges.verification.open_badges_3.open_badge import text_of
from badges.verification.reading import MAX_BYTES
from badges.verification.report import Report
from badges.verification.wording import kind_of, sentence_of, title_of
from issuer import limits
from issuer.access import current_actor, requires, settings
from issuer.base.errors import NotFound, ServiceError, Unavailable

pages = Blueprint("verification", __name__)

LONGEST_SHOWN = 2048
MOST_EVIDENCE = 50
WEB = ("https://", "http://")
_BADGE_ID = re.compile(r"[A-Za-z0-9_-]{22}")


@pages.get("/verify", endpoint="verify")
@requires("verify")
def verify_form() -> ResponseReturnValue:
    """The form; with ?badge=ADDRESS or ID the check itself, so that a badge's page can link to its report."""
    given = request.args.get("badge", "").strip()
    if not given:
        return render_template("badges/verify.html", errors={}, given="")
    return _answer(lambda: sources.bytes_at(_address_of(given)), given=given)


@pages.post("/verify", endpoint="check")
@requires("verify")
def check_given() -> ResponseReturnValue:
    """Check what was pasted (a badge or its address) or chosen as a file."""
    upload, pasted = request.files.get("file"), request.form.get("input", "").strip()
    if upload is not None and upload.filename:
        data = upload.stream.read(MAX_BYTES + 1)
        return _answer(lambda: data, given="")
    if not pasted:
        errors = {"input": _("Paste a badge or its address, or choose a file.")}
        return render_template("badges/verify.html", errors=errors, given=""), 422
    if _BADGE_ID.fullmatch(pasted) or (pasted.startswith(WEB) and len(pasted) <= LONGEST_SHOWN):
        return _answer(lambda: sources.bytes_at(_address_of(pasted)), given=pasted)
    return _answer(lambda: pasted.encode("utf-8", "surrogatepass"), given=pasted)


def _answer(read: Callable[[], bytes], *, given: str) -> ResponseReturnValue:
    limits.spend("verifying", limits.client_address())
    try:
        report = sources.check(read())
    except ServiceError as error:
        status = 404 if isinstance(error, NotFound) else 503 if isinstance(error, Unavailable) else 422
        page = render_template("badges/verify.html", errors={"input": error.detail}, given=given[:LONGEST_SHOWN])
        return page, status
    return render_template("badges/report.html", **shown(report), **_of_this_service(report))


def _address_of(given: str) -> str:
    """What stands after ?badge=: an address, or the id of a badge of this service."""
    return given if given.startswith(WEB) else f"{settings().base_url}/badges/{given}"


def _of_this_service(report: Report) -> dict[str, Any]:
    """The rosette of a badge that was awarded here, and its page if the reader may see it."""
    award = sources.own_award(report)
    if award is None:
        return {"art": None, "page": None}
    is_seen = award.visibility == "public" or award.account_id == current_actor().account_id
    page = url_for("awards.badge", award_id=award.public_id) if is_seen else None
    return {"art": artwork.art_of(award.achievement_version), "page": page}


def _chain(report: Report) -> list[dict[str, str]]:
    """The evidence as the badge itself tells it: the words of its issuer, covered by the signature."""
    entries = report.facts.evidence if report.facts else ()
    return [
        {"title": text_of(entry.get("name")) or _("Evidence"), "text": text_of(entry.get("narrative"))}
        for entry in entries[:MOST_EVIDENCE]
    ]


def shown(report: Report) -> dict[str, Any]:
    """A report in the words of the page."""
    return {
        "report": report,
        "sentence": sentence_of(report),
        "kind": kind_of(report),
        "facts": report.facts,
        "evidence": _chain(report),
        "checked_at": format_datetime(report.checked_at, "long"),
        "checks": [
            {
                "title": title_of(check.name),
                "outcome": check.outcome,
                "sentence": str(check.sentence),  # a lazy text would pass for markup
                "detail": "\n".join(line for line in (check.reason, check.code, check.section) if line),
            }
            for check in report.checks
        ],
        "raw": json.dumps(report.document, indent=2, ensure_ascii=False) if report.document is not None else "",
    }
