"""JSON-LD to RDF in safe mode: what a proof would not cover is an error, never left out in silence.

JSON-LD 1.1 tells processors to drop what they do not understand (an undefined term, a relative identifier).
Under a signature that is a hole, so every such drop raises UnsignedProperty here. Contexts come from a
`ContextSet` only: an unknown one raises ContextRefused, and so does an object in place of a URL unless the set says
that documents may define terms themselves.

The expansion itself is PyLD's; the checks before and after, and the step to quads (`expanded_quads`), are ours.
"""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from pyld import ContextResolver
from pyld.jsonld import JsonLdError, JsonLdProcessor

from issuer.crypto.contexts import ContextSet, pinned_contexts
from issuer.crypto.errors import CanonicalizationBudget, ContextRefused, CryptoError, Malformed, UnsignedProperty
from issuer.crypto.expanded_quads import expanded_quads
from issuer.crypto.quads import Quad
from issuer.crypto.strict_json import check_json

MAX_CONTEXTS = 16
# The largest honest documents, transcripts of hundreds of credentials, have a few thousand. Each costs a tenth of a
# millisecond and a kilobyte or two, so this bounds both.
MAX_OBJECTS = 20_000
# Documents of one kind need some dozen, each a table of some hundred terms.
_MAX_REMEMBERED_CONTEXTS = 512
# One unit is one term copied from table to table, some microseconds each. Honest documents need a few thousand.
CONTEXT_WORK_LIMIT = 100_000
_TERMS_OF_A_CONTEXT = 100
# What a document may define itself: so many terms, and so many letters times the values that they can be put into.
MAX_OWN_TERMS = 2_000
MAX_OWN_LETTERS = 32 * 1024 * 1024
_REDEFINITION_CODES = frozenset({"protected term redefinition", "invalid context nullification"})
_NO_BLANK_NODE = frozenset({"@id", "@value", "@list", "@set", "@graph"})
_SEPARATOR = re.compile(r"[,\[{:]")
_PRINTABLE_NAME = re.compile(r"[^\x20-\x7e]+")


def to_quads(document: Mapping[str, Any], *, contexts: ContextSet | None = None) -> frozenset[Quad]:
    """JSON-LD object -> the RDF dataset that stands for all of it.

    Raises UnsignedProperty, ContextRefused, ContextUnavailable, CanonicalizationBudget, Malformed, TooDeep.
    """
    whole = dict(document)
    check_json(whole)
    _check_size(whole)
    context_set = contexts or pinned_contexts()
    # A document's own contexts are forgotten with it: nobody fills the memory that serves everybody.
    processor = _SafeProcessor(context_set) if _check_contexts(whole, context_set) else _processor(context_set)
    return frozenset(expanded_quads(_expand(whole, processor)))


Path = tuple[str | int, ...]


class _Located(dict[str, Any]):
    """An object that knows where in its document it stands, also in a copy."""

    path: Path = ()


def unnamed_nodes(document: Mapping[str, Any], *, contexts: ContextSet | None = None) -> tuple[Path, ...]:
    """Where in a document objects stand for blank nodes: things without an identifier. Raises as `to_quads`."""
    whole = dict(document)
    check_json(whole)
    _check_size(whole)
    context_set = contexts or pinned_contexts()
    _check_contexts(whole, context_set)
    processor = _LocatingProcessor(context_set)
    _expand(_located(whole, ()), processor)
    return tuple(processor.unnamed)


def _located(value: Any, path: Path) -> Any:
    if isinstance(value, dict):
        located = _Located(
            {name: member if name == "@context" else _located(member, (*path, name)) for name, member in value.items()}
        )
        located.path = path
        return located
    if isinstance(value, list):
        return [_located(item, (*path, number)) for number, item in enumerate(value)]
    return value


def _expand(document: Mapping[str, Any], processor: "_SafeProcessor") -> list[Any]:
    try:
        return processor.expand_safely(document)
    except JsonLdError as error:
        raise _refusal(error) from error
    except (TypeError, AttributeError, LookupError, ValueError, RecursionError) as error:
        # PyLD answers some malformed documents with these; to a caller they all mean the same.
        raise Malformed("The document is not valid JSON-LD.") from error


def _refusal(error: JsonLdError) -> CryptoError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, CryptoError):
            return cause
        if isinstance(cause, JsonLdError) and cause.code in _REDEFINITION_CODES:
            return ContextRefused("A JSON-LD context redefines a term that another context protects.")
        cause = cause.__cause__
    return Malformed(f"The document is not valid JSON-LD: {error.code or 'syntax error'}.")


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
def _processor(contexts: ContextSet) -> "_SafeProcessor":
    return _SafeProcessor(contexts)


