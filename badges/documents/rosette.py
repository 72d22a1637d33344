"""The rosette: an achievement's picture, woven from SHA-256 of its id like the engraving on a banknote.

One sector is drawn and turned round with ``<use>``, so the whole picture stays a few kilobytes. Nothing in it comes
from elsewhere: no font, no style, no script, no reference but to its own parts.
"""

from __future__ import annotations

import hashlib
import math
import re
from html import escape

import resvg_py

from badges.documents.engraving import figure, polar, trace
from badges.documents.guilloche import PAPER, Band, Plan, plan_rosette
from badges.documents.monogram import letters_of, monogram_paths

LEVELS = (1, 2, 3)
"""Pips under the monogram."""

SERVICE_IDENTITY = "urn:rosette:service:108"
"""Whose rosette is the service's own mark: ``static/favicon.svg`` and ``static/mark.svg``."""

_GOLDEN = 0.618034
_SLENDER = 10
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def draw_rosette(identity: str, *, monogram: str, level: int, title: str, description: str = "") -> str:
    """A complete SVG document, 1,000 units across, on its own disc of paper.

    ``identity`` alone decides the weave. ``monogram``: 1 to 3 letters or figures, others are left out. ``level`` is
    held within 1 to 3. ``title`` and ``description`` name the picture for those who do not see it; they are escaped.
    Ids in the document are its own, so that several may stand in one page.
    """
    plan = plan_rosette(identity)
    prefix = "r" + _digest(identity, monogram, str(level), title, description)
    weave = "".join(_woven(band, plan.symmetry) for band in (*plan.border, *plan.field))
    turned = "".join(
        f'<use href="#{prefix}s" transform="rotate({figure(360 * sector / plan.symmetry, 4)})"/>'
        for sector in range(1, plan.symmetry)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-500 -500 1000 1000" role="img" '
        f'aria-labelledby="{prefix}t {prefix}d">'
        f'<title id="{prefix}t">{_words(title)}</title><desc id="{prefix}d">{_words(description)}</desc>'
        f'<circle r="499" fill="{PAPER}"/>'
        f'<g fill="none" transform="rotate(-90)"><g id="{prefix}s">{weave}</g>{turned}</g>'
        f"{_rings(plan)}{_medallion(plan, monogram, level)}</svg>"
    )


def draw_rosette_mark(identity: str, *, monogram: str = "", title: str = "") -> str:
    """The same figure for the size of a letter: its wreath as two bold strands around the monogram's first letter.

    It has no ids, so it may stand in a page any number of times. Without a title it is ornament.
    """
    plan = plan_rosette(identity)
    first, second = plan.inks
    named = f'role="img" aria-label="{_words(title)}"' if title else 'aria-hidden="true"'
    wreath = _bold(plan.field[0], plan.symmetry)
    letter = monogram_paths(letters_of(monogram)[:1], width=290, height=270).solid
    heart = f'<path d="{letter}" fill="{PAPER}"/>' if letter else f'<circle r="96" fill="{PAPER}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-500 -500 1000 1000" {named}>'
        f'<circle r="500" fill="{PAPER}"/>'
        f'<path d="{wreath}" fill="none" stroke="{first}" stroke-width="28" transform="rotate(-90)scale(1.14)"/>'
        f'<circle r="284" fill="none" stroke="{second}" stroke-width="20"/>'
        f'<circle r="252" fill="{first}"/>{heart}</svg>'
    )


def rosette_png(svg: str, *, size: int) -> bytes:
    """The picture as PNG, ``size`` pixels square, with clear corners around the disc; the same every time."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, skip_system_fonts=True))


def _woven(band: Band, symmetry: int) -> str:
    """One sector of every strand. Strands start at scattered angles, so that no seam shows where sectors meet.

    Strands that a turn by one sector maps onto each other must start at the same angle, or the turned copies would
    leave gaps: they are those whose numbers agree modulo strands / q.
    """
    sector = 2 * math.pi / symmetry
    orbit = band.strands // band.waves[1]
    pieces = max(5, math.ceil(6 * band.waves[0] / band.waves[1]))
    data = ""
    for number in range(band.strands):
        start = sector * (number % orbit * _GOLDEN % 1)
        data += trace(band.strand(number, symmetry), start, start + sector, pieces=pieces)
    return f'<path d="{data}" stroke="{band.ink}" stroke-width="{figure(band.width, 2)}"/>'


def _bold(band: Band, symmetry: int) -> str:
    """Two strands all the way round, crossing once or twice a petal, whatever the band does at full size."""
    waves = (1, 1) if symmetry < _SLENDER else (1, 2)
    pair = Band(band.inner, band.outer, waves, 2, band.ink, band.width)
    return "".join(trace(pair.strand(n, symmetry), 0, 2 * math.pi, pieces=4 * symmetry) for n in range(2))


def _rings(plan: Plan) -> str:
    first = plan.inks[0]
    return (
        f'<g fill="none" stroke="{first}"><circle r="490" stroke-width="5"/><circle r="480" stroke-width="1.3"/>'
        f'<circle r="193" fill="{PAPER}" stroke-width="1.4"/><circle r="184" stroke-width="5"/></g>'
    )


def _medallion(plan: Plan, monogram: str, level: int) -> str:
    """The milled edge, the letters with their white inlines, and the level's lozenges between two thin rules."""
    first, second = plan.inks
    count = plan.symmetry * round(132 / plan.symmetry)
    ticks = "".join(
        "M{} {}L{} {}".format(*(figure(v) for r in (169.5, 177) for v in polar(r, 2 * math.pi * n / count)))
        for n in range(count)
    )
    letters = letters_of(monogram)
    paths = monogram_paths(letters, width=(0, 150, 226, 262)[len(letters)], height=(0, 146, 124, 108)[len(letters)])
    pips = min(max(level, LEVELS[0]), LEVELS[-1])
    lozenges = "".join(f"M{figure(34 * (n - (pips - 1) / 2))} 83l11 13-11 13-11-13z" for n in range(pips))
    reach = 17 * pips + 8
    rules = f"M-86 96H-{reach}M{reach} 96H86"
    return (
        f'<path d="{ticks}" stroke="{second}" stroke-width="2.4"/>'
        f'<circle r="165" fill="none" stroke="{first}" stroke-width="1"/>'
        f'<g transform="translate(0 -14)"><path d="{paths.solid}" fill="{first}"/>'
        f'<path d="{paths.inline}" fill="{PAPER}"/></g>'
        f'<path d="{rules}" stroke="{first}" stroke-width="1.6"/><path d="{lozenges}" fill="{second}"/>'
    )


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:10]


def _words(text: str) -> str:
    """``text`` for an XML document: forbidden characters are dropped, the rest escaped. XML 1.0, 2.2."""
    return escape(_FORBIDDEN.sub("", text))
