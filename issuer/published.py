"""What is published, for one verification: our own documents from our own records, all others through the fetcher.

Both give what a stranger would get. Our own address is never asked by a request to ourselves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from issuer import profile
from issuer.base.address_parts import NameConverter
from issuer.base.errors import Conflict, Invalid, NotFound, ServiceError, Unavailable
from issuer.base.fetch import Fetcher, Replied
from issuer.crypto.enveloped import envelope
from issuer.crypto.errors import CryptoError, KeyUnavailable, NothingPublished, UrlMalformed, UrlNotAllowed
from issuer.crypto.strict_json import load_object
from issuer.own_addresses import own_path
from issuer.status import places
from issuer.succession import standing

MOST_FETCHES = 6
ANYTHING = (
    "application/vc, application/ld+json, application/json, application/vc+jwt;q=0.9, image/png;q=0.8, "
    "image/svg+xml;q=0.8, text/html;q=0.7, */*;q=0.1"
)
"""For an address that a person pasted: the badge itself rather than the page about it."""

_OK = 200
_ABSENT = frozenset({404, 410})
_TOKEN = re.compile(rb"\s*[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_~.-]*\s*")
NAME = rf"({NameConverter.regex})"


@dataclass(frozen=True, slots=True)
class OwnDocument:
    """``body``: the bytes as they were signed, or a document that is made anew each time."""

    media_type: str
    body: bytes | dict[str, Any]


ReadOwn = Callable[[str], OwnDocument]
"""Path under our own address -> document. Raises NotFound."""

Table = Mapping[str, Callable[..., OwnDocument]]
"""Pattern of a path -> who reads it, from the groups of the pattern."""


def document_in(table: Table, path: str) -> OwnDocument:
    """The document of ours at ``path``. Raises NotFound."""
    for pattern, read in table.items():
        if (found := re.fullmatch(pattern, path)) is not None:
            return read(*found.groups())
    raise NotFound("not_found", "There is no such document here.")


def _did_document(slug: str) -> OwnDocument:
    return OwnDocument("application/did+json", profile.issuer_did_document(profile.find_organisation(slug)))


def _status_list(list_id: str) -> OwnDocument:
    signed = places.find_list(list_id).signed
    if signed is None:
        raise NotFound("not_found", "There is no such status list.")
    return OwnDocument("application/vc", signed)


def _succession(slug: str) -> OwnDocument:
    return OwnDocument("application/json", standing.find(slug).document)


DOCUMENTS: Table = {
    rf"/issuers/{NAME}/succession\.json": _succession,
    rf"/issuers/{NAME}/did\.json": _did_document,
    rf"/keys/{NAME}": lambda kid: OwnDocument("application/jwk+json", profile.find_jwk(kid)),
    rf"/status/{NAME}": _status_list,
    r"/\.well-known/jwks\.json": lambda: OwnDocument("application/jwk-set+json", profile.jwk_set()),
}
"""Those of this floor."""


@dataclass(frozen=True, slots=True)
class Published:
    """Each address is asked once; ``budget`` holds how many more may be asked of other hosts.

    ``before_asking`` is called before another host is asked.
    """

    fetcher: Fetcher
    own: ReadOwn
    budget: list[int] = field(default_factory=lambda: [MOST_FETCHES])
    before_asking: Callable[[], None] = lambda: None
    _seen: dict[str, Replied | CryptoError] = field(default_factory=dict)

    def fetch(self, url: str) -> dict[str, Any]:
        """A Fetch: URL -> JSON object; a bare token becomes the envelope that holds it.

        Raises UrlNotAllowed; NothingPublished when there certainly is no such document, KeyUnavailable for trouble.
        """
        path = own_path(url)
        if path is not None:
            return loaded(url, self._own(path).body)
        replied = self._asked(url)
        if replied.status in _ABSENT:
            raise NothingPublished(f"{_host(url)} answered with status {replied.status}: there is no such document.")
        if replied.status != _OK:
            raise KeyUnavailable(f"{_host(url)} answered with status {replied.status}.")
        return loaded(url, replied.body)

    def read(self, url: str) -> Replied:
        """URL -> whatever lies there, of any status below 500. Raises as ``fetch`` does; 404 and 410 are answers."""
        path = own_path(url)
        if path is None:
            return self._asked(url, accept=ANYTHING)
        try:
            own = self._own(path)
        except NothingPublished:
            return Replied(url, 404, "application/problem+json", b"")
        body = own.body if isinstance(own.body, bytes) else json.dumps(own.body, ensure_ascii=False).encode()
        return Replied(url, _OK, own.media_type, body)

    def _own(self, path: str) -> OwnDocument:
        try:
            return self.own(path)
        except (NotFound, Invalid, Conflict) as error:
            raise NothingPublished(str(error.detail)) from error
        except ServiceError as error:
            raise KeyUnavailable(str(error.detail)) from error

    def _asked(self, url: str, *, accept: str = "") -> Replied:
        key = f"{accept} {url}"
        if key not in self._seen:
            self._seen[key] = self._answer(url, accept)
        found = self._seen[key]
        if isinstance(found, CryptoError):
            raise found
        return found

    def _answer(self, url: str, accept: str) -> Replied | CryptoError:
        if self.budget[0] <= 0:
            return KeyUnavailable(f"More than {MOST_FETCHES} documents would have to be read, so {url} was not.")
        self.budget[0] -= 1
        self.before_asking()
        try:
            return self.fetcher.read(url, accept=accept) if accept else self.fetcher.read(url)
        except Invalid as error:
            kind = UrlMalformed if error.code == UrlMalformed.code else UrlNotAllowed
            return kind(str(error.detail))
        except Unavailable as error:
            nothing = error.code == "host_not_found"
            return NothingPublished(str(error.detail)) if nothing else KeyUnavailable(str(error.detail))
        except ServiceError as error:
            return KeyUnavailable(str(error.detail))


def loaded(url: str, body: bytes | dict[str, Any]) -> dict[str, Any]:
    """A document as it was published -> JSON object; a token becomes its envelope. Raises NothingPublished."""
    if isinstance(body, dict):
        return body
    try:
        if _TOKEN.fullmatch(body):
            return dict(envelope(body.strip().decode("ascii")))
        return load_object(body)
    except CryptoError as error:
        raise NothingPublished(f"{_host(url)} answered with something else than a document. {error.detail}") from error


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0]
