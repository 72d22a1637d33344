"""The QR code of an address, black on white: for a page, for print, for a slide."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import segno

QUIET_ZONE = 4
"""Modules of white around it (ISO/IEC 18004)."""

PNG_SCALE = 12
"""Pixels a module."""


def qr_svg(address: str, *, title: str) -> bytes:
    """An SVG that fills whatever holds it."""
    return _drawn(
        address, kind="svg", title=title, scale=4, omitsize=True, xmldecl=False, lineclass=None, svgclass=None
    )


def qr_png(address: str) -> bytes:
    return _drawn(address, kind="png", scale=PNG_SCALE)


def _drawn(address: str, **how: Any) -> bytes:
    held = BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(held, border=QUIET_ZONE, dark="#000", light="#fff", **how)
    return held.getvalue()
