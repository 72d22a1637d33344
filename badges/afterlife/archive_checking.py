"""Whether an archive is whole: every file as the manifest says, every badge genuine by the archive's own documents.

Nothing is fetched, and no database is asked: what is not in the archive is not there.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from badges.afterlife.archive_building import FORMAT, MANIFEST
from badges.verification.offline import media_type_of
from badges.verification.report import Finding, Report
from badges.verification.sources import this_world
from badges.verification.verifying import verify
from badges.verification.wording import sentence_of
from badges.verification.world import Answer, Signatory, World, nothing_is_proved
from issuer.base.errors import Invalid
from issuer.crypto.checkpoints import read_note
from issuer.crypto.errors import CryptoError, NothingPublished
from issuer.crypto.merkle import leaf_hash, nodes_of, root
from issuer.crypto.strict_json import load_object
from issuer.published import loaded

_OK = 200
_WITHDRAWN = frozenset({Finding.REVOKED, Finding.SUSPENDED, Finding.EXPIRED, Finding.SUPERSEDED})
_GENUINE = frozenset({Finding.VALID, Finding.ISSUER_NOT_KNOWN})
"""Who is trusted is not the archive's to say."""


@dataclass(frozen=True, slots=True)
class ArchiveCheck:
    """``faults``: a sentence for each thing that is wrong; ``withdrawn``: genuine, and not to be counted now."""

    files: int
    badges: int
    withdrawn: int
    leaves: int
    faults: tuple[str, ...]


def check_archive(folder: Path, *, now: datetime) -> ArchiveCheck:
    """Read and check everything. Raises Invalid for a folder that is no archive."""
    manifest = manifest_of(folder)
    files: Mapping[str, Mapping[str, Any]] = manifest["files"]
    absent = {name: fault for name in files if (fault := _absence(folder, name))}
    there = {name: said for name, said in files.items() if name not in absent}
    faults = [*absent.values(), *_changed(folder, there), *_unknown(folder, files)]
    world = _world_of(folder, there, now=now)
    badges, withdrawn = 0, 0
    for name in there:
        if _is_badge(name):
            badges += 1
            report = verify((folder / name).read_bytes(), world, name=Path(name).name)
            withdrawn += report.finding in _WITHDRAWN
            faults += [f"{name}: {sentence}" for sentence in _wrong(report)]
    leaves, wrong = _check_log(folder)
    return ArchiveCheck(len(files), badges, withdrawn, leaves, (*faults, *wrong))


def manifest_of(folder: Path) -> dict[str, Any]:
    """What an archive says of its files. Raises Invalid for a folder that is no archive."""
    try:
        said = load_object((folder / MANIFEST).read_bytes())
    except (OSError, CryptoError) as error:
        raise Invalid("not_an_archive", f"{str(folder)[:200]!r} has no {MANIFEST} that can be read.") from error
    files = said.get("files")
    if said.get("format") != FORMAT or not isinstance(files, dict) or not all(map(_is_entry, files.values())):
        raise Invalid("not_an_archive", f"The {MANIFEST} of {str(folder)[:200]!r} is not one of an archive.")
    return said


def _is_entry(said: object) -> bool:
    return isinstance(said, dict) and isinstance(said.get("sha256"), str) and isinstance(said.get("url", ""), str)


def _absence(folder: Path, name: str) -> str:
    """Why there is no such file to be read in the archive; "" when there is one."""
    place = folder / name
    if not place.resolve().is_relative_to(folder.resolve()):
        return f"{name}: leads out of the archive."
    return "" if place.is_file() else f"{name}: is missing."


def _changed(folder: Path, files: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, said in files.items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != said["sha256"]:
            yield f"{name}: was changed."


def _unknown(folder: Path, files: Mapping[str, Any]) -> Iterator[str]:
    for place in sorted(folder.rglob("*")):
        name = place.relative_to(folder).as_posix()
        if place.is_file() and name != MANIFEST and name not in files:
            yield f"{name}: is not in the manifest."


def _is_badge(name: str) -> bool:
    folder, _, file = name.rpartition("/")
    return folder == "badges" and file.endswith((".json", ".jwt")) and ".ob2." not in file


def _wrong(report: Report) -> Iterator[str]:
    if report.finding not in _GENUINE | _WITHDRAWN:
        yield str(sentence_of(report))


def _world_of(folder: Path, files: Mapping[str, Mapping[str, Any]], *, now: datetime) -> World:
    """A world in which the archive is all there is, and nobody is known."""
    published = {str(said["url"]): folder / name for name, said in files.items() if said.get("url")}

    def read(url: str) -> Answer:
        place = published.get(url.partition("#")[0])
        if place is None or not place.is_file():
            raise NothingPublished(f"{url} is not in the archive.")
        body = place.read_bytes()
        return Answer(url, _OK, media_type_of(body), body)

    def fetch(url: str) -> dict[str, Any]:
        return loaded(url, read(url).body)

    def nobody(_signatory: Signatory) -> str | None:
        return None

    return replace(this_world(now=now), fetch=fetch, read=read, trust=nobody, was_before=nothing_is_proved)


def _check_log(folder: Path) -> tuple[int, list[str]]:
    """How many leaves there are, and what is wrong: the root of all of them is the one that the checkpoint signs."""
    try:
        note = (folder / "log" / "checkpoint").read_bytes()
        items = json.loads((folder / "log" / "entries").read_bytes())["items"]
        leaves = [leaf_hash(b64decode(each, validate=True)) for each in items]
        names = [each["key"] for each in json.loads((folder / "log" / "keys").read_bytes())["items"]]
    except FileNotFoundError:
        return 0, []
    except (OSError, ValueError, KeyError, TypeError):
        return 0, ["log: cannot be read."]
    signed = next(filter(None, (_signed_by(name, note) for name in names)), None)
    if signed is None:
        return len(items), ["log/checkpoint: no key of the log has signed it."]
    size, known = signed
    if len(leaves) < size or root(size, nodes_of(leaves[:size])) != known:
        return len(leaves), ["log/entries: are not those of the checkpoint."]
    return len(items), []


def _signed_by(verifier_key: str, note: bytes) -> tuple[int, bytes] | None:
    """(size, root) if that key has signed the checkpoint."""
    name, encoded = _parted(verifier_key)
    try:
        key = Ed25519PublicKey.from_public_bytes(b64decode(encoded)[1:])
        found = read_note(note, name=name, key=key)
    except (CryptoError, ValueError):
        return None
    return found.size, found.root


def _parted(verifier_key: str) -> tuple[str, str]:
    """Name and key of name+hash+key: base64 has a + of its own at times, the name of a log never."""
    name, _, rest = verifier_key.partition("+")
    return name, rest.partition("+")[2]
