"""What was handed in -> the picture that is kept. PURE; run in a child process, because the bytes are anybody's.

The first bytes decide what it is, never its name. Pixels are decoded and written again as PNG, so that nothing but
the pixels comes through: no position, no name, nothing hung behind the end. (PNG 3; RFC 9649, WebP; JFIF; SVG 2.)
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from typing import Any

import resvg_py

# The plug-ins are loaded now, as the child that reads cannot open a file any more.
from PIL import Image, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

from issuer.pictures.drawing import redrawn
from issuer.pictures.refused import PictureRefused

PNG, SVG = "image/png", "image/svg+xml"
MOST_PIXELS = 16_000_000
LONGEST_SIDE = 1024
"""Pixels of a side as kept: no page and no wallet shows more."""

_READERS = (PngImagePlugin, JpegImagePlugin, MpoImagePlugin, WebPImagePlugin)
Image.preinit()
_TRIAL = 256
_ANIMATION = 0x02
_SIXTEEN_BITS = ("I", "I;16", "I;16B", "I;16L")


def picture(data: bytes) -> tuple[Any, Sequence[bytes]]:
    """{"media_type", "width", "height"} and the content; or {"refused": code, "name"} and nothing."""
    try:
        kind = kind_of(data)
        if kind == "SVG":
            return _drawing(data)
        return _raster(data, kind)
    except PictureRefused as refused:
        return {"refused": refused.code, "name": refused.name}, ()


def kind_of(data: bytes) -> str:
    """PNG, JPEG, WEBP or SVG, by the first bytes. Raises PictureRefused (picture_kind)."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"<svg", b"<?xml")) or (head.startswith((b"<!DOCTYPE svg", b"<!--")) and b"<svg" in head):
        return "SVG"
    raise PictureRefused("picture_kind")


def _drawing(data: bytes) -> tuple[Any, Sequence[bytes]]:
    content = redrawn(data)
    try:
        resvg_py.svg_to_bytes(svg_string=content.decode("utf-8"), width=_TRIAL, height=_TRIAL, skip_system_fonts=True)
    except ValueError as error:  # it can be read and not be drawn
        raise PictureRefused("picture_damaged") from error
    return {"media_type": SVG, "width": 0, "height": 0}, (content,)


def _raster(data: bytes, kind: str) -> tuple[Any, Sequence[bytes]]:
    if kind == "WEBP":
        _check_webp(data)
    formats = ("JPEG", "MPO") if kind == "JPEG" else (kind,)
    try:
        with Image.open(io.BytesIO(data), formats=formats) as opened:
            _check_size(*opened.size)
            moves = getattr(opened, "is_animated", False) or getattr(opened, "custom_mimetype", "") == "image/apng"
            if kind != "JPEG" and moves:
                raise PictureRefused("picture_animated")
            painted = _upright(opened)
    except (OSError, SyntaxError, ValueError, struct.error, IndexError, EOFError) as error:
        raise PictureRefused("picture_damaged") from error
    held = io.BytesIO()
    painted.save(held, "PNG")
    return {"media_type": PNG, "width": painted.width, "height": painted.height}, (held.getvalue(),)


def _upright(opened: Image.Image) -> Image.Image:
    """The pixels alone, turned as the camera was held, no side longer than LONGEST_SIDE; clear parts stay clear."""
    opened.load()
    orientation = opened.getexif()
    clear = opened.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in opened.info
    if opened.mode in _SIXTEEN_BITS:
        opened = opened.convert("I").point(lambda value: value / 256)
    plain = opened.convert("RGBA" if clear else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    bare.getexif().update({0x0112: orientation.get(0x0112, 1)})
    turned = ImageOps.exif_transpose(bare)
    turned.info.clear()
    return turned


def _check_webp(data: bytes) -> None:
    """The size and the movement that the first chunk states: the library would make room for them at once."""
    kind, body = data[12:16], data[20:30]
    if len(body) < 10:
        raise PictureRefused("picture_damaged")
    if kind == b"VP8X":
        if body[0] & _ANIMATION:
            raise PictureRefused("picture_animated")
        _check_size(1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little"))
    elif kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        _check_size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    elif kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", body, 6)
        _check_size(width & 0x3FFF, height & 0x3FFF)
    else:
        raise PictureRefused("picture_damaged")


def _check_size(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise PictureRefused("picture_damaged")
    if width * height > MOST_PIXELS:
        raise PictureRefused("picture_pixels")
