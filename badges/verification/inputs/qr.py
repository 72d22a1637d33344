"""What the codes in a picture say: a photograph of a certificate, a screen shot, a scan.

Pillow decodes at most 16 megapixels of three formats, zxing-cpp looks for square codes. Only the first frame of a
moving picture is looked at.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from typing import Any

import zxingcpp
from PIL import Image

from badges.verification.inputs.png import MAX_PIXELS
from badges.verification.inputs.refused import Refused, refusing

FORMATS = ("PNG", "JPEG", "WEBP")
CODES = zxingcpp.BarcodeFormats(
    [
        zxingcpp.BarcodeFormat.QRCode,
        zxingcpp.BarcodeFormat.MicroQRCode,
        zxingcpp.BarcodeFormat.RMQRCode,
        zxingcpp.BarcodeFormat.Aztec,
        zxingcpp.BarcodeFormat.DataMatrix,
    ]
)
MOST_CODES = 16
_FAULTS = (OSError, ValueError, SyntaxError, EOFError)
_BOMBS = (Image.DecompressionBombWarning, Image.DecompressionBombError)

Image.init()  # the formats are modules; where this runs no file can be opened any more


@refusing
def codes(data: bytes) -> tuple[Any, Sequence[bytes]]:
    """PNG, JPEG or WebP -> {"codes": how many}, and the distinct texts. Refused: bad_image, pixel_limit."""
    found = zxingcpp.read_barcodes(_grey(data), formats=CODES)
    texts = dict.fromkeys(code.text for code in found[:MOST_CODES] if code.valid and code.text)
    return {"codes": len(texts)}, [text.encode("utf-8", "replace") for text in texts]


def _grey(data: bytes) -> Image.Image:
    try:
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise Refused("pixel_limit", f"The picture has {width} x {height} pixels.")
            if picture.mode not in ("RGBA", "LA", "PA") and "transparency" not in picture.info:
                return picture.convert("L")
            white = Image.new("RGBA", picture.size, "white")
            return Image.alpha_composite(white, picture.convert("RGBA")).convert("L")
    except _BOMBS as error:
        raise Refused("pixel_limit", "The picture says that it has very many pixels.") from error
    except _FAULTS as error:
        raise Refused("bad_image", f"The picture cannot be decoded: {type(error).__name__}.") from error
