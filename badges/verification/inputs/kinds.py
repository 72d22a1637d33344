"""What bytes are, told by the bytes themselves: a name says nothing (a JPEG is often called .png)."""

from __future__ import annotations

import re
from enum import StrEnum


class Kind(StrEnum):
    """The kinds that are told apart. TEXT is JSON, a token, an address, or nothing we know."""

    EMPTY = "empty"
    PNG = "png"
    SVG = "svg"
    PDF = "pdf"
    ZIP = "zip"
    JPEG = "jpeg"
    WEBP = "webp"
    GIF = "gif"
    GZIP = "gzip"
    HTML = "html"
    TEXT = "text"
    NOT_UTF8 = "not_utf8"


PICTURES = frozenset({Kind.PNG, Kind.SVG, Kind.JPEG, Kind.WEBP, Kind.GIF})

BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r\n\f\v"
_STARTS = (
    (b"\x89PNG", Kind.PNG),
    (b"%PDF-", Kind.PDF),
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"GIF8", Kind.GIF),
    (b"\x1f\x8b", Kind.GZIP),
)
_LOOKED_AT = 4096
# An element of SVG, with or without a prefix, before any other element; a document type, comments and instructions
# may stand before it.
_SVG = re.compile(rb"<(?:[\w.-]+:)?svg(?:[\s/>]|$)")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s/>]", re.IGNORECASE)


def kind_of(data: bytes) -> Kind:
    """The kind of ``data``; looks at its first bytes only, and for text at the encoding of the whole."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Kind.WEBP
    if not data.removeprefix(BOM).strip(_BLANK):
        return Kind.EMPTY
    if b"\x00" in data[:_LOOKED_AT] or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Kind.NOT_UTF8
    return _kind_of_text(data)


def _kind_of_text(data: bytes) -> Kind:
    head = data.removeprefix(BOM).lstrip(_BLANK)[:_LOOKED_AT]
    if head.startswith(b"<"):
        html, svg = _HTML.search(head), _SVG.search(head)
        if html is not None and (svg is None or html.start() < svg.start()):
            return Kind.HTML
        return Kind.SVG if svg is not None or head.startswith(b"<?xml") or b"<!DOCTYPE" in head else Kind.HTML
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return Kind.NOT_UTF8
    return Kind.TEXT
