"""The picture that stands where a badge is shared: its name, its issuer, how it stands, and its rosette. 1200 by 630.

Nobody is named in it: sites that show it keep it for as long as they like, whatever the holder decides later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from badges.documents.rosette import rosette_png

SIZE = WIDTH, HEIGHT = 1200, 630
PAPER, INK, MUTED, EDGE = "#fbfaf6", "#1b1a17", "#625c50", "#ded8c9"
COLOURS = {"good": "#1c6345", "warn": "#734a00", "bad": "#982821"}
SERIF = ("LiberationSerif-Regular.ttf", "DejaVuSerif.ttf", "DejaVuSans.ttf")
SANS = ("LiberationSans-Regular.ttf", "DejaVuSans.ttf")

_DISC, _MARGIN, _LEFT = 430, 56, 556
_COLUMN = WIDTH - _LEFT - _MARGIN
_NAME_SIZES = (72, 62, 54, 46, 40)
_MOST_LINES = 4
_KEPT = 64
_NOWHERE = "\uffff"

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True)
class SocialPicture:
    """What is in it. ``drawing`` the SVG of the rosette; ``kind`` good, warn or bad; ``host``: where to check it."""

    drawing: str
    eyebrow: str
    name: str
    issuer: str
    standing: str
    kind: str
    host: str

    @property
    def version(self) -> str:
        """For its address: another picture has another one, so that whoever has kept the old one asks again."""
        said = "\n".join((self.drawing, self.eyebrow, self.name, self.issuer, self.standing, self.kind, self.host))
        return hashlib.sha256(said.encode()).hexdigest()[:12]


@lru_cache(maxsize=_KEPT)
def paint(picture: SocialPicture) -> bytes:
    """The PNG; the same words give the same bytes on the same machine."""
    sheet = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(sheet)
    _frame(pen)
    with Image.open(BytesIO(rosette_png(picture.drawing, size=_DISC))) as disc:
        sheet.paste(disc, (_MARGIN + 24, (HEIGHT - _DISC) // 2), disc.convert("RGBA"))
    _words(pen, picture)
    held = BytesIO()
    sheet.save(held, "PNG", optimize=True)
    return held.getvalue()


def _frame(pen: ImageDraw.ImageDraw) -> None:
    for inset, width in ((18, 3), (27, 1)):
        pen.rectangle((inset, inset, WIDTH - inset - 1, HEIGHT - inset - 1), outline=EDGE, width=width)


def _words(pen: ImageDraw.ImageDraw, picture: SocialPicture) -> None:
    lines, font, size = _fitted(pen, picture.name)
    step = round(size * 1.12)
    top = (HEIGHT - (44 + len(lines) * step + 52 + 96)) // 2
    if picture.eyebrow:
        pen.text((_LEFT, top), picture.eyebrow, font=_font(SANS, 26, picture.eyebrow), fill=MUTED)
    top += 44
    for line in lines:
        pen.text((_LEFT, top), line, font=font, fill=INK)
        top += step
    issuer, issuer_font = _one_line(pen, picture.issuer, 32)
    pen.text((_LEFT, top + 10), issuer, font=issuer_font, fill=INK)
    _standing(pen, picture, top + 84)


def _standing(pen: ImageDraw.ImageDraw, picture: SocialPicture, top: int) -> None:
    colour = COLOURS.get(picture.kind, MUTED)
    font = _font(SANS, 28, picture.standing)
    right = _LEFT + round(pen.textlength(picture.standing, font=font)) + 40
    pen.rectangle((_LEFT, top, right, top + 54), outline=colour, width=2)
    pen.rectangle((_LEFT + 5, top + 5, right - 5, top + 49), outline=colour, width=1)
    pen.text((_LEFT + 20, top + 27), picture.standing, font=font, fill=colour, anchor="lm")
    host, host_font = _one_line(pen, picture.host, 24, width=WIDTH - _MARGIN - right - 20)
    pen.text((right + 20, top + 27), host, font=host_font, fill=MUTED, anchor="lm")


def _fitted(pen: ImageDraw.ImageDraw, name: str) -> tuple[list[str], Font, int]:
    """The name in the largest letters in which it fits; cut short when it fits in none."""
    for size in _NAME_SIZES:
        font = _font(SERIF, size, name)
        lines = _broken(pen, name, font)
        if len(lines) * size <= 240 and all(pen.textlength(line, font=font) <= _COLUMN for line in lines):
            return lines, font, size
    size = _NAME_SIZES[-1]
    lines = [_cut(pen, line, font, _COLUMN) for line in lines[:_MOST_LINES]]
    return [*lines[:-1], f"{lines[-1].rstrip('…')}…"], font, size


def _broken(pen: ImageDraw.ImageDraw, text: str, font: Font) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and pen.textlength(longer, font=font) > _COLUMN:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _one_line(pen: ImageDraw.ImageDraw, text: str, size: int, *, width: int = _COLUMN) -> tuple[str, Font]:
    font = _font(SANS, size, text)
    return _cut(pen, text, font, width), font


def _cut(pen: ImageDraw.ImageDraw, text: str, font: Font, width: int) -> str:
    if pen.textlength(text, font=font) <= width:
        return text
    kept = text
    while kept and pen.textlength(f"{kept}…", font=font) > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _font(names: Sequence[str], size: int, text: str) -> Font:
    """The first of these fonts that is installed and has every letter; the one that comes with Pillow if none is."""
    found = [font for name in names if (font := _installed(name, size)) is not None]
    complete = (font for font in found if _has_all(font, text))
    return next(complete, found[-1] if found else ImageFont.load_default(size))


def _installed(name: str, size: int) -> ImageFont.FreeTypeFont | None:
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return None


def _has_all(font: ImageFont.FreeTypeFont, text: str) -> bool:
    missing = bytes(font.getmask(_NOWHERE))
    return all(letter.isspace() or bytes(font.getmask(letter)) != missing for letter in set(text[:200]))
