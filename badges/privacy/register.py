"""The register of erasures: a file beside the database, so that a backup of the database does not take it back.

One line of JSON for each person: {"account": SHA-256 of the public id, "at": when, "ground": why}. It says nothing of
anybody, and only grows. A line is written, and is on the disk, before the erasure is committed: one that was killed in
between is carried out by the next replay.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from badges.privacy.models import GROUNDS
from issuer.access import settings
from issuer.base.errors import Malformed
from issuer.secret_text import hash_of

NAME = "erasures.jsonl"
_HEX = 64


@dataclass(frozen=True, slots=True)
class Line:
    """``account`` is the SHA-256 (hex) of a public id."""

    account: str
    at: datetime
    ground: str


def path() -> Path:
    return Path(settings().data_dir) / NAME


def write(public_id: str, *, at: datetime, ground: str) -> None:
    """Note the erasure, once however often it is asked. It is on the disk when this returns. Raises OSError."""
    line = {"account": hash_of(public_id), "at": at.isoformat(), "ground": ground}
    with path().open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        kept = file.read()
        if line["account"] in _read(kept):
            return
        file.truncate(kept.rfind(b"\n") + 1)  # a line that a crash tore was never acted upon
        file.write(json.dumps(line).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read() -> Mapping[str, Line]:
    """Hash of the account -> its line; nothing when there is no file.

    Raises Malformed for a line that is none. The last one may be torn by a crash: it was not committed then.
    """
    return _read(path().read_bytes()) if path().exists() else {}


def _read(content: bytes) -> Mapping[str, Line]:
    whole = content.split(b"\n")[:-1]
    found = [_line(text, number) for number, text in enumerate(whole, 1)]
    return {line.account: line for line in found}


def _line(text: bytes, number: int) -> Line:
    try:
        said = json.loads(text)
        line = Line(str(said["account"]), datetime.fromisoformat(said["at"]), str(said["ground"]))
        if len(line.account) != _HEX or line.ground not in GROUNDS or line.at.tzinfo is None:
            raise ValueError
    except (ValueError, KeyError, TypeError) as error:
        raise Malformed("bad_register", f"Line {number} of {NAME} is not one of an erasure.") from error
    return line
