"""JSON-LD to RDF in safe mode: what a proof would not cover is an error, never left out in silence.

JSON-LD 1.1 tells processors to drop what they do not understand (an undefined term, a relative identifier).
Under a signature that is a hole, so every such drop raises UnsignedProperty here. Contexts come from a
`ContextSet` only: an unknown one raises ContextRefused, and so does an object in place of a URL unless the set says
that documents may define terms themselves.

The expansion itself is PyLD's; the checks before and after, and the step to quads (`expanded_quads`), are ours.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from issuer.crypto.compact_quads import compact_quads
from issuer.crypto.compiled_contexts import CompiledContexts
from issuer.crypto.contexts import MAX_CONTEXTS, ContextSet, pinned_contexts
from issuer.crypto.errors import CanonicalizationBudget, ContextRefused
from issuer.crypto.expanded_quads import MAX_OBJECTS, expanded_quads
from issuer.crypto.quads import Quad
from issuer.crypto.safe_expansion import Located, LocatingProcessor, Path, SafeProcessor, expand
from issuer.crypto.strict_json import check_json

__all__ = ["MAX_OBJECTS", "MAX_OWN_TERMS", "checked_quads", "general_quads", "to_quads", "unnamed_nodes"]

# What a document may define itself: so many terms, and so many letters times the values that they can be put into.
MAX_OWN_TERMS = 2_000
MAX_OWN_LETTERS = 32 * 1024 * 1024
_SEPARATOR = re.compile(r"[,\[{:]")


def to_quads(document: Mapping[str, Any], *, contexts: ContextSet | None = None) -> frozenset[Quad]:
    """JSON-LD object -> the RDF dataset that stands for all of it.

    Raises UnsignedProperty, ContextRefused, ContextUnavailable, CanonicalizationBudget, Malformed, TooDeep.
    """
    whole = dict(document)
    check_json(whole)
    return checked_quads(whole, contexts=contexts)


def checked_quads(document: Mapping[str, Any], *, contexts: ContextSet | None = None) -> frozenset[Quad]:
    """`to_quads` of what `check_json` took already."""
    context_set = contexts or pinned_contexts()
    found = compact_quads(document, _compiled(context_set))
    return general_quads(document, contexts=context_set) if found is None else found


def general_quads(document: Mapping[str, Any], *, contexts: ContextSet) -> frozenset[Quad]:
    """`to_quads` by expansion: for every document that `check_json` took, and the one that says what is wrong."""
    whole = dict(document)
    _check_size(whole)
    # A document's own contexts are forgotten with it: nobody fills the memory that serves everybody.
    processor = SafeProcessor(contexts) if _check_contexts(whole, contexts) else _processor(contexts)
    return frozenset(expanded_quads(expand(whole, processor)))


def unnamed_nodes(document: Mapping[str, Any], *, contexts: ContextSet | None = None) -> tuple[Path, ...]:
    """Where in a document objects stand for blank nodes: things without an identifier. Raises as `to_quads`."""
    whole = dict(document)
    check_json(whole)
    _check_size(whole)
    context_set = contexts or pinned_contexts()
    _check_contexts(whole, context_set)
    processor = LocatingProcessor(context_set)
    expand(_located(whole, ()), processor)
    return tuple(processor.unnamed)


def _located(value: Any, path: Path) -> Any:
    if isinstance(value, dict):
        located = Located(
            {name: member if name == "@context" else _located(member, (*path, name)) for name, member in value.items()}
        )
        located.path = path
        return located
    if isinstance(value, list):
        return [_located(item, (*path, number)) for number, item in enumerate(value)]
    return value


def _check_contexts(document: Mapping[str, Any], contexts: ContextSet) -> bool:
    """Refuse what the set does not allow; whether the document has contexts of its own."""
    own = []
    for named in _named_contexts(document, into_contexts=contexts.inline):
        parts = named if isinstance(named, list) else [named]
        if len(parts) > MAX_CONTEXTS:
            raise ContextRefused(f"More than {MAX_CONTEXTS} JSON-LD contexts are named in one place.")
        for part in parts:
            if isinstance(part, str):
                contexts.document(part)
            elif contexts.inline and isinstance(part, dict):
                _check_inline(part)
                own.append(part)
            else:
                raise ContextRefused("A JSON-LD context is given inline, not by the URL of a known context.")
    if own:
        _check_size_of_own(own, document)
    return bool(own)


def _check_size_of_own(own: list[dict[str, Any]], document: Mapping[str, Any]) -> None:
    """A long name under a short term would make a huge document of a small one."""
    letters = sum(len(json.dumps(context, ensure_ascii=False)) for context in own)
    values = len(_SEPARATOR.findall(json.dumps(document, ensure_ascii=False)))
    if sum(map(len, own)) > MAX_OWN_TERMS or letters * values > MAX_OWN_LETTERS:
        raise CanonicalizationBudget("The document defines more terms of its own than is allowed.")


def _check_inline(context: Mapping[str, Any]) -> None:
    """What a document may define itself: terms. Not where things lie, nor what another document says."""
    if {"@base", "@import"} & context.keys():
        raise ContextRefused("An inline JSON-LD context sets a base or imports another.")


def _check_size(document: Mapping[str, Any]) -> None:
    pending: list[Any] = [document]
    objects = 0
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            objects += 1
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
        if objects > MAX_OBJECTS:
            raise CanonicalizationBudget(f"The document has more than {MAX_OBJECTS} parts.")


def _named_contexts(document: Any, *, into_contexts: bool) -> Iterator[Any]:
    """Every value of @context; ``into_contexts``: those inside the definitions of another, too."""
    pending = [document]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            if "@context" in value:
                yield value["@context"]
            pending.extend(member for name, member in value.items() if into_contexts or name != "@context")
        elif isinstance(value, list):
            pending.extend(value)


@lru_cache(maxsize=8)
def _processor(contexts: ContextSet) -> SafeProcessor:
    return SafeProcessor(contexts)


@lru_cache(maxsize=8)
def _compiled(contexts: ContextSet) -> CompiledContexts:
    return CompiledContexts(_processor(contexts), contexts)
