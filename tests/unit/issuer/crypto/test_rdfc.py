"""RDFC-1.0 against published texts and a second implementation, and its work limit."""

import random
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld as pyld_jsonld

from issuer.crypto import rdfc
from issuer.crypto.errors import CanonicalizationBudget
from issuer.crypto.jsonld import to_quads
from issuer.crypto.quads import Quad, literal
from tests.oracles import needs_shared, shared_json, shared_text

P, Q = "<urn:p>", "<urn:q>"


def complete_graph(size: int) -> list[Quad]:
    """Every blank node points at every other one: nothing tells any of them apart."""
    nodes = [f"_:n{number}" for number in range(size)]
    return [Quad(one, P, other) for one in nodes for other in nodes if one != other]


@needs_shared
@pytest.mark.parametrize("guide", ["ob3-impl-guide", "clr2-impl-guide"])
def test_implementation_guide_documents_are_reproduced_byte_for_byte(guide: str) -> None:
    folder = f"standards/vectors/{guide}/"
    document = shared_json(folder + "vector.json")["unsignedCredential"]
    assert rdfc.canonicalize(to_quads(document)) == shared_text(folder + "document-canon.txt")


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("bell\x07", '"bell\\u0007"'),
        ("\x00\x01\x0b\x1f\x7f", '"\\u0000\\u0001\\u000B\\u001F\\u007F"'),
        ("\b\t\n\f\r", '"\\b\\t\\n\\f\\r"'),
        ('say "yes" \\ no', '"say \\"yes\\" \\\\ no"'),
        ("é\u0080\u2028\ufffe\U0001f33f", '"é\u0080\u2028\ufffe\U0001f33f"'),
    ],
)
def test_control_characters_are_escaped_as_rdfc_1_0_demands(text: str, spelled: str) -> None:
    assert literal(text) == spelled


def test_lines_are_sorted_by_code_point_and_given_once() -> None:
    quads = [Quad("<urn:a>", P, literal(text)) for text in ("\U0001f33f", "\uf000", "b", "a", "b")]
    lines = rdfc.canonicalize(quads).splitlines()
    assert [line.split('"')[1] for line in lines] == ["a", "b", "\uf000", "\U0001f33f"]


def test_blank_node_names_and_order_do_not_matter() -> None:
    quads = [Quad("_:x", P, "_:y"), Quad("_:y", P, "_:z"), Quad("_:z", Q, literal("end")), Quad("_:x", P, "_:z")]
    expected = rdfc.canonicalize(quads)
    for names in permutations(["_:x", "_:y", "_:z"]):
        labels = dict(zip(["_:x", "_:y", "_:z"], names, strict=True))
        assert rdfc.canonicalize(reversed([quad.relabel(labels) for quad in quads])) == expected


def second_opinion(quads: list[Quad]) -> str:
    """Canonical N-Quads by PyLD, whose algorithm is the same but for control characters."""
    text = "".join(quad.line() for quad in quads)
    options = {"algorithm": "URDNA2015", "inputFormat": "application/n-quads", "format": "application/n-quads"}
    return str(pyld_jsonld.normalize(text, options))


def nodes_of(quad: Quad) -> list[str]:
    return [node for _, node in quad.blank_nodes()]


NODES = st.sampled_from(["_:a", "_:b", "_:c", "_:d", "<urn:s>"])
QUADS = st.builds(
    Quad,
    NODES,
    st.sampled_from([P, Q]),
    st.one_of(NODES, st.sampled_from([literal("x"), literal("y", language="fr"), literal("1", datatype="urn:t")])),
    st.sampled_from(["", "", "_:a", "_:b", "_:g", "<urn:g>"]),
)


@given(st.lists(QUADS, min_size=1, max_size=9))
@settings(max_examples=300, deadline=None)
def test_small_graphs_of_every_shape_are_labelled_as_by_a_second_implementation(quads: list[Quad]) -> None:
    # The second implementation counts a quad twice for a node that is in it twice; RDFC-1.0 counts it once.
    unique = [quad for quad in dict.fromkeys(quads) if len(set(nodes_of(quad))) == len(nodes_of(quad))]
    assert rdfc.canonicalize(unique) == second_opinion(unique)


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_small_symmetric_graphs_are_labelled_as_by_a_second_implementation(size: int) -> None:
    quads = complete_graph(size)
    random.Random(size).shuffle(quads)
    assert rdfc.canonicalize(quads) == second_opinion(quads)


@pytest.mark.parametrize("size", [8, 9, 12, 40])
def test_v27_a_complete_graph_of_blank_nodes_is_refused(size: int) -> None:
    with pytest.raises(CanonicalizationBudget):
        rdfc.canonicalize(complete_graph(size))


@pytest.mark.parametrize("length", [150, 1_000, 20_000])
def test_v27_a_long_ring_of_alike_nodes_is_refused_without_exhausting_the_stack(length: int) -> None:
    ring = [Quad(f"_:n{number}", P, f"_:n{(number + 1) % length}") for number in range(length)]
    with pytest.raises(CanonicalizationBudget):
        rdfc.canonicalize(ring)


def test_v27_a_poisonous_document_is_refused_through_the_front_door() -> None:
    nodes = [{"id": f"_:n{one}", "type": ["Achievement"]} for one in range(10)]
    related = [[{"id": f"_:n{other}", "type": ["Related"]} for other in range(10) if other != one] for one in range(10)]
    achievements = [{**node, "related": others} for node, others in zip(nodes, related, strict=True)]
    document: dict[str, Any] = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "credentialSubject": [{"type": ["AchievementSubject"], "achievement": achieved} for achieved in achievements],
    }
    with pytest.raises(CanonicalizationBudget):
        rdfc.canonicalize(to_quads(document))


def test_an_honest_list_of_a_thousand_results_stays_within_the_limit() -> None:
    results = [{"type": ["Result"], "value": str(number)} for number in range(1_000)]
    document = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "credentialSubject": {"type": ["AchievementSubject"], "result": results},
    }
    assert rdfc.canonicalize(to_quads(document)).count("\n") > 2_000


def test_many_alike_nodes_that_nothing_links_stay_within_the_limit() -> None:
    assert rdfc.canonicalize([Quad("<urn:a>", P, f"_:n{number}") for number in range(500)]).count("_:c14n") == 500


def test_a_quad_counts_once_for_a_node_that_is_in_it_twice() -> None:
    quads = [Quad("_:a", P, "_:a", "_:a"), Quad("_:a", P, "_:b")]
    assert rdfc.canonicalize(quads) == "_:c14n0 <urn:p> _:c14n0 _:c14n0 .\n_:c14n0 <urn:p> _:c14n1 .\n"


def test_a_node_listed_many_times_has_one_order() -> None:
    assert list(rdfc.distinct_orders(["_:a"] * 12)) == [["_:a"] * 12]


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=6))
def test_distinct_orders_are_all_orders_once(nodes: list[str]) -> None:
    found = [tuple(order) for order in rdfc.distinct_orders(nodes)]
    assert sorted(found) == sorted(set(permutations(nodes)))
