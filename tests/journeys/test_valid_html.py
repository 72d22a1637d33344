"""Every page is valid HTML, in both languages."""

from __future__ import annotations

import urllib.request

import pytest

from tests.journeys.html_validity import faults_in
from tests.live import LiveServer

WHOLE = (
    '<!doctype html><html lang="en"><head><title>A</title></head><body><main><h1 id="a">A</h1>'
    '<p aria-labelledby="a">words</p><ul><li>one</li></ul></main></body></html>'
)
BROKEN = {
    "a paragraph in a paragraph": ("words", "<p>words</p>"),
    "a block in a heading": (">A</h1>", "><div>A</div></h1>"),
    "an element left open": ("</p>", ""),
    "words for an id that is not there": ('labelledby="a"', 'labelledby="b"'),
    "an id twice": ("<ul>", '<ul id="a">'),
    "text directly in a list": ("<li>one</li>", "<span>one</span>"),
    "a link in a link": ("one", '<a href="/"><a href="/">one</a></a>'),
    "a picture without words": ("one", '<img src="/a.png">'),
    "a second heading": ("<ul>", "<h1>B</h1><ul>"),
    "a handler": ("<ul>", '<ul onclick="x()">'),
    "no language": (' lang="en"', ""),
    "no doctype": ("<!doctype html>", ""),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_wrong_is_found(what: str) -> None:
    assert faults_in(WHOLE) == []
    assert faults_in(WHOLE.replace(*BROKEN[what]))


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_is_valid(furnished: tuple[LiveServer, tuple[str, str], list[str]], language: str) -> None:
    server, (name, value), paths = furnished
    headers = {"Accept": "text/html", "Accept-Language": language, "Cookie": f"{name}={value}"}
    found = {}
    for path in paths:
        with urllib.request.urlopen(urllib.request.Request(server.instance.base_url + path, headers=headers)) as answer:
            faults = faults_in(answer.read().decode())
        if faults:
            found[path] = faults[:3]
    assert found == {}
