"""The permutation of counters: a bijection for every key and size, and not a recognisable one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.status.index_permutation import KEY_BYTES, permute

LIST_SIZE = 131_072
KEY = bytes(range(KEY_BYTES))


def test_a_whole_list_is_filled_without_using_any_index_twice() -> None:
    indexes = {permute(KEY, counter, size=LIST_SIZE) for counter in range(LIST_SIZE)}
    assert indexes == set(range(LIST_SIZE))


@given(key=st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES), size=st.integers(2, 700))
@settings(max_examples=40, deadline=None)
def test_it_is_a_bijection_for_every_key_and_size(key: bytes, size: int) -> None:
    assert sorted(permute(key, counter, size=size) for counter in range(size)) == list(range(size))


def test_the_same_counter_gives_the_same_index() -> None:
    assert permute(KEY, 7, size=LIST_SIZE) == permute(KEY, 7, size=LIST_SIZE)


def test_another_key_gives_another_order() -> None:
    other = bytes(reversed(KEY))
    assert [permute(KEY, n, size=LIST_SIZE) for n in range(8)] != [permute(other, n, size=LIST_SIZE) for n in range(8)]


def test_awards_given_one_after_the_other_do_not_lie_side_by_side() -> None:
    indexes = [permute(KEY, counter, size=LIST_SIZE) for counter in range(1000)]
    near = sum(abs(first - second) < 64 for first, second in pairwise(indexes))
    assert near < 10


@pytest.mark.parametrize("counter", [-1, LIST_SIZE, LIST_SIZE + 1])
def test_a_counter_outside_the_list_is_refused(counter: int) -> None:
    with pytest.raises(IndexError):
        permute(KEY, counter, size=LIST_SIZE)
