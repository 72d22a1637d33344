"""Expanded JSON-LD to RDF quads, refusing what JSON-LD 1.1 (API, section 8) would drop.

Nodes are walked where they stand instead of being merged first: the resulting set of quads is the same.
"""

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from itertools import count
from typing import Any

from issuer.crypto import jcs
from issuer.crypto.errors import CanonicalizationBudget, Malformed, UnsignedProperty
from issuer.crypto.quads import RDF, XSD, Quad, literal

# The largest honest documents, transcripts of hundreds of credentials, have a few thousand objects. Each costs up to a
# tenth of a millisecond and a kilobyte or two, so this bounds both.
MAX_OBJECTS = 20_000
# A long identifier stands in each statement about it: a document of a megabyte could have gigabytes of them. Honest
# documents have some times their own length.
MAX_LETTERS = 32 * 1024 * 1024
ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
_BLANK_NODE = re.compile(r"_:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_LANGUAGE_TAG = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*")
# JSON-LD API, section 8.6, step 13 (i18n-datatype): the way cryptosuites have a direction signed.
_I18N = "https://www.w3.org/ns/i18n#"
_DOUBLE_FROM = 10**21
# Number.prototype.toExponential(15): 16 significant digits, a tie goes away from zero (ECMA-262, 21.1.3.2).
_SIXTEEN_DIGITS = Context(prec=16, rounding=ROUND_HALF_UP)


def expanded_quads(expanded: list[Any]) -> set[Quad]:
    """The result of JSON-LD expansion -> quads. Raises UnsignedProperty, Malformed, CanonicalizationBudget."""
    walk = _Walk()
    for node in expanded:
        walk.visit_statement(node, graph="")
    return walk.quads


class _Walk:
    """One pass over an expanded document, collecting quads and naming its blank nodes."""

    def __init__(self) -> None:
        self.quads: set[Quad] = set()
        self._labels: dict[str, str] = {}
        self._numbers = count()
        self._letters = 0

    def add(self, quad: Quad) -> None:
        self.quads.add(quad)
        self._letters += len(quad.subject) + len(quad.predicate) + len(quad.object) + len(quad.graph)
        if self._letters > MAX_LETTERS:
            raise CanonicalizationBudget("The statements of the document are too long, all together.")

    def visit_statement(self, node: Any, *, graph: str) -> None:
        """A node that stands for itself (top level, in a graph, included): it must say more than its identifier."""
        if not isinstance(node, dict) or not node.keys() - {"@id"} or "@value" in node or "@list" in node:
            raise UnsignedProperty("The document has a value on its own that no statement can be made from.")
        self.visit_node(node, graph=graph)

    def visit_node(self, node: dict[str, Any], *, graph: str) -> str:
        """Collect the quads of a node object and of everything inside it; returns the node's term."""
        subject = self.node_term(node["@id"]) if "@id" in node else self.new_blank_node()
        for name, members in node.items():
            if name == "@id":
                continue
            if name == "@type":
                for type_ in members:
                    self.add(Quad(subject, f"<{RDF}type>", _iri_term(type_, "type"), graph))
            elif name == "@graph":
                for member in members:
                    self.visit_statement(member, graph=subject)
            elif name == "@included":
                for member in members:
                    self.visit_statement(member, graph=graph)
            elif name == "@reverse":
                self.visit_reverse(subject, members, graph=graph)
            elif name.startswith("@"):
                raise UnsignedProperty(f"The keyword {name[:32]} is not covered by a proof.")
            else:
                predicate = _iri_term(name, "property")
                for member in members:
                    self.add(Quad(subject, predicate, self.visit_object(member, graph=graph), graph))
        return subject

    def visit_reverse(self, subject: str, properties: dict[str, Any], *, graph: str) -> None:
        for name, members in properties.items():
            predicate = _iri_term(name, "property")
            for member in members:
                self.add(Quad(self.visit_node(member, graph=graph), predicate, subject, graph))

    def visit_object(self, member: Any, *, graph: str) -> str:
        """A value, list or node object in the place of an object; returns its term."""
        if not isinstance(member, dict):
            raise Malformed("The document is not valid JSON-LD: a value was not expanded.")
        if "@value" in member:
            return literal_term(member)
        if "@list" in member:
            return self.visit_list(member, graph=graph)
        return self.visit_node(member, graph=graph)

    def visit_list(self, list_object: dict[str, Any], *, graph: str) -> str:
        """A @list -> the first node of an RDF list."""
        if list_object.keys() - {"@list"}:
            raise UnsignedProperty("A list has more than its members.")
        term = f"<{RDF}nil>"
        for member in reversed(list_object["@list"]):
            rest, term = term, self.new_blank_node()
            self.add(Quad(term, f"<{RDF}first>", self.visit_object(member, graph=graph), graph))
            self.add(Quad(term, f"<{RDF}rest>", rest, graph))
        return term

    def node_term(self, identifier: Any) -> str:
        if isinstance(identifier, str) and _BLANK_NODE.fullmatch(identifier):
            if identifier not in self._labels:
                self._labels[identifier] = self.new_blank_node()
            return self._labels[identifier]
        return _iri_term(identifier, "identifier")

    def new_blank_node(self) -> str:
        return f"_:b{next(self._numbers)}"


