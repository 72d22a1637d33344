"""Known JSON-LD contexts, compiled once: what each term of an active context means for the statements.

Contexts are processed by the general processor; what comes of it is written down here in the shape that
`compact_quads` needs. A context or a term that takes more than is known here has no entry, and the document that uses
it goes the general way. So this table may be incomplete, and must never be wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from issuer.crypto.contexts import MAX_CONTEXTS, ContextSet
from issuer.crypto.errors import CryptoError
from issuer.crypto.expanded_quads import ABSOLUTE_IRI
from issuer.crypto.quads import XSD

# Documents of one kind need some dozen, each a table of some hundred terms.
MAX_SCOPES = 512
_CONTAINERS = frozenset({"@set", "@graph", "@list"})
_PLAIN_TYPES = frozenset({None, "@id", "@vocab", "@none"})
# What gives a meaning to terms, identifiers or texts that the tables below do not know of.
_DEFAULTS = frozenset({"@vocab", "@base", "@language", "@direction"})

ActiveContext = Mapping[str, Any]


class NotUnderstood(Exception):
    """The document, or a context, has something that only the general way can tell. Never leaves this package."""


class Processor(Protocol):
    """JSON-LD 1.1 context processing (API, section 4.1)."""

    def initial_context(self) -> ActiveContext:
        """The active context of a document without contexts."""

    def processed(
        self, active: ActiveContext, local: Any, *, propagate: bool = True, override_protected: bool = False
    ) -> tuple[ActiveContext, int]:
        """The active context inside ``local``, and the work that it took. Raises CryptoError for one not allowed."""


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """The way into another active context; ``work``: what it counts for in a document that goes it."""

    scope: Scope
    work: int


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A property. ``coercion``: "@id", "@vocab", "@json" or "" for other values; ``datatype`` and ``suffix``: the IRI
    of their datatype, and as it stands behind a text; ``is_graph``: each value is a graph of its own; ``is_list``: all
    values are one ordered list; ``is_plain``: a text stands for itself, and a single one is all there is to say."""

    predicate: str
    coercion: str
    datatype: str | None
    suffix: str
    is_graph: bool
    is_list: bool
    is_plain: bool
    values: Scope
    into_values: Passage | None
    name: str


class Scope:
    """One active context, whose terms are looked up as they are met."""

    __slots__ = ("_passages", "active", "id_keys", "previous", "scoped_types", "table", "terms", "type_keys", "types")

    def __init__(self, table: CompiledContexts, active: ActiveContext) -> None:
        mappings = {name: mapping for name, mapping in active["mappings"].items() if mapping is not None}
        if _DEFAULTS & active.keys() or any(mapping["@id"] == "@value" for mapping in mappings.values()):
            raise NotUnderstood
        self.table, self.active = table, active
        self.previous = table.scope_of(active["previousContext"]) if "previousContext" in active else None
        self.id_keys = frozenset({"@id", *_names_of(mappings, "@id")})
        self.type_keys = frozenset({"@type", *_names_of(mappings, "@type")})
        self.scoped_types = frozenset(
            name for name, mapping in mappings.items() if mapping.get("@context", False) not in (None, False)
        )
        self.terms = _Terms(self)
        self.types = _Types(self)
        self._passages: dict[tuple[Any, ...], Passage | None] = {}

    def local(self, context: Any) -> Passage:
        """Into the contexts that an object names by URL."""
        urls = context if isinstance(context, list) else [context]
        if len(urls) > MAX_CONTEXTS or not all(isinstance(url, str) for url in urls):
            raise NotUnderstood
        return self._passage(("local", *urls), lambda: self.table.into_urls(self.active, urls))

    def typed(self, names: Sequence[str]) -> Passage:
        """Into the contexts of types, which are given in the order in which they apply (by code point)."""
        return self._passage(("typed", *names), lambda: self.table.into_types(self.active, names))

    def node(self, name: str, *, reverts: bool) -> Passage:
        """Into an object that is a value of the property ``name``; ``reverts``: types of the outer one are left."""
        return self._passage(("node", name, reverts), lambda: self.table.into_node(self, name, reverts=reverts))

    def iri(self, value: str) -> str:
        """An identifier as a term of a statement. Raises NotUnderstood for one that is not an absolute IRI."""
        prefix, colon, suffix = value.partition(":")
        if not colon or prefix in ("", "_"):
            raise NotUnderstood
        if not suffix.startswith("//"):
            mapping = self.active["mappings"].get(prefix)
            if mapping is not None and mapping["_prefix"]:
                value = mapping["@id"] + suffix
        if not ABSOLUTE_IRI.fullmatch(value):
            raise NotUnderstood
        return f"<{value}>"

    def _passage(self, key: tuple[Any, ...], compute: Any) -> Passage:
        if key not in self._passages:
            try:
                self._passages[key] = compute()
            except (NotUnderstood, CryptoError):
                self._passages[key] = None
            self.table.count()
        passage = self._passages[key]
        if passage is None:
            raise NotUnderstood
        return passage


