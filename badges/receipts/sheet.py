"""The sheet that a receipt is printed on: the house's paper, rules and type, drawn with what every PDF reader has."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import datetime

import segno
from fpdf import FPDF
from fpdf.enums import MethodReturnValue, WrapMode, XPos, YPos

from badges.documents.rosette import rosette_png
from badges.receipts.lettering import CODEC, printable

INK, MUTED, RULE, ACCENT = (27, 26, 23), (98, 92, 80), (222, 216, 201), (39, 53, 122)
TONES = {
    "good": ((28, 99, 69), (232, 242, 236)),
    "warn": ((115, 74, 0), (251, 241, 220)),
    "bad": ((152, 40, 33), (251, 233, 231)),
}
SERIF, SANS, MONO = "Times", "Helvetica", "Courier"
MARGIN = 20.0
WIDTH = 210.0 - 2 * MARGIN
LABEL = 42.0
MARK_PIXELS = 360
QR_QUIET = 4


class Sheet(FPDF):
    """A4 with a woven line at its head and the receipt's number at its foot; lengths in millimetres.

    ``is_exact`` turns false as soon as a letter had to be replaced.
    """

    def __init__(self, *, language: str, title: str, made: datetime, foot: str) -> None:
        super().__init__(format="A4")
        self.core_fonts_encoding = CODEC
        self.is_exact = True
        self._foot = foot
        self.set_margins(MARGIN, 24, MARGIN)
        self.set_auto_page_break(True, margin=22)
        self.set_lang(language)
        self.set_title(title)
        self.set_creator("Rosette")
        self.set_creation_date(made)
        self.add_page()

    def header(self) -> None:
        """Two strands that cross, as round a banknote."""
        self.set_line_width(0.25)
        self.set_draw_color(*ACCENT)
        for phase in (0.0, math.pi):
            steps = [MARGIN + WIDTH * step / 360 for step in range(361)]
            self.polyline([(x, 14 + 1.1 * math.sin((x - MARGIN) * math.tau / 10 + phase)) for x in steps])

    def footer(self) -> None:
        self.set_y(-16)
        self._type(SANS, 7.5, MUTED)
        self.cell(0, 4, self.words(f"{self._foot}   {self.page_no()}"), align="C")

    def words(self, text: str) -> str:
        """``text`` in letters that these fonts have."""
        shown, exact = printable(text)
        self.is_exact = self.is_exact and exact
        return shown

    def mark(self, svg: str, *, size: float, words: str) -> None:
        """A rosette at the head of the page, on the right."""
        png = io.BytesIO(rosette_png(svg, size=MARK_PIXELS))
        self.image(png, x=MARGIN + WIDTH - size, y=20, w=size, h=size, alt_text=words)

    def heading(self, text: str, *, size: float, width: float = WIDTH) -> None:
        self._type(SERIF, size, INK)
        self._lines(text, height=size * 0.44, width=width)

    def paragraph(self, text: str, *, size: float = 10, width: float = WIDTH, muted: bool = False) -> None:
        self._type(SANS, size, MUTED if muted else INK)
        self._lines(text, height=size * 0.47, width=width)

    def answer(self, mark: str, sentence: str, tone: str) -> None:
        """The verdict in words on a ground that repeats them in colour."""
        ink, ground = TONES.get(tone, (INK, (243, 240, 231)))
        self._type(SANS, 11, INK)
        height = self._height_of(self.words(sentence), line=5.4, width=WIDTH - 10) + 12
        top = self.get_y()
        self.set_fill_color(*ground)
        self.rect(MARGIN, top, WIDTH, height, style="F")
        self.set_fill_color(*ink)
        self.rect(MARGIN, top, 1.2, height, style="F")
        self.set_xy(MARGIN + 6, top + 3.5)
        self._type(SANS, 9, ink, style="B")
        self.cell(WIDTH - 10, 5, self.words(mark), new_x=XPos.LEFT, new_y=YPos.NEXT)
        self._type(SANS, 11, INK)
        self.multi_cell(WIDTH - 10, 5.4, self.words(sentence), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_y(top + height + 6)

    def fact(self, label: str, value: str, *, is_code: bool = False) -> None:
        """A line of facts: what it is, and what it says; long values break anywhere."""
        shown = self.words(value)
        size = 8.0 if is_code else 10.0
        self._type(MONO if is_code else SANS, size, INK)
        wrap = WrapMode.CHAR if is_code else WrapMode.WORD
        self._room_for(self._height_of(shown, line=4.7, width=WIDTH - LABEL, wrap=wrap) + 3)
        top = self.get_y()
        self._type(SANS, 9, MUTED)
        self.multi_cell(LABEL - 2, 4.7, self.words(label), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        low = self.get_y()
        self.set_xy(MARGIN + LABEL, top)
        self._type(MONO if is_code else SANS, size, INK)
        self.multi_cell(WIDTH - LABEL, 4.7, shown, align="L", wrapmode=wrap, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_y(max(low, self.get_y()) + 1)
        self.rule()

    def finding(self, outcome: str, title: str, detail: Sequence[str]) -> None:
        """One check: its outcome in a word, its question, and what the answer was."""
        self._room_for(14)
        top = self.get_y()
        self._type(SANS, 8, MUTED, style="B")
        self.multi_cell(LABEL - 2, 4.7, self.words(outcome), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_xy(MARGIN + LABEL, top)
        self._type(SANS, 10, INK)
        self._lines(title, height=4.7, width=WIDTH - LABEL)
        for line in detail:
            self.set_x(MARGIN + LABEL)
            self._type(SANS, 8, MUTED)
            self._lines(line, height=3.9, width=WIDTH - LABEL)
        self.set_y(self.get_y() + 1)
        self.rule()

    def code(self, address: str, *, size: float, words: Sequence[str]) -> None:
        """The QR code of an address, drawn as squares and clickable, with words beside it."""
        self._room_for(size + 6)
        top = self.get_y() + 3
        matrix = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix]
        module = size / (len(matrix) + 2 * QR_QUIET)
        self.set_fill_color(*INK)
        for row, cells in enumerate(matrix):
            for column, dark in enumerate(cells):
                if dark:
                    x, y = MARGIN + (column + QR_QUIET) * module, top + (row + QR_QUIET) * module
                    self.rect(x, y, module, module, style="F")
        self.link(MARGIN, top, size, size, address, alt_text=self.words(words[0]))
        self.set_y(top + QR_QUIET * module)
        for line in words:
            self.set_x(MARGIN + size + 6)
            self._type(SANS, 9, INK)
            self._lines(line, height=4.4, width=WIDTH - size - 6)
            self.ln(1.5)
        self.set_y(max(self.get_y(), top + size) + 2)

    def rule(self) -> None:
        self.set_draw_color(*RULE)
        self.set_line_width(0.2)
        self.line(MARGIN, self.get_y(), MARGIN + WIDTH, self.get_y())
        self.ln(1.6)

    def _lines(self, text: str, *, height: float, width: float) -> None:
        self.multi_cell(width, height, self.words(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _height_of(self, shown: str, *, line: float, width: float, wrap: WrapMode = WrapMode.WORD) -> float:
        """How tall a text will be in the type that is set."""
        ask = MethodReturnValue.HEIGHT
        height = self.multi_cell(width, line, shown, dry_run=True, output=ask, align="L", wrapmode=wrap)
        assert isinstance(height, float | int)
        return float(height)

    def _room_for(self, height: float) -> None:
        if self.will_page_break(height):
            self.add_page()

    def _type(self, family: str, size: float, colour: tuple[int, int, int], *, style: str = "") -> None:
        self.set_font(family, style, size)
        self.set_text_color(*colour)
