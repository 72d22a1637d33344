"""What the signer process was asked to sign, written down durably before it signs. Rows are added and never changed.

The journal is the signer's own memory, beside its keys and out of reach of the service's database. By it the signer
refuses what a service that was broken into might ask for: a second, different credential under one id and date, a key
put to another use, a log that takes entries back or tells two readers two stories, and a clock that was set back.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from issuer.base.environment import SettingsError
from issuer.keys.key_file import KeyUnusable
from issuer.keys.purposes import STATUS_LIST
from issuer.keys.rules import read_checkpoint
from issuer.keys.statements import ASSERTION, NOTE, NotSigned, Statement, document_of

CLOCK_TOLERANCE = timedelta(seconds=5)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS asked (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, purpose TEXT NOT NULL, kid TEXT NOT NULL, form TEXT NOT NULL,
    subject TEXT NOT NULL, edition TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS asked_about ON asked (kid, subject, edition);
CREATE INDEX IF NOT EXISTS asked_when ON asked (at);
CREATE INDEX IF NOT EXISTS asked_clock ON asked (id) WHERE form = 'clock';
CREATE INDEX IF NOT EXISTS asked_how_large ON asked (kid, subject, size);
CREATE TRIGGER IF NOT EXISTS asked_never_changes BEFORE UPDATE ON asked
BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
CREATE TRIGGER IF NOT EXISTS asked_never_shrinks BEFORE DELETE ON asked
BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
"""


@dataclass(frozen=True, slots=True)
class _Entry:
    """``subject`` and ``edition`` together may be signed in one version by one key; ``size`` is of a log, or 0.

    An assertion of Open Badges 2.0 has an edition for each way to name its recipient.
    """

    subject: str
    edition: str
    size: int
    sha256: str


class Journal:
    """The file at ``path``, made when it is not there. One process opens it; its threads may share it.

    Raises SettingsError for a file that is damaged: without its memory the signer does not start.
    """

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=FULL")
            self._database.executescript(_SCHEMA)
        except sqlite3.DatabaseError as error:
            raise SettingsError(f"{path} cannot be used as the signer's journal: {error}. Restore it.") from error

    def write(self, statement: Statement, now: datetime) -> None:
        """Write down, durably, that ``statement`` is to be signed ``now``. Raises KeyUnusable, NotSigned."""
        entry = _entry_of(statement)
        with self._lock:
            self._refuse_clock_behind(now)
            self._refuse_contradiction(statement, entry)
            try:
                self._add(now, statement.purpose, statement.kid, statement.form, entry)
            except sqlite3.Error as error:
                raise KeyUnusable("signer_unreachable", "The signer cannot write its journal.") from error

    def accept_clock(self, now: datetime) -> None:
        """Go on from ``now`` although signatures were made at later times, as an operator has decided."""
        with self._lock:
            self._add(now, "", "", "clock", _Entry("", "", 0, ""))

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    def _add(self, now: datetime, purpose: str, kid: str, form: str, entry: _Entry) -> None:
        values = (_text(now), purpose, kid, form, entry.subject, entry.edition, entry.size, entry.sha256)
        self._database.execute(
            "INSERT INTO asked (at, purpose, kid, form, subject, edition, size, sha256) VALUES (?,?,?,?,?,?,?,?)",
            values,
        )

    def _refuse_clock_behind(self, now: datetime) -> None:
        accepted = "SELECT coalesce(max(id), 0) FROM asked WHERE form = 'clock'"
        later = f"SELECT 1 FROM asked WHERE at > ? AND id > ({accepted})"  # noqa: S608 - our own text
        if self._first(later, _text(now + CLOCK_TOLERANCE)):
            raise KeyUnusable("clock_behind", "The signer's clock is behind its last signature, so it does not sign.")

    def _refuse_contradiction(self, statement: Statement, entry: _Entry) -> None:
        kid = statement.kid
        used = self._database.execute("SELECT purpose FROM asked WHERE kid = ? LIMIT 1", (kid,)).fetchone()
        if used is not None and used[0] != statement.purpose:
            raise KeyUnusable("key_purpose", "A signing key was asked for something that it is not for.")
        if statement.form == NOTE and self._first(
            "SELECT 1 FROM asked WHERE kid = ? AND subject = ? AND size > ?", kid, entry.subject, entry.size
        ):
            raise NotSigned("log_shrinks", "A log never has fewer entries than in a checkpoint that was signed before.")
        if statement.purpose != STATUS_LIST and self._first(
            "SELECT 1 FROM asked WHERE kid = ? AND subject = ? AND edition = ? AND sha256 <> ?",
            kid,
            entry.subject,
            entry.edition,
            entry.sha256,
        ):
            raise NotSigned("signed_differently", "Another version of this was signed before, so this one is not.")

    def _first(self, query: str, *values: object) -> bool:
        return self._database.execute(query, values).fetchone() is not None


def _entry_of(statement: Statement) -> _Entry:
    digest = hashlib.sha256(statement.content).hexdigest()
    if statement.form == NOTE:
        checkpoint = read_checkpoint(statement.content)
        root = hashlib.sha256(checkpoint.root).hexdigest()
        return _Entry(checkpoint.origin, str(checkpoint.size), checkpoint.size, root)
    document = document_of(statement)
    subject = document.get("id")
    edition = document.get("validFrom", document.get("versionTime", ""))
    if statement.form == ASSERTION:
        edition = document["recipient"]["identity"]
    return _Entry(subject if isinstance(subject, str) else digest, str(edition), 0, digest)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
