"""A trust list as a file: CSV or JSON, out and in again.

Columns, and members of each JSON object: kind (id, domain, key; may be left out), issuer, name, note, since, until.
What is wrong with any row is said of that row, and nothing of the file is taken over.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from badges.revoking.criteria import read_moment
from badges.trust import lists
from badges.trust.lists import MOST_ENTRIES, Entry
from badges.trust.models import TrustedIssuer
from badges.trust.naming import Named, kind_of
from issuer.base import audit
from issuer.base.db import db
from issuer.base.errors import Invalid, Malformed, TooLarge
from issuer.crypto.errors import CryptoError
from issuer.crypto.strict_json import load_json
from issuer.crypto.timestamps import format_timestamp
from issuer.models import Account, Organisation

COLUMNS = ("kind", "issuer", "name", "note", "since", "until")
MOST_BYTES = 4 * 1024 * 1024
TOLD_AT_ONCE = 20

_FORMULA = ("=", "+", "-", "@", "\t")


@dataclass(frozen=True, slots=True)
class Import:
    """What a file would do to a list: entries that are new, those that would change, and how many stay as they are."""

    added: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    same: int


def read_entries(data: bytes) -> tuple[Entry, ...]:
    """The entries of a file. Raises TooLarge, Malformed, and Invalid that names each row that is wrong."""
    if len(data) > MOST_BYTES:
        raise TooLarge("too_large", _("A trust list as a file has at most %(most)s bytes.", most=MOST_BYTES))
    is_json = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{")
    rows = _rows_of_json(data) if is_json else _rows_of_csv(data)
    entries: dict[Named, Entry] = {}
    wrong: list[str] = []
    for number, row in rows:
        if len(entries) + len(wrong) >= MOST_ENTRIES:
            raise lists.too_many()
        try:
            read = _entry(row)
            if read.issuer in entries:
                raise Invalid("named_twice", _("This issuer stands in the file already."))
            entries[read.issuer] = read
        except Invalid as error:
            wrong.append(_("Row %(row)s: %(what)s", row=number, what=_first(error)))
    if wrong:
        more = [_("And %(num)s more rows.", num=len(wrong) - TOLD_AT_ONCE)] if len(wrong) > TOLD_AT_ONCE else []
        told = wrong[:TOLD_AT_ONCE] + more
        raise Invalid("rows_wrong", _("Nothing was taken over. ") + " ".join(told), fields={"file": told})
    if not entries:
        raise _no_list()
    return tuple(entries.values())


def compare(organisation: Organisation, entries: Iterable[Entry]) -> Import:
    """What taking ``entries`` over would do. An import never removes."""
    kept = {_name_of(row): row for row in lists.all_of(organisation)}
    added, changed, same = [], [], 0
    for each in entries:
        row = kept.get(each.issuer)
        if row is None:
            added.append(each)
        elif (row.name, row.note, row.since, row.until) != (each.name, each.note, each.since, each.until):
            changed.append(each)
        else:
            same += 1
    return Import(tuple(added), tuple(changed), same)


def take_over(organisation: Organisation, entries: Iterable[Entry], *, by: Account | None) -> Import:
    """Add and change what the file says, all of it or nothing. Raises TooLarge for a list that would be too long."""
    lists.lock(organisation)
    found = compare(organisation, entries)
    kept = {_name_of(row): row for row in lists.all_of(organisation)}
    if len(kept) + len(found.added) > MOST_ENTRIES:
        raise lists.too_many()
    db.session.add_all([lists.make(organisation, each, by=by) for each in found.added])
    for each in found.changed:
        lists.write(kept[each.issuer], each)
    db.session.flush()
    audit.record(
        "trust.imported",
        organisation.public_id,
        actor=by.public_id if by else lists.SYSTEM,
        organisation=organisation.public_id,
        added=len(found.added),
        changed=len(found.changed),
    )
    return found


def as_csv(rows: Iterable[TrustedIssuer]) -> str:
    """The list as CSV. A text that a spreadsheet would take for a formula stands behind one apostrophe more."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        told = _as_row(row)
        writer.writerow([_harmless(told[name]) for name in COLUMNS])
    return out.getvalue()


def as_json(rows: Iterable[TrustedIssuer]) -> str:
    """The list as JSON, one object an entry."""
    told = [{name: value for name, value in _as_row(row).items() if value} for row in rows]
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _as_row(row: TrustedIssuer) -> dict[str, str]:
    return {
        "kind": row.kind,
        "issuer": row.subject,
        "name": row.name,
        "note": row.note,
        "since": format_timestamp(row.since) if row.since else "",
        "until": format_timestamp(row.until) if row.until else "",
    }


def _harmless(text: str) -> str:
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def _plain(text: str) -> str:
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_FORMULA) else text


def _name_of(row: TrustedIssuer) -> Named:
    return Named(row.kind, row.subject)


def _entry(row: Mapping[str, Any]) -> Entry:
    texts = {name: row.get(name) or "" for name in COLUMNS}
    if not all(isinstance(text, str) for text in texts.values()):
        raise Invalid("invalid", _("Each of %(columns)s is a text.", columns=", ".join(COLUMNS)))
    return lists.entry(
        kind=texts["kind"].strip() or kind_of(texts["issuer"]),
        subject=texts["issuer"],
        name=texts["name"],
        note=texts["note"],
        since=_moment(texts["since"], "since"),
        until=_moment(texts["until"], "until"),
    )


def _moment(text: str, field: str) -> datetime | None:
    return read_moment(text.strip(), field=field, end=field == "until")


def _rows_of_json(data: bytes) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        value = load_json(data, max_bytes=MOST_BYTES)
    except CryptoError as error:
        raise Malformed(error.code, error.detail) from error
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise _no_list()
    return enumerate(value, start=1)


def _rows_of_csv(data: bytes) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed("not_text", _("The file is not text in UTF-8.")) from error
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        names = [name.strip().lower() for name in reader.fieldnames or ()]
        if not {"issuer", "name"} <= set(names) or len(set(names)) != len(names):
            raise _no_list()
        reader.fieldnames = names
        yield from ((number, _cells(row)) for number, row in enumerate(reader, start=2))
    except csv.Error as error:
        raise Malformed("not_csv", _("The file cannot be read as CSV.")) from error


def _cells(row: Mapping[str | Any, Any]) -> Mapping[str, str]:
    if None in row:
        raise Malformed("not_csv", _("A row of the file has more cells than its first row."))
    return {name: _plain(value or "") for name, value in row.items()}


def _first(error: Invalid) -> str:
    return next((sentences[0] for sentences in error.fields.values()), error.detail)


def _no_list() -> Invalid:
    columns = ", ".join(COLUMNS)
    sentence = _(
        "This is no trust list: a CSV file with the columns %(columns)s, or the same as JSON.", columns=columns
    )
    return Invalid("no_trust_list", sentence, fields={"file": [sentence]})
