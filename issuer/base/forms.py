"""Forms come from our own pages: a token in each, and the browser's word about where it was sent from.

A program that names itself with a bearer token needs neither, because no page of another site can make a browser
send that header; nor does a call of the API that carries no cookie.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError

from issuer.base.http import PROGRAM_PATHS

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "rosette_without_token"


def without_token(view: View) -> View:
    """Mark a view whose form has no token, so that a page with that form needs no cookie.

    For what changes nothing but how this browser is served; the form still must come from our pages.
    """
    setattr(view, _ATTRIBUTE, True)
    return view


def init_app(app: Flask) -> None:
    """Check every request that may change something, before it reaches its view."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_SSL_STRICT"] = False  # our pages send no Referer; _refuse_other_sites asks for better
    protection = CSRFProtect(app)

    @app.before_request
    def _check() -> None:
        if request.method in SAFE_METHODS or request.endpoint is None or has_bearer_token():
            return
        if _carries_nobody(app.config["SESSION_COOKIE_NAME"]):
            return
        _refuse_other_sites(app.config["ROSETTE"].base_url)
        if not getattr(app.view_functions[request.endpoint], _ATTRIBUTE, False):
            protection.protect()


def has_bearer_token() -> bool:
    """Whether the caller is a program that names itself with a token."""
    return request.headers.get("Authorization", "").lower().startswith("bearer ")


def _carries_nobody(cookie: str) -> bool:
    """A call of the API without a browser's cookie acts for nobody, so there is nobody to protect."""
    return request.path.startswith(PROGRAM_PATHS) and cookie not in request.cookies


def _refuse_other_sites(base_url: str) -> None:
    # Browsers send "Origin: null" with the forms of a page that gives no referrer; Sec-Fetch-Site still tells.
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None and site not in ("same-origin", "none"):
        raise CSRFError("The form was sent from another site.")
    if site is None and origin not in (None, "null", base_url):
        raise CSRFError("The form was sent from another site.")
