"""RDF Dataset Canonicalization 1.0 with a work limit (RDFC-1.0, sections 4.4 to 4.8).

Blank nodes that cannot be told apart by their own quads are told apart by trying orders of their neighbours; a hostile
graph makes that take factorial time. Honest documents need a handful of steps, so the work is counted and cut off.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from issuer.crypto.errors import CanonicalizationBudget
from issuer.crypto.quads import Quad

HashName = Literal["sha256", "sha384"]

# One unit is one neighbour hashed or one path step tried, some microseconds each: about a second in all.
WORK_LIMIT = 200_000
# How far nodes are told apart by the neighbours of their neighbours.
MAX_DEPTH = 100


def canonicalize(quads: Iterable[Quad], *, hash_name: HashName = "sha256", work_limit: int = WORK_LIMIT) -> str:
    """Quads -> canonical N-Quads, sorted by code point. Raises CanonicalizationBudget past `work_limit` steps.

    The hash decides the order in which blank nodes are named (RDFC-1.0, section 4.1).
    """
    dataset = set(quads)
    labels = canonical_labels(dataset, hash_name=hash_name, work_limit=work_limit)
    return "".join(sorted([quad.line(labels) for quad in dataset]))


def canonical_labels(
    dataset: set[Quad], *, hash_name: HashName = "sha256", work_limit: int = WORK_LIMIT
) -> dict[str, str]:
    """Blank node -> its canonical name, "_:c14n0" and so on. Raises CanonicalizationBudget."""
    return _Canonicalization(dataset, hash_name, work_limit).run()


@dataclass(slots=True)
class _Issuer:
    """Identifier issuer (4.5): labels handed out in order."""

    prefix: str
    issued: dict[str, str] = field(default_factory=dict)

    def issue(self, node: str) -> str:
        return self.issued.setdefault(node, f"_:{self.prefix}{len(self.issued)}")

    def copy(self) -> "_Issuer":
        return _Issuer(self.prefix, dict(self.issued))


class _Canonicalization:
    """The canonicalization state (4.2) of one dataset."""

    def __init__(self, dataset: set[Quad], hash_name: HashName, work_limit: int) -> None:
        self.hash = hashlib.sha384 if hash_name == "sha384" else hashlib.sha256
        self.quads_of: dict[str, list[Quad]] = defaultdict(list)
        for quad in dataset:
            if "_:" in quad.subject or "_:" in quad.object or "_:" in quad.graph:
                for node in {node for _, node in quad.blank_nodes()}:
                    self.quads_of[node].append(quad)
        # For one node's own hash: every node is "_:z" but this one.
        self.seen_from_one = dict.fromkeys(self.quads_of, "_:z")
        self.canonical = _Issuer("c14n")
        self.first_degree: dict[str, str] = {}
        self.work_left = work_limit
        self.depth = 0

    def run(self) -> dict[str, str]:
        """Blank node label -> canonical label (4.4.3, steps 3 to 5)."""
        nodes_of: dict[str, list[str]] = defaultdict(list)
        for node in self.quads_of:
            self.first_degree[node] = self.hash_first_degree_quads(node)
            nodes_of[self.first_degree[node]].append(node)
        ambiguous = []
        for _, nodes in sorted(nodes_of.items()):
            if len(nodes) == 1:
                self.canonical.issue(nodes[0])
            else:
                ambiguous.append(nodes)
        for nodes in ambiguous:
            self.label_alike_nodes(nodes)
        return self.canonical.issued

    def label_alike_nodes(self, nodes: list[str]) -> None:
        """Label nodes with one first-degree hash by their N-degree hashes (4.4.3, step 5)."""
        hash_paths = []
        for node in nodes:
            if node in self.canonical.issued:
                continue
            issuer = _Issuer("b")
            issuer.issue(node)
            hash_paths.append(self.hash_n_degree_quads(node, issuer))
        for _, issuer in sorted(hash_paths, key=lambda hash_path: hash_path[0]):
            for node in issuer.issued:
                self.canonical.issue(node)

    def hash_first_degree_quads(self, node: str) -> str:
        """4.6.3: the hash of a node's own quads, with itself as _:a and every other blank node as _:z."""
        self.seen_from_one[node] = "_:a"
        lines = [quad.line(self.seen_from_one) for quad in self.quads_of[node]]
        self.seen_from_one[node] = "_:z"
        return self.digest("".join(sorted(lines)))

    def hash_related_blank_node(self, related: str, quad: Quad, issuer: _Issuer, position: str) -> str:
        """4.7.3: the hash of how a neighbour is related, by its label if it has one already."""
        self.spend(1)
        predicate = "" if position == "g" else quad.predicate
        label = self.canonical.issued.get(related) or issuer.issued.get(related) or self.first_degree[related]
        return self.digest(position + predicate + label)

    def hash_n_degree_quads(self, node: str, issuer: _Issuer) -> tuple[str, _Issuer]:
        """4.8.3: the hash of a node by its neighbours, and the issuer whose labels gave the least path."""
        related_of: dict[str, list[str]] = defaultdict(list)
        for quad in self.quads_of[node]:
            for position, related in quad.blank_nodes():
                if related != node:
                    related_of[self.hash_related_blank_node(related, quad, issuer, position)].append(related)
        data_to_hash = ""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise CanonicalizationBudget("The document links too many alike nodes in a row.")
        for related_hash, related_nodes in sorted(related_of.items()):
            chosen_path, issuer = self.choose_path(related_nodes, issuer)
            data_to_hash += related_hash + chosen_path
        self.depth -= 1
        return self.digest(data_to_hash), issuer

    def choose_path(self, related_nodes: list[str], issuer: _Issuer) -> tuple[str, _Issuer]:
        """4.8.3, steps 5.4 to 5.6: the least path over all orders of the neighbours."""
        chosen_path, chosen_issuer = "", issuer
        for order in distinct_orders(related_nodes):
            self.spend(1 + len(issuer.issued) // 8)
            found = self.follow_path(order, issuer.copy(), chosen_path)
            if found is not None and (not chosen_path or found[0] < chosen_path):
                chosen_path, chosen_issuer = found
        return chosen_path, chosen_issuer

    def follow_path(self, order: list[str], issuer: _Issuer, chosen_path: str) -> tuple[str, _Issuer] | None:
        """The path of one order (4.8.3, steps 5.4.1 to 5.4.5), or None as soon as it cannot be the least."""
        path, recursion_list = "", []
        for related in order:
            self.spend(1)
            if related in self.canonical.issued:
                path += self.canonical.issued[related]
            else:
                if related not in issuer.issued:
                    recursion_list.append(related)
                path += issuer.issue(related)
            if _is_worse(path, chosen_path):
                return None
        for related in recursion_list:
            related_hash, deeper_issuer = self.hash_n_degree_quads(related, issuer)
            path += f"{issuer.issue(related)}<{related_hash}>"
            issuer = deeper_issuer
            if _is_worse(path, chosen_path):
                return None
        return path, issuer

    def digest(self, text: str) -> str:
        return self.hash(text.encode("utf-8")).hexdigest()

    def spend(self, units: int) -> None:
        self.work_left -= units
        if self.work_left < 0:
            raise CanonicalizationBudget("The document needs more canonicalization work than is allowed.")


def distinct_orders(nodes: list[str]) -> Iterator[list[str]]:
    """Every order of the nodes once, though a node may be listed several times.

    A node names each statement of its graph, so honest documents list one node many times; n! orders of it are one.
    """
    order = sorted(nodes)
    while True:
        yield list(order)
        step = len(order) - 2
        while step >= 0 and order[step] >= order[step + 1]:
            step -= 1
        if step < 0:
            return
        swap = len(order) - 1
        while order[swap] <= order[step]:
            swap -= 1
        order[step], order[swap] = order[swap], order[step]
        order[step + 1 :] = reversed(order[step + 1 :])


def _is_worse(path: str, chosen_path: str) -> bool:
    return bool(chosen_path) and len(path) >= len(chosen_path) and path > chosen_path
