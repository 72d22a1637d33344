"""From what somebody hands in to the rows of a check: a table, an archive of files, or a list of addresses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from badges.verification.inputs import archive, table
from issuer.base.errors import Invalid, TooLarge

MOST_ROWS = 10_000
MOST_BYTES = 50 * 1024 * 1024
TABLE, ARCHIVE, LIST = "table", "archive", "list"

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_BLANK = " \t"


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One badge: the cells of its row, and what is to be checked. ``notice``: ragged, no_badge, unsafe_name, or why a
    file could not be unpacked (encrypted, too_large, nested_archive, damaged)."""

    cells: tuple[str, ...]
    given: bytes
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Many:
    """All of it, in order. ``source``: table, archive or list; ``digest``: SHA-256 (hex) of the bytes."""

    source: str
    columns: tuple[str, ...]
    rows: tuple[HandedIn, ...]
    digest: str


def read_file(data: bytes) -> Many:
    """A ZIP, or anything that is a table or a list. Raises Invalid and TooLarge with the reader's own codes."""
    return _read_archive(data) if data.startswith(_ZIP) else _read_table(data)


def read_lines(given: Sequence[str]) -> Many:
    """Addresses, codes or credentials, one each; empty ones are left out. Raises Invalid (empty), TooLarge."""
    rows = [HandedIn((text,), text.encode("utf-8", "replace")) for line in given if (text := line.strip())]
    digest = hashlib.sha256("\n".join(row.cells[0] for row in rows).encode("utf-8", "replace")).hexdigest()
    return Many(LIST, ("badge",), _counted(rows), digest)


def read_text(text: str) -> Many:
    """What was pasted: a list, or the text of a table when its lines have several cells."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_ROWS + 1:
        raise _too_many()
    is_list = all(len(line.strip(_BLANK).split()) == 1 and "," not in line and ";" not in line for line in lines)
    return read_lines(lines) if is_list else _read_table(text.encode("utf-8", "replace"))


def _read_table(data: bytes) -> Many:
    found = table.open_table(data)
    rows = [HandedIn(_storable(row.values), row.given.encode("utf-8", "replace"), row.notice) for row in found.rows()]
    source = LIST if len(found.columns) == 1 and not found.has_head else TABLE
    columns = ("badge",) if source == LIST else _storable(found.columns)
    return Many(source, columns, _counted(rows), hashlib.sha256(data).hexdigest())


def _read_archive(data: bytes) -> Many:
    if len(data) > MOST_BYTES:
        raise TooLarge("too_large", _("The archive is larger than %(most)s MiB. Split it.", most=MOST_BYTES // 1024**2))
    rows = list(_members(data))
    return Many(ARCHIVE, ("file",), _counted(rows), hashlib.sha256(data).hexdigest())


def _members(data: bytes) -> Iterator[HandedIn]:
    for member in archive.members(data):
        yield HandedIn(_storable((member.name,)), member.data, (member.problem or member.notice)[:16])


def _storable(cells: Sequence[str]) -> tuple[str, ...]:
    """Without what no database keeps: NUL, and halves of surrogate pairs."""
    return tuple(cell.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8") for cell in cells)


def _counted(rows: Sequence[HandedIn]) -> tuple[HandedIn, ...]:
    if not rows:
        raise Invalid("empty", _("There is no badge in this."))
    if len(rows) > MOST_ROWS:
        raise _too_many()
    return tuple(rows)


def _too_many() -> TooLarge:
    return TooLarge("too_many_rows", _("At most %(most)s badges are checked at once. Split it.", most=MOST_ROWS))
