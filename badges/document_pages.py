"""The files of a badge over HTTP: pictures, the certificate, and the twin for programs of Open Badges 2.0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from badges import achievements, awards, offering, signed_forms
from badges.documents import forms, twin
from badges.models import Award
from badges.public_names import shaped
from badges.sharing.models import SignedForm
from badges.sharing.shown_forms import credential_shown
from issuer.access import current_actor, requires
from issuer.base import http
from issuer.base.errors import Invalid
from issuer.keys.statements import content_of
from issuer.profile import find_organisation

pages = Blueprint("badge_files", __name__)

LD_JSON, JOSE = "application/ld+json", "application/jose"
PUBLIC_CACHE = "public, max-age=300"
NOT_KEPT = "private, no-store"
GONE = 410
"""Open Badges 2.0, "Hosted Verification": what lay there was withdrawn."""


@pages.get("/badges/<award_id>.png")
@requires("public.read")
def badge_png(award_id: str) -> Response:
    """The picture with the badge in it: the JSON, or ``?form=jwt`` the token."""
    award, form = _shown(award_id)
    return signed_forms.as_png(award, form, is_token=_wants_token())


@pages.get("/badges/<award_id>.svg")
@requires("public.read")
def badge_svg(award_id: str) -> Response:
    """The drawing with the badge in it: the JSON, or ``?form=jwt`` the token."""
    award, form = _shown(award_id)
    return signed_forms.as_svg(award, form, is_token=_wants_token())


@pages.get("/badges/<award_id>.pdf")
@requires("public.read")
def badge_pdf(award_id: str) -> Response:
    """The certificate."""
    return signed_forms.as_pdf(*_shown(award_id))


@pages.get("/badges/<award_id>.ob2.json")
@requires("public.read")
def hosted_assertion(award_id: str) -> Response:
    """The hosted Assertion; 410 with what is left of it once the badge was revoked, and while it is suspended."""
    award, form = _shown(award_id)
    withdrawn = twin.withdrawn_assertion(award)
    if withdrawn is None:
        return _document(twin.hosted_assertion(award, form), signed_forms.CACHE)
    response = _document(withdrawn, signed_forms.CACHE)
    if response.status_code != 304:
        response.status_code = GONE
    return response


@pages.get("/badges/<award_id>.ob2.jws")
@requires("public.read")
def signed_assertion(award_id: str) -> Response:
    """The signed Assertion, a compact JWS. It can be had of a withdrawn badge too: the issuer's list says so."""
    return http.published(twin.signed_assertion(*_shown(award_id)), JOSE, cache_control=signed_forms.CACHE)


@pages.get("/badges/<award_id>.ob2.png")
@requires("public.read")
def twin_png(award_id: str) -> Response:
    return _twin_picture(award_id, forms.as_twin_png, "image/png")


@pages.get("/badges/<award_id>.ob2.svg")
@requires("public.read")
def twin_svg(award_id: str) -> Response:
    return _twin_picture(award_id, forms.as_twin_svg, "image/svg+xml")


@pages.get("/badges/<award_id>/for-my-address.ob2.jws")
@requires("awards.own")
def assertion_for_address(award_id: str) -> Response:
    """One's own badge with the digest of one's own address, for a program that asks for one."""
    award = awards.own_award(current_actor(), shaped(award_id))
    body = twin.assertion_for_address(award, awards.credential_of(award))
    return signed_forms.saved(http.published(body, JOSE, cache_control=NOT_KEPT), award, ".ob2.jws")


@pages.get("/badges/<award_id>/for-my-address.ob2.png")
@requires("awards.own")
def picture_for_address(award_id: str) -> Response:
    """The same, baked into the picture."""
    award = awards.own_award(current_actor(), shaped(award_id))
    body = forms.as_picture_for_address(award, awards.credential_of(award))
    return signed_forms.saved(http.published(body, "image/png", cache_control=NOT_KEPT), award, ".ob2.png")


@pages.get("/achievements/<achievement_id>/versions/<int:number>.ob2.json")
@requires("public.read")
def badge_class(achievement_id: str, number: int) -> Response:
    version = offering.version_of(achievements.find_achievement(shaped(achievement_id)), number)
    return _document(twin.badge_class(version), PUBLIC_CACHE)


@pages.get("/issuers/<slug>.ob2.json")
@requires("public.read")
def profile(slug: str) -> Response:
    return _document(twin.profile(find_organisation(shaped(slug))), PUBLIC_CACHE)


@pages.get("/issuers/<slug>/revocations.ob2.json")
@requires("public.read")
def revocation_list(slug: str) -> Response:
    return _document(twin.revocation_list(find_organisation(shaped(slug))), signed_forms.CACHE)


@pages.get("/keys/<kid>.ob2.json")
@requires("public.read")
def key(kid: str) -> Response:
    return _document(twin.key_document(shaped(kid)), PUBLIC_CACHE)


def _shown(award_id: str) -> tuple[Award, SignedForm]:
    """A badge that the caller may see, as it is shown to them. Raises NotFound, Conflict."""
    award = awards.visible_award(current_actor(), shaped(award_id))
    return award, credential_shown(award, current_actor())


def _twin_picture(award_id: str, make: Callable[[Award, SignedForm], bytes], media_type: str) -> Response:
    award, form = _shown(award_id)
    response = http.published(make(award, form), media_type, cache_control=signed_forms.CACHE)
    return signed_forms.saved(response, award, ".ob2.svg" if media_type.endswith("xml") else ".ob2.png")


def _wants_token() -> bool:
    asked = request.args.get("form", "json")
    if asked not in ("json", "jwt"):
        sentence = "The badge in the picture is its JSON or its token: form=json or form=jwt."
        raise Invalid("bad_form", sentence, fields={"form": [sentence]})
    return asked == "jwt"


def _document(document: dict[str, Any], cache_control: str) -> Response:
    return http.published(content_of(document), LD_JSON, cache_control=cache_control)
