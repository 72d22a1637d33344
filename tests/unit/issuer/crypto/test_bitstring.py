"""Status lists: published lists read bit by bit, and lists that must be refused."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openbadgeslib.ob3.status_list import encode_bitstring

from issuer.crypto.bitstring import MINIMUM_ENTRIES, encode, expand, new_bits, read_status, set_bits
from issuer.crypto.errors import StatusIndexOutOfRange, StatusListError, StatusListMalformed, StatusListTooShort
from issuer.crypto.multibase import encode_base64url
from tests.oracles import needs_shared, shared_json


@needs_shared
def test_published_lists_are_read_bit_by_bit() -> None:
    for vector in shared_json("standards/vectors/bitstring/encoded-lists.json")["vectors"]:
        if vector.get("mustFail"):
            with pytest.raises(StatusListError):
                read_status(expand(vector["encodedList"]), 0)
            continue
        bits = expand(vector["encodedList"])
        assert len(bits) * 8 == vector["lengthBits"]
        assert bits == set_bits(new_bits(vector["lengthBits"]), vector["setIndexes"])
        for index in (0, 1, 7, 8, 94566, 94567, 94568, 131070, 131071):
            assert read_status(bits, index) == (index in vector["setIndexes"])


@needs_shared
def test_the_sample_list_has_the_bit_of_its_revoked_badge_set() -> None:
    subject = shared_json("standards/samples/ob30/bit-string-list/testlist")["credentialSubject"]
    badge = shared_json("standards/samples/ob30/bit-string-list/credential-status-revoked.json")
    bits = expand(subject["encodedList"])
    assert read_status(bits, badge["credentialStatus"]["statusListIndex"]) == 1
    assert sum(byte.bit_count() for byte in bits) == 1


def test_index_zero_is_the_leftmost_bit() -> None:
    assert set_bits(new_bits(), [0])[0] == 0b1000_0000
    assert set_bits(new_bits(), [7, 8])[:2] == bytes([0b0000_0001, 0b1000_0000])


def test_setting_bits_leaves_the_list_given_as_it_was() -> None:
    bits = new_bits()
    assert set_bits(bits, [5]) != bits == new_bits()


@given(st.sets(st.integers(0, MINIMUM_ENTRIES - 1), max_size=40))
def test_an_encoded_list_gives_back_exactly_its_bits(indexes: set[int]) -> None:
    bits = expand(encode(set_bits(new_bits(), indexes)))
    assert all(read_status(bits, index) == 1 for index in indexes)
    assert sum(byte.bit_count() for byte in bits) == len(indexes)


def test_lists_of_a_second_implementation_are_read() -> None:
    assert expand(encode_bitstring([3, 94567])) == set_bits(new_bits(), [3, 94567])


def test_the_same_bits_always_give_the_same_text() -> None:
    encoded = encode(set_bits(new_bits(), [94567]))
    assert encoded == encode(set_bits(new_bits(), [94567]))
    assert encoded.startswith("uH4sIAAAAAAA")  # GZIP with the time zero


@pytest.mark.parametrize("size", [2, 3, 4, 8, 12])
def test_entries_of_several_bits_are_read_with_their_first_bit_left(size: int) -> None:
    bits = new_bits(status_size=size)
    top = (1 << size) - 1
    changed = set_bits(bits, range(5 * size, 6 * size))
    assert [read_status(changed, index, status_size=size) for index in (4, 5, 6)] == [0, top, 0]
    assert read_status(set_bits(bits, [5 * size]), 5, status_size=size) == 1 << (size - 1)


@pytest.mark.parametrize(
    "index",
    [-1, "-1", "1e3", 2**63, MINIMUM_ENTRIES, str(MINIMUM_ENTRIES), "1.0", 1.0, "", " 1", "0x1", "١", None, True, [1]],
)
def test_v43_an_index_that_is_not_in_the_list_is_a_range_error(index: object) -> None:
    with pytest.raises(StatusIndexOutOfRange) as refusal:
        read_status(new_bits(), index)  # type: ignore[arg-type]
    assert refusal.value.status_error == "RANGE_ERROR"


def test_a_status_list_index_is_read_as_text_or_number() -> None:
    bits = set_bits(new_bits(), [42])
    assert read_status(bits, "42") == read_status(bits, 42) == 1


def test_a_list_that_is_too_short_is_a_length_error() -> None:
    for attempt in (
        lambda: new_bits(MINIMUM_ENTRIES - 1),
        lambda: encode(bytes(16_383)),
        lambda: read_status(bytes(16_383), 0),
    ):
        with pytest.raises(StatusListTooShort) as refusal:
            attempt()
        assert refusal.value.status_error == "STATUS_LIST_LENGTH_ERROR"
    with pytest.raises(StatusListTooShort):
        read_status(new_bits(), 0, status_size=2)


def test_v57_a_list_that_expands_into_a_bomb_is_cut_off() -> None:
    bomb = "u" + encode_base64url(gzip.compress(bytes(64 * 1024 * 1024)))
    assert len(bomb) < 100_000
    with pytest.raises(StatusListMalformed):
        expand(bomb)


def test_text_that_is_no_list_is_a_verification_error() -> None:
    good = encode(new_bits())
    texts = [
        good[1:],
        "z" + good[1:],
        good + "=",
        good[:-8],
        good[:40],
        "u",
        "",
        "uAAAA",
        " " + good,
        good + "\n",
        None,
        5,
        [good],
        {},
    ]
    doubled = gzip.compress(new_bits()) + gzip.compress(new_bits())
    for text in [*texts, "u" + encode_base64url(doubled)]:
        with pytest.raises(StatusListMalformed) as refusal:
            expand(text)
        assert refusal.value.status_error == "STATUS_VERIFICATION_ERROR"


def test_an_index_outside_cannot_be_set() -> None:
    for index in (-1, MINIMUM_ENTRIES):
        with pytest.raises(StatusIndexOutOfRange):
            set_bits(new_bits(), [index])
