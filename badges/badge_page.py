"""The page of a badge: what the check of this moment says, and everything there is to show beside it."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, make_response, render_template, url_for
from flask_babel import gettext as _

from badges import artwork, kept_pages, showcase, showcase_path, showing_elsewhere, signed_forms
from badges.award_wording import linkedin_address, signed_more
from badges.awards import is_held_by
from badges.badge_head import picture_address, picture_of, structured_data
from badges.documents.forms import forms_of
from badges.endorsements.showing import shown_endorsements
from badges.models import Award
from badges.showcase_values import Showcase
from badges.verification import shown as showing
from badges.verification.criteria_since import changes_since
from badges.verification.report import Outcome, Report
from badges.verification.sources import check_award
from badges.verification.wording import kind_of, sentence_of
from issuer.access import current_actor, settings
from issuer.base import http
from issuer.crypto.did import did_web_for
from issuer.policy import permits


def page_of(award: Award) -> Response:
    """The page for whoever asks. For visitors it is kept for a while and has a tag; one's own is always made anew."""
    if not kept_pages.is_for_anybody(current_actor()):
        return _told_apart(make_response(_made(award)))
    page = kept_pages.kept(award, lambda: _made(award))
    tag = hashlib.sha256(page.encode()).hexdigest()
    return http.with_etag(_told_apart(make_response(page)), tag, cache_control=signed_forms.CACHE)


def _told_apart(response: Response) -> Response:
    response.headers["Cache-Control"] = signed_forms.CACHE
    response.vary.update(("Accept", "Accept-Language", "Cookie"))
    return response


def _made(award: Award) -> str:
    shown = showcase.showcase_of(award)
    report = check_award(award) if shown.is_signed else None
    is_holder = is_held_by(current_actor(), award)
    picture = picture_address(award, picture_of(award, shown))
    return render_template(
        "badges/badge.html",
        badge=shown,
        achievement=shown.achievement,
        band=_band(shown, report, is_holder=is_holder),
        checked=showing.shown(report) if report else None,
        is_proven_by_domain=report is not None and _is_passed(report, "issuer") and _is_passed(report, "signature"),
        holder=report.facts.holder if report and report.facts else "",
        changes=changes_since(award)[2],
        paths=showcase_path.paths_of(shown.skills),
        successor=_successor(award),
        endorsements=shown_endorsements(award) if shown.is_signed else (),
        files=forms_of(award) if shown.is_signed else (),
        art=artwork.art_of(award.achievement_version),
        image_url=picture,
        structured=structured_data(award, shown, picture=picture),
        did_url=showing_elsewhere.at_home(url_for("documents.did", slug=shown.issuer.slug)),
        did=did_web_for(settings().base_url, "issuers", shown.issuer.slug),
        base_url=settings().base_url,
        is_owner=is_holder,
        administers=permits(current_actor(), "awards.revoke", organisation_id=_organisation_id(award)),
        **_shared(award, shown),
    )


def _shared(award: Award, shown: Showcase) -> dict[str, Any]:
    """What the part about sharing needs."""
    return {
        "linkedin": linkedin_address(shown),
        "frame": showing_elsewhere.frame_html(award),
        "still": showing_elsewhere.still_html(award),
        "signature": showing_elsewhere.signature_html(award),
    }


def _successor(award: Award) -> tuple[str, int] | None:
    """(public id, version of the criteria) of the badge that has taken this one's place."""
    newer = showcase_path.successor_of(award)
    return (newer.public_id, newer.achievement_version.number) if newer else None


def _is_passed(report: Report, name: str) -> bool:
    return any(check.name == name and check.outcome is Outcome.PASS for check in report.checks)


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
