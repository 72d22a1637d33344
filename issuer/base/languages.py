"""English and French: which one a reply speaks."""

from __future__ import annotations

from collections.abc import Callable, Iterable

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
        return chosen if chosen in LANGUAGES else _preferred(request.accept_languages.values())

    Babel(app, locale_selector=choose)


def _preferred(tags: Iterable[str]) -> str | None:
    """The first that we speak: "fr-CA" before "en" means French, though we do not speak it the Canadian way."""
    spoken = (tag.lower().split("-")[0] for tag in tags)
    return next((language for language in spoken if language in LANGUAGES), None)


def remember(response: Response, language: str) -> None:
    """Keep the choice of a visitor without an account for a year, in a cookie that says nothing else."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(COOKIE, language, max_age=_A_YEAR, httponly=True, secure=secure, samesite="Lax")
