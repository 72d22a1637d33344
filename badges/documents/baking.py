"""Baking: a credential goes into a picture, and not a pixel of the picture changes. PURE.

PNG: one uncompressed iTXt chunk before the pixels. SVG: one element in a namespace of its own, the first child of the
drawing. (Open Badges 3.0, section 5.3; Open Badges Baking Specification 2.0; PNG 1.2, section 4.2.3.)
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from html import escape

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER_END = len(PNG_SIGNATURE) + 4 + 4 + 13 + 4
_ROOT = re.compile(r"<svg\b[^>]*>")
_PREFIX = "openbadges"


@dataclass(frozen=True, slots=True)
class Mould:
    """What a version of Open Badges calls the chunk of a PNG, and the element of an SVG and its namespace."""

    keyword: str
    namespace: str
    element: str


OPEN_BADGES_3 = Mould("openbadgecredential", "https://purl.imsglobal.org/ob/v3p0", "credential")
OPEN_BADGES_2 = Mould("openbadges", "http://openbadges.org", "assertion")


class NotBakeable(ValueError):
    """The picture holds a badge already, or is not the kind of picture that it should be."""


def bake_png(picture: bytes, text: bytes, *, mould: Mould) -> bytes:
    """The PNG with ``text``, a JSON document or a compact JWS as UTF-8, in it. Raises NotBakeable."""
    if not picture.startswith(PNG_SIGNATURE) or picture[12:16] != b"IHDR":
        raise NotBakeable("It is no PNG.")
    if any(each.keyword.encode("ascii") + b"\x00" in picture for each in (OPEN_BADGES_3, OPEN_BADGES_2)):
        raise NotBakeable("There is a badge in this picture already.")
    plain = b"\x00\x00" + b"\x00\x00"  # not compressed, by no method; in no language, under no other name
    chunk = _chunk(b"iTXt", mould.keyword.encode("ascii") + b"\x00" + plain + text)
    return picture[:_HEADER_END] + chunk + picture[_HEADER_END:]


def bake_svg(drawing: str, text: bytes, *, mould: Mould, address: str = "") -> bytes:
    """The SVG with ``text`` in it: JSON stands in a CDATA section, a compact JWS in the attribute ``verify``.

    ``address`` is where a hosted assertion of Open Badges 2.0 lies, which its element names too. Raises NotBakeable.
    """
    root = _ROOT.search(drawing)
    if root is None or root.group().endswith("/>"):
        raise NotBakeable("It is no drawing in SVG.")
    if f"xmlns:{_PREFIX}" in drawing:
        raise NotBakeable("There is a badge in this drawing already.")
    opened = f'{root.group()[:-1]} xmlns:{_PREFIX}="{mould.namespace}">'
    element = _element(text.decode("utf-8"), name=f"{_PREFIX}:{mould.element}", address=address)
    return f"{drawing[: root.start()]}{opened}{element}{drawing[root.end() :]}".encode()


def _element(text: str, *, name: str, address: str) -> str:
    if not text.lstrip().startswith("{"):
        return f'<{name} verify="{escape(text, quote=True)}"/>'
    named = f' verify="{escape(address, quote=True)}"' if address else ""
    # The end of a CDATA section cannot stand in one: it is shared between two, which readers join again.
    whole = text.replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}{named}><![CDATA[{whole}]]></{name}>"


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))
