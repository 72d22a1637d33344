"""Whether the copy of a badge says what the hosted one says. PURE.

A copy may say less (hosts add pictures and translations later) and may spell it differently (one value without its
list, an address for the object that lies there). It may not say anything that the hosted one does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from badges.verification.open_badges_2.vocabulary import as_list, id_of

DEEPEST = 16
_SPELLING = frozenset({"@context", "image"})


def difference(copy: Mapping[str, Any], hosted: Mapping[str, Any]) -> str:
    """The path of the first thing that ``copy`` says and ``hosted`` does not, such as "recipient.identity"; else ""."""
    for name in copy:
        if name in _SPELLING:
            continue
        if name not in hosted:
            return name
        if (path := _differs(copy[name], hosted[name], depth=0)) is not None:
            return f"{name}.{path}".rstrip(".")
    return ""


def _differs(copy: Any, hosted: Any, *, depth: int) -> str | None:
    """The path of a difference below a value, "" for the value itself, None when there is none."""
    if depth > DEEPEST:
        return ""
    if isinstance(copy, list) or isinstance(hosted, list):
        return _lists(as_list(copy), as_list(hosted), depth=depth)
    if isinstance(copy, str) and isinstance(hosted, Mapping):
        return None if copy and copy == id_of(hosted) else ""
    if isinstance(copy, Mapping) and isinstance(hosted, str):
        return None if id_of(copy) == hosted else ""
    if isinstance(copy, Mapping) and isinstance(hosted, Mapping):
        for name in copy:
            if name not in hosted:
                return str(name)
            if (path := _differs(copy[name], hosted[name], depth=depth + 1)) is not None:
                return f"{name}.{path}".rstrip(".")
        return None
    is_same: bool = type(copy) is type(hosted) and copy == hosted
    return None if is_same else ""


def _lists(copy: list[Any], hosted: list[Any], *, depth: int) -> str | None:
    if len(copy) != len(hosted):
        return ""
    paths = (_differs(one, other, depth=depth + 1) for one, other in zip(copy, hosted, strict=True))
    return next((path for path in paths if path is not None), None)
