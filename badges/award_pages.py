"""Badges: one's own wall, and the page that anybody checks a badge on, with its signed forms."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from badges import artwork, awards, showcase, signed_forms
from badges.award_wording import linkedin_address, signed_more, standing_words
from badges.bulk_checks import watches
from badges.models import Award
from badges.public_names import shaped
from badges.sharing.shown_forms import credential_shown
from badges.showcase_values import Showcase
from badges.verification.report import Report
from badges.verification.sources import check_award
from badges.verification.wording import kind_of, sentence_of
from competencies.profiles.asking import own_account_id
from issuer.access import current_actor, requires, settings
from issuer.base.db import utc_now
from issuer.crypto.did import did_web_for
from issuer.policy import permits

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
    if signed_forms.wants_page():
        return _page(award)
    return signed_forms.negotiated(credential_shown(award, current_actor()))


@pages.get("/badges/<award_id>.json")
@requires("public.read")
def badge_json(award_id: str) -> Response:
    """The credential with its embedded proof, as it was stored."""
    award = awards.visible_award(current_actor(), shaped(award_id))
    return signed_forms.as_json(credential_shown(award, current_actor()))


@pages.get("/badges/<award_id>.jwt")
@requires("public.read")
def badge_jwt(award_id: str) -> Response:
    """The same award as VC-JWT, as it was stored."""
    award = awards.visible_award(current_actor(), shaped(award_id))
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


def _page(award: Award) -> Response:
    shown = showcase.showcase_of(award)
    report = check_award(award) if shown.is_signed else None
    achievement, actor = shown.achievement, current_actor()
    is_holder = award.account_id == actor.account_id
    page = render_template(
        "badges/badge.html",
        badge=shown,
        achievement=achievement,
        band=_band(shown, report, is_holder=is_holder),
        administers=permits(actor, "awards.revoke", organisation_id=_organisation_id(award)),
        holder=report.facts.holder if report and report.facts else "",
        art=artwork.art_of(award.achievement_version),
        image_url=f"{settings().base_url}{_image_path(achievement.public_id, achievement.version)}",
        is_owner=is_holder,
        linkedin=linkedin_address(shown),
        did_url=f"{settings().base_url}{url_for('documents.did', slug=shown.issuer.slug)}",
        did=did_web_for(settings().base_url, "issuers", shown.issuer.slug),
        base_url=settings().base_url,
    )
    response = make_response(page)
    response.headers["Cache-Control"] = signed_forms.CACHE
    response.vary.add("Accept")
    return response


def _organisation_id(award: Award) -> int:
    return award.achievement_version.achievement.organisation_id


def _band(shown: Showcase, report: Report | None, *, is_holder: bool) -> tuple[str, str, str]:
    """(kind, sentence, what more there is to say) of the status band."""
    if report is None:
        more = _("It is yours; only the signature is still to come, in a few minutes. Nobody else sees it until then.")
        return "unknown", _("Being signed."), more
    failure = report.failure()
    return (
        kind_of(report),
        sentence_of(report),
        signed_more(shown, failure.code if failure else "", is_holder=is_holder),
    )


def _image_path(achievement_id: str, version: int) -> str:
    """With the version in it, so that link previews fetch the picture anew when it changes."""
    return url_for("achievements.image_png", achievement_id=achievement_id, size=1200, v=version)
