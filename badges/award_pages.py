"""Badges: one's own wall, and the page that anybody checks a badge on, with its signed forms."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from badges import awards, badge_page, showcase, signed_forms
from badges.award_wording import standing_words
from badges.bulk_checks import watches
from badges.public_names import shaped
from badges.sharing.shown_forms import credential_shown
from competencies.profiles.asking import own_account_id
from issuer.access import current_actor, requires
from issuer.base import kept_answers
from issuer.base.db import utc_now

pages = Blueprint("awards", __name__)

BADGES_SHOWN = 48


@pages.get("/badges")
@requires("awards.own")
def mine() -> ResponseReturnValue:
    """One's own badges."""
    after = request.args.get("after")
    wall = showcase.wall_of(own_account_id(), limit=BADGES_SHOWN, after=after, now=utc_now())
    asking = sum(watch.state == "asked" for watch in watches.about_holder(own_account_id()))
    return render_template("badges/mine.html", wall=wall, standing_words=standing_words, asking=asking)


@pages.get("/badges/<award_id>")
@requires("public.read")
def badge(award_id: str) -> ResponseReturnValue:
    """The page for whoever names text/html in Accept, as browsers do, and likes nothing signed better.

    Everybody else gets the badge itself, byte for byte: for */*, or no Accept at all, the JSON as application/vc,
    because what does not ask for a page is a program that checks badges. 406 when no form will do.
    """
    award = awards.visible_award(current_actor(), shaped(award_id))
    kept_answers.same_for_strangers()
    if signed_forms.wants_page():
        return badge_page.page_of(award)
    return signed_forms.negotiated(award, credential_shown(award, current_actor()))


@pages.get("/badges/<award_id>.json")
@requires("public.read")
def badge_json(award_id: str) -> Response:
    """The credential with its embedded proof, as it was stored."""
    award = awards.visible_award(current_actor(), shaped(award_id))
    kept_answers.same_for_strangers()
    return signed_forms.as_json(credential_shown(award, current_actor()))


@pages.get("/badges/<award_id>.jwt")
@requires("public.read")
def badge_jwt(award_id: str) -> Response:
    """The same award as VC-JWT, as it was stored."""
    award = awards.visible_award(current_actor(), shaped(award_id))
    kept_answers.same_for_strangers()
    return signed_forms.as_jwt(credential_shown(award, current_actor()))


@pages.post("/badges/<award_id>/publish")
@requires("awards.publish")
def publish(award_id: str) -> ResponseReturnValue:
    award = awards.publish(current_actor(), shaped(award_id))
    flash(_("Published. Whoever has the address of this page can see and check the badge."), "success")
    return redirect(url_for("awards.badge", award_id=award.public_id), 303)


@pages.post("/badges/<award_id>/unpublish")
@requires("awards.publish")
def unpublish(award_id: str) -> ResponseReturnValue:
    award = awards.unpublish(current_actor(), shaped(award_id))
    flash(_("Private again. Only you can see this badge here; files that others saved stay theirs."), "success")
    return redirect(url_for("awards.badge", award_id=award.public_id), 303)
