"""Pictures that come with a module: only whole ones, only kinds that a browser shows, nothing that can act. Pure.

An SVG is a small program unless it is held to be a drawing: the elements below draw, and nothing in them may point
outside the file.
"""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from PIL import Image

from competencies.learning.authored import refusal

LARGEST_PICTURE = 1024 * 1024
LONGEST_SIDE = 4_000

MEDIA_TYPES: Mapping[str, str] = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}
_PILLOW_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,80}\.(svg|png|jpe?g|webp)")
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath"}
_PAINTS = {"linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern", "marker"}
_DRAWING = frozenset({"svg", "g", "defs", "symbol", "use", "title", "desc"} | _SHAPES | _PAINTS)
_POINTS_INSIDE = re.compile(r"#[A-Za-z][\w.-]*")
_CALLS_OUT = re.compile(r"url\(\s*(?!['\"]?#)|javascript:|data:|expression\(|@import|\\", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is stored and served; ``sha256`` in hexadecimal."""

    name: str
    media_type: str
    data: bytes
    sha256: str


def read_picture(name: str, data: Any, where: str) -> Picture:
    """A picture file -> what is stored. Raises Invalid when it is not one that can safely be shown."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise refusal(
            where, "must have a name of small letters, digits and hyphens ending in .svg, .png, .jpg or .webp."
        )
    if not isinstance(data, bytes) or not 0 < len(data) <= LARGEST_PICTURE:
        raise refusal(where, f"must be a picture of at most {LARGEST_PICTURE // 1024} KiB.")
    media_type = MEDIA_TYPES[name[name.rindex(".") :]]
    if media_type == "image/svg+xml":
        _check_svg(data, where)
    else:
        _check_raster(data, _PILLOW_FORMATS[media_type], where)
    return Picture(name=name, media_type=media_type, data=data, sha256=hashlib.sha256(data).hexdigest())


def _check_raster(data: bytes, expected: str, where: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[expected]) as picture:
                if max(picture.size) > LONGEST_SIDE:
                    raise refusal(where, f"must be at most {LONGEST_SIDE} pixels on each side.")
                picture.verify()
            with Image.open(io.BytesIO(data), formats=[expected]) as picture:
                picture.load()  # reads every pixel: verify() does not for every format
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise refusal(where, f"is broken, or is not the {expected} that its name says.") from None


def _check_svg(data: bytes, where: str) -> None:
    parser = expat.ParserCreate(encoding="UTF-8", namespace_separator=" ")
    depth = 0

    def refuse(sentence: str) -> None:
        raise refusal(where, sentence)

    def start(qualified: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        namespace, _, name = qualified.rpartition(" ")
        if namespace != _SVG or name not in _DRAWING or (depth == 0 and name != "svg"):
            refuse(f"may only draw: {name[:40]} is not allowed in it.")
        depth += 1
        for attribute, value in attributes.items():
            if (sentence := _attribute_fault(attribute, value)) is not None:
                refuse(sentence)

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = lambda *_: refuse("may not have a DOCTYPE.")
    parser.ProcessingInstructionHandler = lambda *_: refuse("may not have processing instructions.")
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        refuse("is not a well-formed SVG in UTF-8.")


def _attribute_fault(qualified: str, value: str) -> str | None:
    namespace, _, name = qualified.rpartition(" ")
    if name.lower().startswith("on"):
        return f"may not act: {name[:40]} is not allowed in it."
    if name == "href" and namespace in ("", _XLINK):
        return None if _POINTS_INSIDE.fullmatch(value) else "may not point outside itself."
    if name == "style" or _CALLS_OUT.search(value):
        return f"may not fetch or style anything: {name[:40]} is not allowed so."
    return None
