"""The tree of isChildOf: cycles, depth, and the order in which it is read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from competencies.frameworks.hierarchy import Edge, deeper_than, on_cycles, reading_order


def test_a_tree_has_no_cycle() -> None:
    assert on_cycles([Edge("a", "top"), Edge("b", "top"), Edge("c", "a")]) == []


def test_two_parents_are_not_a_cycle() -> None:
    assert on_cycles([Edge("a", "top"), Edge("b", "top"), Edge("c", "a"), Edge("c", "b")]) == []


def test_an_item_under_itself_is_a_cycle() -> None:
    assert on_cycles([Edge("a", "a"), Edge("b", "top")]) == ["a"]


def test_a_cycle_names_its_members_and_not_its_neighbours() -> None:
    edges = [Edge("a", "b"), Edge("b", "c"), Edge("c", "a"), Edge("leaf", "a"), Edge("c", "top")]
    assert on_cycles(edges) == ["a", "b", "c"]


def test_a_chain_of_a_hundred_thousand_is_read_without_recursion() -> None:
    chain = [Edge(str(number), str(number + 1)) for number in range(100_000)]
    assert on_cycles(chain) == []
    assert len(deeper_than(50, chain)) == 100_001 - 50


def test_depth_is_that_of_the_longest_way_up() -> None:
    edges = [Edge("b", "a"), Edge("c", "b"), Edge("d", "c"), Edge("d", "a")]
    assert deeper_than(3, edges) == ["d"]
    assert deeper_than(4, edges) == []


def test_the_tree_is_read_from_top_to_bottom_in_the_order_it_gives() -> None:
    edges = [
        Edge("second", "document", 2),
        Edge("first", "document", 1),
        Edge("b", "first", 20),
        Edge("a", "first", 10),
        Edge("c", "second", 1),
    ]
    place = reading_order(["a", "b", "c", "second", "first"], edges)
    assert sorted(place, key=place.__getitem__) == ["first", "a", "b", "second", "c"]


def test_without_an_order_the_order_of_the_package_counts() -> None:
    edges = [Edge(name, "document") for name in ("x", "y", "z")]
    place = reading_order(["z", "x", "y"], edges)
    assert sorted(place, key=place.__getitem__) == ["z", "x", "y"]


NAMES = st.sampled_from([str(number) for number in range(8)])


@given(st.lists(st.builds(Edge, NAMES, NAMES, st.none() | st.integers(0, 3)), max_size=16))
def test_whatever_is_left_without_cycles_gives_each_item_one_place(edges: list[Edge]) -> None:
    circling = set(on_cycles(edges))
    acyclic = [edge for edge in edges if edge.child not in circling and edge.parent not in circling]
    identifiers = [str(number) for number in range(8)]
    place = reading_order(identifiers, acyclic)
    assert sorted(place.values()) == list(range(8))
    assert set(place) == set(identifiers)
