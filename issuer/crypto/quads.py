"""RDF quads and their one N-Quads spelling (RDFC-1.0, section 5: canonical N-Quads)."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

# The shortest escape of each character that must not stand as itself in a canonical literal.
_ESCAPES = {
    **{chr(code): f"\\u{code:04X}" for code in (*range(0x20), 0x7F)},
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}
_ESCAPED = re.compile(r'[\x00-\x1f\x7f"\\]')

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


_OWN_LABELS: Mapping[str, str] = MappingProxyType({})


class Quad(NamedTuple):
    """Four terms, each spelled as in N-Quads: `<iri>`, `_:label` or a literal; `graph` is "" for the default graph.

    A tuple, because a document has hundreds of them and they live in sets.
    """

    subject: str
    predicate: str
    object: str
    graph: str = ""

    def line(self, labels: Mapping[str, str] = _OWN_LABELS) -> str:
        """The quad as one line of N-Quads, with its newline, every blank node replaced by its entry in `labels`."""
        subject, predicate, object_, graph = self
        begin = f"{labels.get(subject, subject)} {predicate} {labels.get(object_, object_)}"
        return f"{begin} {labels.get(graph, graph)} .\n" if graph else f"{begin} .\n"

    def blank_nodes(self) -> Iterable[tuple[str, str]]:
        """Each blank node with its position: "s", "o" or "g"."""
        if self.subject.startswith("_:"):
            yield "s", self.subject
        if self.object.startswith("_:"):
            yield "o", self.object
        if self.graph.startswith("_:"):
            yield "g", self.graph

    def relabel(self, labels: Mapping[str, str]) -> "Quad":
        """The same quad with every blank node replaced by its entry in `labels`."""
        return Quad(
            labels.get(self.subject, self.subject),
            self.predicate,
            labels.get(self.object, self.object),
            labels.get(self.graph, self.graph),
        )


def quoted(text: str) -> str:
    """A text between quotation marks, as in canonical N-Quads."""
    return '"' + _ESCAPED.sub(lambda match: _ESCAPES[match.group()], text) + '"'


def literal(text: str, *, datatype: str = XSD + "string", language: str = "") -> str:
    """A literal in canonical N-Quads; a language makes it an rdf:langString."""
    if language:
        return f"{quoted(text)}@{language}"
    if datatype == XSD + "string":
        return quoted(text)
    return f"{quoted(text)}^^<{datatype}>"
