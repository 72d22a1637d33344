"""Unpacking a ZIP in memory, whatever its names say. Runs confined; `archive` is the door.

Bounds: 50 MiB packed, 64 MiB unpacked, 50 times its size, 10,000 entries, no archive in an archive. The directory of
the archive may lie about sizes, so what comes out is counted while it comes out (APPNOTE 6.3.10, 4.3).
"""

from __future__ import annotations

import codecs
import io
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any

from badges.verification.inputs.refused import Refused, refusing

MAX_PACKED = 50 * 1024 * 1024
MAX_UNPACKED = 64 * 1024 * 1024
MAX_RATIO = 50
MAX_ENTRIES = 10_000
MAX_MEMBER = 10 * 1024 * 1024
HARMLESS = 1024 * 1024
"""So much may come out of an archive of any size: a few hundred small files that are alike pack very well."""

_CHUNK = 64 * 1024
_ENCRYPTED = 0x1
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf\x27\x1c")
_JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_FAULTS = (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError, RuntimeError)

codecs.lookup("cp437")  # names of old archives; where this runs no module can be loaded any more


@refusing
def entries(data: bytes) -> tuple[Any, Sequence[bytes]]:
    """ZIP -> {"members": [{"name", "problem", "notice"}]}, and their bytes.

    Refused: bad_archive, archive_bomb, too_large, polyglot.
    """
    if len(data) > MAX_PACKED:
        raise Refused("too_large", f"The archive is larger than {MAX_PACKED} bytes.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not _is_junk(info)]
            _check_promises(infos, archive, packed=len(data))
            return _unpacked(archive, infos, allowed=_allowed(len(data)))
    except _FAULTS as error:
        raise Refused("bad_archive", "The archive is damaged.") from error


def _is_junk(info: zipfile.ZipInfo) -> bool:
    return info.is_dir() or info.filename.startswith(_JUNK[0]) or info.filename.rpartition("/")[2] in _JUNK


def _allowed(packed: int) -> int:
    return min(MAX_UNPACKED, max(packed * MAX_RATIO, HARMLESS))


def _check_promises(infos: Sequence[zipfile.ZipInfo], archive: zipfile.ZipFile, *, packed: int) -> None:
    if len(archive.infolist()) > MAX_ENTRIES:
        raise Refused("too_large", f"The archive has more than {MAX_ENTRIES} entries.")
    if sum(info.file_size for info in infos) > _allowed(packed):
        raise Refused("archive_bomb", f"The archive unpacks to more than {_allowed(packed)} bytes.")


def _unpacked(
    archive: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo], *, allowed: int
) -> tuple[Any, Sequence[bytes]]:
    members: list[dict[str, str]] = []
    blobs: list[bytes] = []
    for info in infos:
        content, problem = _content(archive, info, allowed=allowed)
        allowed -= len(content)
        notice = "unsafe_name" if _points_outside(info.filename) else ""
        members.append({"name": _shown(info.filename), "problem": problem, "notice": notice})
        blobs.append(b"" if problem else content)
    return {"members": members}, blobs


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, *, allowed: int) -> tuple[bytes, str]:
    if info.flag_bits & _ENCRYPTED:
        return b"", "encrypted"
    if info.file_size > MAX_MEMBER:
        return b"", "too_large"
    content = bytearray()
    try:
        with archive.open(info) as file:
            while chunk := file.read(_CHUNK):
                content += chunk
                if len(content) > allowed:
                    raise Refused("archive_bomb", "The archive unpacks to more than it says.")
    except _FAULTS:
        return b"", "damaged"
    nested = bytes(content[:8]).startswith(_ARCHIVES)
    return bytes(content), "nested_archive" if nested else ""


def _points_outside(name: str) -> bool:
    plain = name.replace("\\", "/")
    return plain.startswith("/") or ".." in plain.split("/") or ":" in plain.split("/")[0]


def _shown(name: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in name)[:512]
