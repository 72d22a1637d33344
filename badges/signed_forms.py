"""The signed forms of a badge over HTTP: exactly the bytes that were stored, under every name a reader may ask for."""

from __future__ import annotations

from flask import Response
from werkzeug.exceptions import NotAcceptable

from badges.documents import forms
from badges.models import Award
from badges.sharing.models import SignedForm
from issuer.base import http

HTML = "text/html"
SAVED_JSON, SAVED_JWT = "application/ld+json", "text/plain"
JSON_TYPES = ("application/vc", "application/vc+ld+json", "application/ld+json", "application/json")
PNG, SVG, PDF = "image/png", "image/svg+xml", "application/pdf"
JWT_TYPES = ("application/vc+jwt", "application/jwt", "text/plain")
CACHE = "private, no-cache"
"""A badge may become private again: whoever kept it asks before showing it."""


def wants_page() -> bool:
    """Whether nothing else that is offered is liked better than HTML.

    Whoever takes anything (a browser's link preview, a search engine, no Accept at all) gets the page; programs
    name the form they want, or ask for the address with its suffix.
    """
    return http.negotiate((HTML, *JSON_TYPES, *JWT_TYPES, PNG, SVG, PDF), default=HTML) == HTML


def negotiated(award: Award, credential: SignedForm) -> Response:
    """The form that Accept asks for. Raises NotAcceptable when none will do."""
    media_type = http.negotiate((*JSON_TYPES, *JWT_TYPES, PNG, SVG, PDF), default=JSON_TYPES[0])
    match media_type:
        case None:
            raise NotAcceptable()
        case "image/png":
            return as_png(award, credential)
        case "image/svg+xml":
            return as_svg(award, credential)
        case "application/pdf":
            return as_pdf(award, credential)
    return _answer(credential.jwt if media_type in JWT_TYPES else credential.document, media_type)


def as_json(credential: SignedForm) -> Response:
    """The JSON: the address names the form, so Accept decides only what it is called."""
    return _answer(credential.document, http.negotiate(JSON_TYPES, default=SAVED_JSON) or SAVED_JSON)


def as_jwt(credential: SignedForm) -> Response:
    """The compact JWS; text/plain unless a type of JWT is named (Open Badges 3.0, section 5.3)."""
    return _answer(credential.jwt, http.negotiate(JWT_TYPES, default=SAVED_JWT) or SAVED_JWT)


def as_png(award: Award, credential: SignedForm, *, is_token: bool = False) -> Response:
    """The picture with the JSON, or the token, in it."""
    make = forms.as_token_png if is_token else forms.as_png
    return saved(_answer(make(award, credential), PNG), award, ".png")


def as_svg(award: Award, credential: SignedForm, *, is_token: bool = False) -> Response:
    """The drawing with the JSON, or the token, in it."""
    make = forms.as_token_svg if is_token else forms.as_svg
    return saved(_answer(make(award, credential), SVG), award, ".svg")


def as_pdf(award: Award, credential: SignedForm) -> Response:
    """The certificate."""
    return saved(_answer(forms.as_pdf(award, credential), PDF), award, ".pdf")


def saved(response: Response, award: Award, suffix: str) -> Response:
    """A file with a name. A drawing is saved and never shown as a page of ours: it may hold anything that one may."""
    kind = "attachment" if "svg" in suffix else "inline"
    response.headers["Content-Disposition"] = f'{kind}; filename="badge-{award.public_id}{suffix}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    if "svg" in suffix:
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _answer(body: bytes, media_type: str) -> Response:
    response = http.published(body, media_type, cache_control=CACHE)
    response.vary.add("Accept")
    return response
