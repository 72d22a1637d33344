"""Answering for an adopted host: files of its archive, and nothing of this service.

A WSGI application around the service. What the archive does not hold is not found; nothing is asked of the database.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.http import parse_etags
from werkzeug.wrappers import Response

from badges.afterlife.adopting import folder_of_host
from badges.afterlife.archive_building import MANIFEST
from issuer.base.headers import FRAME_HEADER, HEADERS

CACHE = "public, max-age=300"
_OK = 200
_READING = ("GET", "HEAD")

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class _File:
    place: Path
    media_type: str
    status: int
    tag: str


@dataclass(slots=True)
class AdoptedHosts:
    """``archives``: folder -> the files by path; each manifest is read once for each version of it."""

    application: Application
    data_dir: Path
    own_host: str
    archives: dict[Path, Mapping[str, _File]] = field(default_factory=dict)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST", "").lower()
        if host == self.own_host:
            return self.application(environ, start)
        folder = folder_of_host(self.data_dir, host)
        if folder is None:
            return self.application(environ, start)
        return self._answer(folder.resolve(), environ)(environ, start)

    def _answer(self, folder: Path, environ: Mapping[str, Any]) -> Response:
        if environ["REQUEST_METHOD"] not in _READING:
            return _plain("This is an archive: it can be read, and nothing else.", 405)
        if folder not in self.archives:
            self.archives = {**self.archives, folder: _files_in(folder)}
        path = environ.get("PATH_INFO", "")
        found = self.archives[folder].get(path) or self.archives[folder].get(path.rstrip("/") or "/")
        return (
            _plain("There is nothing at this address of the archive.", 404) if found is None else _sent(found, environ)
        )


def init_app(app: Flask) -> None:
    """Stand before everything else: another host's request never reaches the service."""
    settings = app.config["ROSETTE"]
    own_host = urlsplit(settings.base_url).netloc.lower()
    app.wsgi_app = AdoptedHosts(app.wsgi_app, settings.data_dir, own_host)  # type: ignore[method-assign, assignment]


def _files_in(folder: Path) -> Mapping[str, _File]:
    """Path -> file; the front page of the archive has the address "/"."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    service, files = str(manifest["service"]), {}
    for name, said in manifest["files"].items():
        url = str(said.get("url", ""))
        path = url.removeprefix(service) if url.startswith(service) else f"/{name}"
        path = "/" if name == "index.html" else path
        files[path or "/"] = _File(folder / name, said["mediaType"], int(said.get("status", _OK)), said["sha256"])
    return files


def _sent(found: _File, environ: Mapping[str, Any]) -> Response:
    response = Response(found.place.read_bytes(), found.status, content_type=_content_type(found.media_type))
    _protect(response)
    response.set_etag(found.tag)
    response.headers["Cache-Control"] = CACHE
    if found.status == _OK and parse_etags(environ.get("HTTP_IF_NONE_MATCH")).contains_weak(found.tag):
        response.status_code = 304
        response.data = b""
    return response


def _content_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _plain(sentence: str, status: int) -> Response:
    response = Response(sentence + "\n", status, content_type="text/plain; charset=utf-8")
    _protect(response)
    if status == 405:
        response.headers["Allow"] = ", ".join(_READING)
    return response


def _protect(response: Response) -> None:
    for name, value in HEADERS.items():
        if name != FRAME_HEADER:
            response.headers[name] = value
    response.headers["Access-Control-Allow-Origin"] = "*"
