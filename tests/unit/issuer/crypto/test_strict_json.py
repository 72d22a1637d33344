"""Only JSON that every reader understands alike gets in."""

import pytest

from issuer.crypto.errors import InvalidJson, Malformed, TooDeep, TooLarge
from issuer.crypto.strict_json import check_json, load_json, load_object


def test_ordinary_json_is_read_with_its_types() -> None:
    assert load_json(b'{"a": [1, 2.5, true, null, "\\u00e9"]}') == {"a": [1, 2.5, True, None, "é"]}


def test_v20_a_byte_order_mark_is_accepted() -> None:
    assert load_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
    assert load_json("\ufeff[]") == []


@pytest.mark.parametrize(
    "data",
    [b"", b"   \n\t", '{"a": 1}'.encode("utf-16"), '{"a": 1}'.encode("utf-16-le"), b'"\xff"', "{}".encode("utf-32")],
    ids=["empty", "only spaces", "UTF-16", "UTF-16 without mark", "not UTF-8", "UTF-32"],
)
def test_v20_empty_input_and_other_encodings_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidJson):
        load_json(data)


def test_v20_a_body_over_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(TooLarge):
        load_json(b"[" * 50, max_bytes=49)


@pytest.mark.parametrize(
    "text",
    ["NaN", "[Infinity]", '{"a": -Infinity}', "1e999", "-1e999", "9" * 5000, "-" + "9" * 5000, "9007199254740992"],
)
def test_v16_numbers_that_other_readers_would_change_are_refused(text: str) -> None:
    with pytest.raises(InvalidJson):
        load_json(text)


def test_the_largest_integer_that_every_reader_keeps_is_read() -> None:
    assert load_json("[9007199254740991, -9007199254740991]") == [2**53 - 1, -(2**53 - 1)]


@pytest.mark.parametrize("opening", ["[", '{"a":'], ids=["arrays", "objects"])
@pytest.mark.parametrize("levels", [65, 1_000, 100_000])
def test_v17_deep_nesting_is_refused_without_exhausting_the_stack(opening: str, levels: int) -> None:
    closing = "]" if opening == "[" else "}"
    with pytest.raises(TooDeep):
        load_json(opening * levels + "1" + closing * levels)


def test_nesting_at_the_limit_is_read() -> None:
    assert load_json("[" * 64 + "]" * 64) is not None


@pytest.mark.parametrize("text", ['"\\ud800"', '{"\\udc00": 1}', '["a\\ud83d b"]', '"\ud800"'])
def test_lone_surrogates_are_refused(text: str) -> None:
    with pytest.raises(InvalidJson):
        load_json(text)


def test_a_whole_surrogate_pair_is_read() -> None:
    assert load_json('"\\ud83c\\udf3f"') == "\U0001f33f"


@pytest.mark.parametrize("text", ['{"a": 1, "a": 1}', '{"a": {"b": 1, "\\u0062": 2}}'])
def test_a_key_given_twice_is_refused(text: str) -> None:
    with pytest.raises(InvalidJson):
        load_json(text)


@pytest.mark.parametrize("text", ["{", '{"a" 1}', "[1,]", "{'a': 1}", "1 2", "\x00", '{"a": 1}\x00', "01"])
def test_text_that_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidJson):
        load_json(text)


@pytest.mark.parametrize("text", ["[]", "1", "null", '"text"'])
def test_an_object_is_demanded_where_one_is_needed(text: str) -> None:
    with pytest.raises(InvalidJson):
        load_object(text)


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), 2**53, "\ud800", {"a": {1: 2}}, {"\udfff": 1}, [b"bytes"], (1, 2), {"a": {1, 2}}],
    ids=["nan", "infinity", "integer", "surrogate", "key", "surrogate key", "bytes", "tuple", "set"],
)
def test_a_python_value_that_is_not_json_is_malformed(value: object) -> None:
    with pytest.raises(Malformed):
        check_json(value)


def test_a_python_value_nested_too_deeply_is_refused() -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(TooDeep):
        check_json(value)
