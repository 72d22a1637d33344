"""Parts of a JSON-LD document, chosen by JSON Pointers (RFC 6901; ECDSA cryptosuites 1.0, sections 3.4.10 to 3.4.13).

A part keeps the types and identifiers on its way from the root, so that what it says is said of the same things.
"""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from issuer.crypto.errors import Malformed

MAX_POINTERS = 1_000
_KEPT = ("@context", "id", "type", "@id", "@type")
_POSITION = re.compile(r"0|[1-9][0-9]{0,8}")
_Path = tuple[str | int, ...]


def select(document: Mapping[str, Any], pointers: Sequence[str]) -> dict[str, Any] | None:
    """What the pointers choose of a document, None for no pointers. Raises Malformed for one that points to nothing."""
    if len(pointers) > MAX_POINTERS:
        raise Malformed(f"More than {MAX_POINTERS} parts are chosen.")
    if not pointers:
        return None
    chosen: dict[str, Any] = _beginning_of(document)
    for pointer in pointers:
        _choose(document, chosen, _path_of(document, pointer))
    selected: dict[str, Any] = _without_gaps(chosen)
    return selected


def _path_of(document: Mapping[str, Any], pointer: object) -> _Path:
    """A pointer as member names and positions. Raises Malformed."""
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise Malformed("A part is not chosen by a JSON Pointer.")
    path: list[str | int] = []
    value: Any = document
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        step: str | int = name
        if isinstance(value, list) and _POSITION.fullmatch(name):
            step = int(name)
        try:
            value = value[step]
        except (LookupError, TypeError) as error:
            raise Malformed(f"The JSON Pointer {ascii(pointer)[:80]} points to nothing in the document.") from error
        if value is None:
            raise Malformed(f"The JSON Pointer {ascii(pointer)[:80]} points to nothing in the document.")
        path.append(step)
    return tuple(path)


def _choose(document: Mapping[str, Any], chosen: dict[str, Any], path: _Path) -> None:
    source: Any = document
    target: Any = chosen
    for step in path[:-1]:
        source = source[step]
        if step not in target:
            target[step] = _beginning_of(source)
        target = target[step]
    if not path:
        chosen.update(deepcopy(dict(document)))
        return
    target[path[-1]] = _as_chosen(deepcopy(source[path[-1]]))


def _beginning_of(source: Any) -> Any:
    """Of an object what names it; of an array, nothing yet: its places are kept as the members of a dict."""
    if isinstance(source, list):
        return _Places()
    return {name: deepcopy(source[name]) for name in _KEPT if name in source}


class _Places(dict[int, Any]):
    """The chosen items of an array, by their position in it."""


def _as_chosen(value: Any) -> Any:
    """A whole value, in the form in which more of it may be chosen again."""
    if isinstance(value, list):
        return _Places(enumerate(_as_chosen(item) for item in value))
    if isinstance(value, dict):
        return {name: _as_chosen(member) for name, member in value.items()}
    return value


def _without_gaps(value: Any) -> Any:
    if isinstance(value, _Places):
        return [_without_gaps(value[position]) for position in sorted(value)]
    if isinstance(value, dict):
        return {name: _without_gaps(member) for name, member in value.items()}
    return value
