from __future__ import annotations

from html.parser import HTMLParser

import pytest
from flask import Flask

from issuer.base.templating import has_page, render_markdown, static_url


class Tags(HTMLParser):
    """The elements of a page as a browser would find them, each with its address."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, str | None]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add((tag, dict(attrs).get("href") or dict(attrs).get("src")))


def test_markdown_becomes_html() -> None:
    html = render_markdown("# Title\n\nSome *words* and a [link](https://example.org).\n\n- one\n- two\n")
    assert "<h1>Title</h1>" in html
    assert "<em>words</em>" in html
    assert 'href="https://example.org"' in html
    assert html.count("<li>") == 2


@pytest.mark.parametrize("target", ["https://a.example", "http://a.example", "mailto:a@b.ca", "/modules/M01", "#part"])
def test_harmless_links_stay(target: str) -> None:
    assert f'href="{target}"' in render_markdown(f"[words]({target})")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[words](javascript:alert(1))",
        "[words](JaVaScRiPt:alert(1))",
        "[words](data:text/html;base64,PHNjcmlwdD4=)",
        "[words](vbscript:x)",
        "![picture](https://tracker.example/pixel.png)",
        '<a href="javascript:alert(1)">words</a>',
        "<style>body{display:none}</style>",
        "<javascript:alert(1)>",
    ],
)
def test_nothing_in_markdown_runs_or_calls_another_site(text: str) -> None:
    tags = Tags()
    tags.feed(render_markdown(text))
    assert tags.found <= {("p", None), ("a", None)}


def test_a_static_file_has_an_address_of_its_content_and_may_be_kept(app: Flask) -> None:
    with app.test_request_context():
        address = static_url("rosette.css")
    assert address.startswith("/static/rosette.css?v=")
    answer = app.test_client().get(address)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_file_that_is_missing_breaks_no_page(app: Flask) -> None:
    with app.test_request_context():
        assert static_url("no-such.css") == "/static/no-such.css"


def test_a_page_that_is_not_there_is_known_not_to_be(app: Flask) -> None:
    with app.app_context():
        assert has_page("identity.sign_in")
        assert not has_page("nowhere.at_all")
