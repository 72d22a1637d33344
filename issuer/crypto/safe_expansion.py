"""JSON-LD expansion by PyLD that refuses to drop anything, and remembers every context that it has processed."""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pyld import ContextResolver
from pyld.jsonld import JsonLdError, JsonLdProcessor

from issuer.crypto.contexts import ContextSet
from issuer.crypto.errors import CanonicalizationBudget, ContextRefused, CryptoError, Malformed, UnsignedProperty

# Documents of one kind need some dozen, each a table of some hundred terms.
_MAX_REMEMBERED_CONTEXTS = 512
# One unit is one term copied from table to table, some microseconds each. Honest documents need a few thousand.
CONTEXT_WORK_LIMIT = 100_000
_TERMS_OF_A_CONTEXT = 100
_REDEFINITION_CODES = frozenset({"protected term redefinition", "invalid context nullification"})
_NO_BLANK_NODE = frozenset({"@id", "@value", "@list", "@set", "@graph"})
_PRINTABLE_NAME = re.compile(r"[^\x20-\x7e]+")

Path = tuple[str | int, ...]


class Located(dict[str, Any]):
    """An object that knows where in its document it stands, also in a copy."""

    path: Path = ()


class SafeProcessor(JsonLdProcessor):  # type: ignore[misc]  # PyLD has no types
    """PyLD's processor that refuses to drop anything and remembers every processed context.

    One instance serves all threads: a hit in `_remembered` is a single dict read, and PyLD's own caches, which are not
    safe between threads, are only used under the lock.
    """

    def __init__(self, contexts: ContextSet) -> None:
        super().__init__(on_property_dropped=_refuse_property)
        self._lock = threading.RLock()
        self._remembered: dict[tuple[Any, ...], tuple[Any, Any, Any]] = {}
        self._contexts = contexts
        # What a resolver remembers of a context does not say whether protected terms could be redefined in it: without
        # two of them, a document would be read by what an earlier one was allowed.
        self._resolvers = {allowed: ContextResolver({}, self._load) for allowed in (False, True)}

    def expand_safely(self, document: Mapping[str, Any]) -> list[Any]:
        expanded: list[Any] = self.expand(document, self._options(_ContextWork()))
        return expanded

    def initial_context(self) -> Mapping[str, Any]:
        """The active context of a document without contexts."""
        initial: Mapping[str, Any] = self._get_initial_context(self._options(_ContextWork()))
        return initial

    def processed(
        self, active: Mapping[str, Any], local: Any, *, propagate: bool = True, override_protected: bool = False
    ) -> tuple[Mapping[str, Any], int]:
        """The active context inside a local one, and the work that it takes (JSON-LD 1.1 API, section 4.1).

        Raises ContextRefused, CanonicalizationBudget, Malformed.
        """
        work = _ContextWork()
        with _only_crypto_errors():
            inside = self._process_context(
                active, local, self._options(work), propagate=propagate, override_protected=override_protected
            )
        return inside, work.spent

    def _options(self, work: "_ContextWork") -> dict[str, Any]:
        # No base: a relative identifier then stays relative, and is refused on the way to quads.
        return {
            "base": None,
            "documentLoader": self._load,
            "contextResolver": self._resolvers[False],
            "processingMode": "json-ld-1.1",
            "work": work,
        }

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
            return self._process_anew(active_ctx, local_ctx, options, *args, **kwargs)
        key = (id(active_ctx), _context_key(local_ctx), args, tuple(sorted(kwargs.items())))
        options["work"].spend(key, active_ctx, local_ctx)
        remembered = self._remembered.get(key)
        if remembered is not None:
            return remembered[-1]
        with self._lock:
            processed = self._process_anew(active_ctx, local_ctx, options, *args, **kwargs)
        if len(self._remembered) >= _MAX_REMEMBERED_CONTEXTS:
            self._remembered.clear()
        # The contexts are kept with the result, so that their identities in the key cannot be reused.
        self._remembered[key] = (active_ctx, local_ctx, processed)
        return processed

    def _process_anew(self, active_ctx: Any, local_ctx: Any, options: Any, *args: Any, **kwargs: Any) -> Any:
        resolver = self._resolvers[bool(kwargs.get("override_protected"))]
        options = {**options, "contextResolver": resolver}
        return super()._process_context(active_ctx, local_ctx, options, *args, **kwargs)


class _ContextWork:
    """What reading the contexts of one document may take, whether or not they are remembered from another one."""

    def __init__(self) -> None:
        self.spent = 0
        # With the contexts themselves, so that their identities in the key cannot be reused.
        self._read: dict[tuple[Any, ...], tuple[Any, Any]] = {}

    def spend(self, key: tuple[Any, ...], active_ctx: Any, local_ctx: Any) -> None:
        if key in self._read:
            return
        self._read[key] = (active_ctx, local_ctx)
        parts = len(local_ctx) if isinstance(local_ctx, list) else 1
        self.spent += parts * (_TERMS_OF_A_CONTEXT + len(active_ctx["mappings"]))
        if self.spent > CONTEXT_WORK_LIMIT:
            raise CanonicalizationBudget("The document's JSON-LD contexts take more work than is allowed.")


class LocatingProcessor(SafeProcessor):
    """Remembers where it met objects that stand for blank nodes. For one document only."""

    def __init__(self, contexts: ContextSet) -> None:
        super().__init__(contexts)
        self.unnamed: list[Path] = []

    def _expand(self, active_ctx: Any, active_property: Any, element: Any, *args: Any, **kwargs: Any) -> Any:
        expanded = super()._expand(active_ctx, active_property, element, *args, **kwargs)
        if isinstance(element, Located) and isinstance(expanded, dict) and not _NO_BLANK_NODE & expanded.keys():
            self.unnamed.append(element.path)
        return expanded


def expand(document: Mapping[str, Any], processor: SafeProcessor) -> list[Any]:
    """JSON-LD expansion. Raises UnsignedProperty, ContextRefused, CanonicalizationBudget, Malformed."""
    with _only_crypto_errors():
        return processor.expand_safely(document)


@contextmanager
def _only_crypto_errors() -> Iterator[None]:
    try:
        yield
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


def _context_key(local_ctx: Any) -> Any:
    """URLs by value; objects and lists of objects, which only come from the context set itself, by identity."""
    if isinstance(local_ctx, list) and all(isinstance(item, str) for item in local_ctx):
        return tuple(local_ctx)
    return local_ctx if isinstance(local_ctx, str) else id(local_ctx)


def _refuse_property(name: str | None) -> None:
    shown = _PRINTABLE_NAME.sub("?", name or "")[:64]
    raise UnsignedProperty(f'The property "{shown}" is not defined by any context, so no proof could cover it.')
