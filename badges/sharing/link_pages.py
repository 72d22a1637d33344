"""What whoever has a share link sees, and where the code of a badge on paper leads.

Nothing here is kept by a browser or a search engine, and no address that is followed from here is told the link.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from badges import artwork, showcase, signed_forms
from badges.awards import is_held_by
from badges.models import Award
from badges.sharing import links
from badges.sharing.coded import coded_award
from badges.sharing.links import SharedBadges
from badges.sharing.shown_forms import shown_to_others
from badges.verification import shown as showing_reports
from badges.verification.sources import check
from badges.verification.wording import kind_of, sentence_of
from issuer import limits
from issuer.access import current_actor, requires
from issuer.base.db import utc_now
from issuer.base.errors import NotFound

pages = Blueprint("shared", __name__)

LONGEST_CODE = 40


@dataclass(frozen=True, slots=True)
class SharedTile:
    """One badge in the list of a link. ``holder`` as its holder chose to be named."""

    award_id: str
    name: str
    issuer: str
    holder: str
    kind: str
    sentence: str


@pages.after_request
def _keep_to_oneself(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@pages.get("/s/<token>")
@requires("public.read")
def link(token: str) -> ResponseReturnValue:
    """The badge, or the list of several."""
    shared = _opened(token, counts=True)
    if len(shared.link.awards) == 1:
        return _page(token, shared, shared.awards[0])
    return render_template("badges/shared_list.html", token=token, tiles=[_tile(award) for award in shared.awards])


@pages.get("/s/<token>/<award_id>")
@requires("public.read")
def badge(token: str, award_id: str) -> ResponseReturnValue:
    """One badge of the list."""
    shared = _opened(token, counts=False)
    return _page(token, shared, shared.named(award_id))


@pages.get("/s/<token>/<award_id>.json")
@requires("public.read")
def badge_json(token: str, award_id: str) -> Response:
    """The credential as its holder shows it, with its embedded proof."""
    return signed_forms.as_json(shown_to_others(_opened(token, counts=False).named(award_id)))


@pages.get("/s/<token>/<award_id>.jwt")
@requires("public.read")
def badge_jwt(token: str, award_id: str) -> Response:
    """The same as VC-JWT."""
    return signed_forms.as_jwt(shown_to_others(_opened(token, counts=False).named(award_id)))


@pages.get("/s/<token>/<award_id>.pdf")
@requires("public.read")
def badge_pdf(token: str, award_id: str) -> Response:
    """The certificate, with the same badge attached."""
    award = _opened(token, counts=False).named(award_id)
    return signed_forms.as_pdf(award, shown_to_others(award))


@pages.get("/s/<token>/<award_id>.png")
@requires("public.read")
def badge_png(token: str, award_id: str) -> Response:
    """The picture with the badge in it."""
    award = _opened(token, counts=False).named(award_id)
    return signed_forms.as_png(award, shown_to_others(award))


@pages.get("/s/<token>/<award_id>.svg")
@requires("public.read")
def badge_svg(token: str, award_id: str) -> Response:
    """The drawing with the badge in it."""
    award = _opened(token, counts=False).named(award_id)
    return signed_forms.as_svg(award, shown_to_others(award))


@pages.get("/c/<code>")
@requires("public.read")
def code(code: str) -> ResponseReturnValue:
    """From the code on paper to the page of the badge."""
    try:
        award = coded_award(current_actor(), code[: LONGEST_CODE + 1])
    except NotFound:
        limits.spend("share_guess", limits.client_address())
        raise
    return redirect(url_for("awards.badge", award_id=award.public_id), 302)


def _opened(token: str, *, counts: bool) -> SharedBadges:
    """What a link shows. Whoever guesses is soon asked to wait; the holder's own looks are not counted."""
    try:
        shared = links.opened(token, now=utc_now())
    except NotFound:
        limits.spend("share_guess", limits.client_address())
        raise
    actor = current_actor()
    if counts and not is_held_by(actor, shared.awards[0]):
        links.note_seen(shared.link)
    return shared


def _page(token: str, shared: SharedBadges, award: Award) -> str:
    shown, report = showcase.showcase_of(award), check(shown_to_others(award).document)
    return render_template(
        "badges/shared.html",
        token=token,
        badge=shown,
        achievement=shown.achievement,
        report=showing_reports.shown(report),
        holder=report.facts.holder if report.facts else "",
        art=artwork.art_of(award.achievement_version),
        shows_evidence=shared.link.shows_evidence,
        is_one_of_many=len(shared.link.awards) > 1,
        until=shared.link.expires_at,
    )


def _tile(award: Award) -> SharedTile:
    report = check(shown_to_others(award).document)
    version = award.achievement_version
    return SharedTile(
        award_id=award.public_id,
        name=version.name,
        issuer=version.achievement.organisation.name,
        holder=report.facts.holder if report.facts else "",
        kind=kind_of(report),
        sentence=str(sentence_of(report)),
    )