def _iri_term(value: Any, role: str) -> str:
    if not isinstance(value, str) or not ABSOLUTE_IRI.fullmatch(value):
        shown = ascii(value)[:80]
        raise UnsignedProperty(f"The {role} {shown} is not an absolute IRI, so no proof could cover it.")
    return f"<{value}>"


def literal_term(value_object: dict[str, Any]) -> str:
    """A value object of expanded JSON-LD -> a literal. Raises UnsignedProperty, Malformed."""
    value, datatype, language = (value_object.get(key) for key in ("@value", "@type", "@language"))
    if value_object.keys() - {"@value", "@type", "@language", "@direction"}:
        raise UnsignedProperty("A value has more than a text, a language and a direction.")
    if datatype == "@json":
        return literal(jcs.canonicalize(value).decode("utf-8"), datatype=RDF + "JSON")
    if datatype is not None:
        datatype = _iri_term(datatype, "datatype")[1:-1]
    if isinstance(value, bool):
        return literal("true" if value else "false", datatype=datatype or XSD + "boolean")
    if isinstance(value, int | float):
        return _number_term(value, datatype)
    if not isinstance(value, str):
        raise Malformed("The document is not valid JSON-LD: a literal is neither text, number nor boolean.")
    if language is not None and (not isinstance(language, str) or not _LANGUAGE_TAG.fullmatch(language)):
        raise UnsignedProperty(f"The language tag {ascii(language)[:80]} is not valid.")
    if "@direction" in value_object:
        return literal(value, datatype=f"{_I18N}{language or ''}_{value_object['@direction']}")
    if language is not None:
        return literal(value, language=language)
    return literal(value, datatype=datatype or XSD + "string")


def _number_term(number: int | float, datatype: str | None) -> str:
    """JSON-LD API, section 8.6, steps 10 and 11: a fraction or a huge number is a double, others are integers."""
    if number != int(number) or abs(number) >= _DOUBLE_FROM or datatype == XSD + "double":
        return literal(_canonical_double(number), datatype=datatype or XSD + "double")
    return literal(str(int(number)), datatype=datatype or XSD + "integer")


def _canonical_double(number: int | float) -> str:
    sign, digits, exponent = _SIXTEEN_DIGITS.create_decimal(Decimal(number)).as_tuple()
    text = "".join(map(str, digits))
    power = int(exponent) + len(text) - 1
    fraction = text[1:].rstrip("0") or "0"
    if not number:
        return "0.0E0"
    return f"{'-' if sign else ''}{text[0]}.{fraction}E{power}"
