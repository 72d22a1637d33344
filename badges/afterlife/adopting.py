"""Taking over the addresses of an issuer that is gone: its archive is answered under its old host by this service.

    DATA/adopted/HOST/DIGEST/...   the archive, as it was checked      DATA/adopted/HOST/current -> DIGEST

The successor points the old host's name at this service and takes the archive in (``flask archive adopt``). Nothing of
it is mixed with what this service says itself: it has its own host, no cookies, no session, and nobody can change it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from badges.afterlife.archive_building import MANIFEST
from badges.afterlife.archive_checking import ArchiveCheck, check_archive, manifest_of
from issuer.access import settings
from issuer.base import audit
from issuer.base.errors import Conflict, Invalid

CURRENT = "current"
_HOST = re.compile(r"(?!\.)[a-z0-9.-]{1,253}(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Adoption:
    """``host``: whose addresses are answered from now on; ``checked``: what was found in the archive."""

    host: str
    checked: ArchiveCheck


def adopted_folder(data_dir: Path) -> Path:
    return data_dir / "adopted"


def folder_of_host(data_dir: Path, host: str) -> Path | None:
    """The adopted archive of a host as browsers name it, or None."""
    host = host.lower()
    if not _HOST.fullmatch(host):
        return None
    folder = adopted_folder(data_dir) / host.replace(":", "_") / CURRENT
    return folder if folder.is_dir() else None


def adopt(folder: Path, *, now: datetime) -> Adoption:
    """Check an archive, copy it, and answer its addresses from now on; an older one of the same host gives way.

    Raises Invalid for what is no archive, Conflict "archive_faulty" for one in which something is wrong and "own_host"
    for one of this service's own host.
    """
    checked = check_archive(folder, now=now)
    if checked.faults:
        raise Conflict("archive_faulty", f"Something is wrong in the archive, so it is not taken: {checked.faults[0]}")
    service = manifest_of(folder).get("service")
    host = _host_of(service)
    if host == urlsplit(settings().base_url).netloc.lower():
        raise Conflict("own_host", f"{host} is the host of this service itself.")
    place = adopted_folder(settings().data_dir) / host.replace(":", "_")
    place.mkdir(parents=True, exist_ok=True)
    kept = _copied(folder, place)
    _point(place / CURRENT, at=kept)
    _forget_others(place, but=kept)
    audit.record("archive.adopted", host, actor="system", files=checked.files, badges=checked.badges, digest=kept)
    return Adoption(host, checked)


def release(host: str) -> None:
    """Answer a host no more. Raises Invalid for one that was never adopted."""
    found = folder_of_host(settings().data_dir, host)
    if found is None:
        raise Invalid("not_adopted", f"No archive of {host[:200]!r} was adopted.")
    shutil.rmtree(found.parent)
    audit.record("archive.released", host.lower(), actor="system")


def hosts(data_dir: Path) -> list[str]:
    """The hosts that are answered, by name."""
    folder = adopted_folder(data_dir)
    found = sorted(each.name for each in folder.iterdir() if (each / CURRENT).is_dir()) if folder.is_dir() else []
    return [name.replace("_", ":") for name in found]


def _host_of(service: object) -> str:
    try:
        host = urlsplit(service).netloc.lower() if isinstance(service, str) else ""
    except ValueError:
        host = ""
    if not _HOST.fullmatch(host):
        raise Invalid("not_an_archive", "The archive does not say which host it is of.")
    return host


def _copied(folder: Path, place: Path) -> str:
    """The name under which the archive lies in ``place``: the digest of its manifest."""
    name = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    if not (place / name).is_dir():
        beside = Path(tempfile.mkdtemp(prefix=".", dir=place))
        shutil.copytree(folder, beside / name)
        (beside / name).rename(place / name)
        beside.rmdir()
    return name


def _point(link: Path, *, at: str) -> None:
    """At once: whoever reads sees the one or the other."""
    beside = link.with_name(f".{link.name}-{os.getpid()}")
    beside.unlink(missing_ok=True)
    beside.symlink_to(at, target_is_directory=True)
    beside.replace(link)


def _forget_others(place: Path, *, but: str) -> None:
    for each in place.iterdir():
        if each.is_dir() and not each.is_symlink() and each.name != but:
            shutil.rmtree(each)
