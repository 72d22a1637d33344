"""The sheet that a certificate is printed on: one page of A4, framed, every word and picture of it marked.

The letters are those of the fonts that every PDF reader has. A text that they cannot show is set in a font that is
installed here, if one has all its letters and sets them one by one; else in their nearest letters, with the exact text
behind them for those who have it read to them.
"""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache

import segno
from fontTools.ttLib import TTFont
from fpdf import FPDF, ViewerPreferences
from fpdf.enums import Align, MethodReturnValue
from PIL import ImageFont

from badges.documents.pdf_structure import Element, with_structure
from badges.receipts.lettering import CODEC, UNSHOWN, printable
from badges.receipts.sheet import ACCENT, INK, MUTED, RULE

SERIF, SANS = "Times", "Helvetica"
INSTALLED = {SERIF: "DejaVuSerif.ttf", SANS: "DejaVuSans.ttf"}
PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
EDGE = 30.0
WIDTH = PAGE_WIDTH - 2 * EDGE
LEADING = 0.44
"""Millimetres of line for a point of type."""

QR_QUIET = 4
_UNDRAWN = re.compile(r"<(title|desc)\b[^>]*>.*?</\1>", re.DOTALL)
_UNSET = ("Mn", "Mc", "Me", "Cf")

Colour = tuple[int, int, int]


