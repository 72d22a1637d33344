"""Canonical JSON against the examples of RFC 8785 and the published eddsa-jcs-2022 texts."""

import pytest

from issuer.crypto.errors import Malformed, TooDeep
from issuer.crypto.jcs import canonicalize
from tests.oracles import needs_shared, shared_json, shared_text


def test_members_are_sorted_by_utf16_units_and_numbers_written_as_in_ecmascript() -> None:
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    assert canonicalize(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_astral_keys_sort_before_the_private_use_area() -> None:
    assert canonicalize({"\uf8ff": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\uf8ff":1}'.encode()


@needs_shared
@pytest.mark.parametrize(
    ("document", "canonical"),
    [("unsigned.json", "eddsa-jcs-2022/canonDocJCS.txt"), ("eddsa-jcs-2022/proofConfigJCS.json", None)],
)
def test_eddsa_jcs_2022_texts_are_reproduced(document: str, canonical: str | None) -> None:
    folder = "standards/vectors/eddsa/"
    expected = shared_text(folder + (canonical or "eddsa-jcs-2022/proofCanonJCS.txt"))
    assert canonicalize(shared_json(folder + document)).decode() == expected


@pytest.mark.parametrize("value", [float("nan"), [float("-inf")], {"a": "\ud800"}, {"\udc00": 1}, 2**53, {"a": b""}])
def test_what_json_cannot_say_alike_everywhere_is_malformed(value: object) -> None:
    with pytest.raises(Malformed):
        canonicalize(value)


def test_deep_values_are_refused() -> None:
    value: list[object] = []
    for _ in range(65):
        value = [value]
    with pytest.raises(TooDeep):
        canonicalize(value)
