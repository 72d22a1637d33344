"""The picture that a checked badge came in, or that is written into it, for the page of its report.

It is drawn anew in a small size, so that nothing but its pixels reaches the reader. Nothing is fetched: a picture at an
address stays where it is. Drawings (SVG) are not shown.
"""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

from badges.verification.report import Report

SIZE = 320
"""Pixels, of the longer side at most."""

MOST_PIXELS = 16_000_000
_RASTER = ("PNG", "JPEG")
_DATA = "data:image/"


@dataclass(frozen=True, slots=True)
class CarriedPicture:
    """``source``: a data URL. ``is_signed``: the signature covers it, as it is written into the badge."""

    source: str
    is_signed: bool


def picture_of(report: Report, data: bytes) -> CarriedPicture | None:
    """The picture of what was handed in as ``data``; None for a badge that proves nothing, or has none."""
    if report.facts is None or report.document is None:
        return None
    written = _written_into(report.document)
    drawn = _drawn_anew(written) if written else ""
    if drawn:
        return CarriedPicture(drawn, is_signed=True)
    drawn = _drawn_anew(data)
    return CarriedPicture(drawn, is_signed=False) if drawn else None


def _written_into(document: Mapping[str, Any]) -> bytes:
    """The image of its achievement (Open Badges 3.0, B.1.1), when it is a data URL."""
    subject = document.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, Mapping) else None
    image = achievement.get("image") if isinstance(achievement, Mapping) else None
    url = image.get("id") if isinstance(image, Mapping) else image
    if not isinstance(url, str) or not url.startswith(_DATA) or ";base64," not in url:
        return b""
    try:
        return base64.b64decode(url.partition(";base64,")[2], validate=True)
    except (binascii.Error, ValueError):
        return b""


def _drawn_anew(data: bytes) -> str:
    """As a PNG in a data URL; "" for what is no picture, or too large to be looked at."""
    try:
        with Image.open(io.BytesIO(data), formats=_RASTER) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return ""
            picture.thumbnail((SIZE, SIZE))
            small = io.BytesIO()
            picture.convert("RGBA").save(small, "PNG")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ""
    return f"data:image/png;base64,{base64.b64encode(small.getvalue()).decode('ascii')}"
