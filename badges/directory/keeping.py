"""The index follows what it is made from: in the transaction that changes something, its entry is written anew.

No room has to think of it. The session is watched: what a flush wrote is noted, and before the transaction is committed
the entries of what was noted are read from their sources and written, or removed when there is nothing left to find.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import delete, event, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from badges.directory.engines import Words, engine_of
from badges.directory.entries import Entry, entries_of, ids_of
from badges.directory.models import ACHIEVEMENT, BADGE, COMPETENCY, ISSUER, KINDS, MODULE, SearchEntry
from badges.directory.words import words_in
from badges.models import Achievement, AchievementVersion, Award
from competencies.frameworks.models import Competency, Framework
from competencies.learning.models import Module, ModuleVersion
from issuer.base.db import db
from issuer.models import Organisation

BATCH = 500

_NOTED = "directory.noted"
_SOME, _ALL = "some", "all"
"""Noted in place of an id when a statement made or removed nobody knows which rows, or changed them."""

_WATCHED: Mapping[type, str] = {
    Award: BADGE,
    Achievement: ACHIEVEMENT,
    AchievementVersion: ACHIEVEMENT,
    Module: MODULE,
    ModuleVersion: MODULE,
    Competency: COMPETENCY,
    Framework: COMPETENCY,
    Organisation: ISSUER,
}
_SHOWN_OF_AWARDS = ("visibility", "shown_name", "state", "edition")


def rebuild() -> Mapping[str, int]:
    """Make the whole index anew from what is stored; kind -> how many may be found."""
    return {kind: _rewrite(kind) for kind in KINDS}


def mend() -> int:
    """Chore: write what the index lacks and remove what it should not have; how many. There is rarely anything."""
    return sum(_mend(kind) for kind in KINDS)


def _mend(kind: str) -> int:
    known = select(SearchEntry.subject_id).where(SearchEntry.kind == kind)
    missing = ids_of(kind).except_(known)
    stale = known.except_(ids_of(kind))
    found = [*db.session.scalars(missing), *db.session.scalars(stale)]
    _write(kind, found)
    return len(found)


def _rewrite(kind: str) -> int:
    kept = set(db.session.scalars(select(SearchEntry.subject_id).where(SearchEntry.kind == kind)))
    wanted = set(db.session.scalars(ids_of(kind)))
    _write(kind, sorted(kept | wanted))
    return len(wanted)


def _write(kind: str, subject_ids: Iterable[int]) -> None:
    """Make the entries of these things what they are now."""
    for batch in _batches(sorted(subject_ids)):
        found = entries_of(kind, batch)
        _remove(kind, set(batch) - found.keys())
        engine_of(db.session()).put(db.session(), [_words(_store(entry), entry) for entry in found.values()])


def _remove(kind: str, subject_ids: Collection[int]) -> None:
    gone = (SearchEntry.kind == kind, SearchEntry.subject_id.in_(subject_ids))
    entry_ids = list(db.session.scalars(select(SearchEntry.id).where(*gone)))
    if entry_ids:
        engine_of(db.session()).remove(db.session(), entry_ids)
        removed = delete(SearchEntry).where(SearchEntry.id.in_(entry_ids))
        db.session.execute(removed.execution_options(synchronize_session=False))


def _store(entry: Entry) -> int:
    """The id of its row, made or brought up to date; two transactions may do so at the same moment."""
    insert = sqlite.insert if db.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    said = {"name": entry.name, "changed_at": entry.changed_at}
    made = insert(SearchEntry).values(kind=entry.kind, subject_id=entry.subject_id, **said)
    kept = made.on_conflict_do_update(index_elements=["kind", "subject_id"], set_=said)
    return int(db.session.scalars(kept.returning(SearchEntry.id)).one())


def _words(entry_id: int, entry: Entry) -> Words:
    named = entry.holder if entry.is_holder_searchable else ""
    strong = words_in(f"{entry.title} {named}")
    weak = words_in(" ".join((*entry.notes, entry.issuer, entry.text, *entry.unshown)))
    return Words(entry_id=entry_id, kind=entry.kind, strong=strong, weak=weak)


def _batches(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _note(session: Session, kind: str, subject: int | str) -> None:
    session.info.setdefault(_NOTED, defaultdict(set))[kind].add(subject)


def _note_what_was_written(session: Session, _context: object) -> None:
    """After a flush: what it made, changed or removed."""
    for row in (*session.new, *session.dirty, *session.deleted):
        if (kind := _WATCHED.get(type(row))) is not None:
            _note_row(session, kind, row)


def _note_row(session: Session, kind: str, row: Any) -> None:
    if isinstance(row, AchievementVersion):
        _note(session, kind, row.achievement_id)
    elif isinstance(row, ModuleVersion):
        _note(session, kind, row.module_id)
    elif isinstance(row, Framework):
        _note_framework(session, row)
    elif isinstance(row, Organisation):
        _note_organisation(session, row)
    elif not isinstance(row, Award) or row in session.deleted or _is_news(row):
        _note(session, kind, row.id)


def _is_news(award: Award) -> bool:
    """Most awards are made private and stay so: they cost nothing here."""
    history = {name: inspect(award).attrs[name].history for name in _SHOWN_OF_AWARDS}
    return any(each.has_changes() for each in history.values()) and (
        award.visibility == "listed" or "listed" in (history["visibility"].deleted or ())
    )


def _note_framework(session: Session, framework: Framework) -> None:
    """Its title and status are those of its competencies; of a new one these come by themselves."""
    if framework in session.dirty and session.is_modified(framework):
        ids = select(Competency.id).where(Competency.framework_id == framework.id)
        for subject in session.connection().scalars(ids):
            _note(session, COMPETENCY, subject)


def _note_organisation(session: Session, organisation: Organisation) -> None:
    """Its name stands beside all that it offers, and whether its modules are for everybody is its own."""
    _note(session, ISSUER, organisation.id)
    for kind, model in ((ACHIEVEMENT, Achievement), (MODULE, Module)):
        ids = select(model.id).where(model.organisation_id == organisation.id)
        for subject in session.connection().scalars(ids):
            _note(session, kind, subject)


def _note_bulk_writing(state: ORMExecuteState) -> None:
    """A statement that writes many rows at once passes no flush."""
    if not (state.is_insert or state.is_update or state.is_delete) or state.bind_mapper is None:
        return
    kind = _WATCHED.get(state.bind_mapper.class_)
    if kind is None:
        return
    rows = state.parameters if isinstance(state.parameters, list) else [{}]
    if not state.is_update:
        _note(state.session, kind, _SOME)
    elif all("id" in row for row in rows):
        for row in rows:
            _note(state.session, kind, row["id"])
    else:
        _note(state.session, kind, _ALL)


def _write_what_was_noted(session: Session) -> None:
    """Before the commit of all; what was noted in a savepoint that was given up is written once more as it is."""
    if session.in_nested_transaction():
        return
    session.flush()
    noted: Mapping[str, set[int | str]] = session.info.pop(_NOTED, {})
    for kind, subjects in noted.items():
        if _ALL in subjects:
            _rewrite(kind)
            continue
        if _SOME in subjects:
            _mend(kind)
        _write(kind, [subject for subject in subjects if isinstance(subject, int)])


def _forget_what_was_noted(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_NOTED, None)


event.listen(db.session, "after_flush", _note_what_was_written)
event.listen(db.session, "do_orm_execute", _note_bulk_writing)
event.listen(db.session, "before_commit", _write_what_was_noted)
event.listen(db.session, "after_soft_rollback", _forget_what_was_noted)
