"""Where a page of the web says that a badge is to be had: a link to it in another form, or the badge itself in it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from badges.verification.inputs.refused import refusing

DOCUMENTS = frozenset(
    {"application/ld+json", "application/vc+ld+json", "application/vc", "application/json", "application/vc+jwt"}
)
METAS = frozenset({"openbadge", "openbadges", "openbadgecredential", "badge:assertion", "credential"})
MAX_FOUND = 20
MAX_SCRIPT = 1024 * 1024


@refusing
def badges(data: bytes) -> tuple[Any, Sequence[bytes]]:
    """HTML -> {"alternates": [address as written], "metas": [address as written]}, and the scripts of JSON-LD in it."""
    page = _Page()
    # The parser of the standard library asserts what pages do not keep to; what came before still counts.
    with contextlib.suppress(AssertionError):
        page.feed(data.decode("utf-8", "replace"))
        page.close()
    alternates, metas = page.alternates[:MAX_FOUND], page.metas[:MAX_FOUND]
    return {"alternates": alternates, "metas": metas, "base": page.base}, page.scripts[:MAX_FOUND]


def absolute(address: str, *, page: str, base: str) -> str:
    """An address as a page writes it, seen from where the page lies; "" for what is no address of the web."""
    try:
        found = urljoin(urljoin(page, base), address)
    except ValueError:
        return ""
    return found if found.startswith(("https://", "http://")) else ""


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.alternates: list[str] = []
        self.metas: list[str] = []
        self.scripts: list[bytes] = []
        self.base = ""
        self._script: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: (value or "").strip() for name, value in attrs}
        kind = said.get("type", "").partition(";")[0].strip().lower()
        if tag == "link" and "alternate" in said.get("rel", "").lower().split() and kind in DOCUMENTS:
            self.alternates.append(said.get("href", ""))
        elif tag == "meta" and said.get("name", said.get("property", "")).lower() in METAS:
            self.metas.append(said.get("content", ""))
        elif tag == "base" and not self.base:
            self.base = said.get("href", "")
        elif tag == "script" and kind in DOCUMENTS:
            self._script = []

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self._script.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._script is not None:
            text = "".join(self._script).strip().encode("utf-8", "replace")
            if text and len(text) <= MAX_SCRIPT:
                self.scripts.append(text)
            self._script = None
