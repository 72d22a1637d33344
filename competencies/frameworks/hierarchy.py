"""The tree that isChildOf associations make of the items of a framework. Pure; a child may have several parents."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edge:
    """``child`` stands under ``parent``, at place ``order`` (None: after those that have a place)."""

    child: str
    parent: str
    order: int | None = None


def on_cycles(edges: Iterable[Edge]) -> list[str]:
    """The identifiers that stand, by some way, under themselves or between two that do; sorted."""
    parents: dict[str, set[str]] = defaultdict(set)
    children: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        parents[edge.child].add(edge.parent)
        children[edge.parent].add(edge.child)
    left = set(parents) | set(children)
    _peel(left, inward=parents, outward=children)
    _peel(left, inward=children, outward=parents)
    return sorted(left)


def _peel(left: set[str], *, inward: Mapping[str, set[str]], outward: Mapping[str, set[str]]) -> None:
    """Take away, again and again, whatever has no ``inward`` neighbour left."""
    missing = {name: len(inward.get(name, set()) & left) for name in left}
    free = deque(name for name, count in missing.items() if count == 0)
    while free:
        name = free.popleft()
        left.discard(name)
        for neighbour in outward.get(name, set()) & left:
            missing[neighbour] -= 1
            if missing[neighbour] == 0:
                free.append(neighbour)


def deeper_than(levels: int, edges: Sequence[Edge]) -> list[str]:
    """The identifiers more than ``levels`` below a top, sorted. ``edges`` must have no cycle."""
    children: dict[str, list[str]] = defaultdict(list)
    waiting: dict[str, int] = defaultdict(int)
    for edge in edges:
        children[edge.parent].append(edge.child)
        waiting[edge.child] += 1
    depth = dict.fromkeys([name for name in children if not waiting[name]], 1)
    free = deque(depth)
    while free:
        name = free.popleft()
        for child in children[name]:
            depth[child] = max(depth.get(child, 1), depth[name] + 1)
            waiting[child] -= 1
            if waiting[child] == 0:
                free.append(child)
    return sorted(name for name, level in depth.items() if level > levels)


def reading_order(identifiers: Sequence[str], edges: Iterable[Edge]) -> dict[str, int]:
    """Identifier -> its place when the tree is read from top to bottom, each item once, under its first parent.

    Siblings stand in the order their associations give, then as the package lists them. Items outside any
    tree come where the package lists them.
    """
    listed = {identifier: place for place, identifier in enumerate(identifiers)}
    children: dict[str, list[tuple[bool, int, int, str]]] = defaultdict(list)
    has_parent: set[str] = set()
    for edge in edges:
        if edge.child in listed:
            children[edge.parent].append((edge.order is None, edge.order or 0, listed[edge.child], edge.child))
            if edge.parent in listed:
                has_parent.add(edge.child)
    tops = _tops(listed, children, has_parent)
    place: dict[str, int] = {}
    pending = list(reversed(tops))
    while pending:
        name = pending.pop()
        if name not in place:
            place[name] = len(place)
            pending.extend(child for *_, child in sorted(children[name], reverse=True))
    return place


def _tops(
    listed: Mapping[str, int], children: Mapping[str, list[tuple[bool, int, int, str]]], has_parent: set[str]
) -> list[str]:
    """Items under no other item: those the document itself puts in order first, then the rest as listed."""
    ordered: dict[str, tuple[bool, int, int]] = {}
    for parent, below in children.items():
        if parent not in listed:
            ordered |= {child: (unordered, order, at) for unordered, order, at, child in below}
    tops = [name for name in listed if name not in has_parent]
    return sorted(tops, key=lambda name: ordered.get(name, (True, 0, listed[name])))
