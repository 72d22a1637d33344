"""The issuer's archive: everything that is public, as plain files that any web server can answer under the same URLs.

Each file holds what a visitor gets, asked of the service itself: byte for byte for documents, and for pages as they are
without a service behind them (no search, no forms, and the day of the archive on top). It is built beside the folder
and put in its place when it is whole.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from base64 import b64encode
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask, current_app, render_template
from sqlalchemy import select

from badges.afterlife import archive_places as places
from badges.afterlife.archive_hosting import HOSTING
from badges.showcase_values import ShownIssuer
from issuer.access import settings
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Invalid
from issuer.base.templating import ARCHIVED_AT
from issuer.crypto.timestamps import format_timestamp
from issuer.log import tree
from issuer.models import Organisation, StatusList
from issuer.status import publishing

FORMAT = "rosette-archive/1"
MANIFEST = "MANIFEST.json"
ENTRIES_AT_A_TIME = 1_000
READABLE = 0o755
"""A web server is somebody else than who builds."""
_OK, _GONE = 200, 410


@dataclass(frozen=True, slots=True)
class Line:
    """A badge on the front page of the archive."""

    path: str
    name: str
    holder: str


@dataclass(slots=True)
class Archive:
    """One that is being built in ``folder``. ``files``: path -> what the manifest says of it."""

    app: Flask
    folder: Path
    made: datetime
    files: dict[str, dict[str, object]] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    waiting: deque[str] = field(default_factory=deque)
    badges: int = 0

    def keep(self, path: str, *, is_needed: bool = True) -> None:
        """Ask the service for an address, and for everything that its page leads to. Raises Conflict."""
        self._take(path, is_needed=is_needed)
        while self.waiting:
            self._take(self.waiting.popleft(), is_needed=False)

    def write(self, name: str, body: bytes, media_type: str, *, status: int = _OK, url: str = "") -> None:
        place = self.folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
        said: dict[str, object] = {"sha256": hashlib.sha256(body).hexdigest(), "mediaType": media_type}
        if url:
            said["url"] = url
        if status != _OK:
            said["status"] = status
        self.files[name] = said

    def _take(self, path: str, *, is_needed: bool) -> None:
        if path in self.asked:
            return
        self.asked.add(path)
        environment = {ARCHIVED_AT: self.made}
        with self.app.test_client() as visitor:
            answer = visitor.get(path, base_url=settings().base_url, environ_overrides=environment)
        if answer.status_code not in (_OK, _GONE):
            if is_needed:
                raise Conflict("not_archived", f"{path} answered {answer.status_code}, so the archive is not whole.")
            return
        body, media_type = answer.get_data(), answer.mimetype or "application/octet-stream"
        name = str(places.file_of(path, media_type))
        self.write(name, body, media_type, status=answer.status_code, url=f"{settings().base_url}{path}")
        if media_type == places.PAGE:
            self.waiting.extend(places.links_in(answer.get_data(as_text=True)))


def build(folder: Path, *, slug: str | None = None) -> Archive:
    """Write the archive of one issuer, or of all, to ``folder``, in the place of an older archive if one is there.

    What is not committed is not in it. Raises Invalid for a folder with something else in it or a slug of nobody,
    Conflict for what the service refuses.
    """
    refuse_other(folder)
    organisations = places.organisations_of(slug)
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        archive = _filled(Archive(_app(), beside, utc_now()), organisations, is_whole=slug is None)
        _put_in_place(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return archive


def sign_lists(slug: str | None, *, validity: timedelta) -> int:
    """Sign the lists of withdrawn badges of one issuer, or of all, anew, to be believed for so long; how many."""
    signed = 0
    for organisation in places.organisations_of(slug):
        for status_list in db.session.scalars(select(StatusList).filter_by(organisation_id=organisation.id)):
            signed += publishing.publish(status_list.public_id, validity=validity)
    return signed


def _filled(archive: Archive, organisations: list[Organisation], *, is_whole: bool) -> Archive:
    for path in places.paths_of_service():
        archive.keep(path, is_needed=False)
    _write_log_entries(archive)
    lines: dict[str, list[Line]] = {}
    for organisation in organisations:
        for path in places.paths_of_issuer(organisation):
            archive.keep(path, is_needed=False)
        lines[organisation.name] = list(_badges_of(organisation, archive))
    if is_whole:
        archive.keep("/robots.txt", is_needed=False)
    _write_front_page(archive, organisations, lines)
    archive.write("HOSTING.txt", HOSTING.encode(), "text/plain")
    manifest = {
        "format": FORMAT,
        "service": settings().base_url,
        "made": format_timestamp(archive.made),
        "issuers": [organisation.slug for organisation in organisations],
        "files": dict(sorted(archive.files.items())),
    }
    (archive.folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return archive


def _badges_of(organisation: Organisation, archive: Archive) -> Iterator[Line]:
    for award in places.awards_of(organisation):
        for path in places.paths_of_badge(award):
            archive.keep(path, is_needed=path.endswith((award.public_id, ".json", ".jwt")) and ".ob2" not in path)
        archive.badges += 1
        holder = award.account.name if award.shown_name == "full" else ""
        yield Line(f"/badges/{award.public_id}", award.achievement_version.name, holder)


def _write_log_entries(archive: Archive) -> None:
    """All leaves in one document, as the log gives them page by page: enough to compute the tree anew."""
    items: list[str] = []
    while found := tree.leaf_data(start=len(items), limit=ENTRIES_AT_A_TIME):
        items += [b64encode(data).decode("ascii") for _number, data in found]
    body = json.dumps({"start": 0, "items": items, "next": None}).encode()
    archive.write("log/entries", body, "application/json", url=f"{settings().base_url}/log/entries")


def _write_front_page(archive: Archive, organisations: list[Organisation], lines: dict[str, list[Line]]) -> None:
    issuers = [ShownIssuer(each.slug, each.name, "") for each in organisations]
    environment = {ARCHIVED_AT: archive.made}
    with archive.app.test_request_context("/", base_url=settings().base_url, environ_overrides=environment):
        page = render_template("afterlife/archive.html", issuers=issuers, lines=lines)
    archive.write("index.html", page.encode(), places.PAGE, url=f"{settings().base_url}/")
    for path in places.links_in(page):
        archive.keep(path, is_needed=False)


def refuse_other(folder: Path) -> None:
    """An archive is written to a new folder, an empty one, or over an archive."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise Invalid("not_a_folder", f"{str(folder)[:200]!r} is not a folder.")
    if any(folder.iterdir()) and not is_archive(folder):
        raise Invalid("not_an_archive", f"{str(folder)[:200]!r} holds something else than an archive: choose another.")


def is_archive(folder: Path) -> bool:
    """Whether a folder holds a manifest of an archive."""
    try:
        said = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(said, dict) and said.get("format") == FORMAT


def _put_in_place(beside: Path, folder: Path) -> None:
    beside.chmod(READABLE)
    if folder.exists():
        older = beside.with_name(f"{beside.name}-older")
        folder.rename(older)
        beside.rename(folder)
        shutil.rmtree(older, ignore_errors=True)
    else:
        beside.rename(folder)


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]
