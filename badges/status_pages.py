"""The page on which an administrator of the issuer changes what a badge's status says: revoke, suspend, lift."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from badges import awards
from badges.award_facts import badge_url
from badges.award_wording import standing_words
from badges.models import Award
from badges.public_names import shaped
from badges.revoking.reading import name_of, names_of
from issuer.access import current_actor, requires
from issuer.base.db import utc_now
from issuer.base.errors import Conflict, Invalid
from issuer.identity_pages import error_sentences
from issuer.models import StatusEntry
from issuer.status import history, places
from issuer.status.models import StatusChange
from issuer.status.reasons import REVOCATION_CODES, SUSPENSION_CODES, words_of

pages = Blueprint("award_status", __name__)


@pages.get("/admin/badges/<award_id>")
@requires("awards.revoke")
def status(award_id: str) -> ResponseReturnValue:
    """What the status is, what it was, and the forms that change it."""
    return _page(_administered(award_id))


@pages.post("/admin/badges/<award_id>/revoke")
@requires("awards.revoke")
def revoke(award_id: str) -> ResponseReturnValue:
    award = _administered(award_id)
    return _change(award, lambda: awards.revoke(award, **_reason()), _("Revoked, for good. Its holder gets a mail."))


@pages.post("/admin/badges/<award_id>/suspend")
@requires("awards.revoke")
def suspend(award_id: str) -> ResponseReturnValue:
    award = _administered(award_id)
    done = _("Suspended. Its holder gets a mail.")
    return _change(award, lambda: awards.suspend(award, **_reason()), done)


@pages.post("/admin/badges/<award_id>/lift")
@requires("awards.revoke")
def lift(award_id: str) -> ResponseReturnValue:
    award = _administered(award_id)
    reason, actor = request.form.get("reason", ""), current_actor().public_id
    done = _("The badge counts again. Its holder gets a mail.")
    return _change(award, lambda: awards.lift(award, reason=reason, actor=actor), done)


def _administered(award_id: str) -> Award:
    return awards.administered_award(current_actor(), shaped(award_id))


def _reason() -> dict[str, Any]:
    form = request.form
    return {
        "reason": form.get("reason", ""),
        "code": form.get("reason_code", ""),
        "is_public": form.get("reason_public") == "yes",
        "actor": current_actor().public_id,
    }


def _change(award: Award, change: Callable[[], StatusEntry], done: str) -> ResponseReturnValue:
    try:
        change()
    except Invalid as error:
        return _page(award, error)
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash(done, "success")
    return redirect(url_for("award_status.status", award_id=award.public_id), 303)


def _page(award: Award, error: Invalid | None = None) -> ResponseReturnValue:
    standing = awards.standing_of(award, now=utc_now())
    version = award.achievement_version
    words, kind = standing_words(standing, is_public=True)
    page = render_template(
        "badges/status.html",
        award=award,
        version=version,
        holder=name_of(award.account),
        url=badge_url(award),
        standing=standing.value,
        standing_words=_("Counts") if standing is awards.Standing.VALID else words,
        standing_kind=kind,
        is_suspended=places.suspended_since(award.public_id) is not None,
        can_be_suspended=places.find_entry(award.public_id, places.SUSPENSION) is not None,
        changes=_changes(award),
        revocation_codes=list(REVOCATION_CODES.items()),
        suspension_codes=list(SUSPENSION_CODES.items()),
        errors=error_sentences(error) if error else {},
        tried=request.endpoint,
    )
    return page, 422 if error else 200


def _changes(award: Award) -> list[tuple[str, str, str, StatusChange]]:
    """(what was done, why in words, by whom, the change), the newest first."""
    changes = history.history_of(award.public_id)
    names = names_of({change.actor for _purpose, change in changes})
    return [
        (*_change_words(purpose, change), names.get(change.actor, _("the service")), change)
        for purpose, change in changes
    ]


def _change_words(purpose: str, change: StatusChange) -> tuple[str, str]:
    """(what was done, why in words)."""
    undone = _("Suspended") if change.is_set else _("Suspension lifted")
    return _("Revoked") if purpose == places.REVOCATION else undone, words_of(change.reason_code)
