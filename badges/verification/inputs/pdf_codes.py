"""Codes printed in a PDF: many certificates carry their badge only as a QR code on the page.

The page is not drawn. Looked at are the pictures that its resources hold (ISO 32000-2, 7.8.3 and 8.9.5), those within
forms too, smallest first: a code is small and a photograph is not. A code that is drawn with lines is not found.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import zxingcpp
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, StreamObject, _image_xobject

from badges.verification.inputs.pdf import FAULTS, dictionary, pages
from badges.verification.inputs.png import MAX_PIXELS
from badges.verification.inputs.qr import CODES, MOST_CODES
from badges.verification.inputs.refused import Refused, refusing

MOST_PAGES = 20
MOST_PICTURES = 32
DEEPEST_FORM = 3
LOADED = (_image_xobject,)
"""A module that a reader would load late; where this runs none can be loaded any more."""

_QUIET = 16
_ENLARGED_BELOW = 300
_PICTURE_FAULTS = (*FAULTS, SyntaxError, EOFError, ZeroDivisionError, Image.DecompressionBombError)


@refusing
def codes(data: bytes) -> tuple[Any, Sequence[bytes]]:
    """PDF -> {"codes": how many}, and the distinct texts. Refused: bad_pdf, encrypted.

    At most 32 pictures of the first 20 pages are looked at, with 16 megapixels together; a damaged one is passed over.
    """
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("encrypted", "The PDF opens with a password only.")
        pictures = sorted(_pictures(reader), key=_pixels)
    except FAULTS as error:
        raise Refused("bad_pdf", f"The PDF cannot be read: {type(error).__name__}.") from error
    texts: dict[str, None] = {}
    left = MAX_PIXELS
    for picture in pictures[:MOST_PICTURES]:
        left -= _pixels(picture)
        if left < 0 or len(texts) >= MOST_CODES:
            break
        texts |= dict.fromkeys(_texts(picture))
    return {"codes": len(texts)}, [text.encode("utf-8", "replace") for text in texts]


def _pictures(reader: PdfReader) -> Iterator[StreamObject]:
    seen: set[int] = set()
    for number, page in enumerate(pages(reader)):
        if number >= MOST_PAGES:
            return
        resources = page.get("/Resources") or dictionary(page.get("/Parent")).get("/Resources")
        yield from _held(dictionary(resources), seen, depth=0)


def _held(resources: DictionaryObject, seen: set[int], *, depth: int) -> Iterator[StreamObject]:
    for reference in dictionary(resources.get("/XObject")).values():
        held = reference.get_object()
        if not isinstance(held, StreamObject) or id(held) in seen:
            continue
        seen.add(id(held))
        if held.get("/Subtype") == "/Image" and _pixels(held):
            yield held
        elif held.get("/Subtype") == "/Form" and depth < DEEPEST_FORM:
            yield from _held(dictionary(held.get("/Resources")), seen, depth=depth + 1)


def _pixels(picture: StreamObject) -> int:
    """As it says; 0 when it says no number."""
    width, height = picture.get("/Width"), picture.get("/Height")
    return width * height if isinstance(width, int) and isinstance(height, int) and min(width, height) > 0 else 0


def _texts(picture: StreamObject) -> list[str]:
    try:
        image = picture.decode_as_image()
        if image is None or image.width * image.height > MAX_PIXELS:
            return []
        found = zxingcpp.read_barcodes(_on_white(image), formats=CODES)
    except _PICTURE_FAULTS:
        return []
    return [code.text for code in found if code.valid and code.text]


def _on_white(image: Image.Image) -> Image.Image:
    """Grey, with a margin, and not too small: a code in a file often has a pixel for a module and no quiet zone."""
    clear = image.convert("RGBA")
    grey = Image.alpha_composite(Image.new("RGBA", image.size, "white"), clear).convert("L")
    if max(grey.size) < _ENLARGED_BELOW:
        times = -(-_ENLARGED_BELOW // max(grey.size))
        grey = grey.resize((grey.width * times, grey.height * times), Image.Resampling.NEAREST)
    framed = Image.new("L", (grey.width + 4 * _QUIET, grey.height + 4 * _QUIET), 255)
    framed.paste(grey, (2 * _QUIET, 2 * _QUIET))
    return framed
