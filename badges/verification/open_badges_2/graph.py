"""The nodes that an assertion leads to, read from where they lie: badge class, issuer, key, list.

A node counts for what lies at its own address, because only there does its owner speak. What is embedded is taken as
it is only where the host that served the whole is the node's own. Nothing is read twice, so a circle ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_2.primitives import host_of, is_same_address, is_url
from badges.verification.open_badges_2.vocabulary import id_of
from badges.verification.report import Outcome
from badges.verification.world import Answer, Read
from issuer.crypto.errors import CryptoError, KeyUnavailable, NothingPublished, UrlNotAllowed
from issuer.crypto.strict_json import load_object

_OK, _NOT_FOUND, _GONE = 200, 404, 410
MOST_NODES = 12
_LOOPBACK = frozenset({"localhost", "127.0.0.1"})
_NO_ADDRESS = _l("It leads to an address that cannot be read.")
_TOO_MANY = _l("It leads to more documents than are read for one badge.")
_CIRCLE = _l("What lies at one address says that it is something else, and so on.")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a node was not had. FAIL is certain; COULD_NOT_CHECK means: try again."""

    outcome: Outcome
    code: str
    sentence: str
    reason: str


@dataclass(frozen=True, slots=True)
class Node:
    """``address``: where it was read, or of what is embedded the address it names, "" if none. ``host``: the one that
    vouches for its content by serving it, "" if nobody does. ``notes``: what was odd on the way, for an engineer."""

    document: Mapping[str, Any]
    address: str = ""
    host: str = ""
    notes: tuple[str, ...] = ()

    @property
    def identifier(self) -> str:
        return self.address or id_of(self.document)


@dataclass(frozen=True, slots=True)
class Graph:
    """Reads nodes for one verification."""

    read: Read
    answers: dict[str, Answer | Trouble] = field(default_factory=dict)

    def answer(self, url: str) -> Answer | Trouble:
        """What lies at an address, whatever it is; 404 and 410 are answers too."""
        if url not in self.answers:
            if len(self.answers) >= MOST_NODES:
                return Trouble(Outcome.COULD_NOT_CHECK, "too_many_nodes", _TOO_MANY, f"{url[:200]} was not read.")
            self.answers[url] = self._securely(url)
        return self.answers[url]

    def _securely(self, url: str) -> Answer | Trouble:
        """By https first, which is all that is read of other hosts; as it is written where only that is at hand."""
        if not url.startswith("http://") or host_of(url).partition(":")[0] in _LOOPBACK:
            return self._ask(url)
        found = self._ask("https" + url.removeprefix("http"))
        if not isinstance(found, Trouble) or found.code not in ("not_published", "url_not_allowed"):
            return found
        plain = self._ask(url)
        return found if isinstance(plain, Trouble) and plain.code == "url_not_allowed" else plain

    def _ask(self, url: str) -> Answer | Trouble:
        if not is_url(url):
            return Trouble(Outcome.FAIL, "url_not_allowed", _NO_ADDRESS, f"{url[:200]!r} is no address of the web.")
        host = host_of(url)
        try:
            return self.read(url)
        except UrlNotAllowed as error:
            return Trouble(Outcome.FAIL, "url_not_allowed", _NO_ADDRESS, error.detail)
        except NothingPublished as error:
            sentence = _l("There is nothing at the address %(url)s.", url=url[:200])
            return Trouble(Outcome.FAIL, "not_published", sentence, error.detail)
        except KeyUnavailable as error:
            sentence = _l("%(host)s did not answer as it should. Try again later.", host=host)
            return Trouble(Outcome.COULD_NOT_CHECK, "fetch_failed", sentence, error.detail)

    def document(self, url: str) -> Node | Trouble:
        """The JSON object at an address, read as it is."""
        found = self.answer(url)
        return found if isinstance(found, Trouble) else document_in(found, url)

    def node(self, reference: Any, *, within: str) -> Node | Trouble:
        """The node that a property refers to; ``within``: the host that served the referring document, or ""."""
        if isinstance(reference, Mapping):
            return self._embedded(reference, within)
        if not isinstance(reference, str) or not is_url(reference):
            return Trouble(Outcome.FAIL, "no_reference", _NO_ADDRESS, "A reference is neither a URL nor an object.")
        found = self.document(reference)
        if isinstance(found, Trouble):
            return found
        declared = id_of(found.document)
        if not declared or is_same_address(declared, reference):
            return found
        return self._declared(found, declared)

    def _embedded(self, reference: Mapping[str, Any], within: str) -> Node | Trouble:
        own = id_of(reference)
        if not is_url(own):
            return Node(reference, "", within)
        if within and host_of(own) == within:
            return Node(reference, own, within)
        found = self.document(own)
        return found if isinstance(found, Trouble) else self._checked(found, own)

    def _checked(self, found: Node, own: str) -> Node | Trouble:
        declared = id_of(found.document)
        return found if not declared or is_same_address(declared, own) else self._declared(found, declared)

    def _declared(self, found: Node, declared: str) -> Node | Trouble:
        """A node that says it has another address: what lies there counts. Within one host it may be missing there,
        and is then known by the address at which it was found."""
        note = f"Node fetched from {found.address[:200]} declared its id as {declared[:200]}."
        there = self.document(declared) if is_url(declared) else None
        if isinstance(there, Node):
            if is_same_address(id_of(there.document), declared):
                return Node(there.document, there.address, there.host, (*there.notes, note))
            return Trouble(Outcome.FAIL, "hosted_id_mismatch", _CIRCLE, note)
        if there is not None and there.outcome is Outcome.FAIL and host_of(declared) == found.host:
            return Node(found.document, found.address, found.host, (*found.notes, note))
        if there is not None and there.outcome is not Outcome.FAIL:
            return there
        sentence = _l("What lies at one address says that it is something else, and that cannot be confirmed.")
        return Trouble(Outcome.FAIL, "hosted_id_mismatch", sentence, note)


def document_in(answer: Answer, url: str) -> Node | Trouble:
    """The JSON object that a host answered with; certain trouble for what is gone, missing, or no JSON object."""
    if answer.status == _GONE:
        sentence = _l("What was at %(url)s was taken away by its owner.", url=url[:200])
        return Trouble(Outcome.FAIL, "gone", sentence, f"{url[:200]} answered with status 410.")
    if answer.status == _NOT_FOUND:
        sentence = _l("There is nothing at the address %(url)s.", url=url[:200])
        return Trouble(Outcome.FAIL, "not_found", sentence, f"{url[:200]} answered with status 404.")
    if answer.status != _OK:
        sentence = _l("%(host)s did not answer as it should. Try again later.", host=host_of(url))
        reason = f"{url[:200]} answered with status {answer.status}."
        return Trouble(Outcome.COULD_NOT_CHECK, "fetch_failed", sentence, reason)
    try:
        return _at(load_object(answer.body), url, answer.url or url)
    except CryptoError as error:
        sentence = _l("What lies at %(url)s is not the document that should be there.", url=url[:200])
        return Trouble(Outcome.FAIL, "not_json", sentence, f"{error.detail} It is {answer.media_type[:80]}.")


def _at(document: Mapping[str, Any], asked: str, final: str) -> Node:
    """A host that sends the reader on to another one does not vouch for what is found there."""
    host = host_of(final)
    if host == host_of(asked):
        return Node(document, asked, host)
    return Node(document, final, host, (f"{asked[:200]} led to {final[:200]}.",))
