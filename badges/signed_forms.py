"""The signed forms of a badge over HTTP: exactly the bytes that were stored, under every name a reader may ask for."""

from __future__ import annotations

from flask import Response
from werkzeug.exceptions import NotAcceptable

from badges.sharing.models import SignedForm
from issuer.base import http

HTML = "text/html"
SAVED_JSON, SAVED_JWT = "application/ld+json", "text/plain"
JSON_TYPES = ("application/vc", "application/vc+ld+json", "application/ld+json", "application/json")
JWT_TYPES = ("application/vc+jwt", "application/jwt", "text/plain")
CACHE = "private, no-cache"
"""A badge may become private again: whoever kept it asks before showing it."""


def wants_page() -> bool:
    """Whether nothing else that is offered is liked better than HTML.

    Whoever takes anything (a browser's link preview, a search engine, no Accept at all) gets the page; programs
    name the form they want, or ask for the address with its suffix.
    """
    return http.negotiate((HTML, *JSON_TYPES, *JWT_TYPES), default=HTML) == HTML


def negotiated(credential: SignedForm) -> Response:
    """The signed form that Accept asks for. Raises NotAcceptable when none will do."""
    media_type = http.negotiate((*JSON_TYPES, *JWT_TYPES), default=JSON_TYPES[0])
    if media_type is None:
        raise NotAcceptable()
    return _answer(credential.jwt if media_type in JWT_TYPES else credential.document, media_type)


def as_json(credential: SignedForm) -> Response:
    """The JSON: the address names the form, so Accept decides only what it is called."""
    return _answer(credential.document, http.negotiate(JSON_TYPES, default=SAVED_JSON) or SAVED_JSON)


def as_jwt(credential: SignedForm) -> Response:
    """The compact JWS; text/plain unless a type of JWT is named (Open Badges 3.0, section 5.3)."""
    return _answer(credential.jwt, http.negotiate(JWT_TYPES, default=SAVED_JWT) or SAVED_JWT)


def _answer(body: bytes, media_type: str) -> Response:
    response = http.published(body, media_type, cache_control=CACHE)
    response.vary.add("Accept")
    return response
