"""Everything about a person in one ZIP: machine-readable, with each badge byte for byte as it was signed.

Article 15 and 20 of the GDPR. ``person.json`` holds every row that the data map says is exported; the folder ``badges``
what was signed. Secrets, and digests of secrets, are not in it: they would be of use to a thief alone.
"""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, or_, select

from badges.models import Award
from badges.privacy.data_map import DATA_MAP
from badges.privacy.traces import Traces, traces_of
from badges.privacy.ways import ACCOUNT, rows_of, target_of
from badges.sharing.models import SignedForm
from badges.sharing.shown_forms import forms_of
from badges.wallets.models import BoundForm
from issuer.access import settings
from issuer.base import audit
from issuer.base.audit import AuditEntry
from issuer.base.db import db, utc_now
from issuer.models import Account, OutgoingMail

FORMAT = "rosette-export/1"
_SIGNED = frozenset({"credential", "shown_form", "bound_form"})
_NAMES = ("full_statement", "title", "name", "slug", "code")
"""The first of these columns that a row has says what it is, to a reader."""

READ_ME = """This is everything that {service} keeps about you, as of {moment}.

person.json    every record, table by table; times are UTC. The tables are explained in docs/privacy.md.
badges/        each badge exactly as it was signed: .json with its proof inside, .jwt as a token. Keep these: they can
               be checked by anybody, also when this service is gone.
"""


def export_of(account: Account, *, actor: str) -> bytes:
    """The ZIP. That it was made is noted in the audit record."""
    now = utc_now()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "README.txt", READ_ME.format(service=settings().base_url, moment=_time(now)).encode(), now)
        _put(archive, "person.json", as_json(document_of(account, now=now)), now)
        for name, signed in signed_files(account.id):
            _put(archive, name, signed, now)
    audit.record("account.exported", account.public_id, actor=actor)
    return content.getvalue()


def document_of(account: Account, *, now: datetime) -> dict[str, Any]:
    """What person.json says."""
    traces = traces_of(account)
    return {
        "format": FORMAT,
        "service": settings().base_url,
        "made_at": _time(now),
        "records": {name: _rows(db.metadata.tables[name], account.id) for name in exported_tables()},
        "mails": [_row(OutgoingMail.__table__, row, ()) for row in _mails(traces)],
        "audit": [_row(AuditEntry.__table__, row, ("previous_hash", "hash")) for row in _audit(traces)],
    }


def exported_tables() -> tuple[str, ...]:
    return tuple(sorted(name for name, held in DATA_MAP.items() if held.exported and held.ways))


def as_json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def signed_files(account_id: int) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of everything that was signed of the person's badges."""
    for award in db.session.scalars(select(Award).filter_by(account_id=account_id).order_by(Award.id)):
        folder = f"badges/{award.public_id}"
        for edition in award.editions:
            yield f"{folder}/edition-{edition.edition}.json", edition.document
            yield f"{folder}/edition-{edition.edition}.jwt", edition.jwt
        bound = db.session.scalars(select(BoundForm).filter_by(award_id=award.id).order_by(BoundForm.id))
        others: list[tuple[SignedForm, str]] = [
            *((form, form.shown_name) for form in forms_of(award)),
            *((form, "wallet") for form in bound),
        ]
        for number, (form, kind) in enumerate(others, 1):
            yield f"{folder}/{kind}-{number}.json", form.document
            yield f"{folder}/{kind}-{number}.jwt", form.jwt


def _rows(table: Table, account_id: int) -> list[dict[str, Any]]:
    held = DATA_MAP[table.name]
    key = next(iter(table.primary_key.columns))
    rows = db.session.execute(select(table).where(rows_of(table, held.ways, account_id)).order_by(key))
    left_out = (*held.hidden, *(("document", "jwt") if table.name in _SIGNED else ()))
    return [_row(table, row, left_out) for row in rows.mappings()]


def _row(table: FromClause, row: Mapping[Any, Any], left_out: tuple[str, ...]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for column in table.columns:
        if column.name not in left_out:
            value = row[column]
            said[column.name] = _plain(value)
            named = _named(column, value)
            if named is not None:
                said[column.name.removesuffix("_id")] = named
    return said


def _named(column: ColumnElement[Any], value: Any) -> str | None:
    """What a reference is called, so that a record can be read without the tables it refers to."""
    target = target_of(column)
    if target is None or value is None or target.table is ACCOUNT:
        return None
    name = next((each for each in _NAMES if each in target.table.c), None)
    return None if name is None else str(db.session.scalar(select(target.table.c[name]).where(target == value)) or "")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return _time(value)
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _mails(traces: Traces) -> list[Mapping[Any, Any]]:
    kept = db.session.execute(select(OutgoingMail.__table__).order_by(OutgoingMail.id)).mappings()
    return [row for row in kept if row["recipient"].casefold() in traces.lookups]


def _audit(traces: Traces) -> list[Mapping[Any, Any]]:
    """What the person did, and what was done to them and to their badges."""
    about = (traces.public_id, *traces.badges)
    entries = select(AuditEntry.__table__).where(
        or_(AuditEntry.actor == traces.public_id, AuditEntry.subject.in_(about))
    )
    return list(db.session.execute(entries.order_by(AuditEntry.sequence)).mappings())


def _put(archive: zipfile.ZipFile, name: str, content: bytes, now: datetime) -> None:
    entry = zipfile.ZipInfo(name, now.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