class CertificateSheet(FPDF):
    """A page that grows downwards; lengths in millimetres. ``is_exact``: no letter had to be replaced."""

    def __init__(self, *, language: str, title: str, made: datetime) -> None:
        super().__init__(format="A4")
        self.core_fonts_encoding = CODEC
        self.is_exact = True
        self.language = language
        self._elements: list[Element] = []
        self._contents = 0
        self._links = 0
        self.set_margins(EDGE, EDGE, EDGE)
        self.set_auto_page_break(False)
        self.c_margin = 0
        self.set_lang(language)
        self.set_title(title)
        self.set_creator("Rosette")
        self.set_creation_date(made)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.add_page()

    def finished(self) -> bytes:
        """The PDF with its structure."""
        return with_structure(bytes(self.output()), self._elements)

    def header(self) -> None:
        """A frame of two rules, and two strands that cross, as round a banknote. Ornament: nobody has it read out."""
        with self._ornament():
            self.set_draw_color(*RULE)
            for inset, width in ((9, 0.8), (11, 0.25)):
                self.set_line_width(width)
                self.rect(inset, inset, PAGE_WIDTH - 2 * inset, PAGE_HEIGHT - 2 * inset)
            self.set_line_width(0.25)
            self.set_draw_color(*ACCENT)
            for height in (19, PAGE_HEIGHT - 19):
                for phase in (0.0, math.pi):
                    steps = [EDGE + WIDTH * step / 360 for step in range(361)]
                    self.polyline([(x, height + 1.1 * math.sin((x - EDGE) * math.tau / 10 + phase)) for x in steps])

    def picture(self, shown: str | bytes, *, size: float, words: str) -> None:
        """A drawing in SVG, or a picture in PNG, in the middle of the line."""
        drawn = _UNDRAWN.sub("", shown).encode() if isinstance(shown, str) else shown
        with self._marked("Figure", alt=words):
            self.image(io.BytesIO(drawn), x=(PAGE_WIDTH - size) / 2, y=self.get_y(), w=size, h=size)
        self.set_y(self.get_y() + size)

    def line_of(
        self,
        text: str,
        *,
        role: str = "P",
        face: str = SANS,
        size: float = 10,
        colour: Colour = INK,
        language: str = "",
    ) -> None:
        """A text in the middle, on as many lines as it needs."""
        with self._marked(role, actual=self._set(text, face, size, colour), language=language):
            self._write(text, size=size, align=Align.C, width=WIDTH)

    def fitted(
        self, text: str, *, role: str = "P", sizes: Sequence[float], most_lines: int, language: str = ""
    ) -> None:
        """The same in the largest of these sizes in which it keeps to that many lines; cut short if there is none."""
        size = next((size for size in sizes if self.lines_of(text, face=SERIF, size=size) <= most_lines), sizes[-1])
        shown = self.cut(text, face=SERIF, size=size, most_lines=most_lines)
        self.line_of(shown, role=role, face=SERIF, size=size, language=language)

    def items(self, texts: Sequence[str], *, size: float, language: str = "") -> None:
        """A list, one text a line."""
        entries = []
        for text in texts:
            with self._marked("LBody", actual=self._set(text, SANS, size, INK), language=language):
                self._write(text, size=size, align=Align.C, width=WIDTH)
            entries.append(Element("LI", kids=(self._elements.pop(),)))
        self._elements.append(Element("L", kids=tuple(entries)))

    def fact(self, label: str, value: str, *, left: float, address: str = "") -> None:
        """What it is, and what it says; a link to ``address`` if there is one."""
        self.set_x(left)
        with self._marked("P", actual=self._set(label, SANS, 9, MUTED)):
            self._write(label, size=9, align=Align.L, width=PAGE_WIDTH - EDGE - left)
        self.set_x(left)
        top = self.get_y()
        with self._marked("Span", actual=self._set(value, SANS, 11, INK)):
            self._write(value, size=11, align=Align.L, width=PAGE_WIDTH - EDGE - left)
        said, spoken = self._elements.pop(), self._elements.pop()
        if address:
            self.link(left, top, PAGE_WIDTH - EDGE - left, self.get_y() - top, address)
            said = Element("Link", kids=(said,), annotation=self._next_link(), alt=value)
        named = Element("Span", content=spoken.content, actual=spoken.actual)
        self._elements.append(Element("P", kids=(named, said)))
        self.ln(1.4)

    def note(self, text: str, *, left: float) -> None:
        """Small words beside the code."""
        self.set_x(left)
        with self._marked("P", actual=self._set(text, SANS, 8, MUTED)):
            self._write(text, size=8, align=Align.L, width=PAGE_WIDTH - EDGE - left)

    def code(self, address: str, *, size: float, words: str) -> None:
        """The QR code of an address at the left edge, drawn as squares and clickable; the line stays where it is."""
        top = self.get_y()
        matrix = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix]
        module = size / (len(matrix) + 2 * QR_QUIET)
        with self._marked("Figure", alt=words):
            self.set_fill_color(*INK)
            for row, cells in enumerate(matrix):
                for column, dark in enumerate(cells):
                    if dark:
                        x, y = EDGE + (column + QR_QUIET) * module, top + (row + QR_QUIET) * module
                        self.rect(x, y, module, module, style="F")
        self.link(EDGE, top, size, size, address)
        drawn = self._elements.pop()
        self._elements.append(Element("Link", kids=(drawn,), annotation=self._next_link(), alt=words))

    def rule(self) -> None:
        with self._ornament():
            self.set_draw_color(*RULE)
            self.set_line_width(0.25)
            self.line(EDGE, self.get_y(), PAGE_WIDTH - EDGE, self.get_y())

    def lines_of(self, text: str, *, face: str, size: float) -> int:
        """On how many lines a text stands in that type."""
        self._set(text, face, size, INK)
        lines = self.multi_cell(WIDTH, size * LEADING, self._shown(text), dry_run=True, output=MethodReturnValue.LINES)
        assert isinstance(lines, list)
        return len(lines)

    def cut(self, text: str, *, face: str, size: float, most_lines: int) -> str:
        """As much of a text, in whole words where it has any, as stands on that many lines."""
        if self.lines_of(text, face=face, size=size) <= most_lines:
            return text
        low, high = 0, len(text)
        while high - low > 1:
            middle = (low + high) // 2
            fits = self.lines_of(f"{text[:middle]}…", face=face, size=size) <= most_lines
            low, high = (middle, high) if fits else (low, middle)
        kept = text[:low]
        return f"{(kept.rsplit(None, 1)[0] if ' ' in kept else kept).rstrip(' ,;:.')}…"

    def _write(self, text: str, *, size: float, align: Align, width: float) -> None:
        left = self.get_x() if align is Align.L else EDGE
        self.set_x(left)
        self.multi_cell(width, size * LEADING, self._shown(text), align=align, new_x="LMARGIN", new_y="NEXT")

    def _set(self, text: str, face: str, size: float, colour: Colour) -> str:
        """Choose the type for a text -> the exact text, where that type cannot show it."""
        self.set_text_color(*colour)
        _nearest, is_exact = printable(text)
        if not is_exact and _sets(INSTALLED[face], text):
            if INSTALLED[face].lower() not in self.fonts:
                self.add_font(INSTALLED[face], fname=_path_of(INSTALLED[face]))
            self.set_font(INSTALLED[face], size=size)
            return ""
        self.set_font(face, size=size)
        return "" if is_exact else text

    def _shown(self, text: str) -> str:
        """``text`` in letters that the type that is set has."""
        if self.is_ttf_font:
            return text
        shown, is_exact = printable(text)
        self.is_exact = self.is_exact and is_exact
        return shown if shown.strip(f"{UNSHOWN} ") or is_exact else "…"

    def _next_link(self) -> int:
        self._links += 1
        return self._links - 1

    @contextmanager
    def _marked(self, role: str, *, alt: str = "", actual: str = "", language: str = "") -> Iterator[None]:
        """What is drawn meanwhile is the content of one element."""
        number = self._contents
        self._contents += 1
        self._out(f"/{role} <</MCID {number}>> BDC")
        yield
        self._out("EMC")
        foreign = language if language != self.language else ""
        self._elements.append(Element(role, content=number, alt=alt, actual=actual, language=foreign))

    @contextmanager
    def _ornament(self) -> Iterator[None]:
        self._out("/Artifact BMC")
        yield
        self._out("EMC")


@lru_cache(maxsize=len(INSTALLED))
def _letters(name: str) -> frozenset[int]:
    path = _path_of(name)
    return frozenset(TTFont(path).getBestCmap()) if path else frozenset()


@lru_cache(maxsize=len(INSTALLED))
def _path_of(name: str) -> str:
    """Where a font is installed; "" where it is not."""
    try:
        return str(ImageFont.truetype(name).path)
    except OSError:
        return ""


def _sets(name: str, text: str) -> bool:
    """Whether an installed font has every letter, and they stand in a row: none joins or is set from the right."""
    return all(
        letter.isspace()
        or (
            ord(letter) in _letters(name)
            and unicodedata.bidirectional(letter) not in ("R", "AL")
            and unicodedata.category(letter) not in _UNSET
        )
        for letter in text
    )
