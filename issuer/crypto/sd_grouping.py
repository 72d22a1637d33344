"""The statements of a document under labels that tell nothing, and which of them a choice of parts makes.

ECDSA cryptosuites 1.0, sections 3.4.1 to 3.4.9 and 3.4.14 to 3.4.16. Blank nodes get identifiers for as long as parts
are being chosen, so that a node is the same one in the document and in every part of it.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from issuer.crypto.contexts import ContextSet
from issuer.crypto.errors import Malformed
from issuer.crypto.jsonld import to_quads, unnamed_nodes
from issuer.crypto.multibase import encode_base64url
from issuer.crypto.quads import Quad
from issuer.crypto.rdfc import canonical_labels
from issuer.crypto.sd_selection import select

# Blank node of a document -> its label there; without "_:".
LabelMap = Mapping[str, str]
# Canonical label such as "c14n0" -> the label that is shown.
Relabel = Callable[[str], str]


def hmac_labels(hmac_key: bytes) -> Relabel:
    """Labels that cannot be guessed, so that their order tells nothing of what is hidden (section 3.4.6)."""

    def relabel(canonical: str) -> str:
        return "u" + encode_base64url(hmac.digest(hmac_key, canonical.encode("ascii"), hashlib.sha256))

    return relabel


@dataclass(frozen=True, slots=True)
class Statements:
    """All statements of a document as sorted lines of N-Quads, and what is needed to find those of a part of it."""

    lines: tuple[str, ...]
    labels: LabelMap
    named_document: Mapping[str, Any]
    prefix: str
    contexts: ContextSet | None

    def of_part(self, pointers: Sequence[str]) -> tuple[frozenset[int], frozenset[Quad]]:
        """The positions in `lines` of what the pointers choose, and its quads with plain blank nodes."""
        part = select(self.named_document, pointers)
        if part is None:
            return frozenset(), frozenset()
        quads = _unnamed(to_quads(part, contexts=self.contexts), self.prefix)
        position_of = {line: position for position, line in enumerate(self.lines)}
        try:
            return frozenset(position_of[line] for line in _lines(quads, self.labels)), quads
        except KeyError as error:
            raise Malformed("A chosen part does not mean the same as in the whole document.") from error


def statements_of(document: Mapping[str, Any], relabel: Relabel, *, contexts: ContextSet | None) -> Statements:
    """A document without its proof -> its statements. Raises as `to_quads`; Malformed for lists and inner graphs,
    whose blank nodes stand for no object of the document and so cannot be told apart in its parts."""
    prefix = _free_prefix(document)
    named = deepcopy(dict(document))
    for number, path in enumerate(unnamed_nodes(document, contexts=contexts)):
        place: Any = named
        for step in path:
            place = place[step]
        place["@id"] = f"{prefix}{number}"
    quads = to_quads(named, contexts=contexts)
    if any(True for quad in quads for _ in quad.blank_nodes()):
        raise Malformed("A document with ordered lists or graphs in it cannot be disclosed in part.")
    plain = _unnamed(quads, prefix)
    canonical = canonical_labels(set(plain))
    labels = {node: relabel(label.removeprefix("_:")) for node, label in canonical.items()}
    return Statements(tuple(sorted(_lines(plain, labels))), labels, named, prefix, contexts)


def _free_prefix(document: Mapping[str, Any]) -> str:
    """Where no identifier of the document lies."""
    text, number = json.dumps(document, ensure_ascii=False), 0
    while f"urn:blank{number}:" in text:
        number += 1
    return f"urn:blank{number}:"


def _unnamed(quads: frozenset[Quad], prefix: str) -> frozenset[Quad]:
    """The quads with a blank node again for each identifier under the prefix."""
    begin = f"<{prefix}"

    def plain(term: str) -> str:
        return f"_:b{term[len(begin) : -1]}" if term.startswith(begin) else term

    return frozenset(Quad(plain(quad.subject), quad.predicate, plain(quad.object), quad.graph) for quad in quads)


def _lines(quads: frozenset[Quad], labels: LabelMap) -> list[str]:
    shown = {node: f"_:{label}" for node, label in labels.items()}
    return [quad.relabel(shown).line() for quad in quads]
