"""What every template can use: who asks, the language, addresses of static files, Markdown."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import nh3
from flask import Flask, Response, current_app, request, url_for
from flask_babel import format_date, get_locale
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = frozenset(
    {"p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em"}
    | {"strong", "s", "a", "table", "thead", "tbody", "tr", "th", "td"}
)
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"scope"}}
_SCHEMES = frozenset({"http", "https", "mailto"})
ARCHIVED_AT = "rosette.archived_at"
"""In the environment of a request: the day of the archive that the page is for. No header can set it."""
_A_YEAR = "public, max-age=31536000, immutable"


def init_app(app: Flask, current_actor: Callable[[], Any]) -> None:
    """Give the templates ``actor``, ``locale``, ``archived_at``, ``static_url``, ``has_page`` and filters."""

    @app.context_processor
    def _of_this_request() -> dict[str, Any]:
        locale = get_locale()
        return {
            "actor": current_actor(),
            "locale": locale.language if locale else "en",
            "archived_at": request.environ.get(ARCHIVED_AT) if request else None,
        }

    app.jinja_env.globals.update(static_url=static_url, has_page=has_page)
    app.jinja_env.filters["markdown"] = render_markdown
    app.jinja_env.filters["day"] = day
    app.after_request(_keep_static_files)


def day(moment: datetime) -> str:
    """The date of a moment in the reader's language: "22 November 2026"."""
    return str(format_date(moment, "long"))


def has_page(endpoint: str) -> bool:
    """Whether this installation has a view of that name."""
    return endpoint in current_app.view_functions


def static_url(name: str) -> str:
    """The address of a static file; it changes with the file's content, so browsers may keep it for ever."""
    path = Path(current_app.static_folder or "") / name
    if not path.is_file():
        return url_for("static", filename=name)
    return url_for("static", filename=name, v=_fingerprint(path, path.stat().st_mtime_ns))


@cache
def _fingerprint(path: Path, _modified: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _keep_static_files(response: Response) -> Response:
    if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = _A_YEAR
    if response.mimetype == "text/html":
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def render_markdown(text: str) -> Markup:
    """CommonMark to HTML that is safe to show: no raw HTML; links only http, https, mailto and relative."""
    rendered = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).render(text)
    clean = nh3.clean(
        rendered,
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean)  # noqa: S704 - cleaned by nh3 on the line above
