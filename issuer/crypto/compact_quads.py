"""Compact JSON-LD straight to RDF quads, for documents that name known contexts only and use nothing unusual.

One walk does what expansion and the step to quads do one after the other (JSON-LD 1.1 API, sections 5.1.2 and 8). It
gives the same statements as they do, or none at all: whatever it does not know for certain, and whatever is wrong, is
left to the general way, which then says what it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from issuer.crypto import jcs
from issuer.crypto.compiled_contexts import CompiledContexts, NotUnderstood, Passage, Scope, Term
from issuer.crypto.errors import CryptoError
from issuer.crypto.expanded_quads import MAX_LETTERS, MAX_OBJECTS, literal_term
from issuer.crypto.quads import RDF, Quad, quoted
from issuer.crypto.safe_expansion import CONTEXT_WORK_LIMIT

_TYPE = f"<{RDF}type>"
_TEXT_MEMBERS = frozenset({"@value", "@language", "@direction"})
_JSON_SUFFIX = f"^^<{RDF}JSON>"


def compact_quads(document: Mapping[str, Any], contexts: CompiledContexts) -> frozenset[Quad] | None:
    """A JSON object that `check_json` took -> its quads, or None where only the general way can tell."""
    walk = _Walk()
    try:
        walk.visit_node(document, contexts.root(), graph="", is_statement=True)
    except (NotUnderstood, CryptoError):
        return None
    return None if walk.letters() > MAX_LETTERS else frozenset(walk.quads)


class _Walk:
    """One pass over a document, collecting quads."""

    def __init__(self) -> None:
        self.quads: list[Quad] = []
        self._blank_nodes = 0
        self._seen = 0
        self._work = 0
        self._passed: set[Passage] = set()

    def letters(self) -> int:
        """How long all statements are together, those that are there twice counted twice."""
        return sum(sum(map(len, quad)) for quad in self.quads)

    def visit_node(self, element: Mapping[str, Any], scope: Scope, *, graph: str, is_statement: bool = False) -> str:
        """Collect the quads of an object and of everything inside it; returns the term that it stands for.

        ``is_statement``: it stands for itself, so it must say more than its identifier.
        """
        self._count_object()
        if "@context" in element:
            scope = self._enter(scope.local(element["@context"]))
        type_key, types, scope = self._typed(element, scope)
        id_key, subject = self._identified(element, scope)
        says = type_key is not None
        for name in types:
            self.quads.append(Quad(subject, _TYPE, name, graph))
        terms = scope.terms
        for name, value in element.items():
            term = terms[name]
            if term is not None and term.is_plain and isinstance(value, str):
                self.quads.append(Quad(subject, term.predicate, quoted(value) + term.suffix, graph))
                says = True
            elif term is not None:
                says |= self._visit_property(term, value, subject, graph)
            elif name not in (id_key, type_key, "@context"):
                raise NotUnderstood
        if is_statement and not says:
            raise NotUnderstood
        return subject

    def _typed(self, element: Mapping[str, Any], scope: Scope) -> tuple[str | None, list[str], Scope]:
        """The object's member for its types, these as terms, and the scope that they give it."""
        keys = scope.type_keys & element.keys()
        if not keys:
            return None, [], scope
        [key] = _only_one(keys)
        value = element[key]
        names = value if isinstance(value, list) else [value]
        for name in names:
            if not isinstance(name, str):
                raise NotUnderstood
        if not names:
            raise NotUnderstood
        types = [scope.types[name] for name in names]
        scoped = [name for name in names if name in scope.scoped_types]
        inside = self._enter(scope.typed(sorted(scoped))) if scoped else scope
        if inside.type_keys != scope.type_keys and inside.type_keys & element.keys() != keys:
            raise NotUnderstood
        return key, types, inside

    def _identified(self, element: Mapping[str, Any], scope: Scope) -> tuple[str | None, str]:
        """The object's member for its identifier, if any, and its term."""
        keys = scope.id_keys & element.keys()
        if not keys:
            return None, self._new_blank_node()
        [key] = _only_one(keys)
        value = element[key]
        if not isinstance(value, str):
            raise NotUnderstood
        return key, scope.iri(value)

    def _visit_property(self, term: Term, value: Any, subject: str, graph: str) -> bool:
        """Whether the property is there at all: null is as good as nothing."""
        if term.into_values is not None:
            self._enter(term.into_values)
        if term.coercion == "@json":
            self.quads.append(Quad(subject, term.predicate, self._json(value), graph))
            return True
        if value is None:
            return False
        objects = self._objects_of(term, value, graph)
        if term.is_list:
            objects = [self._list(objects, graph)]
        for object_ in objects:
            self.quads.append(Quad(subject, term.predicate, object_, graph))
        return True

    def _objects_of(self, term: Term, value: Any, graph: str) -> list[str]:
        objects = []
        for item in value if isinstance(value, list) else (value,):
            if isinstance(item, str) and not term.is_graph:
                objects.append(_text_term(item, term))
            elif isinstance(item, dict):
                objects.append(self._visit_object(item, term, graph))
            elif item is not None:
                objects.append(_number_term(item, term))
        return objects

    def _list(self, objects: list[str], graph: str) -> str:
        """The first node of an RDF list."""
        first = f"<{RDF}nil>"
        for object_ in reversed(objects):
            rest, first = first, self._new_blank_node()
            self.quads.append(Quad(first, f"<{RDF}first>", object_, graph))
            self.quads.append(Quad(first, f"<{RDF}rest>", rest, graph))
        return first

    def _visit_object(self, element: dict[str, Any], term: Term, graph: str) -> str:
        if "@value" in element:
            return self._tagged_text(element, term)
        scope = self._enter(term.values.node(term.name, reverts=not _is_reference(element, term.values)))
        if not term.is_graph:
            return self.visit_node(element, scope, graph=graph)
        inner = self._new_blank_node()
        self.visit_node(element, scope, graph=inner, is_statement=True)
        return inner

    def _tagged_text(self, element: dict[str, Any], term: Term) -> str:
        """A text with its language, and perhaps its direction."""
        self._count_object()
        self._enter(term.values.node(term.name, reverts=len(element) > 2))
        text, language = element["@value"], element.get("@language")
        direction = element.get("@direction", "ltr")
        if term.is_graph or not _TEXT_MEMBERS.issuperset(element) or direction not in ("ltr", "rtl"):
            raise NotUnderstood
        if not isinstance(text, str) or not isinstance(language, str):
            raise NotUnderstood
        return literal_term({**element, "@language": language.lower()})

    def _json(self, value: Any) -> str:
        pending = [value]
        while pending:
            inner = pending.pop()
            if isinstance(inner, dict):
                self._count_object()
                if "@context" in inner:
                    raise NotUnderstood
                pending.extend(inner.values())
            elif isinstance(inner, list):
                pending.extend(inner)
        return quoted(jcs.canonicalize(value).decode("utf-8")) + _JSON_SUFFIX

    def _enter(self, passage: Passage) -> Scope:
        if passage not in self._passed:
            self._passed.add(passage)
            self._work += passage.work
            if self._work > CONTEXT_WORK_LIMIT:
                raise NotUnderstood
        return passage.scope

    def _count_object(self) -> None:
        self._seen += 1
        if self._seen > MAX_OBJECTS:
            raise NotUnderstood

    def _new_blank_node(self) -> str:
        self._blank_nodes += 1
        return f"_:b{self._blank_nodes}"


def _text_term(text: str, term: Term) -> str:
    if term.coercion == "@id":
        return term.values.iri(text)
    if term.coercion == "@vocab":
        return term.values.types[text]
    return quoted(text) + term.suffix


def _number_term(number: Any, term: Term) -> str:
    if term.is_graph or not isinstance(number, bool | int | float):
        raise NotUnderstood
    return literal_term({"@value": number, "@type": term.datatype})


def _is_reference(element: Mapping[str, Any], scope: Scope) -> bool:
    """Whether an object has nothing but an identifier: then the types of the outer object still hold in it."""
    return len(element) == 1 and not scope.id_keys.isdisjoint(element)


def _only_one(keys: frozenset[str]) -> frozenset[str]:
    if len(keys) != 1:
        raise NotUnderstood
    return keys
