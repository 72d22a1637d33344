"""Merkle trees as in certificate logs: RFC 9162, section 2.1 (the same as RFC 6962, section 2.1). SHA-256.

A tree is known by the hashes of its perfect subtrees: ``node(level, index)`` is the one over the 2**level leaves from
number index * 2**level on. Proofs are lists of hashes from the leaf upwards.
"""

import hashlib
from collections.abc import Callable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

# (level, index) -> hash of that perfect subtree; level 0 are the leaf hashes.
NodeAt = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """The hash of an entry (section 2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side (section 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def nodes_of(leaves: Sequence[bytes]) -> NodeAt:
    """The nodes of a tree of which all leaf hashes are at hand."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])
    return lambda level, index: levels[level][index]


def root(size: int, node: NodeAt) -> bytes:
    """The root of the tree of the first ``size`` leaves (section 2.1.1)."""
    return _subtree(0, size, node) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, node: NodeAt) -> list[bytes]:
    """That leaf ``index`` is in the tree of the first ``size`` (section 2.1.3.1). Raises IndexError outside of it."""
    if not 0 <= index < size:
        raise IndexError("The leaf is not in the tree.")
    return _path(index, 0, size, node)


def consistency_proof(old: int, new: int, node: NodeAt) -> list[bytes]:
    """That the tree of ``old`` leaves is the beginning of that of ``new`` (section 2.1.4.1). Raises IndexError."""
    if not 0 <= old <= new:
        raise IndexError("The older tree is not the smaller one.")
    return [] if old in (0, new) else _subproof(old, 0, new, node, is_whole=True)


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes) -> bool:
    """Whether the leaf hash stands at ``index`` of the tree with that root (section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    number, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node_hash(sibling, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        number, last = number >> 1, last >> 1
    return last == 0 and found == root_hash


def verify_consistency(*, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the newer tree begins with the older one (section 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    hashes = list(proof)
    if old & (old - 1) == 0:
        hashes.insert(0, old_root)
    if not hashes:
        return False
    number, last = old - 1, new - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    old_found = new_found = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            old_found, new_found = node_hash(sibling, old_found), node_hash(sibling, new_found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            new_found = node_hash(new_found, sibling)
        number, last = number >> 1, last >> 1
    return last == 0 and old_found == old_root and new_found == new_root


def _split(count: int) -> int:
    """The largest power of two below ``count``, which is 2 or more."""
    return 1 << ((count - 1).bit_length() - 1)


def _subtree(begin: int, end: int, node: NodeAt) -> bytes:
    count = end - begin
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node(level, begin >> level)
    middle = begin + _split(count)
    return node_hash(_subtree(begin, middle, node), _subtree(middle, end, node))


def _path(index: int, begin: int, end: int, node: NodeAt) -> list[bytes]:
    if end - begin == 1:
        return []
    middle = begin + _split(end - begin)
    if index < middle:
        return [*_path(index, begin, middle, node), _subtree(middle, end, node)]
    return [*_path(index, middle, end, node), _subtree(begin, middle, node)]


def _subproof(old: int, begin: int, end: int, node: NodeAt, *, is_whole: bool) -> list[bytes]:
    if old == end:
        return [] if is_whole else [_subtree(begin, end, node)]
    middle = begin + _split(end - begin)
    if old <= middle:
        return [*_subproof(old, begin, middle, node, is_whole=is_whole), _subtree(middle, end, node)]
    return [*_subproof(old, middle, end, node, is_whole=False), _subtree(begin, middle, node)]