class _SafeProcessor(JsonLdProcessor):  # type: ignore[misc]  # PyLD has no types
    """PyLD's processor that refuses to drop anything and remembers every processed context.

    One instance serves all threads: a hit in `_remembered` is a single dict read, and PyLD's own caches, which are not
    safe between threads, are only used under the lock.
    """

    def __init__(self, contexts: ContextSet) -> None:
        super().__init__(on_property_dropped=_refuse_property)
        self._lock = threading.RLock()
        self._remembered: dict[tuple[Any, ...], tuple[Any, Any, Any]] = {}
        self._contexts = contexts
        self._resolver = ContextResolver({}, self._load)

    def expand_safely(self, document: Mapping[str, Any]) -> list[Any]:
        # No base: a relative identifier then stays relative, and is refused on the way to quads.
        options = {
            "base": None,
            "documentLoader": self._load,
            "contextResolver": self._resolver,
            "work": _ContextWork(),
        }
        expanded: list[Any] = self.expand(document, options)
        return expanded

    def _load(self, url: str, options: Any = None) -> dict[str, Any]:
        document = self._contexts.document(url)
        return {"contextUrl": None, "documentUrl": url, "document": document, "tag": "static"}

    def _expand(self, active_ctx: Any, active_property: Any, element: Any, *args: Any, **kwargs: Any) -> Any:
        expanded = super()._expand(active_ctx, active_property, element, *args, **kwargs)
        if expanded is None and element is not None:
            raise UnsignedProperty("The document has a value that no statement can be made from.")
        return expanded

    def _process_context(self, active_ctx: Any, local_ctx: Any, options: Any, *args: Any, **kwargs: Any) -> Any:
        if "cycles" in kwargs:  # a look ahead while a context is being processed, with the lock already held
            return super()._process_context(active_ctx, local_ctx, options, *args, **kwargs)
        key = (id(active_ctx), _context_key(local_ctx), args, tuple(sorted(kwargs.items())))
        options["work"].spend(key, active_ctx, local_ctx)
        remembered = self._remembered.get(key)
        if remembered is not None:
            return remembered[-1]
        with self._lock:
            processed = super()._process_context(active_ctx, local_ctx, options, *args, **kwargs)
        if len(self._remembered) >= _MAX_REMEMBERED_CONTEXTS:
            self._remembered.clear()
        # The contexts are kept with the result, so that their identities in the key cannot be reused.
        self._remembered[key] = (active_ctx, local_ctx, processed)
        return processed


class _ContextWork:
    """What reading the contexts of one document may take, whether or not they are remembered from another one."""

    def __init__(self) -> None:
        self._left = CONTEXT_WORK_LIMIT
        # With the contexts themselves, so that their identities in the key cannot be reused.
        self._read: dict[tuple[Any, ...], tuple[Any, Any]] = {}

    def spend(self, key: tuple[Any, ...], active_ctx: Any, local_ctx: Any) -> None:
        if key in self._read:
            return
        self._read[key] = (active_ctx, local_ctx)
        parts = len(local_ctx) if isinstance(local_ctx, list) else 1
        self._left -= parts * (_TERMS_OF_A_CONTEXT + len(active_ctx["mappings"]))
        if self._left < 0:
            raise CanonicalizationBudget("The document's JSON-LD contexts take more work than is allowed.")


class _LocatingProcessor(_SafeProcessor):
    """Remembers where it met objects that stand for blank nodes. For one document only."""

    def __init__(self, contexts: ContextSet) -> None:
        super().__init__(contexts)
        self.unnamed: list[Path] = []

    def _expand(self, active_ctx: Any, active_property: Any, element: Any, *args: Any, **kwargs: Any) -> Any:
        expanded = super()._expand(active_ctx, active_property, element, *args, **kwargs)
        if isinstance(element, _Located) and isinstance(expanded, dict) and not _NO_BLANK_NODE & expanded.keys():
            self.unnamed.append(element.path)
        return expanded


def _context_key(local_ctx: Any) -> Any:
    """URLs by value; objects and lists of objects, which only come from the context set itself, by identity."""
    if isinstance(local_ctx, list) and all(isinstance(item, str) for item in local_ctx):
        return tuple(local_ctx)
    return local_ctx if isinstance(local_ctx, str) else id(local_ctx)


def _refuse_property(name: str | None) -> None:
    shown = _PRINTABLE_NAME.sub("?", name or "")[:64]
    raise UnsignedProperty(f'The property "{shown}" is not defined by any context, so no proof could cover it.')