class _Terms(dict[str, "Term | None"]):
    """Name -> property, or None for what is none or not understood."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self._scope = scope

    def __missing__(self, name: str) -> Term | None:
        if name not in self._scope.active["mappings"]:
            return None
        try:
            term = self._scope.table.term(self._scope, name)
        except (NotUnderstood, CryptoError):
            term = None
        self[name] = term
        return term


class _Types(dict[str, str]):
    """Name in the vocabulary (a type, or a value of a property of such names) -> its IRI as a term of a statement."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self._scope = scope

    def __missing__(self, name: str) -> str:
        mappings = self._scope.active["mappings"]
        if name not in mappings:
            return self._scope.iri(name)
        mapping = mappings[name]
        if mapping is None or name.startswith("@") or not ABSOLUTE_IRI.fullmatch(mapping["@id"] or ""):
            raise NotUnderstood
        self[name] = term = f"<{mapping['@id']}>"
        return term


class CompiledContexts:
    """The active contexts that documents have led to. One instance serves all threads: what two compute at once is
    the same, and each entry is written by one assignment."""

    def __init__(self, processor: Processor, contexts: ContextSet) -> None:
        self._processor = processor
        self._contexts = contexts
        self._counted = 0
        self._scopes: dict[int, Scope] = {}
        self._root: Scope | None = None

    def root(self) -> Scope:
        """The active context before a document's own. It leads to all others, so they are forgotten with it."""
        root = self._root
        if root is None or self._counted > MAX_SCOPES:
            self._counted, self._scopes = 0, {}
            root = self._root = Scope(self, self._processor.initial_context())
        return root

    def count(self) -> None:
        self._counted += 1

    def scope_of(self, active: ActiveContext) -> Scope:
        """Its scope, the same for the same active context."""
        known = self._scopes.get(id(active))
        if known is None or known.active is not active:
            known = self._scopes[id(active)] = Scope(self, active)
        return known

    def into_urls(self, active: ActiveContext, urls: list[str]) -> Passage:
        for url in urls:
            self._contexts.document(url)  # by its very URL, not by one that resolves to it
        inside, work = self._processor.processed(active, urls)
        return Passage(self.scope_of(inside), work)

    def into_types(self, active: ActiveContext, names: Sequence[str]) -> Passage:
        """JSON-LD 1.1 API, section 5.1.2, step 11."""
        inside, total = active, 0
        for name in names:
            local = active["mappings"][name]["@context"]
            inside, work = self._processor.processed(inside, local, propagate=False)
            total += work
        return Passage(self.scope_of(inside), total)

    def into_node(self, values: Scope, name: str, *, reverts: bool) -> Passage:
        """Section 5.1.2, steps 7 and 8: the types of the outer object are left, then the property's context holds."""
        outer = values.previous if reverts and values.previous is not None else values
        mapping = values.active["mappings"][name]
        if "@context" not in mapping:
            return Passage(outer, 0)
        inside, work = self._processor.processed(outer.active, mapping["@context"], override_protected=True)
        return Passage(self.scope_of(inside), work)

    def term(self, scope: Scope, name: str) -> Term:
        """The property that a name stands for. Raises NotUnderstood, CryptoError."""
        mapping = _understood(scope.active["mappings"][name], name)
        into_values, values = None, scope
        self.count()
        if "@context" in mapping:
            inside, work = self._processor.processed(scope.active, mapping["@context"], override_protected=True)
            into_values = Passage(self.scope_of(inside), work)
            values = into_values.scope
        # The values are read by the definition inside the property's context, which must not be another property.
        inner = _understood(values.active["mappings"].get(name), name)
        type_ = inner.get("@type")
        containers = mapping.get("@container", ())
        if inner["@id"] != mapping["@id"] or inner.get("@container", ()) != containers:
            raise NotUnderstood
        is_json, is_graph, is_list = mapping.get("@type") == "@json", "@graph" in containers, "@list" in containers
        if is_json != (type_ == "@json") or (is_json and (is_graph or is_list)):
            raise NotUnderstood
        datatype = None if type_ in _PLAIN_TYPES or is_json else type_
        return Term(
            predicate=f"<{mapping['@id']}>",
            coercion=type_ if type_ in ("@id", "@vocab", "@json") else "",
            datatype=datatype,
            suffix="" if datatype in (None, XSD + "string") else f"^^<{datatype}>",
            is_graph=is_graph,
            is_list=is_list,
            is_plain=into_values is None and type_ not in ("@id", "@vocab", "@json") and not (is_graph or is_list),
            values=values,
            into_values=into_values,
            name=name,
        )


def _understood(mapping: Any, name: str) -> Mapping[str, Any]:
    """A term definition that stands for a property whose values need nothing special. Raises NotUnderstood."""
    if mapping is None or name.startswith("@") or mapping["reverse"]:
        raise NotUnderstood
    type_ = mapping.get("@type")
    if not _CONTAINERS.issuperset(mapping.get("@container", ())):
        raise NotUnderstood
    if mapping.get("@language") is not None or mapping.get("@direction") is not None:
        raise NotUnderstood
    iris = [mapping["@id"]] if type_ in _PLAIN_TYPES or type_ == "@json" else [mapping["@id"], type_]
    if not all(iri is not None and ABSOLUTE_IRI.fullmatch(iri) for iri in iris):
        raise NotUnderstood
    found: Mapping[str, Any] = mapping
    return found


def _names_of(mappings: Mapping[str, Mapping[str, Any]], keyword: str) -> list[str]:
    return [name for name, mapping in mappings.items() if mapping["@id"] == keyword]
