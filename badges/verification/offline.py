"""A world in which only given documents lie at their addresses: nothing else is fetched.

The map is a JSON object: URL or DID -> the path of a file, relative to the folder of the map or else to the working
directory. An object instead of a path is the document itself; null says that there is nothing at that address, as does
not naming it. An address answers exactly, or without its fragment; a did:web answers where its document would lie, and
a DID of any other method by its own name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from json import dumps
from pathlib import Path
from types import MappingProxyType
from typing import Any

from badges.verification.inputs.kinds import Kind, kind_of
from badges.verification.world import Answer
from issuer.base.errors import Invalid
from issuer.crypto.did import did_web_url
from issuer.crypto.errors import CryptoError, NothingPublished
from issuer.crypto.strict_json import load_object
from issuer.own_addresses import own_path
from issuer.published import Published, loaded

MOST_BYTES = 10 * 1024 * 1024
"""Of the map, and of each document in it."""

_OK, _NOT_FOUND = 200, 404
_MEDIA_TYPES: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.PNG: "image/png",
        Kind.SVG: "image/svg+xml",
        Kind.JPEG: "image/jpeg",
        Kind.WEBP: "image/webp",
        Kind.GIF: "image/gif",
        Kind.PDF: "application/pdf",
        Kind.ZIP: "application/zip",
        Kind.HTML: "text/html",
    }
)

Documents = Mapping[str, bytes | None]
"""URL -> what lies there; None for an address that answers 404."""


def documents_in(map_path: Path) -> Documents:
    """Read a map and every file it names. Raises Invalid with one sentence for whatever cannot be read in it."""
    try:
        listed = load_object(_bytes(map_path, what="map"))
    except CryptoError as error:
        raise Invalid("bad_map", f"The map {str(map_path)[:200]!r} cannot be used: {error.detail}") from error
    found: dict[str, bytes | None] = {}
    for address, place in listed.items():
        document = _document(address, place, map_path.parent)
        found[address] = document
        if (url := _url_of_did(address)) is not None:
            found.setdefault(url, document)
    return found


def _document(address: str, place: Any, folder: Path) -> bytes | None:
    if place is None:
        return None
    if isinstance(place, dict):
        return dumps(place, ensure_ascii=False).encode()
    if not isinstance(place, str) or not place:
        raise Invalid("bad_map", f"In the map, {address[:200]!r} leads to neither the path of a file nor a document.")
    beside = folder / place
    return _bytes(beside if beside.is_file() else Path(place), what="document")


def _bytes(path: Path, *, what: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise Invalid("unreadable_file", f"The {what} {str(path)[:200]!r} cannot be read.") from error
    if len(data) > MOST_BYTES:
        raise Invalid("too_large", f"The {what} {str(path)[:200]!r} is larger than {MOST_BYTES} bytes.")
    return data


def _url_of_did(address: str) -> str | None:
    """Where the document of a did:web would lie, or None for anything else."""
    try:
        return did_web_url(address.partition("#")[0], allow_loopback_http=True)
    except CryptoError:
        return None


@dataclass(frozen=True, slots=True)
class Offline:
    """A Fetch and a Read of the documents; ``own`` answers for what lies under our own address and is not in them."""

    documents: Documents
    own: Published

    def fetch(self, url: str) -> dict[str, Any]:
        """URL or DID -> JSON object. Raises NothingPublished for whatever is not there."""
        if (body := self._body(url)) is not None:
            return loaded(url, body)
        if own_path(url) is not None and url not in self.documents:
            return self.own.fetch(url)
        raise NothingPublished(f"{url} is not among the documents that were given.")

    def read(self, url: str) -> Answer:
        """URL -> 200 with what lies there, 404 where the map says that nothing does. Raises NothingPublished."""
        if (body := self._body(url)) is not None:
            return Answer(url, _OK, media_type_of(body), body)
        if url in self.documents:
            return Answer(url, _NOT_FOUND, "text/plain", b"")
        if own_path(url) is not None:
            replied = self.own.read(url)
            return Answer(replied.url, replied.status, replied.media_type, replied.body)
        raise NothingPublished(f"{url} is not among the documents that were given.")

    def _body(self, url: str) -> bytes | None:
        return self.documents.get(url) or self.documents.get(url.partition("#")[0])


def media_type_of(body: bytes) -> str:
    """What a host would call the document, by its bytes."""
    if (known := _MEDIA_TYPES.get(kind_of(body))) is not None:
        return known
    start = body.lstrip()[:1]
    if start in (b"{", b"["):
        return "application/ld+json" if b'"@context"' in body else "application/json"
    return "application/vc+jwt" if body.count(b".") == 2 and b" " not in body.strip() else "text/plain"
