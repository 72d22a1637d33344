"""English and French: which one a reply speaks."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel
from werkzeug.wrappers import Response

LANGUAGES = ("en", "fr")
COOKIE = "rosette_language"
_A_YEAR = 365 * 24 * 3600


def init_app(app: Flask, locale_of_actor: Callable[[], str | None]) -> None:
    """Set Flask-Babel up: the account's language, then the cookie, then what the browser prefers."""

    def choose() -> str | None:
        if not has_request_context():
            return None
        chosen = locale_of_actor() or request.cookies.get(COOKIE)
        return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES)

    Babel(app, locale_selector=choose)


def remember(response: Response, language: str) -> None:
    """Keep the choice of a visitor without an account for a year, in a cookie that says nothing else."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(COOKIE, language, max_age=_A_YEAR, httponly=True, secure=secure, samesite="Lax")
