"""RDF quads and their one N-Quads spelling (RDFC-1.0, section 5: canonical N-Quads)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Quad:
    """Four terms, each spelled as in N-Quads: `<iri>`, `_:label` or a literal; `graph` is "" for the default graph."""

    subject: str
    predicate: str
    object: str
    graph: str = ""

    def line(self) -> str:
        """The quad as one line of N-Quads, with its newline."""
        graph = f" {self.graph}" if self.graph else ""
        return f"{self.subject} {self.predicate} {self.object}{graph} .\n"

    def blank_nodes(self) -> Iterable[tuple[str, str]]:
        """Each blank node with its position: "s", "o" or "g"."""
        if self.subject.startswith("_:"):
            yield "s", self.subject
        if self.object.startswith("_:"):
            yield "o", self.object
        if self.graph.startswith("_:"):
            yield "g", self.graph

    def relabel(self, labels: dict[str, str]) -> "Quad":
        """The same quad with every blank node replaced by its entry in `labels`."""
        return Quad(
            labels.get(self.subject, self.subject),
            self.predicate,
            labels.get(self.object, self.object),
            labels.get(self.graph, self.graph),
        )


def literal(text: str, *, datatype: str = XSD + "string", language: str = "") -> str:
    """A literal in canonical N-Quads; a language makes it an rdf:langString."""
    quoted = '"' + _ESCAPED.sub(lambda match: _ESCAPES[match.group()], text) + '"'
    if language:
        return f"{quoted}@{language}"
    if datatype == XSD + "string":
        return quoted
    return f"{quoted}^^<{datatype}>"
