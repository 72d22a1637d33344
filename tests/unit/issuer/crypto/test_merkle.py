"""Merkle trees against the published values of certificate logs, and against every lie about them."""

import hashlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.crypto.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    nodes_of,
    root,
    verify_consistency,
    verify_inclusion,
)

# The eight entries, roots and proofs that implementations of RFC 6962 test themselves with.
ENTRIES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size: int) -> None:
    assert root(size, nodes_of(LEAVES)).hex() == ROOTS[size - 1]


def test_the_root_of_nothing() -> None:
    assert root(0, nodes_of([])) == EMPTY_ROOT == hashlib.sha256(b"").digest()


# The hashes that the published proofs are made of: of the entries a to h, and of subtrees over them.
A = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
B = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
E = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
AB = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
CD = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
EF = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
GH = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
ABCD = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
EFGH = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"

# (leaf, size): path; leaves are counted from 0.
INCLUSION = {(0, 1): [], (0, 8): [B, CD, EFGH], (5, 8): [E, GH, ABCD], (2, 3): [AB], (1, 5): [A, CD, E]}
# (old size, new size): proof.
CONSISTENCY = {(1, 1): [], (1, 8): [B, CD, EFGH], (6, 8): [EF, GH, ABCD], (2, 5): [CD, E], (4, 8): [EFGH]}


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_published_inclusion_proofs(index: int, size: int) -> None:
    published = [bytes.fromhex(each) for each in INCLUSION[index, size]]
    top = bytes.fromhex(ROOTS[size - 1])
    assert inclusion_proof(index, size, nodes_of(LEAVES)) == published
    assert verify_inclusion(leaf=LEAVES[index], index=index, size=size, proof=published, root_hash=top)


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_published_consistency_proofs(old: int, new: int) -> None:
    published = [bytes.fromhex(each) for each in CONSISTENCY[old, new]]
    before, after = (bytes.fromhex(ROOTS[size - 1]) for size in (old, new))
    assert consistency_proof(old, new, nodes_of(LEAVES)) == published
    assert verify_consistency(old=old, new=new, old_root=before, new_root=after, proof=published)


@given(size=st.integers(1, 70), data=st.data())
def test_every_leaf_is_proved_in_and_nothing_else_is(size: int, data: st.DataObject) -> None:
    node, index = nodes_of(leaves(size)), data.draw(st.integers(0, size - 1))
    proof, top, leaf = inclusion_proof(index, size, node), root(size, node), leaves(size)[index]
    assert verify_inclusion(leaf=leaf, index=index, size=size, proof=proof, root_hash=top)
    assert not verify_inclusion(leaf=leaf_hash(b"other"), index=index, size=size, proof=proof, root_hash=top)
    assert not verify_inclusion(leaf=leaf, index=index, size=size, proof=[*proof, top], root_hash=top)
    assert not verify_inclusion(leaf=leaf, index=index + size, size=size, proof=proof, root_hash=top)
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        assert not verify_inclusion(leaf=leaf, index=other, size=size, proof=proof, root_hash=top)
    if proof:
        assert not verify_inclusion(leaf=leaf, index=index, size=size, proof=proof[:-1], root_hash=top)


@given(old=st.integers(0, 70), more=st.integers(0, 70))
def test_a_tree_that_grew_is_proved_consistent_and_a_forked_one_is_not(old: int, more: int) -> None:
    new = old + more
    node = nodes_of(leaves(new))
    proof, before, after = consistency_proof(old, new, node), root(old, node), root(new, node)
    assert verify_consistency(old=old, new=new, old_root=before, new_root=after, proof=proof)
    if 0 < old < new:
        forked = nodes_of([leaf_hash(b"other"), *leaves(new)[1:]])
        assert not verify_consistency(old=old, new=new, old_root=before, new_root=root(new, forked), proof=proof)
        lie = consistency_proof(old, new, forked)
        assert not verify_consistency(old=old, new=new, old_root=before, new_root=root(new, forked), proof=lie)
        assert not verify_consistency(old=old, new=new, old_root=before, new_root=after, proof=[*proof, before])


def test_a_smaller_tree_is_never_the_successor() -> None:
    node = nodes_of(LEAVES)
    assert not verify_consistency(old=8, new=6, old_root=root(8, node), new_root=root(6, node), proof=[])
    with pytest.raises(IndexError):
        consistency_proof(8, 6, node)
    with pytest.raises(IndexError):
        inclusion_proof(8, 8, node)


def test_every_step_of_growth_is_consistent() -> None:
    node = nodes_of(leaves(33))
    for old, new in pairwise(range(34)):
        proof = consistency_proof(old, new, node)
        assert verify_consistency(old=old, new=new, old_root=root(old, node), new_root=root(new, node), proof=proof)
