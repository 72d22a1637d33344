"""A drawing in SVG, read against a list of what may be in it and written anew. PURE.

What is not on the list is refused and not removed: a drawing with holes in it is not what somebody wanted to show.
On it are shapes, groups, gradients and clips. Not on it, besides everything that runs, asks or refers outside: text,
because every reader has other letters; filters, patterns, masks, dashes and repetitions, because a short drawing can
make endless work of them. (SVG 2; SVG Integration, "secure static mode".)
"""

from __future__ import annotations

import io
import re
from xml.sax import ContentHandler, SAXException
from xml.sax.handler import feature_namespaces
from xml.sax.saxutils import escape, quoteattr
from xml.sax.xmlreader import AttributesNSImpl, InputSource

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from issuer.pictures.refused import PictureRefused

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
MOST_BYTES = 512 * 1024
MOST_ELEMENTS = 5_000
MOST_LEVELS = 32

_SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
_GRADIENTS = frozenset({"linearGradient", "radialGradient"})
_SPOKEN = frozenset({"title", "desc"})
ELEMENTS = _SHAPES | _GRADIENTS | _SPOKEN | {"svg", "g", "defs", "stop", "clipPath"}

_PAINT = frozenset(
    {
        "fill",
        "fill-opacity",
        "fill-rule",
        "stroke",
        "stroke-width",
        "stroke-opacity",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-miterlimit",
        "opacity",
        "color",
        "display",
        "visibility",
        "stop-color",
        "stop-opacity",
        "clip-path",
        "clip-rule",
        "paint-order",
        "vector-effect",
        "shape-rendering",
        "color-interpolation",
    }
)
_PLACES = frozenset(
    {
        "id",
        "class",
        "version",
        "viewBox",
        "preserveAspectRatio",
        "width",
        "height",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "fx",
        "fy",
        "fr",
        "d",
        "points",
        "pathLength",
        "offset",
        "transform",
        "gradientTransform",
        "gradientUnits",
        "spreadMethod",
        "clipPathUnits",
        "role",
    }
)
_VALUE = re.compile(r"[\w\s#%.,()+\-]*")
_REFERENCE = re.compile(r"\s*url\(\s*#[\w.\-]+\s*\)[\w\s#%.,()+\-]*")
_FRAGMENT = re.compile(r"#[\w.\-]+")

Name = tuple[str | None, str]


def redrawn(data: bytes) -> bytes:
    """The drawing as this service writes it. Raises PictureRefused (picture_svg_*, picture_damaged)."""
    if len(data) > MOST_BYTES:
        raise PictureRefused("picture_svg_too_large")
    drawing = _Drawing()
    parser = DefusedExpatParser(namespaceHandling=1, forbid_dtd=True)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(drawing)
    source = InputSource()
    source.setByteStream(io.BytesIO(data))
    try:
        parser.parse(source)
    except DefusedXmlException as error:
        raise PictureRefused("picture_svg_declares") from error
    except (SAXException, LookupError, ValueError) as error:
        raise PictureRefused("picture_damaged") from error
    return "".join(drawing.written).encode("utf-8")


class _Drawing(ContentHandler):
    """Writes each element again as soon as it was found to be on the list."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []
        self._open: list[str] = []
        self._elements = 0

    def startElementNS(self, name: Name, qname: str | None, attrs: AttributesNSImpl) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS or len(self._open) >= MOST_LEVELS:
            raise PictureRefused("picture_svg_too_large")
        space, local = name
        if space != SVG or local not in ELEMENTS or (local == "svg") != (not self._open):
            raise PictureRefused("picture_svg_element", local)
        described = {attribute: _allowed(local, key, value) for key, value in attrs.items() for attribute in [key[1]]}
        if not self._open:
            described = {"xmlns": SVG} | described
            if "viewBox" not in described and not {"width", "height"} <= described.keys():
                raise PictureRefused("picture_svg_no_size")
        self._open.append(local)
        self.written.append(f"<{local}{''.join(f' {key}={quoteattr(value)}' for key, value in described.items())}>")

    def endElementNS(self, name: Name, qname: str | None) -> None:
        self.written.append(f"</{self._open.pop()}>")

    def characters(self, content: str) -> None:
        if self._open and self._open[-1] in _SPOKEN:
            self.written.append(escape(content))

    def processingInstruction(self, target: str, data: str) -> None:
        raise PictureRefused("picture_svg_element", f"?{target}")


def _allowed(element: str, key: Name, value: str) -> str:
    """The value of an attribute that is on the list. Raises PictureRefused."""
    space, name = key
    if name == "href" and space in (None, XLINK) and element in _GRADIENTS and _FRAGMENT.fullmatch(value):
        return value
    if space is None and name == "style" and all(_is_painting(part) for part in value.split(";") if part.strip()):
        return value
    if space is None and ((name in _PLACES and _VALUE.fullmatch(value)) or (name in _PAINT and _is_paint(value))):
        return value
    raise PictureRefused("picture_svg_attribute", name)


def _is_painting(part: str) -> bool:
    name, colon, value = part.partition(":")
    return bool(colon) and name.strip() in _PAINT and _is_paint(value)


def _is_paint(value: str) -> bool:
    """A plain value, or a part of the same drawing; nothing with another address in it."""
    return bool(_REFERENCE.fullmatch(value) and value.count("url") == 1) or (
        bool(_VALUE.fullmatch(value)) and "url" not in value.lower()
    )
