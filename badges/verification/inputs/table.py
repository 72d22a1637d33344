"""A table of many badges, such as a spreadsheet saves it, or a plain list of addresses, one on each line.

Cells are kept as they were given, formulas too: they are text here, and whoever writes them out again makes them
harmless. The delimiter, the head and the column with the badges are found by looking (RFC 4180, loosely).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from issuer.base.errors import Invalid, TooLarge

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 10_000
MAX_COLUMNS = 200
MAX_CELL = 1024 * 1024
DELIMITERS = (",", ";", "\t", "|")
HEADS = (
    *("credential_url", "badge_url", "verify_url", "verification_url", "assertion_url", "public_url", "share_url"),
    *("credential", "badge", "assertion", "url", "link", "address", "json", "jwt", "code", "badge_id", "badge_code"),
    *("certificate_url", "certificate", "credential_id", "proof", "adresse", "lien", "insigne"),
)
"""How a column of badges is called, the surest first; compared in lower case with other signs as "_"."""

_LOOKED_AT = 50
_BADGE = re.compile(r"\s*(https?://\S+|\{.*\}|ey[\w-]+\.[\w.~-]+|[A-Za-z0-9_-]{22}|data:\S+)\s*", re.DOTALL)
_SEPARATOR = re.compile(r"sep=.", re.IGNORECASE)
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` counts the rows of data from 1. ``values`` has one cell for each column. ``given`` is the cell with
    the badge. ``notice``: "ragged" when the row had too few or too many cells, "no_badge" when that cell is empty."""

    number: int
    values: tuple[str, ...]
    given: str
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """``columns``: the names as given, or made up where there is no head. ``badge_column``: its place from 0.
    ``encoding``: utf-8, or latin-1 when it could not be that: then letters with accents may be wrong."""

    columns: tuple[str, ...]
    badge_column: int
    delimiter: str
    encoding: str
    has_head: bool
    cells: tuple[tuple[str, ...], ...]

    def rows(self) -> Iterator[Row]:
        """The rows of data, blank ones left out."""
        width = len(self.columns)
        for number, cells in enumerate(self.cells, start=1):
            values = (*cells[:width], *("",) * (width - len(cells)))
            given = values[self.badge_column].strip()
            ragged = len(cells) < width or any(cell.strip() for cell in cells[width:])
            yield Row(number, values, given, "no_badge" if not given else "ragged" if ragged else "")


def rows(data: bytes) -> Iterator[Row]:
    """The rows of a table; see `open_table`."""
    return open_table(data).rows()


def open_table(data: bytes) -> Table:
    """CSV, TSV or a list -> its columns and rows.

    Raises TooLarge (too_large, too_many_rows), Invalid (empty, not_a_table, no_badge_column).
    """
    if len(data) > MAX_BYTES:
        sentence = gettext("The table is larger than %(most)s MiB. Split it.", most=MAX_BYTES // 1024**2)
        raise TooLarge("too_large", sentence)
    text, encoding = _decoded(data)
    text = _plain(text)
    delimiter = _delimiter_of(text)
    lines = _lines(text, delimiter)
    if not lines:
        raise Invalid("empty", gettext("The table is empty."))
    has_head = not any(_BADGE.fullmatch(cell) for cell in lines[0]) and (len(lines) > 1 or _is_named(lines[0]))
    body = lines[1:] if has_head else lines
    width = len(lines[0]) if has_head else max(map(len, body[:_LOOKED_AT]))
    columns = tuple(lines[0]) if has_head else tuple(f"column {number}" for number in range(1, width + 1))
    return Table(columns, _badge_column(columns, body), delimiter, encoding, has_head, tuple(body))


def _plain(text: str) -> str:
    """Without the line "sep=;" that one spreadsheet program writes for itself."""
    first, _, rest = text.partition("\n")
    return rest if _SEPARATOR.fullmatch(first.strip()) else text


def _decoded(data: bytes) -> tuple[str, str]:
    if b"\x00" in data:
        raise Invalid("not_a_table", gettext("This is not a table: save it as CSV (UTF-8), not as a workbook."))
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def _delimiter_of(text: str) -> str:
    """The sign that cuts the first lines into the same number of cells, more than one; a comma if none does."""
    lines = [line for line in text[:65536].splitlines() if line.strip()][:20]
    if lines and all(_BADGE.fullmatch(line) for line in lines[:2]):
        return "\n"

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=delimiter)]
        first = widths[0] if widths else 0
        return sum(width == first for width in widths) if first > 1 else 0, first

    try:
        return max(DELIMITERS, key=evenness)
    except csv.Error:
        return DELIMITERS[0]


def _lines(text: str, delimiter: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    try:
        for cells in _cut(text, delimiter):
            if len(cells) > MAX_COLUMNS:
                raise Invalid("not_a_table", gettext("A row has more than %(most)s cells.", most=MAX_COLUMNS))
            if any(cell.strip() for cell in cells):
                found.append(tuple(cells))
            if len(found) > MAX_ROWS + 1:
                break
    except csv.Error as error:
        raise Invalid("not_a_table", gettext("The table cannot be read: its quotes do not match.")) from error
    if len(found) > MAX_ROWS + (1 if found and not any(_BADGE.fullmatch(cell) for cell in found[0]) else 0):
        sentence = gettext("The table has more than %(most)s rows. Split it.", most=MAX_ROWS)
        raise TooLarge("too_many_rows", sentence)
    return found


def _cut(text: str, delimiter: str) -> Iterator[Sequence[str]]:
    if delimiter == "\n":
        return ([line] for line in text.splitlines())
    csv.field_size_limit(MAX_CELL)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _badge_column(columns: Sequence[str], body: Sequence[Sequence[str]]) -> int:
    """Where the badges are: the column most of whose cells look like one; among equals the one with the surest head."""
    looked_at = body[:_LOOKED_AT]

    def likeness(place: int) -> tuple[int, int]:
        cells = [row[place] for row in looked_at if place < len(row)]
        return sum(_BADGE.fullmatch(cell) is not None for cell in cells), -_rank(columns[place])

    best = max(range(len(columns)), key=likeness)
    if likeness(best)[0] == 0 and _rank(columns[best]) == len(HEADS):
        sentence = gettext("No column holds badges: give addresses, codes or credentials in one of them.")
        raise Invalid("no_badge_column", sentence)
    return best


def _rank(head: str) -> int:
    plain = _NOT_PLAIN.sub("_", head.strip().lower()).strip("_")
    return HEADS.index(plain) if plain in HEADS else len(HEADS)


def _is_named(cells: Sequence[str]) -> bool:
    return any(_rank(cell) < len(HEADS) for cell in cells)
