"""Pictures as bytes, honest ones and others."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image

SVG_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'


def raster(kind: str = "PNG", *, size: tuple[int, int] = (40, 20), mode: str = "RGB", **over: Any) -> bytes:
    """One picture, red on the left and blue on the right."""
    image = Image.new(mode, size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    held = io.BytesIO()
    image.save(held, kind, **over)
    return held.getvalue()


def moving(kind: str) -> bytes:
    """Two frames."""
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    held = io.BytesIO()
    frames[0].save(held, kind, save_all=True, append_images=frames[1:], duration=100)
    return held.getvalue()


def png_of_chunks(width: int, height: int, pixels: bytes) -> bytes:
    """A PNG in grey that says it has this size, whatever its pixels are."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))
        for kind, body in chunks
    )


def drawing(inside: str = '<circle cx="5" cy="5" r="4" fill="#123"/>', *, root: str = "", before: str = "") -> bytes:
    return f'{before}<svg {SVG_NAMESPACE} viewBox="0 0 10 10" {root}>{inside}</svg>'.encode()
